//! The sheets themselves.

use super::{Column, Place, Sheet};
use client_core::kinds::words;
use std::borrow::Cow;

const fn of(place: Place, aliases: &'static [&'static str]) -> Column {
    Column { place, aliases }
}

const fn field(name: &'static str, aliases: &'static [&'static str]) -> Column {
    of(Place::Field(name), aliases)
}

const fn section(id: &'static str, aliases: &'static [&'static str]) -> Column {
    of(Place::Section(id), aliases)
}

const ID: Column = of(Place::Id, &["id", "identifiant"]);
const VERSION: Column = of(Place::Version, &[]);
const ROW_ID: Column = of(Place::RowId, &[]);
const TERRITORY: Column = field("territoire", &["secteur", "bassin", "zone"]);

/// The sheets of the tracker, in the order of their tabs, with the words people use.
pub(super) const DECLARED: &[Sheet] = &[
    Sheet {
        name: words("Fiches", "Action sheets"),
        aliases: &["fiches-actions", "fiche-action", "actions", "plan d'actions", "suivi"],
        kind: "fiche_action",
        rows: None,
        columns: Cow::Borrowed(FICHES),
    },
    Sheet {
        name: words("Objectifs", "Objectives"),
        aliases: &["objectifs opérationnels", "oo", "sous-actions"],
        kind: "fiche_action",
        rows: Some("objectifs"),
        columns: Cow::Borrowed(OBJECTIFS),
    },
    Sheet {
        name: words("Étapes", "Steps"),
        aliases: &["calendrier", "jalons", "échéancier"],
        kind: "fiche_action",
        rows: Some("etapes"),
        columns: Cow::Borrowed(ETAPES),
    },
    Sheet {
        name: words("Points d'étape", "Progress notes"),
        aliases: &["points d'avancement"],
        kind: "fiche_action",
        rows: Some("points_etape"),
        columns: Cow::Borrowed(POINTS_ETAPE),
    },
    Sheet {
        name: words("Indicateurs", "Indicators"),
        aliases: &["indicateur"],
        kind: "indicateur",
        rows: None,
        columns: Cow::Borrowed(INDICATEURS),
    },
    Sheet {
        name: words("Cibles", "Targets"),
        aliases: &["objectifs chiffrés"],
        kind: "indicateur",
        rows: Some("cibles"),
        columns: Cow::Borrowed(CIBLES),
    },
    Sheet {
        name: words("Valeurs", "Values"),
        aliases: &["valeurs des indicateurs", "résultats", "relevés"],
        kind: "indicateur",
        rows: Some("valeurs"),
        columns: Cow::Borrowed(VALEURS),
    },
    Sheet {
        name: words("Financements", "Funding"),
        aliases: &["financement", "budget", "crédits"],
        kind: "financement",
        rows: None,
        columns: Cow::Borrowed(FINANCEMENTS),
    },
    Sheet {
        name: words("Engagements", "Commitments"),
        aliases: &["engagements ctsm", "ctsm"],
        kind: "ctsm",
        rows: Some("engagements"),
        columns: Cow::Borrowed(ENGAGEMENTS),
    },
    Sheet {
        name: words("Réunions", "Meetings"),
        aliases: &["instances", "calendrier des réunions", "agenda"],
        kind: "reunion",
        rows: None,
        columns: Cow::Borrowed(REUNIONS),
    },
    Sheet {
        name: words("Décisions", "Decisions"),
        aliases: &["relevé de décisions"],
        kind: "reunion",
        rows: Some("decisions"),
        columns: Cow::Borrowed(DECISIONS),
    },
    Sheet {
        name: words("Actions à mener", "Things to do"),
        aliases: &["à faire", "tâches", "suites à donner"],
        kind: "reunion",
        rows: Some("actions"),
        columns: Cow::Borrowed(ACTIONS),
    },
    Sheet {
        name: words("Annuaire", "Directory"),
        aliases: &["organisations", "partenaires", "structures", "contacts"],
        kind: "organisation",
        rows: None,
        columns: Cow::Borrowed(ANNUAIRE),
    },
];

const FICHES: &[Column] = &[
    field("numero", &["n°", "no", "num", "code", "réf", "référence", "n° fiche"]),
    of(
        Place::Title,
        &[
            "intitulé",
            "fiche",
            "fiche-action",
            "action",
            "nom",
            "libellé",
            "intitulé de la fiche",
            "intitulé de l'action",
            "nom de la fiche",
            "nom de l'action",
            "titre de la fiche",
            "titre de l'action",
        ],
    ),
    field("intitule", &["intitulé long"]),
    field(
        "orientation",
        &["axe", "enjeu", "orientation stratégique", "catégorie", "catégories", "axe stratégique"],
    ),
    field("priorites_decret", &["priorité", "priorités", "priorité nationale", "p1-p6"]),
    field("publics_cibles", &["public", "publics", "public cible", "publics cibles", "cible"]),
    field("publics_precisions", &[]),
    field(
        "pilote",
        &[
            "structure pilote",
            "organisation pilote",
            "organisme pilote",
            "porteur",
            "chef de file",
            "pilotes",
            "pilote de l'action",
            "structure porteuse",
        ],
    ),
    field("pilote_fonction", &["référent", "référents", "fonction du pilote"]),
    of(
        Place::Keys("partenaires"),
        &[
            "partenaires",
            "partenaire",
            "partenaires associés",
            "partenaires impliqués",
            "partenaires mobilisés",
            "copilotes",
            "copilote",
            "co-pilotes",
            "co-pilote",
            "structures associées",
        ],
    ),
    field("participation_modes", &[]),
    field("participation_organisations", &["associations d'usagers"]),
    field("instance_suivi", &["groupe de travail", "gt", "instance de suivi"]),
    field("debut", &["date de début", "date début", "démarrage", "date de démarrage"]),
    field(
        "fin_prevue",
        &["fin", "échéance", "date de fin", "date fin", "date de fin prévue", "date d'échéance"],
    ),
    field("fin_reelle", &["date de fin réelle"]),
    field("action_continue", &["continue"]),
    field("avancement", &["statut", "état", "état d'avancement"]),
    field("taux_retenu", &["taux", "taux de réalisation", "% réalisé", "avancement (%)"]),
    field(
        "budget_previsionnel",
        &[
            "budget",
            "budget prévisionnel",
            "budget prévu",
            "budget estimé",
            "coût",
            "coût prévisionnel",
            "coût estimé",
            "montant",
            "montant prévu",
        ],
    ),
    field("plan_financement", &["financements", "financement", "financements liés"]),
    field("indicateurs", &["indicateur", "indicateurs liés"]),
    field("engagements_ctsm", &["engagements", "ctsm"]),
    section("constats", &["constat", "contexte", "diagnostic"]),
    section("objectif_general", &["objectif", "objectifs", "but"]),
    section(
        "modalites",
        &["description", "descriptif", "modalités", "contenu", "actions à mettre en œuvre"],
    ),
    section("resultats_attendus", &["résultats", "résultat attendu"]),
    section("participation", &["participation des usagers"]),
    section("moyens", &["moyens", "ressources"]),
    section("resume_falc", &["résumé", "falc"]),
    TERRITORY,
    ID,
    VERSION,
];

const OBJECTIFS: &[Column] = &[
    of(Place::Parent, &["fiche", "n° fiche", "n° de fiche", "numéro de fiche", "action"]),
    field("code", &["n°", "no", "numéro", "n° objectif", "code objectif"]),
    field("libelle", &["intitulé", "libellé", "objectif opérationnel", "titre", "nom"]),
    field("responsable", &["structure responsable", "pilote", "porteur", "qui"]),
    field("echeance", &["date", "fin", "date limite", "quand"]),
    field("avancement", &["statut", "état"]),
    field("commentaire", &["commentaires", "observations", "remarques"]),
    field("indicateurs", &["indicateur"]),
    ROW_ID,
    ID,
    VERSION,
];

const ETAPES: &[Column] = &[
    of(Place::Parent, &["fiche", "n° fiche", "n° de fiche", "numéro de fiche", "action"]),
    field("libelle", &["libellé", "intitulé", "jalon", "tâche", "titre", "nom"]),
    field("objectif", &["code objectif", "oo"]),
    field("responsable", &["structure responsable", "pilote", "porteur", "qui"]),
    field("debut", &["date de début"]),
    field("echeance", &["date", "fin", "date limite", "quand"]),
    field("fait", &["fait", "réalisé", "réalisée"]),
    field("date_reelle", &["date réelle", "réalisé le"]),
    field("livrable", &["livrables"]),
    ROW_ID,
    ID,
    VERSION,
];

const POINTS_ETAPE: &[Column] = &[
    of(Place::Parent, &["fiche", "n° fiche", "n° de fiche", "numéro de fiche", "action"]),
    field("date", &["le"]),
    field("auteur", &["auteur", "structure"]),
    field(
        "texte",
        &["texte", "point d'étape", "commentaire", "commentaires", "observations", "remarques"],
    ),
    field("avancement", &["statut", "état"]),
    field("prochaine_etape", &["suite", "à venir"]),
    ROW_ID,
    ID,
    VERSION,
];

const INDICATEURS: &[Column] = &[
    field("code", &["n°", "no", "numéro", "réf", "référence"]),
    of(Place::Title, &["intitulé", "indicateur", "libellé", "nom"]),
    field("type", &["nature", "catégorie"]),
    field("unite", &["unité de mesure"]),
    field("unite_precision", &[]),
    field("sens", &["sens"]),
    field("numerateur", &[]),
    field("denominateur", &[]),
    field("source", &["sources", "origine"]),
    field("producteur", &["structure", "fourni par", "responsable"]),
    field("frequence", &["périodicité"]),
    field("maille", &["échelle"]),
    field("date_reference", &["date de référence"]),
    field("valeur_reference", &["valeur de référence", "valeur initiale", "départ"]),
    field("petit_effectif", &["petits effectifs"]),
    field("seuil_effectif", &["seuil"]),
    section("definition", &["définition de l'indicateur", "description"]),
    section("mode_calcul", &["calcul"]),
    section("limites", &["limites"]),
    TERRITORY,
    ID,
    VERSION,
];

const CIBLES: &[Column] = &[
    of(Place::Parent, &["code", "code indicateur", "n° indicateur"]),
    field("annee", &["an"]),
    field("valeur", &["valeur cible", "valeur"]),
    ID,
    VERSION,
];

const VALEURS: &[Column] = &[
    of(Place::Parent, &["code", "code indicateur", "n° indicateur"]),
    field("periode", &["date", "année", "trimestre"]),
    field("valeur", &["résultat", "mesure"]),
    field("numerateur", &[]),
    field("denominateur", &[]),
    field("provisoire", &[]),
    field("organisations", &["source", "structure", "producteur", "organisation", "organisations"]),
    field("commentaire", &["commentaires", "observations", "remarques"]),
    field("preuve", &["preuve"]),
    ID,
    VERSION,
];

const FINANCEMENTS: &[Column] = &[
    field("code", &["n°", "no", "numéro", "réf", "référence"]),
    of(Place::Title, &["intitulé", "objet", "financement", "libellé", "nom"]),
    field("source", &["enveloppe", "origine", "ligne"]),
    field("financeur", &["structure financeur"]),
    field("beneficiaire", &["structure bénéficiaire"]),
    field("porteur", &["structure porteuse"]),
    field("fiches", &["fiches", "fiche", "fiche-action", "fiches liées", "n° fiche"]),
    field("engagements", &["engagement"]),
    field("statut", &["état", "avancement"]),
    field("motif_refus", &["refus"]),
    field("montant_demande", &["demandé", "montant demandé", "sollicité", "montant sollicité"]),
    field(
        "montant_notifie",
        &["notifié", "montant notifié", "montant", "accordé", "montant accordé", "montant obtenu"],
    ),
    field("montant_consomme", &["consommé", "montant consommé", "utilisé", "dépensé"]),
    field("date_consomme", &["arrêté au"]),
    field("debut", &["date de début"]),
    field("fin", &["date de fin", "échéance"]),
    field("annee_budgetaire", &["année", "exercice"]),
    field("reconductible", &["pérenne"]),
    field("reportable", &["report"]),
    section("objet", &["description"]),
    section("conditions", &["conditions"]),
    section("compte_rendu", &["compte rendu"]),
    TERRITORY,
    ID,
    VERSION,
];

const ENGAGEMENTS: &[Column] = &[
    of(Place::Parent, &["ctsm", "contrat"]),
    field("code", &["n°", "no", "numéro", "réf", "référence"]),
    field("debiteur", &["organisation", "structure", "signataire", "qui"]),
    field("beneficiaire", &[]),
    field("fiches", &["fiche", "fiche-action", "n° fiche"]),
    field("objectifs", &["objectif", "oo"]),
    field("libelle", &["libellé", "intitulé", "titre", "nom"]),
    field("moyens_consacres", &["moyens"]),
    field("montant", &["montant"]),
    field("echeance", &["date", "fin", "date limite", "quand"]),
    field("indicateurs_preuve", &["indicateurs", "indicateur", "preuve"]),
    field("statut", &["état", "avancement"]),
    field("justification", &["commentaire", "commentaires", "observations", "remarques"]),
    field("date_constat", &["date du constat"]),
    ROW_ID,
    ID,
    VERSION,
];

const REUNIONS: &[Column] = &[
    of(Place::Title, &["intitulé", "réunion", "objet", "nom"]),
    field("instance", &["type", "comité"]),
    field("groupe", &["groupe de travail", "gt"]),
    field("numero", &["n°", "no", "numéro", "séance"]),
    field("debut", &["date", "date et heure", "quand"]),
    field("fin", &["heure de fin"]),
    field("lieu", &["salle", "où"]),
    field("visio", &["lien", "lien visio"]),
    field("convocation_le", &["convocation"]),
    field("animation", &["animateur", "secrétariat"]),
    field("quorum_regle", &[]),
    field("quorum_requis", &["quorum"]),
    field("prochaine_reunion", &["prochaine date"]),
    field("diffusion", &["destinataires"]),
    section("introduction", &["ouverture"]),
    section("divers", &["divers"]),
    section("synthese", &["synthèse", "compte rendu", "résumé"]),
    section("resume_falc", &["falc"]),
    TERRITORY,
    ID,
    VERSION,
];

const DECISIONS: &[Column] = &[
    of(Place::Parent, &["réunion", "séance", "instance"]),
    field("numero", &["n°", "no", "code"]),
    field("texte", &["texte", "intitulé", "libellé"]),
    field("mode", &["mode de décision"]),
    field("resultat", &["issue"]),
    field("voix", &["vote"]),
    field("reserves", &["réserve"]),
    field("portee", &[]),
    field("document", &["document"]),
    ROW_ID,
    ID,
    VERSION,
];

const ACTIONS: &[Column] = &[
    of(Place::Parent, &["réunion", "séance", "instance"]),
    field("libelle", &["libellé", "intitulé", "tâche", "quoi", "nom"]),
    field("responsable", &["qui", "pilote"]),
    field("echeance", &["date", "pour le", "quand", "date limite"]),
    field("statut", &["état", "avancement"]),
    field("fiche", &["fiche-action", "n° fiche"]),
    ROW_ID,
    ID,
    VERSION,
];

const ANNUAIRE: &[Column] = &[
    of(Place::Title, &["nom", "organisation", "structure", "partenaire", "organisme"]),
    field("partenaire", &["partenaire liaison"]),
    field("raison_sociale", &["dénomination"]),
    field("sigle", &["acronyme", "abréviation"]),
    field("type", &["type de structure", "catégorie"]),
    field("college", &["collège d'appartenance"]),
    field("siren", &["n° siren"]),
    field("siret", &["siret", "n° siret"]),
    field("finess", &["finess", "finess ej", "n° finess"]),
    field("statut_juridique", &["forme juridique"]),
    field("adresse", &["rue", "adresse postale"]),
    field("code_postal", &["cp"]),
    field("commune", &["ville"]),
    field("telephone", &["tél", "tel", "tél.", "n° de téléphone"]),
    field("courriel", &["mail", "e-mail", "email", "mél", "adresse mail"]),
    field("site", &["site", "site internet", "web"]),
    field("statut_membre", &["statut"]),
    field("date_adhesion", &["adhésion", "date d'adhésion"]),
    field("instances", &["instance"]),
    field("champs", &["champ", "domaines"]),
    field("verifiee_le", &["vérifié le", "mise à jour"]),
    section("presentation", &["description"]),
    section("missions", &["missions", "publics"]),
    TERRITORY,
    ID,
    VERSION,
];
