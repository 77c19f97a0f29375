//! `doc show`: a whole document, now or as it was.

pub(crate) mod content;
mod draw;
#[cfg(test)]
mod remark_tests;
mod rows;

use crate::driver::Access;
use crate::question::{Answer, Question, lang_form};
use crate::{failures, resolve};
use client_core::document::{ChangeId, Version};
use client_core::replica::{Command, Reply};
use console::{Failure, Lang, Page};
use content::Shown;
pub(crate) use draw::{draw_missing, still_needed};
use protocol::id::DocumentId;
use serde::{Deserialize, Serialize};

/// Asks for a document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Show {
    pub(crate) document: String,
    pub(crate) at: Option<String>,
    #[serde(default = "lang_form::usual", with = "lang_form")]
    pub(crate) lang: Lang,
}

impl Question for Show {
    const PATH: &'static str = "doc/show";
    type Answer = Shown;

    async fn answer(self, replica: &Access) -> Result<Shown, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let at = match &self.at {
            Some(typed) => Some(version(replica, document, typed).await?),
            None => None,
        };
        let Reply::Document(view) = replica.command(Command::Show { document, at }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let space = view.space;
        let mut shown = Shown::of(*view, self.lang);
        // What is known here is enough for names: the relay is not asked.
        if let Ok(Reply::Glance { members, .. }) = replica.command(Command::Glance { space }).await
        {
            shown.name_partners(&members);
        }
        if shown.points() {
            shown.title_documents(&super::references::lines(replica).await?);
        }
        Ok(shown)
    }
}

impl Answer for Shown {
    fn draw(&self, page: &mut Page) {
        draw::document(self, page);
    }
}

/// Finds a version by the first digits of its changes, joined by `+` when there are several.
async fn version(replica: &Access, document: DocumentId, typed: &str) -> Result<Version, Failure> {
    let Reply::History(changes) = replica.command(Command::History { document }).await? else {
        return Err(failures::wrong_reply("doc/history"));
    };
    let known: Vec<ChangeId> =
        changes.iter().flat_map(|change| change.version.changes()).copied().collect();
    let find = |part| {
        let candidates = known.iter().map(|change| (*change, String::new()));
        resolve::find(resolve::CHANGE, part, candidates)
    };
    let parts: Result<Vec<ChangeId>, Failure> = typed.split('+').map(find).collect();
    Ok(Version::new(parts?))
}
