//! `doc history`: who changed what in a document, and when.

use crate::driver::Access;
use crate::question::{Answer, Question, lang_form};
use crate::{failures, resolve, words};
use client_core::kinds::FieldType;
use client_core::replica::{ChangeView, Command, DetailView, Reply};
use console::{Failure, Lang, Page, Text, readable};
use protocol::id::{DocumentId, SpaceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Asks for the history of a document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct History {
    pub(crate) document: String,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    pub(crate) lang: Lang,
}

/// The changes, in their order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Changes(Vec<Change>);

#[derive(Debug, Serialize, Deserialize)]
struct Change {
    version: String,
    at: String,
    at_ms: i64,
    partner: Option<String>,
    name: String,
    device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adopted_by: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    adopter: String,
    summary: String,
    /// What it wrote and struck, part by part, in excerpts.
    details: Vec<Detail>,
}

/// What the directory calls organisations, and the titles of documents, by id.
pub(crate) type Names = BTreeMap<String, String>;

/// What a change did to one part.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Detail {
    /// The name of a field or the id of a section.
    place: String,
    before: Option<String>,
    after: Option<String>,
    /// The same in one line for people.
    pub(crate) told: String,
}

impl Detail {
    /// Returns a change of one part beside the value that stands there now, where it is neither
    /// the one before nor the one after.
    pub(crate) fn beside(
        view: DetailView,
        present: Option<String>,
        names: &Names,
        lang: Lang,
    ) -> Self {
        let other = |value: &String| {
            !view.pieces && ![&view.before, &view.after].contains(&&Some(value.clone()))
        };
        let now = present.filter(other).map(|value| shown(view.kind, &value, names, lang));
        let mut detail = Self::of(view, names, lang);
        if let Some(now) = now {
            let beside = Text::new(format!(" (à présent : {now})"), format!(" (now: {now})"));
            detail.told.push_str(beside.in_lang(lang));
        }
        detail
    }

    /// Returns a change of one part, as people and scripts read it.
    pub(crate) fn of(view: DetailView, names: &Names, lang: Lang) -> Self {
        let shown = |value: &String| shown(view.kind, value, names, lang);
        let name = match lang {
            Lang::Fr => format!("{} :", view.french),
            Lang::En => format!("{}:", view.english),
        };
        let (before, after) = (view.before.as_ref().map(shown), view.after.as_ref().map(shown));
        let told = match (view.pieces, before, after) {
            (true, before, after) => {
                let sign = |sign: &str, text: Option<String>| {
                    text.map(|text| format!(" {sign} {}", quoted(&text, lang)))
                };
                let struck = sign("−", before).unwrap_or_default();
                format!("{name}{}{struck}", sign("+", after).unwrap_or_default())
            }
            (false, None, Some(after)) => format!("{name} {after}"),
            (false, before, after) => {
                let dash = || "—".to_owned();
                let (before, after) = (before.unwrap_or_else(dash), after.unwrap_or_else(dash));
                format!("{name} {before} → {after}")
            }
        };
        Self { place: view.place, before: view.before, after: view.after, told }
    }
}

/// Returns a value as people read it. Where several stood, as in a conflict that was settled,
/// each is shown by itself.
fn shown(kind: Option<FieldType>, value: &str, names: &Names, lang: Lang) -> String {
    let Some(kind) = kind else {
        return value.to_owned();
    };
    let show = |one: &str| match names.get(one) {
        Some(name) if matches!(kind, FieldType::Partner | FieldType::Document(_)) => name.clone(),
        Some(_) | None => kind.show(one, words::language(lang)),
    };
    value.split(", ").map(show).collect::<Vec<_>>().join(", ")
}

fn quoted(text: &str, lang: Lang) -> String {
    let text = text.trim();
    match lang {
        Lang::Fr => format!("« {text} »"),
        Lang::En => format!("“{text}”"),
    }
}

impl Change {
    fn of(view: ChangeView, names: &Names, lang: Lang) -> Self {
        let at_ms = words::signed_ms(view.at);
        Self {
            version: view.version.to_string(),
            at: readable::iso_time(at_ms),
            at_ms,
            partner: view.partner.map(|partner| partner.to_string()),
            name: view.name,
            device: view.device.map(|device| device.to_string()),
            adopted_by: view.adopted_by.map(|partner| partner.to_string()),
            adopter: view.adopter,
            summary: match lang {
                Lang::Fr => view.summary_french,
                Lang::En => view.summary_english,
            },
            details: view.details.into_iter().map(|view| Detail::of(view, names, lang)).collect(),
        }
    }
}

/// Returns what the directory calls the organisations of the space that holds a document, as far
/// as this replica knows: the relay is not asked.
async fn names_around(replica: &Access, document: DocumentId) -> Result<Names, Failure> {
    let documents = replica.overview().await?.documents;
    let Some((space, _)) = documents.into_iter().find(|(_, known)| *known == document) else {
        return Ok(Names::new());
    };
    names_in(replica, space).await
}

/// Returns what the directory of a space calls its organisations, by id.
///
/// # Errors
/// Why the replica stopped.
pub(crate) async fn names_in(replica: &Access, space: SpaceId) -> Result<Names, Failure> {
    let Ok(Reply::Glance { members, .. }) = replica.command(Command::Glance { space }).await else {
        return Ok(Names::new());
    };
    let named = members.into_iter().map(|member| (member.partner.to_string(), member.name));
    let titled = super::references::lines(replica).await?.into_iter();
    let titled = titled.map(|line| (line.document.to_string(), line.title));
    Ok(titled.chain(named).filter(|(_, name)| !name.is_empty()).collect())
}

/// Returns when a change was made; what every replica makes alike bears no time.
fn when(at_ms: i64, lang: Lang) -> String {
    if at_ms == 0 { "—".to_owned() } else { readable::local_time(at_ms, lang) }
}

impl Question for History {
    const PATH: &'static str = "doc/history";
    type Answer = Changes;

    async fn answer(self, replica: &Access) -> Result<Changes, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let Reply::History(changes) = replica.command(Command::History { document }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let names = names_around(replica, document).await?;
        let change = |view| Change::of(view, &names, self.lang);
        Ok(Changes(changes.into_iter().map(change).collect()))
    }
}

impl Answer for Changes {
    fn draw(&self, page: &mut Page) {
        for change in &self.0 {
            change.draw_in(page);
        }
        page.gap();
        page.say(&Text::of(
            "Pour relire une version : liaison doc show DOCUMENT --at VERSION",
            "To read a version again: liaison doc show DOCUMENT --at VERSION",
        ));
    }
}

impl Change {
    fn draw_in(&self, page: &mut Page) {
        let lang = page.lang();
        let parts: Vec<String> = self.version.split('+').map(words::short).collect();
        let version = parts.join("+");
        let unknown = Text::of("(auteur inconnu ici)", "(writer not known here)");
        let genesis = self.at_ms == 0;
        let name = match (self.name.is_empty(), genesis) {
            (true, true) => "",
            (true, false) => unknown.in_lang(lang),
            (false, _) => &self.name,
        };
        let adopter = match self.adopted_by {
            Some(_) => Text::new(
                format!(", repris par {}", self.adopter),
                format!(", adopted by {}", self.adopter),
            ),
            None => Text::same(""),
        };
        let adopter = adopter.in_lang(lang).trim_end();
        let line = format!("{version}  {}  {name}{adopter}", when(self.at_ms, lang));
        page.title(&Text::same(line.trim_end().to_owned()));
        if self.details.is_empty() {
            page.set_in(4, &self.summary);
        }
        self.details.iter().for_each(|detail| page.set_in(4, &detail.told));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Option<FieldType>, pieces: bool, values: [Option<&str>; 2]) -> [String; 2] {
        let [before, after] = values.map(|value| value.map(str::to_owned));
        let view = DetailView {
            place: "date_effet".to_owned(),
            kind,
            pieces,
            french: "Date d'effet".to_owned(),
            english: "Effective date".to_owned(),
            before,
            after,
        };
        let names = Names::from([("2a".repeat(16), "CLSM".to_owned())]);
        [Lang::Fr, Lang::En].map(|lang| Detail::of(view.clone(), &names, lang).told)
    }

    #[test]
    fn a_change_is_told_by_its_values() {
        let date = Some(FieldType::Date);
        assert_eq!(
            told(date, false, [Some("2027-01-01"), Some("2027-03-01")]),
            ["Date d'effet : 01/01/2027 → 01/03/2027", "Effective date: 2027-01-01 → 2027-03-01"]
        );
        let view = DetailView {
            place: "date_effet".to_owned(),
            kind: date,
            pieces: false,
            french: "Date d'effet".to_owned(),
            english: "Effective date".to_owned(),
            before: Some("2027-01-01".to_owned()),
            after: Some("2027-03-01".to_owned()),
        };
        let beside = |present: &str| {
            Detail::beside(view.clone(), Some(present.to_owned()), &Names::new(), Lang::Fr).told
        };
        let now = "Date d'effet : 01/01/2027 → 01/03/2027 (à présent : 15/02/2027)";
        assert_eq!(beside("2027-02-15"), now);
        assert!(!beside("2027-01-01").contains("à présent"));
        let both = [Some("2027-01-01, 2027-02-01"), Some("2027-03-01")];
        let [settled, _] = told(date, false, both);
        assert_eq!(settled, "Date d'effet : 01/01/2027, 01/02/2027 → 01/03/2027");
        let [first, _] = told(date, false, [None, Some("2027-03-01")]);
        assert_eq!(first, "Date d'effet : 01/03/2027");
        let member = "2a".repeat(16);
        let [named, _] = told(Some(FieldType::Partner), false, [None, Some(&member)]);
        assert_eq!(named, "Date d'effet : CLSM", "an organisation is shown by its name");
        let document = Some(FieldType::Document(&[]));
        let [titled, _] = told(document, false, [None, Some(&member)]);
        assert_eq!(titled, "Date d'effet : CLSM", "a document is shown by its title");
        let [typed, _] = told(Some(FieldType::Text), false, [None, Some(&member)]);
        assert_eq!(typed, format!("Date d'effet : {member}"), "a text stays what was typed");
        let [cleared, _] = told(date, false, [Some("2027-03-01"), None]);
        assert_eq!(cleared, "Date d'effet : 01/03/2027 → —");
        let [text, english] = told(None, true, [Some("ancien"), Some("nouveau")]);
        assert_eq!(text, "Date d'effet : + « nouveau » − « ancien »");
        assert_eq!(english, "Effective date: + “nouveau” − “ancien”");
    }
}
