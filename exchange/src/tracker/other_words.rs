//! The other words people write in a cell for a value of a list.
//!
//! The labels of the kind tables are known everywhere; these are what trackers hold beside them.
//! A word stands here only where it can mean one value.

use client_core::kinds::Choice;

/// Words for the value of a list, with the code they mean.
type Words = &'static [(&'static str, &'static [&'static str])];

/// Returns the other words for the values of a list: each code with its words.
#[must_use]
pub fn other_words(choices: &[Choice]) -> Words {
    let has = |code: &str| choices.iter().any(|choice| choice.code == code);
    let is_of = |words: &Words| words.iter().all(|(code, _)| has(code));
    LISTS.iter().copied().find(is_of).unwrap_or(&[])
}

/// Words for yes and no.
pub const YES: [&str; 12] =
    ["x", "fait", "faite", "réalisé", "réalisée", "terminé", "terminée", "ok", "✓", "✔", "☑", "✅"];
/// See [`YES`].
pub const NO: [&str; 10] = [
    "pas fait",
    "non fait",
    "à faire",
    "pas commencé",
    "pas commencée",
    "en cours",
    "☐",
    "✗",
    "✘",
    "❌",
];

/// Lists are known by the codes that only they have: the first whose codes a list has is its own.
const LISTS: &[Words] =
    &[AVANCEMENT, FINANCEMENT, ENGAGEMENT, ACTION, UNITE, SENS, FREQUENCE, RESULTAT];

const AVANCEMENT: Words = &[
    (
        "non_demarree",
        &[
            "pas commencé",
            "pas commencée",
            "non commencé",
            "non commencée",
            "pas démarré",
            "pas démarrée",
            "à faire",
            "à venir",
            "à démarrer",
            "à lancer",
            "prévu",
            "prévue",
            "planifié",
            "planifiée",
        ],
    ),
    (
        "en_cours",
        &[
            "commencé",
            "commencée",
            "démarré",
            "démarrée",
            "engagé",
            "engagée",
            "lancé",
            "lancée",
            "partiellement réalisé",
            "partiellement réalisée",
        ],
    ),
    (
        "realisee",
        &[
            "terminé",
            "terminée",
            "fini",
            "finie",
            "achevé",
            "achevée",
            "fait",
            "faite",
            "clos",
            "close",
            "clôturé",
            "clôturée",
            "abouti",
            "aboutie",
        ],
    ),
    ("en_pause", &["en attente", "suspendu", "suspendue", "en suspens", "reporté", "reportée"]),
    ("abandonnee", &["annulé", "annulée", "arrêté", "arrêtée"]),
];

const FINANCEMENT: Words = &[
    ("veille", &["identifié", "à étudier", "piste"]),
    ("en_montage", &["à déposer", "à demander", "en préparation", "en rédaction"]),
    (
        "depose",
        &[
            "en attente",
            "demandé",
            "sollicité",
            "envoyé",
            "en instruction",
            "en cours d'instruction",
            "en attente de réponse",
        ],
    ),
    ("notifie", &["accordé", "obtenu", "attribué", "acquis", "validé"]),
    ("conventionne", &["signé", "convention signée"]),
    ("solde", &["versé", "payé", "terminé", "clôturé", "clos"]),
    ("refuse", &["rejeté", "non accordé", "non obtenu", "non retenu"]),
    ("annule", &["abandonné"]),
];

const ENGAGEMENT: Words = &[
    ("en_cours", &["en attente", "à venir", "pas commencé", "à faire"]),
    ("tenu", &["réalisé", "respecté", "atteint", "fait", "terminé"]),
    ("partiel", &["partiellement tenu", "partiellement réalisé", "en partie"]),
    ("non_tenu", &["non respecté", "non réalisé", "non atteint"]),
];

const ACTION: Words = &[
    ("a_faire", &["pas commencé", "pas commencée", "en attente", "à venir", "prévu", "prévue"]),
    ("faite", &["terminé", "terminée", "réalisé", "réalisée", "fini", "finie", "clos", "close"]),
    ("abandonnee", &["annulé", "annulée"]),
];

const UNITE: Words = &[
    ("nombre", &["nb", "nbre", "unité"]),
    ("pourcentage", &["%", "pour cent", "taux"]),
    ("jours", &["j"]),
    ("euros", &["€", "eur"]),
];

const SENS: Words = &[
    ("hausse", &["à la hausse", "augmentation", "augmenter"]),
    ("baisse", &["à la baisse", "diminution", "diminuer"]),
];

const FREQUENCE: Words = &[
    ("mensuel", &["mensuelle", "par mois"]),
    ("trimestriel", &["trimestrielle", "par trimestre"]),
    ("semestriel", &["semestrielle", "par semestre"]),
    ("annuel", &["annuelle", "par an"]),
    ("ponctuel", &["ponctuelle"]),
];

const RESULTAT: Words = &[
    ("adopte", &["validé", "validée", "approuvé", "approuvée"]),
    ("rejete", &["refusé", "refusée"]),
    ("ajourne", &["reporté", "reportée"]),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use client_core::kinds::{Catalogue, FieldType};
    use std::collections::BTreeSet;

    /// Every list of the tables, of fields and of columns.
    fn lists() -> Vec<&'static [Choice]> {
        let specs = || Catalogue::STANDARD.iter().flat_map(|kind| kind.fields);
        let columns = specs().filter_map(|spec| spec.kind.table());
        let all = specs().chain(columns.flat_map(|table| table.columns));
        let choices = all.filter_map(|spec| {
            if let FieldType::Choice(choices) = spec.kind { Some(choices) } else { None }
        });
        choices.collect()
    }

    #[test]
    fn every_list_of_words_is_of_a_list_and_no_word_is_another_value() {
        let mut used = BTreeSet::new();
        for choices in lists() {
            let words = other_words(choices);
            let codes: Vec<_> = choices.iter().map(|choice| choice.code).collect();
            used.extend((!words.is_empty()).then_some(words.as_ptr() as usize));
            let mut met = BTreeSet::new();
            for (code, words) in words {
                for word in *words {
                    assert!(met.insert(word.to_lowercase()), "{word} twice in {codes:?}");
                    let named = choices.iter().find(|choice| {
                        [choice.code, choice.label.fr, choice.label.en]
                            .iter()
                            .any(|name| name.to_lowercase() == word.to_lowercase())
                    });
                    assert!(named.is_none_or(|named| named.code == *code), "{word}: {code}");
                }
            }
        }
        assert_eq!(used.len(), LISTS.len(), "each is used");
    }
}
