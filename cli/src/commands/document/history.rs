//! `doc history`: who changed what in a document, and when.

use crate::driver::Access;
use crate::question::{Answer, Question, lang_form};
use crate::{failures, resolve, words};
use client_core::replica::{ChangeView, Command, Reply};
use console::{Failure, Lang, Page, Text, readable};
use serde::{Deserialize, Serialize};

/// Asks for the history of a document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct History {
    pub(crate) document: String,
    #[serde(with = "lang_form")]
    pub(crate) lang: Lang,
}

/// The changes, in their order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Changes(Vec<Change>);

#[derive(Debug, Serialize, Deserialize)]
struct Change {
    version: String,
    at: String,
    at_ms: i64,
    partner: Option<String>,
    name: String,
    device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adopted_by: Option<String>,
    summary: String,
}

impl Change {
    fn of(view: ChangeView, lang: Lang) -> Self {
        let at_ms = words::signed_ms(view.at);
        Self {
            version: view.version.to_string(),
            at: readable::iso_time(at_ms),
            at_ms,
            partner: view.partner.map(|partner| partner.to_string()),
            name: view.name,
            device: view.device.map(|device| device.to_string()),
            adopted_by: view.adopted_by.map(|partner| partner.to_string()),
            summary: match lang {
                Lang::Fr => view.summary_french,
                Lang::En => view.summary_english,
            },
        }
    }
}

/// Returns when a change was made; what every replica makes alike bears no time.
fn when(at_ms: i64, lang: Lang) -> String {
    if at_ms == 0 { "—".to_owned() } else { readable::local_time(at_ms, lang) }
}

impl Question for History {
    const PATH: &'static str = "doc/history";
    type Answer = Changes;

    async fn answer(self, replica: &Access) -> Result<Changes, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let Reply::History(changes) = replica.command(Command::History { document }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(Changes(changes.into_iter().map(|view| Change::of(view, self.lang)).collect()))
    }
}

impl Answer for Changes {
    fn draw(&self, page: &mut Page) {
        let lang = page.lang();
        let headers = [
            Text::same("version"),
            Text::of("quand", "when"),
            Text::of("qui", "who"),
            Text::of("quoi", "what"),
        ];
        let row = |change: &Change| {
            let parts: Vec<String> = change.version.split('+').map(words::short).collect();
            vec![
                parts.join("+"),
                when(change.at_ms, lang),
                change.name.clone(),
                change.summary.clone(),
            ]
        };
        page.table(&headers, &self.0.iter().map(row).collect::<Vec<_>>());
        page.say(&Text::of(
            "Pour relire une version : liaison doc show DOCUMENT --at VERSION",
            "To read a version again: liaison doc show DOCUMENT --at VERSION",
        ));
    }
}
