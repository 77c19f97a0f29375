//! The words people read for the names that scripts read: roles, states, kinds of votes.
//!
//! A name that is not in a table is shown as it is: it comes from a later version.

use std::time::Duration;

use crate::failures;
use client_core::kinds::Language;
use client_core::replica::Alarm;
use console::{Lang, Text, readable};
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
    ("waiting", Text::of("en attente", "waiting")),
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

const MEMBERSHIPS: &Table = &[
    ("waiting", Text::of("en attente", "waiting")),
    ("left", Text::of("parti", "left")),
    ("removed", Text::of("retiré", "removed")),
];

const RULES: &Table = &[
    (
        "usual",
        Text::of(
            "habituelle (majorité des garants ; deux tiers plus un pour retirer ou changer de \
             règle)",
            "usual (majority of guarantors; two thirds plus one to remove or change the rule)",
        ),
    ),
    ("majority", Text::of("majorité des garants", "majority of guarantors")),
    ("two-thirds", Text::of("deux tiers des garants plus un", "two thirds of guarantors plus one")),
    ("unanimous", Text::of("unanimité des garants", "all guarantors")),
];

const CLOSINGS: &Table = &[
    ("archive", Text::of("l'espace reste lisible", "the space stays readable")),
    ("erase", Text::of("les clés sont détruites", "the keys are destroyed")),
];

const NOT_TAKEN: &Table = &[
    ("damaged", Text::of("le fichier est coupé ou altéré", "the file is cut short or altered")),
    (
        "not-vouched-for",
        Text::of(
            "aucune signature du relais n'en répond dans ce fichier",
            "no signature of the relay in this file vouches for it",
        ),
    ),
    (
        "clock-ahead",
        Text::of(
            "daté d'après l'heure de cette machine : son horloge retarde ?",
            "dated after the time of this machine: is its clock late?",
        ),
    ),
];

const LINKS: &Table = &[
    ("offline", Text::of("non connecté", "not connected")),
    ("busy", Text::of("échange en cours", "exchanging")),
    ("current", Text::of("à jour", "up to date")),
    ("waiting", Text::of("en attente d'admission", "waiting to be admitted")),
    ("former", Text::of("n'en fait plus partie", "no longer part of it")),
    (
        "awaiting-key",
        Text::of(
            "en attente de la clé : un partenaire en ligne la remettra",
            "waiting for the key: a partner who is online will hand it over",
        ),
    ),
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

/// Returns what people call a state, and until when it lasts if it is suspended.
pub(crate) fn state_until(name: &str, until_ms: Option<i64>, lang: Lang) -> String {
    let state = state(name, lang);
    let Some(until) = until_ms.filter(|_| name == "suspended") else {
        return state;
    };
    let until = readable::local_time(until, lang);
    match lang {
        Lang::Fr => format!("{state} jusqu'au {until}"),
        Lang::En => format!("{state} until {until}"),
    }
}

/// Returns what people call the state of a link.
pub(crate) fn link(name: &str, lang: Lang) -> String {
    shown(LINKS, name, lang)
}

/// Returns what people call the outcome of an exchange: the state of a link, or why this
/// machine may not write.
pub(crate) fn sync_state(name: &str, lang: Lang) -> String {
    let shown = link(name, lang);
    if shown == name { state(name, lang) } else { shown }
}

/// Says what becomes of edits that are kept and not sent, in French and in English.
pub(crate) fn kept(edits: usize) -> (String, String) {
    let one = |lang| count(edits, ("modification", "edit"), lang);
    match edits {
        0 => (String::new(), String::new()),
        1 => ("1 modification est gardée ici.".to_owned(), "1 edit is kept here.".to_owned()),
        _ => (
            format!("{} sont gardées ici.", one(Lang::Fr)),
            format!("{} are kept here.", one(Lang::En)),
        ),
    }
}

/// Returns what people call a kind of space.
pub(crate) fn space_kind(name: &str, lang: Lang) -> String {
    shown(SPACE_KINDS, name, lang)
}

/// Returns what people call the role of an organisation, or what it has become instead.
pub(crate) fn standing(role: Option<&str>, membership: &str, lang: Lang) -> String {
    match role {
        Some(name) => self::role(name, lang),
        None => shown(MEMBERSHIPS, membership, lang),
    }
}

/// Returns what people call a rule: one name, or its four thresholds.
pub(crate) fn rule(name: &str, lang: Lang) -> String {
    if !name.contains(" / ") {
        return threshold(name, lang);
    }
    let classes = [
        Text::of("décisions", "decisions"),
        Text::of("retrait", "removal"),
        Text::of("règle", "rule"),
        Text::of("relais", "relay"),
    ];
    let part = |(class, name): (&Text, &str)| match lang {
        Lang::Fr => format!("{} : {}", class.in_lang(lang), threshold(name, lang)),
        Lang::En => format!("{}: {}", class.in_lang(lang), threshold(name, lang)),
    };
    let parts: Vec<String> = classes.iter().zip(name.split(" / ")).map(part).collect();
    parts.join(" ; ")
}

fn threshold(name: &str, lang: Lang) -> String {
    match name.strip_prefix("at-least-") {
        Some(number) => {
            let text = Text::new(format!("au moins {number}"), format!("at least {number}"));
            text.in_lang(lang).to_owned()
        }
        None => shown(RULES, name, lang),
    }
}

/// Returns what people call a way to close a space.
pub(crate) fn closing(name: &str, lang: Lang) -> String {
    shown(CLOSINGS, name, lang)
}

/// Returns a clause that says how few guarantors could vote.
pub(crate) fn few_could_vote(voices: usize, lang: Lang) -> String {
    match (lang, voices) {
        (Lang::Fr, 0) => "aucun garant ne pourrait voter".to_owned(),
        (Lang::Fr, 1) => "1 garant seulement pourrait voter".to_owned(),
        (Lang::Fr, few) => format!("{few} garants seulement pourraient voter"),
        (Lang::En, 0) => "no guarantor could vote".to_owned(),
        (Lang::En, few) => format!("only {} could vote", count(few, ("", "guarantor"), lang)),
    }
}

/// Returns a number with its noun and the participle that agrees with it, as « 2 modifications
/// reçues » ; the English participle stays as it is.
pub(crate) fn counted(number: u64, fr: &str, en: (&str, &str)) -> (String, String) {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let english = format!("{} {}", count(number, ("", en.0), Lang::En), en.1);
    (count(number, (fr, ""), Lang::Fr), english.trim_end().to_owned())
}

/// Returns how many of a kind of what a bundle holds there are.
pub(crate) fn carried(what: &str, number: usize, lang: Lang) -> String {
    let nouns = match what {
        "decision" => ("décision", "decision"),
        "envelope" => ("envoi chiffré", "sealed edit"),
        "approval" => ("accord", "approval"),
        "request" => ("demande d'entrée", "join request"),
        "rest" => {
            return Text::of("la suite du fichier", "the rest of the file")
                .in_lang(lang)
                .to_owned();
        }
        other => (other, other),
    };
    count(number, nouns, lang)
}

/// Returns why something a bundle holds was not taken.
pub(crate) fn not_taken(reason: &str, lang: Lang) -> String {
    let known = NOT_TAKEN.iter().find(|(name, _)| *name == reason);
    let text = known.map_or_else(|| failures::reason_named(reason), |(_, text)| text.clone());
    text.in_lang(lang).to_owned()
}

/// Returns a number with its noun in the reader's language, each word of the noun in the plural
/// as the language writes it: in French from two on, in English for all but one.
pub(crate) fn count(number: usize, (fr, en): (&str, &str), lang: Lang) -> String {
    let noun = match lang {
        Lang::Fr => fr,
        Lang::En => en,
    };
    let plural = match lang {
        Lang::Fr => number >= 2,
        Lang::En => number != 1,
    };
    if !plural {
        return format!("{number} {noun}");
    }
    match lang {
        // The complement of a noun keeps its number: demandes d'entrée.
        Lang::Fr => {
            let word = |word: &str| match word {
                "" => String::new(),
                kept if kept.starts_with("d'") || kept.ends_with('s') => kept.to_owned(),
                noun => format!("{noun}s"),
            };
            let words: Vec<String> = noun.split(' ').map(word).collect();
            format!("{number} {}", words.join(" "))
        }
        Lang::En => format!("{number} {noun}s"),
    }
}

/// Returns what people call a kind of vote.
pub(crate) fn measure(name: &str, lang: Lang) -> String {
    shown(MEASURES, name, lang)
}

/// What is said when edits are taken out that followed a lost one.
const EDITS_LOST: Text = Text::of(
    "des modifications d'ici en suivaient une autre, perdue : elles sont retirées, relisez le \
     document",
    "edits made here followed another that is lost: they are taken out, read the document again",
);

/// Says that a relay dates what it orders long after this machine's clock.
fn clocks_differ(ahead: Duration) -> Text {
    let [fr, en] = [Lang::Fr, Lang::En].map(|lang| span(ahead, lang));
    Text::new(
        format!(
            "l'horloge du relais avance de {fr} sur celle de cette machine : vérifiez d'abord \
             l'heure de cette machine ; si elle est juste, prévenez l'exploitant du relais. Ce \
             que le relais envoie attend jusque-là"
        ),
        format!(
            "the relay's clock is {en} ahead of this machine's: check the time of this machine \
             first; if it is right, tell the relay's operator. What the relay sends waits until \
             then"
        ),
    )
}

/// Returns a time span in the unit that a person would say it in.
fn span(span: Duration, lang: Lang) -> String {
    let minutes = span.as_secs() / 60;
    let (number, noun) = match minutes {
        0..120 => (minutes, ("minute", "minute")),
        120..2_880 => (minutes / 60, ("heure", "hour")),
        2_880.. => (minutes / 1_440, ("jour", "day")),
    };
    count(usize::try_from(number).unwrap_or(usize::MAX), noun, lang)
}

/// Returns the name of an alarm, for scripts, and what it says to a person.
pub(crate) fn alarm(alarm: Alarm) -> (&'static str, Text) {
    match alarm {
        Alarm::RelayForked => (
            "relay-forked",
            Text::of(
                "le relais montre une autre histoire que celle déjà connue : plus rien ne lui \
                 est envoyé ; prévenez les autres partenaires",
                "the relay shows another history than the one known: nothing is sent to it any \
                 more; tell the other partners",
            ),
        ),
        Alarm::RelayBehind => (
            "relay-behind",
            Text::of(
                "le relais en sait moins qu'auparavant : prévenez son exploitant",
                "the relay knows less than before: tell its operator",
            ),
        ),
        Alarm::RelayBrokeRule(refusal) => (
            "relay-broke-rule",
            Text::new(
                format!("le relais a rangé ce que les règles refusent : {}", refusal.french()),
                format!("the relay stored what the rules refuse: {}", refusal.english()),
            ),
        ),
        Alarm::ClocksDiffer(ahead) => ("clocks-differ", clocks_differ(ahead)),
        Alarm::WrongKeyHanded => (
            "wrong-key-handed",
            Text::of(
                "l'accès remis à cet appareil n'est pas celui qui était annoncé : prévenez les \
                 autres partenaires",
                "the access handed to this device is not the one announced: tell the other \
                 partners",
            ),
        ),
        Alarm::Restarted => (
            "restarted",
            Text::of(
                "cette réplique vient d'une copie ou d'une sauvegarde : elle repart à part, rien \
                 n'est perdu",
                "this replica comes from a copy or a backup: it starts anew, nothing is lost",
            ),
        ),
        Alarm::BadContent => (
            "bad-content",
            Text::of(
                "un envoi reçu ne se lit pas ou contient ce qu'il ne doit pas : il est sans effet",
                "something received cannot be read or holds what it may not: it has no effect",
            ),
        ),
        Alarm::EditsLost => ("edits-lost", EDITS_LOST),
        Alarm::ActRefused(refusal) => (
            "act-refused",
            Text::new(
                format!("ce que votre organisation a demandé est refusé : {}", refusal.french()),
                format!("what your organisation asked for is refused: {}", refusal.english()),
            ),
        ),
        Alarm::NoLongerMember => (
            "no-longer-member",
            Text::of(
                "cet appareil, ou votre organisation, ne fait plus partie de l'espace",
                "this device, or your organisation, is no longer part of the space",
            ),
        ),
    }
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
    fn two_clocks_that_differ_accuse_nobody() {
        let (name, text) = alarm(Alarm::ClocksDiffer(Duration::from_secs(3 * 3_600 + 59)));
        assert_eq!(name, "clocks-differ");
        let both = [text.in_lang(Lang::Fr), text.in_lang(Lang::En)];
        assert!(both[0].contains("avance de 3 heures") && both[0].contains("cette machine"));
        assert!(both[1].contains("3 hours ahead") && both[1].contains("check the time of this"));
        let said = |secs| span(Duration::from_secs(secs), Lang::Fr);
        assert_eq!([700, 7_199, 172_800].map(said), ["11 minutes", "119 minutes", "2 jours"]);
    }

    #[test]
    fn a_noun_follows_its_number_as_each_language_writes_it() {
        let french = |number| count(number, ("appareil", "device"), Lang::Fr);
        assert_eq!([0, 1, 2].map(french), ["0 appareil", "1 appareil", "2 appareils"]);
        let english = |number| count(number, ("appareil", "device"), Lang::En);
        assert_eq!([0, 1, 2].map(english), ["0 devices", "1 device", "2 devices"]);
        assert_eq!(carried("envelope", 2, Lang::Fr), "2 envois chiffrés");
        assert_eq!(carried("request", 3, Lang::Fr), "3 demandes d'entrée");
        assert_eq!(carried("decision", 1, Lang::En), "1 decision");
        for reason in ["not-vouched-for", "clock-ahead", "damaged", "bad-signature"] {
            assert_ne!(not_taken(reason, Lang::Fr), reason);
        }
    }

    #[test]
    fn a_name_of_tomorrow_is_shown_as_it_is() {
        assert_eq!(role("arbiter", Lang::En), "arbiter");
        assert_eq!(state("arbiter", Lang::Fr), "arbiter");
        assert_eq!(measure("arbiter", Lang::Fr), "arbiter");
    }
}
