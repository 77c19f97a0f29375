//! `bundle write`, `bundle read`: a whole space in a file, for a stick or a mail.

use crate::args::BundleCommand;
use crate::commands::with_session;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question, file_form};
use crate::{carried, failures, resolve, words};
use client_core::replica::{Carried, Command, NotTaken as Reason, Reply};
use console::{Exit, Failure, Lang, Out, Page, Text};
use protocol::bundle::{BundleError, Item, Reader};
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
            carried::write_again(&file, &made.file)?;
            let written = Written::of(&made.file, file.display().to_string())?;
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

/// The bundle written. `items` is what a first reader will count: the relay's signatures that
/// vouch for them are not among them.
#[derive(Debug, Default, Serialize)]
struct Written {
    items: u64,
    file: String,
    /// Decisions that the relay has ordered.
    decisions: u64,
    /// Sealed edits that the relay has ordered.
    edits: u64,
    /// What no relay has ordered yet: edits, decisions, approvals, requests.
    unsent: u64,
    /// Signatures of the relay.
    checkpoints: u64,
}

impl Written {
    fn of(bytes: &[u8], file: String) -> Result<Self, Failure> {
        let mut written = Self { file, ..Self::default() };
        let reader = Reader::new(bytes).map_err(|error| failures::of_bundle(&error))?;
        for item in reader {
            match item.map_err(|error| failures::of_bundle(&error))? {
                Item::Act(_) => written.decisions += 1,
                Item::Envelope(_) => written.edits += 1,
                Item::Checkpoint(_) => written.checkpoints += 1,
                Item::LooseAct(_)
                | Item::Approval(_)
                | Item::Request(_)
                | Item::LooseEnvelope(_) => written.unsent += 1,
                // Without meaning for anybody but the machine they are wrapped for.
                Item::Wraps(..) => {}
            }
        }
        written.items = written.decisions + written.edits + written.unsent;
        Ok(written)
    }
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
        let Self { items, file, decisions, edits, unsent, .. } = self;
        let count = usize::try_from(*items).unwrap_or(usize::MAX);
        let (fr, en) = (
            words::count(count, ("élément écrit", "élément écrit"), Lang::Fr),
            words::count(count, ("item", "item"), Lang::En),
        );
        page.good(&Text::new(format!("{fr} dans {file} :"), format!("{en} written to {file}:")));
        page.pairs(&[
            (Text::of("décisions", "decisions"), decisions.to_string()),
            (Text::of("envois chiffrés", "sealed edits"), edits.to_string()),
            (Text::of("pas encore au relais", "not at the relay yet"), unsent.to_string()),
        ]);
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BundleRead {
    space: String,
    accepted: u64,
    already: u64,
    refused: u64,
    /// Whether the file is whole, as it was written.
    #[serde(default)]
    complete: bool,
    /// How many items were refused, by kind and reason.
    #[serde(default)]
    reasons: Vec<NotTaken>,
}

/// Items of one kind that were refused for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct NotTaken {
    what: String,
    reason: String,
    count: u64,
}

impl BundleRead {
    /// Tells what is wrong with a file that begins as a bundle, if something is.
    fn damage(file: &[u8]) -> Option<BundleError> {
        Reader::new(file).ok()?.find_map(Result::err)
    }
}

impl Question for Read {
    const PATH: &'static str = "bundle/read";
    type Answer = BundleRead;

    async fn answer(self, replica: &Access) -> Result<BundleRead, Failure> {
        // Said here, in both languages, before the replica is asked.
        Reader::new(&self.file).map_err(|error| failures::of_bundle(&error))?;
        let complete = BundleRead::damage(&self.file).is_none();
        let read = replica.command(Command::ReadBundle { file: self.file }).await?;
        let Reply::BundleRead { space, accepted, already, refused, reasons } = read else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let reason = |(what, why, count): (Carried, Reason, u64)| NotTaken {
            what: what.name().to_owned(),
            reason: why.name().to_owned(),
            count,
        };
        let reasons = reasons.into_iter().map(reason).collect();
        let space = space.to_string();
        Ok(BundleRead { space, accepted, already, refused, complete, reasons })
    }
}

impl Answer for BundleRead {
    fn draw(&self, page: &mut Page) {
        page.pairs(&[
            (Text::of("espace", "space"), self.space.clone()),
            (Text::of("nouveaux", "new"), self.accepted.to_string()),
            (Text::of("déjà connus", "already known"), self.already.to_string()),
            (Text::of("refusés", "refused"), self.refused.to_string()),
            (Text::of("en tout", "in all"), self.total().to_string()),
        ]);
        if !self.complete {
            page.alarm(&if self.accepted == 0 {
                Text::of(
                    "Fichier coupé ou abîmé : rien n'a pu être pris. Demandez-le de nouveau à \
                     qui l'a écrit.",
                    "The file is cut short or damaged: nothing could be taken. Ask whoever wrote \
                     it for it again.",
                )
            } else {
                Text::of(
                    "Fichier coupé ou abîmé : ce qui était sain jusque-là a été pris, le reste \
                     manque. Demandez-le de nouveau à qui l'a écrit.",
                    "The file is cut short or damaged: what was sound up to there was taken, the \
                     rest is missing. Ask whoever wrote it for it again.",
                )
            });
            return self.draw_reasons(page);
        }
        if self.accepted == 0 && self.refused == 0 {
            page.say(&Text::of("Tout était déjà ici.", "Everything was here already."));
        }
        if self.refused > 0 {
            page.alarm(&Text::of(
                "Ce qui est refusé n'a rien changé ici :",
                "What was refused has changed nothing here:",
            ));
            self.draw_reasons(page);
        }
    }

    fn exit(&self) -> Exit {
        if self.complete { Exit::Done } else { Exit::Refused }
    }
}

impl BundleRead {
    /// Draws how many of each kind were refused, and why.
    fn draw_reasons(&self, page: &mut Page) {
        let lang = page.lang();
        let row = |one: &NotTaken| {
            let count = usize::try_from(one.count).unwrap_or(usize::MAX);
            vec![words::carried(&one.what, count, lang), words::not_taken(&one.reason, lang)]
        };
        let headers = [Text::of("refusés", "refused"), Text::of("parce que", "because")];
        page.table(&headers, &self.reasons.iter().map(row).collect::<Vec<_>>());
    }

    fn total(&self) -> u64 {
        self.accepted + self.already + self.refused
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use protocol::bundle::Writer;
    use protocol::id::SpaceId;

    #[test]
    fn a_file_cut_short_is_said_so_and_refused() {
        let mut writer = Writer::new(&SpaceId::new([1; 32]));
        writer.put(&Item::Act(vec![1]));
        writer.put(&Item::Envelope(vec![2; 100]));
        let whole = writer.finish();
        assert_eq!(BundleRead::damage(&whole), None);
        for cut in [whole.len() - 1, whole.len() - 60] {
            assert!(BundleRead::damage(&whole[..cut]).is_some(), "{cut}");
        }
        let reason = |what: &str, reason: &str, count| NotTaken {
            what: what.to_owned(),
            reason: reason.to_owned(),
            count,
        };
        let reasons = vec![reason("envelope", "not-vouched-for", 2), reason("rest", "damaged", 1)];
        let read = BundleRead {
            space: "3fa94b12".repeat(8),
            accepted: 1,
            already: 0,
            refused: 3,
            complete: false,
            reasons,
        };
        let mut whole = BundleRead { complete: true, ..read.clone() };
        whole.reasons.truncate(1);
        assert_eq!(read.exit(), Exit::Refused);
        let french = crate::question::drawn(&read, Lang::Fr);
        assert!(french.contains("coupé ou abîmé : ce qui était sain"), "{french}");
        let nothing = BundleRead { accepted: 0, ..read.clone() };
        let french = crate::question::drawn(&nothing, Lang::Fr);
        assert!(french.contains("coupé ou abîmé : rien n'a pu être pris"), "{french}");
        let french = crate::question::drawn(&whole, Lang::Fr);
        assert!(french.contains("2 envois chiffrés"), "{french}");
        assert!(french.contains("aucune signature du relais n'en répond"), "{french}");
    }

    #[test]
    fn items_are_what_a_first_reader_counts() {
        let mut writer = Writer::new(&SpaceId::new([1; 32]));
        writer.put(&Item::Act(vec![1]));
        writer.put(&Item::Envelope(vec![2]));
        writer.put(&Item::Envelope(vec![3]));
        writer.put(&Item::Checkpoint("note".to_owned()));
        writer.put(&Item::LooseEnvelope(vec![4]));
        let written = Written::of(&writer.finish(), "colis".to_owned()).unwrap();
        assert_eq!((written.items, written.checkpoints), (4, 1), "signatures are not counted");
        assert_eq!((written.decisions, written.edits, written.unsent), (1, 2, 1));
    }
}
