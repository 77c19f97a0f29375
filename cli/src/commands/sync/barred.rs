//! A space where this machine, or its organisation, may not write: why, and what to do.

use crate::words;
use client_core::replica::Barred;
use console::{Lang, Page, Text, readable};
use serde::{Deserialize, Serialize};

/// A space where this machine, or its organisation, may not write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BarredFrom {
    pub(super) space: String,
    pub(super) title: String,
    pub(super) state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until_ms: Option<i64>,
    pub(super) kept: usize,
}

impl From<Barred> for BarredFrom {
    fn from(barred: Barred) -> Self {
        Self {
            space: barred.space.to_string(),
            title: barred.title,
            state: barred.state.to_owned(),
            until: barred.until.map(|until| readable::iso_time(words::signed_ms(until))),
            until_ms: barred.until.map(words::signed_ms),
            kept: barred.kept,
        }
    }
}

impl BarredFrom {
    /// Says what is, what becomes of the edits, and what to do.
    pub(super) fn draw_in(&self, page: &mut Page) {
        let space = words::short(&self.space);
        let title = if self.title.is_empty() { &space } else { &self.title };
        let (what_fr, what_en) = self.what();
        page.alarm(&Text::new(
            format!("« {title} » : {what_fr}."),
            format!("“{title}”: {what_en}."),
        ));
        let (kept_fr, kept_en) = words::kept(self.kept);
        let (next_fr, next_en) = self.next(&space);
        let joined = |kept: String, next: String| format!("{kept} {next}").trim().to_owned();
        page.say(&Text::new(joined(kept_fr, next_fr), joined(kept_en, next_en)));
    }

    fn what(&self) -> (String, String) {
        let fixed = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
        match (self.state.as_str(), self.until_ms) {
            ("suspended", Some(until)) => (
                format!(
                    "l'exploitant du relais a suspendu cet appareil jusqu'au {}",
                    readable::local_time(until, Lang::Fr)
                ),
                format!(
                    "the relay's operator has suspended this device until {}",
                    readable::local_time(until, Lang::En)
                ),
            ),
            ("revoked", _) => fixed(
                "votre organisation a révoqué cet appareil",
                "your organisation has revoked this device",
            ),
            ("left", _) => fixed("votre organisation est partie", "your organisation has left"),
            ("removed", _) => fixed(
                "les garants ont retiré votre organisation",
                "the guarantors have removed your organisation",
            ),
            (other, _) => fixed(other, other),
        }
    }

    fn next(&self, space: &str) -> (String, String) {
        match self.state.as_str() {
            "suspended" => (
                "Ce qui attend partira à la première « liaison sync » après cette date ; si la \
                 suspension vous étonne, appelez l'exploitant."
                    .to_owned(),
                "What waits will leave with the first “liaison sync” after that date; if the \
                 suspension surprises you, call the operator."
                    .to_owned(),
            ),
            "revoked" => (
                format!(
                    "« liaison quarantine list {space} » montre ce qui n'est pas parti, « liaison \
                     quarantine export » le remet à un partenaire."
                ),
                format!(
                    "“liaison quarantine list {space}” shows what has not left, “liaison \
                     quarantine export” hands it to a partner."
                ),
            ),
            _ => (
                "Ce que vous en aviez reste lisible ici.".to_owned(),
                "What you had of it stays readable here.".to_owned(),
            ),
        }
    }
}
