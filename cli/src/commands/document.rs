//! `doc …`: documents, their fields and sections, and who changed them.

mod edit;
pub(crate) mod history;
mod kinds;
mod list;
mod new;
mod rows;
mod show;

use crate::args::document::DocCommand;
use crate::commands::ask;
use crate::daemon::api::{App, route};
use crate::home::Home;
use axum::Router;
use console::{Exit, Failure, Out};

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
        DocCommand::List { space, kind } => ask(home, out, list::List { space, kind }),
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

/// Adds the daemon's addresses of these questions.
pub(crate) fn routes(router: Router<App>) -> Router<App> {
    let router = route::<new::New>(router);
    let router = route::<list::List>(router);
    let router = route::<show::Show>(router);
    let router = route::<edit::Edited>(router);
    route::<history::History>(router)
}
