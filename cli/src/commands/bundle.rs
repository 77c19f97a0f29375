//! `bundle write`, `bundle read`: a whole space in a file, for a stick or a mail.

use crate::args::BundleCommand;
use crate::commands::with_session;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question, file_form};
use crate::{carried, failures, resolve};
use client_core::replica::{Command, Reply};
use console::{Exit, Failure, Out, Page, Text};
use serde::{Deserialize, Serialize};

/// Writes or reads a bundle.
///
/// # Errors
/// What the replica or the disk says.
pub(crate) fn run(command: BundleCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    match command {
        BundleCommand::Write { space, file } => {
            let question = Write { space };
            let made = with_session(home, out, async |session, _| session.ask(question).await)?;
            carried::write(&file, &made.file)?;
            let written = Written { items: made.items, file: file.display().to_string() };
            out.answer(&written, |page| written.draw(page))?;
            Ok(Exit::Done)
        }
        BundleCommand::Read { file } => {
            let question = Read { file: carried::read(&file)? };
            super::ask(home, out, question)
        }
    }
}

/// Asks for a bundle.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Write {
    space: String,
}

/// The bytes of a file made by the replica.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Made {
    #[serde(with = "file_form")]
    pub(crate) file: Vec<u8>,
    pub(crate) items: u64,
}

/// The bundle written.
#[derive(Debug, Serialize)]
struct Written {
    items: u64,
    file: String,
}

impl Question for Write {
    const PATH: &'static str = "bundle/write";
    type Answer = Made;

    async fn answer(self, replica: &Access) -> Result<Made, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let Reply::File { bytes, items } = replica.command(Command::WriteBundle { space }).await?
        else {
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

impl Written {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::new(
            format!("{} élément(s) écrits dans {}.", self.items, self.file),
            format!("{} item(s) written to {}.", self.items, self.file),
        ));
        page.say(&Text::of(
            "Le fichier reste chiffré : seuls les membres de l'espace le liront. Chez eux : \
             liaison bundle read FICHIER",
            "The file stays encrypted: only members of the space will read it. On their side: \
             liaison bundle read FILE",
        ));
    }
}

/// Asks to read a bundle.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Read {
    #[serde(with = "file_form")]
    file: Vec<u8>,
}

/// What was in it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BundleRead {
    space: String,
    accepted: u64,
    already: u64,
    refused: u64,
}

impl Question for Read {
    const PATH: &'static str = "bundle/read";
    type Answer = BundleRead;

    async fn answer(self, replica: &Access) -> Result<BundleRead, Failure> {
        let read = replica.command(Command::ReadBundle { file: self.file }).await?;
        let Reply::BundleRead { space, accepted, already, refused } = read else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(BundleRead { space: space.to_string(), accepted, already, refused })
    }
}

impl Answer for BundleRead {
    fn draw(&self, page: &mut Page) {
        page.pairs(&[
            (Text::of("espace", "space"), self.space.clone()),
            (Text::of("nouveaux", "new"), self.accepted.to_string()),
            (Text::of("déjà connus", "already known"), self.already.to_string()),
            (Text::of("refusés", "refused"), self.refused.to_string()),
        ]);
        if self.refused > 0 {
            page.alarm(&Text::of(
                "Ce qui est refusé n'a rien changé ici.",
                "What was refused has changed nothing here.",
            ));
        }
    }
}
