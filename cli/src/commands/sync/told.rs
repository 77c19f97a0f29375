//! One line of `sync --watch`: what happened, when, and how things stand since.

use super::Synced;
use crate::commands::requests::Proposal;
use crate::words;
use client_core::replica::{Alarm, MemberView, NewsView, ProposalView};
use console::{Lang, Page, Text, readable};
use protocol::id::SpaceId;
use serde::{Deserialize, Serialize};

/// A line. Scripts find in every one what `sync` gives, beside what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    at: String,
    at_ms: i64,
    #[serde(flatten)]
    what: Happened,
    #[serde(flatten)]
    stands: Synced,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum Happened {
    /// The link or what waits has changed.
    State,
    /// A document was edited.
    Edited { space: String, document: String, title: String, by: Vec<Writer>, conflicts: usize },
    /// A request or a vote is new, or goes on.
    Vote { space: String, vote: Box<Proposal> },
    /// An organisation came, left, or has another role.
    Member { space: String, member: Membership },
    /// A person should look.
    Alarm { space: String, alarm: String, sentence: String },
}

/// Who edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Writer {
    partner: String,
    name: String,
    own: bool,
}

/// An organisation and what it has become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Membership {
    partner: String,
    name: String,
    role: String,
    state: String,
}

impl Told {
    /// Returns a line about something that happened at a time.
    pub(crate) fn new(at_ms: i64, what: Happened, stands: Synced) -> Self {
        Self { at: readable::iso_time(at_ms), at_ms, what, stands }
    }

    /// Draws it in one line.
    pub(crate) fn draw_in(&self, page: &mut Page) {
        let lang = page.lang();
        let time = readable::clock_time(self.at_ms);
        let space = self.what.space().and_then(|id| self.stands.name_among_several(id, lang));
        let space = space.map(|name| format!("{name} — ")).unwrap_or_default();
        let line = Text::same(format!("{time}  {space}{}", self.sentence(lang)));
        match &self.what {
            Happened::Alarm { .. } => page.alarm(&line),
            Happened::State
            | Happened::Edited { .. }
            | Happened::Vote { .. }
            | Happened::Member { .. } => page.say(&line),
        }
    }

    fn sentence(&self, lang: Lang) -> String {
        match &self.what {
            Happened::State => self.stands.in_short(lang),
            Happened::Edited { title, by, conflicts, .. } => edited(title, by, *conflicts, lang),
            Happened::Vote { vote, .. } => voted(vote, lang),
            Happened::Member { member, .. } => member.sentence(lang),
            Happened::Alarm { sentence, .. } => sentence.clone(),
        }
    }
}

impl Happened {
    /// Returns where it happened; nothing for what is about all spaces.
    fn space(&self) -> Option<&str> {
        match self {
            Self::State => None,
            Self::Edited { space, .. }
            | Self::Vote { space, .. }
            | Self::Member { space, .. }
            | Self::Alarm { space, .. } => Some(space),
        }
    }

    /// Returns that a document was edited; nothing when nothing in it is new.
    pub(crate) fn edited(space: SpaceId, news: NewsView) -> Option<Self> {
        let writer = |(partner, name, own): (protocol::id::PartnerId, String, bool)| Writer {
            partner: partner.to_string(),
            name,
            own,
        };
        let by: Vec<Writer> = news.authors.into_iter().map(writer).collect();
        (!by.is_empty()).then(|| Self::Edited {
            space: space.to_string(),
            document: news.document.to_string(),
            title: news.title,
            by,
            conflicts: news.conflicts,
        })
    }

    /// Returns that a request or a vote is new or goes on.
    pub(crate) fn vote(space: SpaceId, view: ProposalView) -> Self {
        Self::Vote { space: space.to_string(), vote: Box::new(view.into()) }
    }

    /// Returns that an organisation has become something else.
    pub(crate) fn member(space: SpaceId, view: &MemberView) -> Self {
        let member = Membership {
            partner: view.partner.to_string(),
            name: view.name.clone(),
            role: view.role.name().to_owned(),
            state: view.state.to_owned(),
        };
        Self::Member { space: space.to_string(), member }
    }

    /// Returns that a person should look, in one language.
    pub(crate) fn alarm(space: SpaceId, alarm: Alarm, lang: Lang) -> Self {
        let (code, sentence) = words::alarm(alarm);
        let sentence = sentence.in_lang(lang).to_owned();
        Self::Alarm { space: space.to_string(), alarm: code.to_owned(), sentence }
    }
}

fn edited(title: &str, by: &[Writer], conflicts: usize, lang: Lang) -> String {
    let you = Text::of("vous", "you");
    let unnamed = Text::of("quelqu'un", "somebody");
    let name = |writer: &Writer| match (writer.own, writer.name.is_empty()) {
        (true, _) => you.in_lang(lang).to_owned(),
        (false, true) => unnamed.in_lang(lang).to_owned(),
        (false, false) => writer.name.clone(),
    };
    let names: Vec<String> = by.iter().map(name).collect();
    let names = names.join(", ");
    let text = Text::new(
        format!("« {title} » modifié par {names}"),
        format!("“{title}” edited by {names}"),
    );
    let settle = match conflicts {
        0 => Text::same(""),
        several => Text::new(
            format!(" ; {} à départager", words::count(several, ("champ", "field"), lang)),
            format!("; {} to settle", words::count(several, ("champ", "field"), lang)),
        ),
    };
    format!("{}{}", text.in_lang(lang), settle.in_lang(lang))
}

fn voted(vote: &Proposal, lang: Lang) -> String {
    let (measure, subject) = (words::measure(&vote.measure, lang), vote.subject_in(lang));
    let state = words::state(&vote.state, lang);
    let Proposal { approvals, needed, .. } = vote;
    let text = Text::new(
        format!("{measure} : {subject} — {state}, {approvals} sur {needed} accords"),
        format!("{measure}: {subject} — {state}, {approvals} of {needed} approvals"),
    );
    text.in_lang(lang).to_owned()
}

impl Membership {
    fn sentence(&self, lang: Lang) -> String {
        let short = words::short(&self.partner);
        let name = if self.name.is_empty() { &short } else { &self.name };
        let role = words::role(&self.role, lang);
        let text = match self.state.as_str() {
            "active" => Text::new(
                format!("{name} fait partie de l'espace : {role}"),
                format!("{name} is in the space: {role}"),
            ),
            "left" => {
                Text::new(format!("{name} a quitté l'espace"), format!("{name} has left the space"))
            }
            _ => Text::new(
                format!("{name} a été retiré de l'espace"),
                format!("{name} was removed from the space"),
            ),
        };
        text.in_lang(lang).to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::question::drawn_by;
    use client_core::document::Version;
    use protocol::id::{DocumentId, PartnerId};
    use serde_json::Value;

    fn stands() -> Synced {
        serde_json::from_value(serde_json::json!({
            "sent": 0, "received": 0, "pending": 1, "quarantined": 0, "state": "current",
            "spaces": [{"space": "00".repeat(32), "title": "PTSM", "state": "current", "sent": 0,
                "received": 0, "pending": 1, "quarantined": 0}]
        }))
        .unwrap()
    }

    fn edited_by(names: &[(&str, bool)], conflicts: usize) -> Option<Happened> {
        let author =
            |(name, own): &(&str, bool)| (PartnerId::new([1; 16]), (*name).to_owned(), *own);
        let news = NewsView {
            document: DocumentId::new([2; 16]),
            title: "Accueil".to_owned(),
            version: Version::new(Vec::new()),
            authors: names.iter().map(author).collect(),
            conflicts,
        };
        Happened::edited(SpaceId::new([3; 32]), news)
    }

    #[test]
    fn a_line_says_what_happened_and_keeps_the_keys_of_sync() {
        let what = edited_by(&[("Les Hirondelles", false), ("", true)], 1).unwrap();
        let line = Told::new(1_795_348_800_000, what, stands());
        let french = drawn_by(Lang::Fr, |page| line.draw_in(page));
        assert!(french.contains("« Accueil » modifié par Les Hirondelles, vous"), "{french}");
        assert!(french.contains("1 champ à départager"), "{french}");
        let json: Value = serde_json::to_value(&line).unwrap();
        assert_eq!((&json["event"], &json["title"]), (&"edited".into(), &"Accueil".into()));
        for key in ["sent", "received", "pending", "quarantined", "state", "at"] {
            assert!(!json[key].is_null(), "{key}: {json}");
        }
        let back: Told = serde_json::from_value(json).unwrap();
        assert_eq!(back, line, "as it comes through the daemon");
    }

    #[test]
    fn a_line_names_its_space_where_there_are_several() {
        let mut stands = serde_json::to_value(stands()).unwrap();
        let mut other = stands["spaces"][0].clone();
        other["space"] = SpaceId::new([3; 32]).to_string().into();
        other["title"] = "CLSM".into();
        stands["spaces"].as_array_mut().unwrap().push(other);
        let what = edited_by(&[("Les Hirondelles", false)], 0).unwrap();
        let line = Told::new(0, what, serde_json::from_value(stands).unwrap());
        let french = drawn_by(Lang::Fr, |page| line.draw_in(page));
        assert!(french.contains("« CLSM » — « Accueil » modifié par"), "{french}");
    }

    #[test]
    fn nothing_new_is_no_line_and_states_and_alarms_are_one() {
        assert_eq!(edited_by(&[], 0), None);
        let state = Told::new(0, Happened::State, stands());
        let french = drawn_by(Lang::Fr, |page| state.draw_in(page));
        assert!(french.ends_with("à jour, 1 à envoyer\n"), "{french}");
        let alarm = Happened::alarm(SpaceId::new([3; 32]), Alarm::RelayBehind, Lang::En);
        let line = Told::new(0, alarm, stands());
        let english = drawn_by(Lang::En, |page| line.draw_in(page));
        assert!(english.contains("the relay knows less than before"), "{english}");
        assert_eq!(serde_json::to_value(&line).unwrap()["alarm"], "relay-behind");
    }
}
