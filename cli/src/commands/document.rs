//! `doc …`: documents, their fields and sections, and who changed them.

mod edit;
pub(crate) mod history;
mod kinds;
mod list;
mod new;
mod references;
mod rows;
pub(crate) mod show;
pub(crate) mod warned;

use crate::args::document::DocCommand;
use crate::commands::{Visitor, ask};
use crate::failures;
use crate::home::Home;
use console::{Exit, Failure, Out};
use protocol::id::DocumentId;

pub(crate) use edit::{SENDING, on_its_way};
pub(crate) use kinds::run as kinds;

/// Carries out a command under `doc`.
///
/// # Errors
/// What the replica says.
pub(crate) fn run(command: DocCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let lang = out.lang();
    match command {
        DocCommand::Kinds { kind } => kinds(kind.as_deref(), out),
        DocCommand::New { space, kind, title } => ask(home, out, new::New { space, kind, title }),
        DocCommand::List { space, kind } => list::run(list::List { space, kind }, home, out),
        DocCommand::Show { document, at } => ask(home, out, show::Show { document, at, lang }),
        DocCommand::Set(args) => ask(home, out, edit::Edited::set(args)),
        DocCommand::Settle(args) => ask(home, out, edit::Edited::settle(args)),
        DocCommand::Remove(args) => ask(home, out, edit::Edited::remove(args)),
        DocCommand::Write(args) => {
            let edit = edit::Edited::write(args)?;
            ask(home, out, edit)
        }
        DocCommand::Title { document, title } => {
            ask(home, out, edit::Edited::title(document, title))
        }
        DocCommand::Clear { document, field } => {
            ask(home, out, edit::Edited::clear(document, field))
        }
        DocCommand::Section { document, title, after } => {
            ask(home, out, edit::Edited::section(document, title, after))
        }
        DocCommand::AddRow(args) => {
            let edit = edit::Edited::add_row(args)?;
            ask(home, out, edit)
        }
        DocCommand::RemoveRow { document, field, row } => {
            ask(home, out, edit::Edited::remove_row(document, field, row))
        }
        DocCommand::MoveRow(args) => ask(home, out, edit::Edited::move_row(args)),
        DocCommand::History { document } => ask(home, out, history::History { document, lang }),
    }
}

/// Shows a visitor these questions.
pub(crate) fn each_question(visitor: &mut impl Visitor) {
    visitor.meet::<new::New>();
    visitor.meet::<list::List>();
    visitor.meet::<show::Show>();
    visitor.meet::<edit::Edited>();
    visitor.meet::<history::History>();
}

/// Draws the id of a new document.
///
/// # Errors
/// `no-entropy`.
pub(crate) fn fresh_id() -> Result<DocumentId, Failure> {
    let mut bytes = [0; 16];
    let doing = ("tirer un identifiant au hasard", "drawing an identifier");
    getrandom::fill(&mut bytes)
        .map_err(|error| failures::of_system("no-entropy", doing, &error))?;
    Ok(DocumentId::new(bytes))
}
