//! The words people read for the names that scripts read: roles, states, kinds of votes.
//!
//! A name that is not in a table is shown as it is: it comes from a later version.

use client_core::kinds::Language;
use console::{Lang, Text};
use protocol::env::Timestamp;

type Table = [(&'static str, Text)];

const ROLES: &Table = &[
    ("guarantor", Text::of("garant", "guarantor")),
    ("member", Text::of("membre", "member")),
    ("observer", Text::of("observateur", "observer")),
];

const DEVICE_ROLES: &Table = &[
    ("editor", Text::of("écrit et lit", "writes and reads")),
    ("reader", Text::of("lit", "reads")),
];

const STATES: &Table = &[
    ("active", Text::of("actif", "active")),
    ("suspended", Text::of("suspendu", "suspended")),
    ("revoked", Text::of("révoqué", "revoked")),
    ("left", Text::of("parti", "left")),
    ("removed", Text::of("retiré", "removed")),
    ("request", Text::of("demande", "request")),
    ("open", Text::of("ouvert", "open")),
    ("adopted", Text::of("adopté", "adopted")),
    ("expired", Text::of("périmé", "expired")),
    ("void", Text::of("sans objet", "void")),
];

const LINKS: &Table = &[
    ("offline", Text::of("hors ligne", "offline")),
    ("busy", Text::of("échange en cours", "exchanging")),
    ("current", Text::of("à jour", "up to date")),
    ("waiting", Text::of("en attente d'admission", "waiting to be admitted")),
    ("former", Text::of("n'en fait plus partie", "no longer part of it")),
    ("unreachable", Text::of("relais injoignable", "relay not reached")),
    ("refused", Text::of("refusé par le relais", "refused by the relay")),
    ("forked", Text::of("histoire contradictoire du relais", "contradicting relay")),
    ("behind", Text::of("relais en retard", "relay behind")),
];

const SPACE_KINDS: &Table = &[
    ("territory", Text::of("territoire", "territory")),
    ("instance", Text::of("instance (COPIL, groupe de travail)", "body (steering, working group)")),
    ("circle", Text::of("cercle restreint", "closed circle")),
];

const MEASURES: &Table = &[
    ("admit", Text::of("admission", "admission")),
    ("remove", Text::of("retrait", "removal")),
    ("role", Text::of("changement de rôle", "change of role")),
    ("revoke-device", Text::of("retrait d'un appareil", "revocation of a device")),
    ("rule", Text::of("changement de règle", "change of rule")),
    ("relay", Text::of("changement de relais", "change of relay")),
    ("close", Text::of("clôture de l'espace", "closing of the space")),
];

/// Returns what people call the role of an organisation.
pub(crate) fn role(name: &str, lang: Lang) -> String {
    shown(ROLES, name, lang)
}

/// Returns what people call the role of a device.
pub(crate) fn device_role(name: &str, lang: Lang) -> String {
    shown(DEVICE_ROLES, name, lang)
}

/// Returns what people call the state of a partner, a device or a vote.
pub(crate) fn state(name: &str, lang: Lang) -> String {
    shown(STATES, name, lang)
}

/// Returns what people call the state of a link.
pub(crate) fn link(name: &str, lang: Lang) -> String {
    shown(LINKS, name, lang)
}

/// Returns what people call a kind of space.
pub(crate) fn space_kind(name: &str, lang: Lang) -> String {
    shown(SPACE_KINDS, name, lang)
}

/// Returns what people call a kind of vote.
pub(crate) fn measure(name: &str, lang: Lang) -> String {
    shown(MEASURES, name, lang)
}

/// Returns the digits of an identifier that a person needs, enough to be typed back.
pub(crate) fn short(id: &str) -> String {
    id.chars().take(8).collect()
}

/// Returns the language as the tables of kinds name it.
pub(crate) fn language(lang: Lang) -> Language {
    match lang {
        Lang::Fr => Language::French,
        Lang::En => Language::English,
    }
}

/// Returns a time as the readable forms want it; one beyond their calendar is clamped.
pub(crate) fn signed_ms(time: Timestamp) -> i64 {
    i64::try_from(time.ms()).unwrap_or(i64::MAX)
}

fn shown(table: &Table, name: &str, lang: Lang) -> String {
    let found = table.iter().find(|(known, _)| *known == name);
    found.map_or_else(|| name.to_owned(), |(_, text)| text.in_lang(lang).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use client_core::replica::LinkState;
    use protocol::register::{DeviceRole, Role, SpaceKind};

    #[test]
    fn every_name_of_the_machine_has_its_words() {
        for name in Role::ALL {
            assert_ne!(role(name.name(), Lang::Fr), name.name());
        }
        for name in DeviceRole::ALL {
            assert_ne!(device_role(name.name(), Lang::Fr), name.name());
        }
        for name in SpaceKind::ALL {
            assert_ne!(space_kind(name.name(), Lang::Fr), name.name());
        }
        for name in [LinkState::Offline, LinkState::Waiting, LinkState::Forked] {
            assert_ne!(link(name.name(), Lang::Fr), name.name());
        }
    }

    #[test]
    fn a_name_of_tomorrow_is_shown_as_it_is() {
        assert_eq!(role("arbiter", Lang::En), "arbiter");
        assert_eq!(state("arbiter", Lang::Fr), "arbiter");
        assert_eq!(measure("arbiter", Lang::Fr), "arbiter");
    }
}
