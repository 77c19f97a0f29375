//! `doc list`: the documents of a space.

use crate::commands::document::new::known_kind;
use crate::commands::space::Show;
use crate::commands::with_session;
use crate::driver::Access;
use crate::home::Home;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, DocumentLine, Reply};
use console::{Exit, Failure, Out, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks for the documents of a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct List {
    pub(crate) space: String,
    pub(crate) kind: Option<String>,
}

/// The documents.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Documents(Vec<Line>);

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    document: String,
    space: String,
    kind: String,
    title: String,
    /// The number or the code people know it by, when it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    number: String,
    conflicts: usize,
    readable: bool,
}

impl From<DocumentLine> for Line {
    fn from(line: DocumentLine) -> Self {
        Self {
            document: line.document.to_string(),
            space: line.space.to_string(),
            kind: line.kind,
            title: line.title,
            number: line.number,
            conflicts: line.conflicts,
            readable: line.readable,
        }
    }
}

/// Lists the documents, or says why there is none to see yet.
///
/// # Errors
/// What the replica says.
pub(crate) fn run(question: List, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let (listed, unread) = with_session(home, out, async |session, _| {
        let show = Show::of(question.space.clone());
        let listed = session.ask(question).await?;
        let unread = match listed.0.is_empty() {
            true => session.ask(show).await?.unread(),
            false => None,
        };
        Ok((listed, unread))
    })?;
    out.answer(&listed, |page| match unread {
        Some(unread) => page.say(&unread),
        None => listed.draw(page),
    })?;
    Ok(listed.exit())
}

impl Question for List {
    const PATH: &'static str = "doc/list";
    type Answer = Documents;

    async fn answer(self, replica: &Access) -> Result<Documents, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        if let Some(kind) = &self.kind {
            known_kind(kind)?;
        }
        let list = Command::Documents { space, kind: self.kind };
        let Reply::Documents(lines) = replica.command(list).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Documents(lines.into_iter().map(Line::from).collect()))
    }
}

impl Answer for Documents {
    fn draw(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.say(&Text::of(
                "Aucun document. « liaison doc new » en crée un.",
                "No document. “liaison doc new” creates one.",
            ));
            return;
        }
        let lang = page.lang();
        let headers = [
            Text::same("document"),
            Text::of("nature", "kind"),
            Text::of("numéro", "number"),
            Text::of("titre", "title"),
            Text::of("à départager", "to settle"),
        ];
        let row = |line: &Line| {
            let unread = Text::of("(pas encore lisible)", "(not readable yet)");
            let title = if line.readable { &line.title } else { unread.in_lang(lang) };
            let conflicts = match line.conflicts {
                0 => String::new(),
                several => several.to_string(),
            };
            let (kind, number) = (line.kind.clone(), line.number.clone());
            vec![words::short(&line.document), kind, number, title.to_owned(), conflicts]
        };
        page.table(&headers, &self.0.iter().map(row).collect::<Vec<_>>());
    }
}
