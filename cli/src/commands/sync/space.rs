//! What one exchange did in one space, and why something waits there.

use crate::{failures, words};
use client_core::replica::{LinkState, SpaceSync, SpaceView};
use console::{Exit, Lang, Page, Text};
use serde::{Deserialize, Serialize};

/// The state of a machine that is in the space and was handed no key yet.
const AWAITS_KEY: &str = "awaiting-key";

/// One space of an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SpaceSynced {
    pub(super) space: String,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) sent: u64,
    pub(super) received: u64,
    pub(super) pending: usize,
    pub(super) quarantined: usize,
    /// Why the relay took no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// Why it refused for good something that had waited here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<String>,
}

impl From<SpaceSync> for SpaceSynced {
    fn from(synced: SpaceSync) -> Self {
        let SpaceSync { view, sent, received, refused } = synced;
        // What is only held back is not refused for good.
        let refused = refused.filter(|refusal| Some(*refusal) != view.held_back);
        let refused = refused.map(|refusal| refusal.name().to_owned());
        Self { sent, received, refused, ..Self::from(&view) }
    }
}

impl From<&SpaceView> for SpaceSynced {
    fn from(view: &SpaceView) -> Self {
        let barred = view.barred().filter(|barred| barred.kept > 0);
        // Whoever may not send, or is not listened to, is not up to date with its relay.
        let state = match (view.link, barred, view.held_back) {
            (LinkState::Current, Some(barred), _) => barred.state,
            (LinkState::Current | LinkState::Unreachable, _, Some(_)) => LinkState::Refused.name(),
            (LinkState::Current, None, None) if view.awaits_key => AWAITS_KEY,
            (link, _, _) => link.name(),
        };
        Self {
            space: view.space.to_string(),
            title: view.title.clone(),
            state: state.to_owned(),
            sent: 0,
            received: 0,
            pending: view.pending,
            quarantined: view.quarantined,
            reason: view.held_back.map(|refusal| refusal.name().to_owned()),
            refused: None,
        }
    }
}

impl SpaceSynced {
    /// Returns what people call the space.
    pub(super) fn name(&self, lang: Lang) -> String {
        let short = words::short(&self.space);
        let title = if self.title.is_empty() { &short } else { &self.title };
        match lang {
            Lang::Fr => format!("« {title} »"),
            Lang::En => format!("“{title}”"),
        }
    }

    /// Returns how the space stands, with the relay's reason.
    pub(super) fn state_in(&self, lang: Lang) -> String {
        let state = words::sync_state(&self.state, lang);
        match &self.reason {
            Some(reason) => format!("{state} ({})", failures::reason_named(reason).in_lang(lang)),
            None => state,
        }
    }

    /// Returns how the space stands in a few words, for one line among others.
    pub(super) fn in_short(&self, lang: Lang) -> String {
        let text = match self.pending {
            0 => Text::of("rien à envoyer", "nothing to send"),
            pending => Text::new(format!("{pending} à envoyer"), format!("{pending} to send")),
        };
        format!("{}, {}", self.state_in(lang), text.in_lang(lang))
    }

    /// Says what the relay did not take, why, and what to do.
    pub(super) fn draw_in(&self, page: &mut Page) {
        let (fr, en) = (self.name(Lang::Fr), self.name(Lang::En));
        if let Some(reason) = &self.reason {
            let why = failures::reason_named(reason);
            page.alarm(&Text::new(
                format!("{fr} : l'échange n'est pas complet : {}.", why.in_lang(Lang::Fr)),
                format!("{en}: the exchange is not complete: {}.", why.in_lang(Lang::En)),
            ));
            self.draw_waiting(page);
            draw_hint(reason, page);
        }
        if let Some(reason) = &self.refused {
            let why = failures::reason_named(reason);
            page.alarm(&Text::new(
                format!(
                    "{fr} : le relais a refusé une décision qui attendait ici : {}.",
                    why.in_lang(Lang::Fr)
                ),
                format!(
                    "{en}: the relay refused a decision that had waited here: {}.",
                    why.in_lang(Lang::En)
                ),
            ));
            let short = words::short(&self.space);
            page.say(&Text::new(
                format!(
                    "Elle n'attend plus : « liaison requests {short} » montre où en sont les votes."
                ),
                format!("It waits no more: “liaison requests {short}” shows how votes stand."),
            ));
            draw_hint(reason, page);
        }
    }

    fn draw_waiting(&self, page: &mut Page) {
        let (fr, en) = match self.pending {
            0 => return,
            1 => (
                "1 envoi attend ici et partira dès que le relais le prendra".to_owned(),
                "1 item waits here and will leave as soon as the relay takes it".to_owned(),
            ),
            many => (
                format!("{many} envois attendent ici et partiront dès que le relais les prendra"),
                format!("{many} items wait here and will leave as soon as the relay takes them"),
            ),
        };
        page.say(&Text::new(
            format!("{fr} ; rien n'est perdu."),
            format!("{en}; nothing is lost."),
        ));
    }

    /// Returns the status that this space alone would give: 4 when something could not be
    /// brought to the relay, 1 when it was refused for good.
    pub(super) fn exit(&self) -> Exit {
        let away = [
            LinkState::Unreachable.name(),
            LinkState::Refused.name(),
            LinkState::Behind.name(),
            LinkState::Offline.name(),
            "suspended",
        ];
        if away.contains(&self.state.as_str()) {
            Exit::Unreachable
        } else if self.refused.is_some() || self.state == LinkState::Forked.name() {
            Exit::Refused
        } else {
            Exit::Done
        }
    }
}

fn draw_hint(reason: &str, page: &mut Page) {
    if let Some(hint) = failures::hint_named(reason) {
        let (fr, en) = (hint.in_lang(Lang::Fr), hint.in_lang(Lang::En));
        page.say(&Text::new(format!("→ {fr}"), format!("→ {en}")));
    }
}
