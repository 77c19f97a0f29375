//! Failures that the machine returns: a command refused, records that do not load.

use client_core::replica::{CommandError, LoadError};
use console::{Failure, Lang, Text};
use protocol::bundle::BundleError;
use protocol::refusal::Refusal;

/// Returns the failure for a command that was not carried out.
pub(crate) fn of_command(error: &CommandError) -> Failure {
    match error {
        CommandError::NotFound(what) => not_found(what),
        CommandError::Refused(refusal) => refused(*refusal),
        CommandError::Unreachable => Failure::unreachable(
            "relay-unreachable",
            Text::of("le relais n'a pas pu être joint", "the relay could not be reached"),
        )
        .with_hint(Text::of(
            "rien n'a été fait ; vérifiez le réseau et relancez la commande",
            "nothing was done; check the network and run the command again",
        )),
        CommandError::Invalid { code, french, english } => {
            Failure::refused(code, Text::new(set_in(french), set_in(english)))
        }
        CommandError::NoKey("parcel") => parcel_of_another(),
        CommandError::NoKey(_) => Failure::refused(
            "no-right-here",
            Text::of(
                "cet appareil ne détient pas ce qu'il faut pour parler au nom de l'organisation",
                "this device does not hold what it takes to speak for the organisation",
            ),
        )
        .with_hint(Text::of(
            "faites-le sur l'appareil où l'organisation a été créée",
            "do it on the device where the organisation was made",
        )),
        CommandError::Unreadable => Failure::refused(
            "not-readable-yet",
            Text::of(
                "ce document est ici mais ne peut pas encore être lu",
                "this document is here but cannot be read yet",
            ),
        )
        .with_hint(Text::of(
            "lancez « liaison sync » quand un partenaire est en ligne",
            "run “liaison sync” when a partner is online",
        )),
        CommandError::StillInForce => removal_not_known(),
        CommandError::RelayForked => Failure::refused(
            "relay-forked",
            Text::of(
                "le relais montre une autre histoire que celle déjà connue : plus rien ne lui est \
                 envoyé",
                "the relay shows another history than the one known: nothing is sent to it any \
                 more",
            ),
        )
        .with_hint(Text::of(
            "prévenez les autres partenaires et l'exploitant du relais ; gardez ce dossier",
            "tell the other partners and the relay's operator; keep this folder",
        )),
    }
}

fn parcel_of_another() -> Failure {
    Failure::refused(
        "not-for-us",
        Text::of(
            "ce fichier a été écrit pour un autre partenaire que votre organisation",
            "this file was written for another partner than your organisation",
        ),
    )
    .with_hint(Text::of(
        "demandez à son auteur de l'écrire de nouveau, « --to » votre organisation",
        "ask its author to write it again, “--to” your organisation",
    ))
}

/// Says that whoever was removed, as its parcel tells, is in force as far as this replica knows.
fn removal_not_known() -> Failure {
    Failure::refused(
        "removal-not-known",
        Text::of(
            "cette réplique ne sait pas, ou pas encore, que l'appareil qui a écrit ce fichier \
             a été retiré de l'espace",
            "this replica does not know, or not yet, that the device which wrote this file \
             was removed from the space",
        ),
    )
    .with_hint(Text::of(
        "lancez « liaison sync », puis la même commande ; un appareil encore en fonction \
         envoie lui-même ce qu'il écrit",
        "run “liaison sync”, then the same command; a device still in force sends what it \
         writes by itself",
    ))
}

/// Returns the failure for records from which no replica can be loaded.
pub(crate) fn of_load(error: &LoadError) -> Failure {
    let what = match error {
        LoadError::Nothing => Text::of("rien de lisible", "nothing readable"),
        LoadError::Damaged(what) => Text::same(*what),
    };
    let (fr, en) = (what.in_lang(Lang::Fr), what.in_lang(Lang::En));
    Failure::setup(
        "replica-not-loaded",
        Text::new(
            format!("la réplique ne peut pas être chargée : {fr}"),
            format!("the replica cannot be loaded: {en}"),
        ),
    )
    .with_hint(Text::of(
        "gardez le dossier tel quel ; si Liaison a été mis à jour ailleurs, mettez-le à jour ici",
        "keep the folder as it is; if Liaison was updated elsewhere, update it here",
    ))
}

/// Returns the failure for a file that is no bundle.
pub(crate) fn of_bundle(error: &BundleError) -> Failure {
    let (code, message) = match error {
        BundleError::NotABundle => (
            "not-a-bundle",
            Text::of(
                "ce fichier n'a pas été écrit par « liaison bundle write »",
                "this file was not written by “liaison bundle write”",
            ),
        ),
        BundleError::Damaged => (
            "bundle-damaged",
            Text::of("ce fichier est coupé ou altéré", "this file is cut short or altered"),
        ),
        BundleError::Newer(_) => (
            "bundle-too-new",
            Text::of(
                "ce fichier vient d'une version plus récente de Liaison",
                "this file comes from a later version of Liaison",
            ),
        ),
        BundleError::TooMany => (
            "bundle-too-large",
            Text::of("ce fichier contient trop d'éléments", "this file holds too many items"),
        ),
    };
    Failure::refused(code, message)
}

/// Returns a sentence as it follows `erreur :`: without its capital and its full stop.
fn set_in(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    let follows = letters.clone().nth(1).is_some_and(|c| c.is_lowercase() || c == '\'' || c == ' ');
    match letters.next() {
        Some(first) if follows => first.to_lowercase().chain(letters).collect(),
        Some(_) | None => sentence.trim_end_matches('.').to_owned(),
    }
}

fn refused(refusal: Refusal) -> Failure {
    let message = sentence(refusal).unwrap_or_else(|| {
        Text::new(
            format!("refusé : {}", refusal.french()),
            format!("refused: {}", refusal.english()),
        )
    });
    let failure = Failure::refused(refusal.name(), message);
    match hint(refusal) {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}

fn sentence(refusal: Refusal) -> Option<Text> {
    let own = SENTENCES.iter().find(|(known, _)| *known == refusal);
    own.map(|(_, sentence)| sentence.clone())
}

/// Returns why a relay did not take something, by the name that scripts read.
pub(crate) fn reason_named(name: &str) -> Text {
    let refusal = named(name);
    sentence(refusal).unwrap_or_else(|| Text::of(refusal.french(), refusal.english()))
}

/// Returns what to do about a refusal, by the name that scripts read.
pub(crate) fn hint_named(name: &str) -> Option<Text> {
    hint(named(name))
}

fn named(name: &str) -> Refusal {
    let known = Refusal::ALL.iter().find(|refusal| refusal.name() == name);
    known.copied().unwrap_or(Refusal::Unknown(0))
}

/// Whole sentences for refusals whose words in the register's table have no subject.
static SENTENCES: [(Refusal, Text); 11] = [
    (
        Refusal::AlreadySo,
        Text::of(
            "il n'y a rien à changer : ce que vous demandez est déjà en place",
            "there is nothing to change: what you ask for is in place already",
        ),
    ),
    (
        Refusal::Duplicate,
        Text::of("cette décision est déjà enregistrée", "this decision is recorded already"),
    ),
    (Refusal::Expired, Text::of("cette demande est périmée", "this request is out of date")),
    (
        Refusal::NotAGuarantor,
        Text::of(
            "seule une organisation garante peut le faire",
            "only a guarantor organisation may do this",
        ),
    ),
    (
        Refusal::NotAMember,
        Text::of(
            "votre organisation ne fait pas, ou plus, partie de cet espace",
            "your organisation is not, or no longer, in this space",
        ),
    ),
    (
        Refusal::NotADevice,
        Text::of(
            "cet appareil n'est pas encore dans cet espace",
            "this device is not in this space yet",
        ),
    ),
    (Refusal::DeviceRevoked, Text::of("cet appareil est révoqué", "this device is revoked")),
    (
        Refusal::DeviceSuspended,
        Text::of(
            "l'exploitant du relais a suspendu cet appareil",
            "the relay's operator has suspended this device",
        ),
    ),
    (Refusal::UnknownProposal, Text::of("ce vote n'existe pas", "there is no such vote")),
    (
        Refusal::ProposalOpen,
        Text::of(
            "ce vote est déjà ouvert : donnez-lui votre accord par « liaison approve »",
            "this vote is open already: approve it with “liaison approve”",
        ),
    ),
    (
        Refusal::NotAnEditor,
        Text::of("cet appareil peut lire ici, pas écrire", "this device may read here, not write"),
    ),
];

/// What to do about the refusals that a person meets.
static HINTS: [(&[Refusal], Text); 16] = [
    (
        &[Refusal::SpaceClosed],
        Text::of(
            "tout y reste lisible ; pour continuer à écrire, fondez un autre espace",
            "all of it stays readable; to go on writing, found another space",
        ),
    ),
    (
        &[Refusal::SpaceErased],
        Text::of(
            "« liaison space show ESPACE » montre qui a attesté la destruction",
            "“liaison space show SPACE” shows who attested the destruction",
        ),
    ),
    (
        &[Refusal::BadTicket],
        Text::of(
            "demandez un jeton à l'exploitant du relais et donnez-le par --ticket",
            "ask the relay's operator for a ticket and give it with --ticket",
        ),
    ),
    (
        &[Refusal::BadInvitation, Refusal::Expired],
        Text::of(
            "demandez une nouvelle invitation : chacune ne sert qu'une fois, quatorze jours",
            "ask for a new invitation: each serves once, within fourteen days",
        ),
    ),
    (
        &[Refusal::NotAGuarantor, Refusal::NotAVoice],
        Text::of(
            "« liaison members ESPACE » montre qui est garant",
            "“liaison members SPACE” shows who is a guarantor",
        ),
    ),
    (
        &[Refusal::TooFewGuarantors],
        Text::of(
            "un garant ne peut être retiré qu'à partir de trois garants sous la règle \
             « majority », de quatre sous la règle habituelle : admettez-en d'autres",
            "a guarantor can be removed from three guarantors on under the rule “majority”, from \
             four on under the usual one: admit more of them",
        ),
    ),
    (
        &[Refusal::ProposalClosed, Refusal::StaleGeneration, Refusal::UnknownProposal],
        Text::of(
            "« liaison requests ESPACE » montre ce qui est ouvert ; proposez de nouveau au besoin",
            "“liaison requests SPACE” shows what is open; propose again if need be",
        ),
    ),
    (
        &[Refusal::NewerThanUs, Refusal::VersionMismatch],
        Text::of("mettez Liaison à jour", "update Liaison"),
    ),
    (
        &[Refusal::Busy, Refusal::Draining, Refusal::TooSlow],
        Text::of("réessayez dans quelques minutes", "try again in a few minutes"),
    ),
    (&[Refusal::Quota], Text::of("réessayez dans une heure", "try again in an hour")),
    (
        &[Refusal::TooMany],
        Text::of(
            "réessayez demain ; si cela dure, appelez l'exploitant du relais",
            "try again tomorrow; if it lasts, call the relay's operator",
        ),
    ),
    (
        &[Refusal::StorageFailed],
        Text::of(
            "prévenez l'exploitant du relais : son disque est plein ou en panne",
            "tell the relay's operator: its disk is full or failing",
        ),
    ),
    (
        &[Refusal::UnderRepair, Refusal::RelayBehind],
        Text::of(
            "les partenaires qui se connectent rendent au relais ce qui lui manque : réessayez \
             plus tard ; si cela dure, prévenez son exploitant",
            "partners who connect give the relay back what it lacks: try again later; if it \
             lasts, tell its operator",
        ),
    ),
    (
        &[Refusal::DeviceSuspended],
        Text::of(
            "la suspension finit d'elle-même ; si elle vous étonne, appelez l'exploitant du relais",
            "the suspension ends by itself; if it surprises you, call the relay's operator",
        ),
    ),
    (
        &[Refusal::UnknownSpace, Refusal::WrongRelay, Refusal::BindingRequired],
        Text::of(
            "l'adresse du relais est-elle la bonne ? demandez à son exploitant",
            "is the address of the relay the right one? ask its operator",
        ),
    ),
    (
        &[Refusal::DeviceRevoked],
        Text::of(
            "« liaison quarantine list ESPACE » montre ce qui est resté ici",
            "“liaison quarantine list SPACE” shows what has stayed here",
        ),
    ),
];

/// Returns what to do about a refusal.
fn hint(refusal: Refusal) -> Option<Text> {
    let found = HINTS.iter().find(|(refusals, _)| refusals.contains(&refusal));
    found.map(|(_, hint)| hint.clone())
}

/// Returns the failure for what the machine did not find, by the word it uses.
fn not_found(what: &'static str) -> Failure {
    let (code, text) = match what {
        "space" => (
            "space-not-found",
            Text::of(
                "cet espace n'est pas, ou pas encore, dans cette réplique",
                "this space is not, or not yet, in this replica",
            ),
        ),
        "document" => (
            "document-not-found",
            Text::of(
                "ce document n'est pas dans cette réplique",
                "this document is not in this replica",
            ),
        ),
        "section" => (
            "section-not-found",
            Text::of("ce document n'a pas cette section", "this document has no such section"),
        ),
        "field" => (
            "field-not-found",
            Text::of("ce document n'a pas ce champ", "this document has no such field"),
        ),
        "kind" => (
            "kind-not-found",
            Text::of("cette nature de document n'existe pas", "there is no such kind of documents"),
        ),
        "device" => (
            "device-not-found",
            Text::of("cet appareil n'est pas dans l'espace", "this device is not in the space"),
        ),
        "partner" => (
            "partner-not-found",
            Text::of(
                "cette organisation n'est pas dans l'espace",
                "this organisation is not in the space",
            ),
        ),
        "proposal" | "request" => (
            "proposal-not-found",
            Text::of(
                "cette demande ou ce vote n'existe pas ici",
                "there is no such request or vote here",
            ),
        ),
        "quarantine" => (
            "nothing-aside",
            Text::of("rien n'est mis à l'écart ici", "nothing is kept aside here"),
        ),
        "version" => (
            "version-not-found",
            Text::of("ce document n'a pas cette version", "this document has no such version"),
        ),
        _ => ("not-found", Text::same(what)),
    };
    Failure::refused(code, text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_error_is_a_sentence_that_follows_its_word() {
        for (sentence, expected) in [
            ("Le champ « x » est calculé.", "le champ « x » est calculé"),
            ("« x » n'y figure pas.", "« x » n'y figure pas"),
            ("À l'heure.", "à l'heure"),
            ("UTF-8 est attendu.", "UTF-8 est attendu"),
            ("", ""),
        ] {
            assert_eq!(set_in(sentence), expected);
        }
        for refusal in Refusal::ALL {
            let failure = refused(*refusal);
            for lang in [Lang::Fr, Lang::En] {
                let message = failure.message.in_lang(lang);
                assert!(!message.contains("c'est déjà le cas"), "{message}");
                assert!(message.contains(' '), "{message}");
            }
        }
    }
}
