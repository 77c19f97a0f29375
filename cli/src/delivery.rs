//! Whether the relay has heard of what was asked, told with every answer that must reach it.
//!
//! A relay that is away loses nothing: what was made is given all the same, kept here, and
//! leaves with the next exchange. Scripts read `sent`, and exit status 4; people a sentence.

use crate::words;
use client_core::replica::{LinkState, Reply};
use console::{Exit, Page, Text};
use serde::{Deserialize, Serialize};

/// How far an answer has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// Whether the relay has it.
    pub(crate) sent: bool,
    /// How the space stands with its relay, when it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl Delivery {
    /// Takes a reply out of what says that it was not sent.
    pub(crate) fn of(reply: Reply) -> (Reply, Self) {
        let Reply::Unsent { reply, link } = reply else {
            return (reply, Self { sent: true, link: None });
        };
        (*reply, Self { sent: false, link: Some(link.name().to_owned()) })
    }

    /// Returns what stands where nothing had to be sent.
    pub(crate) fn nothing() -> Self {
        Self { sent: true, link: None }
    }

    /// Returns the status to exit with: 4 while the relay has not heard.
    pub(crate) fn exit(&self) -> Exit {
        if self.sent { Exit::Done } else { Exit::Unreachable }
    }

    /// Draws what has become of it, when that is not as it should be.
    pub(crate) fn draw_in(&self, page: &mut Page) {
        let Some(link) = &self.link else {
            return;
        };
        page.gap();
        page.alarm(&if link == LinkState::Unreachable.name() {
            Text::of(
                "Ce n'est pas encore envoyé : le relais n'a pas pu être joint.",
                "This is not sent yet: the relay could not be reached.",
            )
        } else {
            let lang = page.lang();
            let state = words::link(link, lang);
            Text::new(
                format!("Ce n'est pas encore envoyé ({state})."),
                format!("This is not sent yet ({state})."),
            )
        });
        page.say(&Text::of(
            "C'est gardé ici et partira avec la prochaine « liaison sync ».",
            "It is kept here and will leave with the next “liaison sync”.",
        ));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::question::drawn_by;
    use console::Lang;
    use serde_json::json;

    #[test]
    fn what_is_kept_is_said_once_with_its_status() {
        let reply = Reply::Unsent { reply: Box::new(Reply::Rested), link: LinkState::Unreachable };
        let (reply, delivery) = Delivery::of(reply);
        assert!(matches!(reply, Reply::Rested));
        assert_eq!(delivery.exit(), Exit::Unreachable);
        let told = json!({"sent": false, "link": "unreachable"});
        assert_eq!(serde_json::to_value(&delivery).unwrap(), told);
        let french = drawn_by(Lang::Fr, |page| delivery.draw_in(page));
        assert!(
            french.contains("pas encore envoyé") && french.contains("liaison sync"),
            "{french}"
        );
        let english = drawn_by(Lang::En, |page| delivery.draw_in(page));
        assert!(english.contains("not sent yet"), "{english}");
    }

    #[test]
    fn what_is_sent_needs_no_word() {
        let (_, delivery) = Delivery::of(Reply::Rested);
        assert_eq!(delivery.exit(), Exit::Done);
        assert_eq!(serde_json::to_value(&delivery).unwrap(), json!({"sent": true}));
        assert_eq!(drawn_by(Lang::Fr, |page| delivery.draw_in(page)), "");
    }
}
