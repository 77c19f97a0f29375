//! A frozen version on pages: the document as it was when it was frozen, with its visas.
//!
//! Nothing is printed as frozen whose text is not, here, the one that was frozen.

use crate::commands::freeze::content::{Digest, NEWER_FIELDS, capacity};
use crate::driver::Access;
use crate::{failures, resolve, words};
use client_core::document::{ChangeId, Version};
use client_core::replica::{Command, FrozenState, FrozenView, Reply, VisaView};
use console::{Failure, Lang, Text, readable};
use exchange::export::print::{Print, Standing};
use exchange::export::visas::{self, Visa};
use exchange::export::{self, Held, Holding};
use protocol::env::Timestamp;
use protocol::id::{DocumentId, hex};

/// What is typed for the last one.
pub(crate) const LAST: &str = "last";

/// A version that can be printed as frozen.
pub(super) struct Frozen {
    view: FrozenView,
    lang: Lang,
}

impl Frozen {
    /// Finds the version that was typed.
    ///
    /// # Errors
    /// `nothing-frozen`; none or several of that name; a version that is not sound here.
    pub(super) async fn find(
        replica: &Access,
        document: DocumentId,
        typed: &str,
        lang: Lang,
    ) -> Result<Self, Failure> {
        let Reply::Frozen(report) = replica.command(Command::Frozen { document }).await? else {
            return Err(failures::wrong_reply("frozen"));
        };
        let mut versions = report.versions;
        let view = if typed == LAST {
            versions.pop().ok_or_else(nothing_frozen)?
        } else {
            let known = versions.iter().map(|one| (Digest(one.version), String::new()));
            let Digest(named) = resolve::find(resolve::FROZEN, typed, known)?;
            let found = versions.into_iter().find(|one| one.version == named);
            found.ok_or_else(|| failures::wrong_reply("frozen"))?
        };
        match &view.state {
            FrozenState::Sound(_) => Ok(Self { view, lang }),
            FrozenState::HeadsUnknown
            | FrozenState::Altered
            | FrozenState::NewerForm
            | FrozenState::NewerFields => Err(not_sound(&view)),
        }
    }

    /// Returns the version of the document that was frozen.
    pub(super) fn at(&self) -> Version {
        Version::new(self.view.frozen.heads.iter().copied().map(ChangeId::new).collect())
    }

    /// Returns when it was frozen.
    pub(super) fn time(&self) -> Timestamp {
        self.view.frozen.at
    }

    /// Lays out the document as it was, with the visas that were given to it.
    pub(super) fn print(&self, holding: &Holding, held: &Held) -> Print {
        let mut pages = export::print(holding, held, self.standing());
        self.sign(&mut pages);
        pages
    }

    /// Returns what the foot of each page says.
    fn standing(&self) -> Standing {
        let frozen = &self.view.frozen;
        let decision = match frozen.decision.words.as_str() {
            "" => readable::local_time(words::signed_ms(frozen.at), self.lang),
            said => said.to_owned(),
        };
        Standing::Frozen { digest: hex(&frozen.text), decision }
    }

    /// Adds its visas to its pages.
    fn sign(&self, print: &mut Print) {
        let visa = |given: &VisaView| Visa {
            partner: given.name.clone(),
            capacity: capacity(given.capacity.name(), self.lang),
            at: readable::local_time(words::signed_ms(given.at), self.lang),
        };
        let given: Vec<Visa> = self.view.visas.iter().map(visa).collect();
        let awaited: Vec<String> = self.view.awaited.iter().map(|one| one.name.clone()).collect();
        visas::add(print, &given, &awaited);
    }
}

/// Says that only pages of one document are of a frozen version.
pub(super) fn not_on_pages() -> Failure {
    Failure::usage(
        "frozen-needs-pages",
        Text::of(
            "une version figée s'écrit en docx ou en pdf, et c'est celle d'un document",
            "a frozen version is written as docx or pdf, and it is one of a document",
        ),
    )
}

fn nothing_frozen() -> Failure {
    Failure::refused(
        "nothing-frozen",
        Text::of("ce document n'a aucune version figée", "this document has no frozen version"),
    )
    .with_hint(Text::of(
        "figez d'abord le texte : liaison freeze DOCUMENT",
        "freeze the text first: liaison freeze DOCUMENT",
    ))
}

fn not_sound(view: &FrozenView) -> Failure {
    let name = words::short(&Digest(view.version).to_string());
    let state = view.state.name();
    if view.state == FrozenState::NewerFields {
        return Failure::refused("frozen-not-sound", NEWER_FIELDS);
    }
    Failure::refused(
        "frozen-not-sound",
        Text::new(
            format!("le texte de la version {name} n'est pas ici celui qui a été figé ({state})"),
            format!("the text of version {name} is not here the one that was frozen ({state})"),
        ),
    )
}
