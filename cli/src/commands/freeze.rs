//! `freeze`, `amend`, `sign`: texts bound once and for all, and the visas of organisations.
//!
//! A visa proves where a text comes from and that it is whole. It is no advanced or qualified
//! signature in the sense of eIDAS, and nothing here calls it one.

pub(crate) mod content;
pub(crate) mod proof;
mod sign;

use crate::args;
use crate::commands::document::show::{Show, still_needed};
use crate::commands::{Visitor, export, with_session};
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question, file_form, lang_form};
use crate::{carried, failures, resolve};
use client_core::replica::{Command, FreezeOrder, Reply};
use console::{Exit, Failure, Lang, Out, Page, Text};
use content::{Digest, FrozenShown};
use protocol::frozen::Decision;
use protocol::id::{DocumentId, PartnerId, SpaceId};
use serde::{Deserialize, Serialize};

pub(crate) use sign::run as sign;

/// Shows a visitor these questions.
pub(crate) fn each_question(visitor: &mut impl Visitor) {
    visitor.meet::<Freeze>();
    visitor.meet::<Write>();
    visitor.meet::<sign::Preview>();
    visitor.meet::<sign::Sign>();
}

/// Freezes a document, or writes its frozen version to a file.
///
/// # Errors
/// What the replica or the disk says.
pub(crate) fn run(args: args::visa::Freeze, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let lang = out.lang();
    let args::visa::Freeze { document, how, to, of, force } = args;
    let Some(file) = to else {
        let args::visa::Freezing { decision, meeting, signatory } = how;
        let question =
            Freeze { document, decision, meeting, signatory, amend: false, of: None, lang };
        return freeze(question, home, out);
    };
    // A proof that was written is not lost to a later one: said before the replica works for it.
    carried::refuse_existing(&file, force)?;
    let question = Write { document, version: of };
    let made = with_session(home, out, async |session, _| session.ask(question).await)?;
    carried::write_new(&file, &made.file, force)?;
    let bytes = made.file.len();
    let written = Written { file: file.display().to_string(), bytes, acts: made.items };
    out.answer(&written, |page| written.draw(page))?;
    Ok(Exit::Done)
}

/// Freezes what changed since a signed version, as an amendment that cites it.
///
/// # Errors
/// What the replica says.
pub(crate) fn amend(args: args::visa::Amend, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let lang = out.lang();
    let args::visa::Amend { document, how, of } = args;
    let args::visa::Freezing { decision, meeting, signatory } = how;
    freeze(Freeze { document, decision, meeting, signatory, amend: true, of, lang }, home, out)
}

/// Says what the document still needs, then freezes it: nothing stands in the way.
fn freeze(question: Freeze, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let frozen = with_session(home, out, async |session, out| {
        if !out.json() {
            let show = Show { document: question.document.clone(), at: None, lang: question.lang };
            let missing = session.ask(show).await?.missing;
            if !missing.is_empty() {
                out.note(&still_needed(&missing));
            }
        }
        session.ask(question).await
    })?;
    out.answer(&frozen, |page| frozen.draw(page))?;
    Ok(frozen.exit())
}

/// Asks to freeze a document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Freeze {
    document: String,
    decision: Option<String>,
    meeting: Option<String>,
    #[serde(default)]
    signatory: Vec<String>,
    #[serde(default)]
    amend: bool,
    of: Option<String>,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    lang: Lang,
}

/// The versions once the document is frozen.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Frozen {
    /// The version just frozen.
    version: String,
    #[serde(flatten)]
    shown: FrozenShown,
}

impl Freeze {
    /// Asks to freeze a document as it stands, or as an amendment of its signed version.
    pub(crate) fn of(document: String, decision: Option<String>, amend: bool, lang: Lang) -> Self {
        Self { document, decision, meeting: None, signatory: Vec::new(), amend, of: None, lang }
    }

    /// Copies into a report the figures that its pages show: they are frozen with it.
    async fn keep_figures(
        &self,
        replica: &Access,
        (space, document): (SpaceId, DocumentId),
    ) -> Result<(), Failure> {
        let Reply::Frozen(report) = replica.command(Command::Frozen { document }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        // What is signed already is not frozen again but amended: the replica says so.
        let is_signed = report.versions.last().is_some_and(|last| !last.visas.is_empty());
        if is_signed && !self.amend && self.of.is_none() {
            return Ok(());
        }
        let edits = export::figures_to_keep(replica, (space, document), self.lang).await?;
        if !edits.is_empty() {
            let keep = Command::Compose { space, document, new: None, edits };
            replica.command(keep).await?;
        }
        Ok(())
    }
}

impl Question for Freeze {
    const PATH: &'static str = "freeze";
    type Answer = Frozen;

    async fn answer(self, replica: &Access) -> Result<Frozen, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let space = space_of(replica, document).await?;
        let meeting = match &self.meeting {
            Some(typed) => Some(resolve::document(replica, typed).await?),
            None => None,
        };
        let amends = match (&self.of, self.amend) {
            (Some(typed), _) => Some(resolve::document(replica, typed).await?),
            (None, amend) => amend.then_some(document),
        };
        let signatories = partners(replica, space, &self.signatory).await?;
        let missing = content::missing(replica, document, None, self.lang).await?;
        self.keep_figures(replica, (space, document)).await?;
        let words = self.decision.unwrap_or_default();
        let order = FreezeOrder { decision: Decision { words, meeting }, signatories, amends };
        let reply = replica.command(Command::Freeze { document, order }).await?;
        let Reply::Frozen(report) = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let version = report.versions.last().map(|last| Digest(last.version).to_string());
        let version = version.ok_or_else(|| failures::wrong_reply(Self::PATH))?;
        let shown = FrozenShown { missing, ..FrozenShown::of(*report, self.lang) };
        Ok(Frozen { version, shown })
    }
}

/// Returns the space that a document lies in.
async fn space_of(replica: &Access, document: DocumentId) -> Result<SpaceId, Failure> {
    let overview = replica.overview().await?;
    let found = overview.documents.iter().find(|(_, known)| *known == document);
    found.map(|(space, _)| *space).ok_or_else(|| failures::wrong_reply(Freeze::PATH))
}

async fn partners(
    replica: &Access,
    space: SpaceId,
    typed: &[String],
) -> Result<Vec<PartnerId>, Failure> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let members = resolve::members(replica, space).await?;
    let mut found = Vec::new();
    for one in typed {
        match resolve::partner_named(&members, one)? {
            Some(partner) => found.push(partner),
            None => found.push(resolve::partner(replica, space, one).await?),
        }
    }
    Ok(found)
}

impl Answer for Frozen {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::of("Le texte est figé.", "The text is frozen."));
        self.shown.draw_last(page);
        let document = self.shown.short();
        page.say(&Text::new(
            format!("Chaque organisation donne son visa : liaison sign {document}"),
            format!("Each organisation gives its visa: liaison sign {document}"),
        ));
    }
}

/// Asks for the file of a frozen version.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Write {
    document: String,
    version: Option<String>,
}

/// The bytes of the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Made {
    #[serde(with = "file_form")]
    file: Vec<u8>,
    items: u64,
}

impl Question for Write {
    const PATH: &'static str = "freeze/write";
    type Answer = Made;

    async fn answer(self, replica: &Access) -> Result<Made, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let version = match &self.version {
            Some(typed) => Some(content::version(replica, document, typed).await?),
            None => None,
        };
        let reply = replica.command(Command::WriteFrozen { document, version }).await?;
        let Reply::File { bytes, items } = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Made { file: bytes, items })
    }
}

impl Answer for Made {
    /// The bytes are for a file, which the command writes and speaks of.
    fn draw(&self, page: &mut Page) {
        page.line(&self.items.to_string());
    }
}

/// The file written.
#[derive(Debug, Serialize)]
struct Written {
    file: String,
    bytes: usize,
    /// Acts of the register that it holds.
    acts: u64,
}

impl Written {
    fn draw(&self, page: &mut Page) {
        let Self { file, acts, .. } = self;
        page.good(&Text::new(
            format!("Écrit dans {file}, avec {acts} actes du registre."),
            format!("Written to {file}, with {acts} acts of the register."),
        ));
        page.say(&Text::new(
            format!(
                "Ce fichier se lit sans compte : il contient le texte en clair. N'importe qui le \
                 vérifie, hors ligne : liaison verify {file}"
            ),
            format!(
                "This file is read without an account: it holds the text in the clear. Anyone \
                 checks it, offline: liaison verify {file}"
            ),
        ));
    }
}
