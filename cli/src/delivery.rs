//! Whether the relay has heard of what was asked, told with every answer that must reach it.
//!
//! A relay that is away loses nothing: what was made is given all the same, kept here, and
//! leaves with the next exchange. Scripts read `sent`, and exit status 4; people a sentence.

use crate::{failures, words};
use client_core::replica::{LinkState, Reply};
use console::{Exit, Lang, Page, Text};
use serde::{Deserialize, Serialize};

/// How far an answer has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// Whether the relay has it.
    pub(crate) sent: bool,
    /// How the space stands with its relay, when it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// Why the relay did not take it, if it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Delivery {
    /// Takes a reply out of what says that it was not sent.
    pub(crate) fn of(reply: Reply) -> (Reply, Self) {
        let Reply::Unsent { reply, link, refusal } = reply else {
            return (reply, Self::nothing());
        };
        let reason = refusal.map(|refusal| refusal.name().to_owned());
        (*reply, Self { sent: false, link: Some(link.name().to_owned()), reason })
    }

    /// Returns what stands where nothing had to be sent.
    pub(crate) fn nothing() -> Self {
        Self { sent: true, link: None, reason: None }
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
        if let Some(reason) = &self.reason {
            return draw_reason(reason, page);
        }
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
        page.say(&KEPT);
    }
}

const KEPT: Text = Text::of(
    "C'est gardé ici et partira avec la prochaine « liaison sync ».",
    "It is kept here and will leave with the next “liaison sync”.",
);

/// Says why the relay did not take it, and what to do.
fn draw_reason(reason: &str, page: &mut Page) {
    let why = failures::reason_named(reason);
    let (fr, en) = (why.in_lang(Lang::Fr), why.in_lang(Lang::En));
    page.alarm(&Text::new(
        format!("Le relais ne l'a pas pris : {fr}."),
        format!("The relay did not take it: {en}."),
    ));
    page.say(&KEPT);
    if let Some(hint) = failures::hint_named(reason) {
        let (fr, en) = (hint.in_lang(Lang::Fr), hint.in_lang(Lang::En));
        page.say(&Text::new(format!("→ {fr}"), format!("→ {en}")));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::question::drawn_by;
    use serde_json::json;

    #[test]
    fn what_is_kept_is_said_once_with_its_status() {
        let (reply, link) = (Box::new(Reply::Rested), LinkState::Unreachable);
        let reply = Reply::Unsent { reply, link, refusal: None };
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
    fn a_relay_that_answers_and_does_not_take_it_says_why() {
        let (reply, link) = (Box::new(Reply::Rested), LinkState::Current);
        let refusal = Some(protocol::refusal::Refusal::StorageFailed);
        let (_, delivery) = Delivery::of(Reply::Unsent { reply, link, refusal });
        assert_eq!(delivery.exit(), Exit::Unreachable);
        assert_eq!(serde_json::to_value(&delivery).unwrap()["reason"], "storage-failed");
        let french = drawn_by(Lang::Fr, |page| delivery.draw_in(page));
        assert!(french.contains("ne peut plus écrire sur son disque"), "{french}");
        assert!(french.contains("prévenez l'exploitant"), "{french}");
    }

    #[test]
    fn what_is_sent_needs_no_word() {
        let (_, delivery) = Delivery::of(Reply::Rested);
        assert_eq!(delivery.exit(), Exit::Done);
        assert_eq!(serde_json::to_value(&delivery).unwrap(), json!({"sent": true}));
        assert_eq!(drawn_by(Lang::Fr, |page| delivery.draw_in(page)), "");
    }
}
