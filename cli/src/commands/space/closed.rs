//! How a space was closed, and who attested that its contents are destroyed.

use crate::words;
use client_core::replica::{AttestationView, ClosedView};
use console::{Page, Text, readable};
use protocol::register::Closing;
use serde::{Deserialize, Serialize};

/// The end of a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Closed {
    /// `archive` or `erase`.
    pub(super) closing: String,
    /// Whether this replica has destroyed what it held.
    pub(super) destroyed_here: bool,
    /// Devices that said so.
    pub(super) attested: Vec<Attestation>,
    /// Devices that have not yet.
    pub(super) missing: Vec<Attestation>,
}

/// What one device said.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Attestation {
    device: String,
    partner: String,
    /// Empty where no other space of this replica knows the organisation.
    name: String,
    own: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    destroyed: Vec<String>,
}

impl From<ClosedView> for Closed {
    fn from(view: ClosedView) -> Self {
        let (missing, attested) = view.devices.into_iter().partition(|one| one.at.is_none());
        let told = |views: Vec<AttestationView>| views.into_iter().map(Attestation::from).collect();
        Self {
            closing: view.closing.name().to_owned(),
            destroyed_here: view.destroyed_here,
            attested: told(attested),
            missing: told(missing),
        }
    }
}

impl From<AttestationView> for Attestation {
    fn from(view: AttestationView) -> Self {
        let at_ms = view.at.map(words::signed_ms);
        Self {
            device: view.device.to_string(),
            partner: view.partner.to_string(),
            name: view.name,
            own: view.own,
            at: at_ms.map(readable::iso_time),
            at_ms,
            destroyed: view.destroyed.iter().map(|one| one.name().to_owned()).collect(),
        }
    }
}

impl Closed {
    /// Tells whether the contents are gone for good.
    pub(crate) fn is_erased(&self) -> bool {
        self.closing == Closing::Erase.name()
    }

    /// Says in a sentence how the space ended.
    pub(crate) fn told(&self) -> Text {
        match self.is_erased() {
            true => Text::of(
                "Cet espace est effacé : ses documents et ses clés sont détruits, il n'en reste \
                 que le registre.",
                "This space is erased: its documents and its keys are destroyed, only its \
                 register remains.",
            ),
            false => Text::of(
                "Cet espace est clos et archivé : tout y reste lisible, plus rien n'y est écrit.",
                "This space is closed and archived: all of it stays readable, nothing more is \
                 written.",
            ),
        }
    }

    /// Draws who attested and who has not yet.
    pub(super) fn draw_in(&self, page: &mut Page) {
        page.say(&self.told());
        if !self.is_erased() {
            return;
        }
        if !self.destroyed_here {
            page.alarm(&Text::of(
                "Sur cette machine, des traces attendent d'être effacées du disque : libérez de \
                 la place, puis relancez la commande.",
                "On this machine, traces wait to be cleared from the disk: free some room, then \
                 run the command again.",
            ));
        }
        let lang = page.lang();
        let headers = [
            Text::of("organisation", "organisation"),
            Text::of("appareil", "device"),
            Text::of("destruction attestée", "destruction attested"),
        ];
        let not_yet = Text::of("pas encore", "not yet");
        let row = |one: &Attestation| {
            // The erased space has forgotten its names, and a register never had any.
            let short = format!("organisation {}", words::short(&one.partner));
            let at = one.at_ms.map(|at| readable::local_time(at, lang));
            vec![
                if one.name.is_empty() { short } else { one.name.clone() },
                words::short(&one.device),
                at.unwrap_or_else(|| not_yet.in_lang(lang).to_owned()),
            ]
        };
        let rows: Vec<_> = self.attested.iter().chain(&self.missing).map(row).collect();
        page.table(&headers, &rows);
        if !self.missing.is_empty() {
            page.say(&Text::of(
                "Un appareil absent détruit et atteste à son prochain échange. Une attestation est \
                 une parole signée, pas une preuve.",
                "A device that is away destroys and attests at its next exchange. An attestation \
                 is a signed word, not a proof.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::question::drawn_by;
    use console::Lang;

    fn attestation(name: &str, at_ms: Option<i64>) -> Attestation {
        Attestation {
            device: "3fa94b12".repeat(8),
            partner: "77aa88bb".repeat(4),
            name: name.to_owned(),
            own: false,
            at: at_ms.map(readable::iso_time),
            at_ms,
            destroyed: Vec::new(),
        }
    }

    #[test]
    fn who_attested_is_told_from_who_has_not_yet() {
        let closed = Closed {
            closing: "erase".to_owned(),
            destroyed_here: true,
            attested: vec![attestation("Hôpital", Some(1_700_000_000_000))],
            missing: vec![attestation("", None)],
        };
        let french = drawn_by(Lang::Fr, |page| closed.draw_in(page));
        let line = |word: &str| french.lines().find(|line| line.contains(word)).unwrap();
        assert!(line("Hôpital").contains("2023"), "{french}");
        assert!(line("pas encore").contains("organisation 77aa88bb"), "{french}");
        assert!(french.contains("pas une preuve"), "{french}");
        let archived = Closed { closing: "archive".to_owned(), ..closed };
        let english = drawn_by(Lang::En, |page| archived.draw_in(page));
        assert!(english.contains("archived") && !english.contains("not yet"), "{english}");
    }
}
