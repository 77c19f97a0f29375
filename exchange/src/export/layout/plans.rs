//! The plans of the documents that the trade has fixed; any other kind follows its table.

use client_core::kinds::words;

use super::{Made, Piece};

/// Returns the plan of a kind.
pub(super) fn of(kind: &str) -> &'static [Piece] {
    match kind {
        "fiche_action" => FICHE_ACTION,
        "convention" => CONVENTION,
        "reunion" => REUNION,
        "bilan" => BILAN,
        "courrier" => COURRIER,
        "fiche_liaison" => FICHE_LIAISON,
        _ => &[Piece::Rest],
    }
}

/// Returns how many pages the trade expects of a kind at the most.
pub(super) fn pages_max(kind: &str) -> Option<usize> {
    (kind == "fiche_action").then_some(2)
}

/// What is for those who keep the document, not for those who are handed it.
const KEPT: Piece = Piece::Skip(&["territoire", "destination", "echeance_revision", "archivage"]);

/// One to two pages: who, when and how far first, then what for, then what is to be done.
const FICHE_ACTION: &[Piece] = &[
    Piece::Lead(&["pilote", "avancement"]),
    Piece::Facts(&[
        "numero",
        "dernier_point",
        "debut",
        "fin_prevue",
        "fin_reelle",
        "action_continue",
        "taux_objectifs",
        "taux_etapes",
        "taux_retenu",
        "budget_previsionnel",
        "instance_suivi",
        "pilote_fonction",
        "intitule",
        "orientation",
        "priorites_decret",
        "publics_cibles",
        "publics_precisions",
        "plan_financement",
    ]),
    Piece::Section("constats"),
    Piece::Section("objectif_general"),
    Piece::Rows("objectifs", &["code", "libelle", "responsable", "echeance", "avancement"]),
    Piece::Section("modalites"),
    Piece::Section("resultats_attendus"),
    Piece::Rows("etapes", &["libelle", "responsable", "echeance", "fait", "livrable"]),
    Piece::Rows("partenaires", &[]),
    Piece::Section("participation"),
    Piece::Facts(&["participation_modes", "participation_organisations"]),
    Piece::Section("moyens"),
    Piece::Rows("moyens", &[]),
    Piece::Facts(&["total_etp"]),
    Piece::Rows("points_etape", &[]),
    Piece::Rows("freins_leviers", &[]),
    Piece::Section("resume_falc"),
    KEPT,
    Piece::Rest,
];

const CONVENTION: &[Piece] = &[
    Piece::Facts(&["reference", "type", "avenant_de", "objet"]),
    Piece::Made(Made::Parties),
    Piece::Told("visas"),
    Piece::Section("preambule"),
    Piece::Title(words("Il est convenu ce qui suit", "It is agreed as follows")),
    Piece::Articles(&["preambule", "annexes"]),
    Piece::Title(words("Durée et montant", "Duration and amount")),
    Piece::Facts(&[
        "date_effet",
        "date_fin",
        "duree_mois",
        "reconduction",
        "preavis_mois",
        "montant",
    ]),
    Piece::Facts(&["annexes", "modeles"]),
    Piece::Section("annexes"),
    Piece::Rows("avenants", &[]),
    Piece::Made(Made::Signatures),
    Piece::Rows("circuit", &["ordre", "organisation", "etape", "date", "moyen", "personne"]),
    Piece::Skip(&["parties", "nombre_parties", "negociation", "notes"]),
    KEPT,
    Piece::Rest,
];

const REUNION: &[Piece] = &[
    Piece::Facts(&[
        "instance",
        "groupe",
        "numero",
        "debut",
        "fin",
        "lieu",
        "visio",
        "animation",
        "convocation_le",
    ]),
    Piece::Section("synthese"),
    Piece::Rows("ordre_du_jour", &["point", "type", "porteur", "duree_minutes"]),
    Piece::Rows("presences", &["organisation", "etat", "represente_par", "college", "personnes"]),
    Piece::Facts(&["nombre_organisations", "taux_presence", "quorum_regle", "quorum_requis"]),
    Piece::Section("introduction"),
    Piece::Made(Made::Points),
    Piece::Section("divers"),
    Piece::Rows("decisions", &["numero", "texte", "mode", "resultat", "voix", "reserves"]),
    Piece::Rows("actions", &["libelle", "responsable", "echeance", "statut", "fiche"]),
    Piece::Facts(&["prochaine_reunion", "diffusion"]),
    Piece::Rows("approbation", &[]),
    Piece::Skip(&["duree_prevue", "actions_faites"]),
    Piece::Rest,
];

const BILAN: &[Piece] = &[
    Piece::Facts(&["annee", "ptsm", "ctsm", "transmis_ars_le"]),
    Piece::Section("identite"),
    Piece::Section("faits_marquants"),
    Piece::Facts(&["fiches_mises_en_avant"]),
    Piece::Section("gouvernance"),
    Piece::Made(Made::Meetings),
    Piece::Section("avancement"),
    Piece::Made(Made::Progress),
    Piece::Section("priorites"),
    Piece::Made(Made::Priorities),
    Piece::Section("indicateurs"),
    Piece::Made(Made::Indicators),
    Piece::Section("engagements"),
    Piece::Made(Made::Commitments),
    Piece::Section("financements"),
    Piece::Made(Made::Fundings),
    Piece::Section("participation"),
    Piece::Section("formation_communication"),
    Piece::Section("freins_leviers"),
    Piece::Section("articulation"),
    Piece::Section("perspectives"),
    Piece::Facts(&["programme_suivant"]),
    Piece::Rows("presentations", &[]),
    Piece::Section("annexes"),
    // The copy of the tables, for frozen pages: it stands in their places there.
    Piece::Skip(&["chiffres"]),
    KEPT,
    Piece::Rest,
];

const COURRIER: &[Piece] = &[
    Piece::Made(Made::LetterHead),
    Piece::Made(Made::LetterEnd),
    Piece::Skip(&["nature", "mode_envoi", "envoye_le", "fiches", "references"]),
    KEPT,
    Piece::Rest,
];

const FICHE_LIAISON: &[Piece] = &[
    Piece::Remark(words(
        "Document nominatif : réservé à l'émetteur et aux destinataires nommés ci-dessous. Ne le \
         transmettez à personne d'autre.",
        "This document names a person: it is for its sender and the recipients named below alone. \
         Do not pass it on.",
    )),
    Piece::Title(words("De qui à qui", "From whom to whom")),
    Piece::Facts(&[
        "emetteur_organisation",
        "emetteur_nom",
        "emetteur_fonction",
        "emetteur_contact",
        "lien",
    ]),
    Piece::Rows("destinataires", &[]),
    Piece::Title(words("La personne", "The person")),
    Piece::Lead(&["personne_nom"]),
    Piece::Facts(&["personne_naissance", "personne_contact", "representant", "protection"]),
    Piece::Title(words("Information et consentement", "Information and consent")),
    Piece::Lead(&["information_le", "consentement"]),
    Piece::Facts(&["information_par", "information_support", "consentement_perimetre"]),
    Piece::Rows("consentements", &[]),
    Piece::Section("motif"),
    Piece::Section("attente"),
    Piece::Facts(&["urgence", "reponse_souhaitee_le"]),
    Piece::Section("parole_personne"),
    Piece::Facts(&["personne_de_confiance", "plan_de_crise"]),
    Piece::Rows("situation", &[]),
    Piece::Rows("intervenants", &[]),
    Piece::Section("reponse"),
    Piece::Facts(&["accuse_le", "suite", "rendez_vous", "orientation", "cloture_le"]),
    Piece::Rows("tracabilite", &[]),
    Piece::Facts(&["purge_le", "modele"]),
    Piece::Rest,
];
