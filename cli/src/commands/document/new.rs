//! `doc new`: a new document of some kind.

use crate::commands::document::edit::heads;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, Reply};
use console::{Failure, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks for a new document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct New {
    pub(crate) space: String,
    pub(crate) kind: String,
    pub(crate) title: String,
}

/// The new document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Created {
    document: String,
    heads: Vec<String>,
}

impl Question for New {
    const PATH: &'static str = "doc/new";
    type Answer = Created;

    async fn answer(self, replica: &Access) -> Result<Created, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let Self { kind, title, .. } = self;
        let new = Command::NewDocument { space, kind, title };
        let Reply::Edited { document, version } = replica.command(new).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Created { document: document.to_string(), heads: heads(&version) })
    }
}

impl Answer for Created {
    fn draw(&self, page: &mut Page) {
        page.good(&Text::of("Le document est créé.", "The document is created."));
        page.pairs(&[(Text::same("document"), self.document.clone())]);
        let short = words::short(&self.document);
        page.say(&Text::new(
            format!("Pour le lire : liaison doc show {short} — pour l'envoyer : liaison sync"),
            format!("To read it: liaison doc show {short} — to send it: liaison sync"),
        ));
    }
}
