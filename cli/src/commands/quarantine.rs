//! `quarantine …`: edits that arrived too late to count, and how a partner takes them over.

use crate::args::{InSpace, QuarantineCommand};
use crate::commands::bundle::Made;
use crate::commands::document::history::{Detail, Names, names_in};
use crate::commands::with_session;
use crate::driver::Access;
use crate::home::Home;
use crate::prompt::{self, Unasked};
use crate::question::{Answer, Question, file_form, lang_form};
use crate::{carried, failures, resolve, words};
use client_core::document::{FieldValue, SectionView};
use client_core::replica::{
    Command, DetailView, DocumentContent, MemberView, QuarantineView, Reply,
};
use console::{Exit, Failure, Lang, Out, Page, Text};
use protocol::id::DocumentId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Carries out a command under `quarantine`.
///
/// # Errors
/// What the replica or the disk says.
pub(crate) fn run(command: QuarantineCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let lang = out.lang();
    match command {
        QuarantineCommand::List(InSpace { space }) => super::ask(home, out, List { space, lang }),
        QuarantineCommand::Export { space, file, to } => {
            let question = Export { space, to };
            let made = with_session(home, out, async |session, _| session.ask(question).await)?;
            carried::write_again(&file, &made.file)?;
            let exported = Exported { items: made.items, file: file.display().to_string() };
            out.answer(&exported, |page| exported.draw(page))?;
            Ok(Exit::Done)
        }
        QuarantineCommand::Review { file } => {
            let question = Open { file: carried::read(&file)?, adopt: false, lang };
            super::ask(home, out, question)
        }
        QuarantineCommand::Adopt { file, yes } => {
            let file = carried::read(&file)?;
            let quiet = out.json();
            let adopted = with_session(home, out, async |session, out| {
                if !quiet {
                    let review = Open { file: file.clone(), adopt: false, lang };
                    let aside = session.ask(review).await?;
                    prompt::show(out, |page| aside.draw_review(page))?;
                    if !yes {
                        let question = Text::of(
                            "Les adopter au nom de votre organisation ?",
                            "Adopt them for your organisation?",
                        );
                        prompt::confirm(out, &question, Unasked::Goes)?;
                    }
                }
                session.ask(Open { file, adopt: true, lang }).await
            })?;
            if quiet {
                out.answer(&adopted, |_| ())?;
            } else {
                out.line(&(), |page| adopted.draw_end(page))?;
            }
            Ok(Exit::Done)
        }
    }
}

/// Asks what is kept aside.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct List {
    space: String,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    lang: Lang,
}

/// What is kept aside, or stands in a file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Aside {
    space: String,
    device: String,
    name: String,
    cause: Option<String>,
    changes: usize,
    adopted: usize,
    /// Read from a file that somebody handed over, not kept on this machine.
    handed_over: bool,
    /// Adopting them was asked for.
    #[serde(default)]
    adopting: bool,
    documents: Vec<AsideIn>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AsideIn {
    document: String,
    title: String,
    changes: usize,
    summary: Vec<String>,
    /// What the changes write and strike, part by part, in excerpts.
    #[serde(default)]
    details: Vec<Detail>,
    /// These edits create the document.
    #[serde(default)]
    new: bool,
    /// The fields on which several values stand now that they were adopted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    to_settle: Vec<String>,
    /// Its texts, where these edits create it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sections: Vec<NewText>,
}

/// A text of a document that these edits create.
#[derive(Debug, Serialize, Deserialize)]
struct NewText {
    id: String,
    title: String,
    text: String,
}

impl NewText {
    fn of(content: DocumentContent, lang: Lang) -> Vec<Self> {
        let kind = content.kind;
        let written = content.sections.into_iter().filter(|section| !section.text.is_empty());
        let text = |section: SectionView| Self {
            title: section.title(kind, words::language(lang)),
            id: section.id,
            text: section.text,
        };
        written.map(text).collect()
    }
}

/// What stands now in the documents that edits are about, as far as they are here.
type Present = BTreeMap<DocumentId, DocumentContent>;

async fn present(replica: &Access, view: &QuarantineView) -> Present {
    let mut present = Present::new();
    for line in &view.review {
        let document = line.document;
        // One that is not here, or not readable yet, has nothing to be shown beside.
        let shown = replica.command(Command::Show { document, at: None }).await;
        if let Ok(Reply::Document(shown)) = shown {
            present.insert(document, shown.content);
        }
    }
    present
}

/// Returns the one value that stands in a field, or those that await a person.
fn value_of(content: &DocumentContent, place: &str) -> Option<String> {
    match content.field(place)? {
        FieldValue::One(value) => Some(value.clone()),
        FieldValue::Conflicting(values) => Some(values.join(", ")),
        FieldValue::Empty
        | FieldValue::Text(_)
        | FieldValue::Set(_)
        | FieldValue::List(_)
        | FieldValue::Entries(_)
        | FieldValue::Rows(_) => None,
    }
}

impl Aside {
    fn of(
        view: QuarantineView,
        names: &Names,
        present: &Present,
        (handed_over, lang): (bool, Lang),
    ) -> Self {
        let documents = view.review.into_iter().map(|line| {
            let here = present.get(&line.document);
            let detail = |view: DetailView| {
                let value = here.and_then(|content| value_of(content, &view.place));
                Detail::beside(view, value, names, lang)
            };
            let conflicts = here.map_or(&[][..], |content| content.conflicts.as_slice());
            AsideIn {
                document: line.document.to_string(),
                title: line.title,
                changes: line.changes,
                summary: match lang {
                    Lang::Fr => line.french,
                    Lang::En => line.english,
                },
                details: line.details.into_iter().map(detail).collect(),
                new: line.created.is_some(),
                to_settle: conflicts.iter().map(|conflict| conflict.field.clone()).collect(),
                sections: line
                    .created
                    .map(|content| NewText::of(content, lang))
                    .unwrap_or_default(),
            }
        });
        Self {
            space: view.space.to_string(),
            device: view.device.to_string(),
            name: view.name,
            cause: view.cause.map(str::to_owned),
            changes: view.changes,
            adopted: view.adopted,
            handed_over,
            adopting: false,
            documents: documents.collect(),
        }
    }
}

impl Question for List {
    const PATH: &'static str = "quarantine/list";
    type Answer = Aside;

    async fn answer(self, replica: &Access) -> Result<Aside, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let Reply::Quarantine(view) = replica.command(Command::Quarantine { space }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let names = names_in(replica, space).await?;
        let present = Present::new();
        Ok(Aside::of(view, &names, &present, (false, self.lang)))
    }
}

impl Answer for Aside {
    fn draw(&self, page: &mut Page) {
        self.draw_review(page);
        if self.changes > 0 {
            self.draw_end(page);
        }
    }
}

impl AsideIn {
    /// Draws what changes in the document: old and new values, excerpts, whole texts if it is new.
    fn draw_in(&self, page: &mut Page) {
        let new = Text::of(", nouveau document", ", new document");
        let new = if self.new { new.in_lang(page.lang()) } else { "" };
        page.line(&format!("{} ({}{new})", self.title, words::short(&self.document)));
        if self.details.is_empty() {
            self.summary.iter().for_each(|line| page.set_in(2, line));
        }
        self.details.iter().for_each(|detail| page.set_in(2, &detail.told));
        for section in &self.sections {
            page.gap();
            page.title(&Text::same(format!("{} [{}]", section.title, section.id)));
            page.prose(&section.text);
        }
    }
}

impl Aside {
    fn draw_review(&self, page: &mut Page) {
        if self.changes == 0 {
            page.say(&Text::of("Rien n'est mis à l'écart.", "Nothing is kept aside."));
            return;
        }
        let device = words::short(&self.device);
        let (fr, en) = words::counted(self.changes as u64, "modification", ("edit", ""));
        page.title(&Text::new(
            format!("{fr} de l'appareil {device} ({})", self.name),
            format!("{en} of device {device} ({})", self.name),
        ));
        for document in &self.documents {
            page.gap();
            document.draw_in(page);
        }
        page.gap();
    }

    /// Says which fields a person is to settle now, and what sends all of it.
    fn draw_to_settle(&self, page: &mut Page) {
        for document in &self.documents {
            let short = words::short(&document.document);
            for field in &document.to_settle {
                page.alarm(&Text::new(
                    format!("À départager : liaison doc settle {short} {field} VALEUR"),
                    format!("To settle: liaison doc settle {short} {field} VALUE"),
                ));
            }
        }
        page.say(&Text::of(
            "« liaison sync » les envoie aux partenaires.",
            "“liaison sync” sends them to the partners.",
        ));
    }

    /// Says what became of them, or what to do.
    fn draw_end(&self, page: &mut Page) {
        if self.adopted > 0 {
            let adopted = self.adopted as u64;
            let (fr, en) = words::counted(adopted, "modification adoptée", ("edit", "adopted"));
            page.good(&Text::new(
                format!("{fr} au nom de votre organisation."),
                format!("{en} for your organisation."),
            ));
            self.draw_to_settle(page);
        } else if self.adopting {
            page.say(&Text::of(
                "Tout était déjà repris : rien n'a changé.",
                "All of it was adopted already: nothing has changed.",
            ));
        } else if self.handed_over {
            page.say(&Text::of(
                "Pour les adopter au nom de votre organisation : liaison quarantine adopt FICHIER",
                "To adopt them for your organisation: liaison quarantine adopt FILE",
            ));
        } else {
            page.say(&Text::of(
                "Sur l'appareil écarté, « liaison quarantine export » les remet à un partenaire, \
                 qui les lit par « review » et les adopte par « adopt ».",
                "On the revoked device, “liaison quarantine export” hands them to a partner, who \
                 reads them with “review” and adopts them with “adopt”.",
            ));
        }
    }
}

/// Asks for the file that hands them over.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Export {
    space: String,
    to: String,
}

#[derive(Debug, Serialize)]
struct Exported {
    items: u64,
    file: String,
}

impl Question for Export {
    const PATH: &'static str = "quarantine/export";
    type Answer = Made;

    async fn answer(self, replica: &Access) -> Result<Made, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let to = resolve::partner(replica, space, &self.to).await?;
        let members = resolve::members(replica, space).await?;
        can_receive(members.iter().find(|member| member.partner == to))?;
        let parcel = replica.command(Command::WriteParcel { space, to }).await?;
        let Reply::File { bytes, items } = parcel else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Made { file: bytes, items })
    }
}

/// Refuses an organisation that has no machine to open what is written for it.
fn can_receive(member: Option<&MemberView>) -> Result<(), Failure> {
    let Some(member) = member else {
        return Ok(());
    };
    if member.devices.iter().any(|device| device.state != "revoked") {
        return Ok(());
    }
    let name = if member.name.is_empty() { member.partner.short() } else { member.name.clone() };
    Err(Failure::refused(
        "no-device-there",
        Text::new(
            format!("« {name} » n'a plus aucun appareil dans cet espace : rien ne l'ouvrirait"),
            format!("“{name}” has no device left in this space: nothing would open it"),
        ),
    )
    .with_hint(Text::of(
        "choisissez une autre organisation : « liaison members ESPACE » montre leurs appareils",
        "choose another organisation: “liaison members SPACE” shows their devices",
    )))
}

impl Exported {
    fn draw(&self, page: &mut Page) {
        let (fr, en) = words::counted(self.items, "modification écrite", ("edit", "written"));
        page.good(&Text::new(
            format!("{fr} dans {}.", self.file),
            format!("{en} to {}.", self.file),
        ));
        page.say(&Text::of(
            "Seul le partenaire choisi peut l'ouvrir : liaison quarantine review FICHIER",
            "Only the chosen partner can open it: liaison quarantine review FILE",
        ));
    }
}

/// Asks to open such a file, and to adopt what is in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Open {
    #[serde(with = "file_form")]
    file: Vec<u8>,
    #[serde(default)]
    adopt: bool,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    lang: Lang,
}

impl Question for Open {
    const PATH: &'static str = "quarantine/open";
    type Answer = Aside;

    async fn answer(self, replica: &Access) -> Result<Aside, Failure> {
        let file = self.file;
        let command =
            if self.adopt { Command::AdoptParcel { file } } else { Command::ReviewParcel { file } };
        let Reply::Quarantine(view) = replica.command(command).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let names = names_in(replica, view.space).await?;
        let present = present(replica, &view).await;
        let mut aside = Aside::of(view, &names, &present, (true, self.lang));
        if !self.adopt {
            aside.documents.iter_mut().for_each(|document| document.to_settle.clear());
        }
        Ok(Aside { adopting: self.adopt, ..aside })
    }
}
