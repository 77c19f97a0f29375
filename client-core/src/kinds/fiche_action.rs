//! `fiche_action`: one action, its objectives, its steps and how far it has come.
//!
//! The heart of the project (`domain.md` §1.1). Progress reports are appended, dated and
//! attributed; what commits an organisation (leader, dates, money, progress) is multi-valued.

use super::codes::{AVANCEMENT, PRIORITES, PUBLICS, THEMES};
use super::parts::{AVANCEMENT_SAYS, Followed, Matter, Part, Sheet};
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility,
    field, words,
};

mod rows;

/// Action sheet.
pub(super) static FICHE_ACTION: Kind = Kind {
    name: "fiche_action",
    revision: 1,
    title: words("Fiche-action", "Action sheet"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Pilote, copilotes et groupe de travail",
            "The leader, co-leaders and working group",
        ),
        freezes: words(
            "COTECH, puis COPIL ; étapes et points d'étape restent ouverts",
            "COTECH, then COPIL; steps and progress reports stay open",
        ),
        keep: words("Cinq ans, puis archives", "Five years, then archives"),
    },
    parts: PARTS,
};

const PARTS: &[Part] = &[
    REVIEW,
    Part::Sheet(Sheet {
        code: "numero",
        lead: "pilote",
        state: "avancement",
        standings: AVANCEMENT_SAYS,
        manual: "taux_retenu",
        progress: &[Matter::Objective, Matter::Step],
        plan: "orientation",
        priorities: "priorites_decret",
        reports: "points_etape",
        reported: "date",
        begins: "debut",
    }),
    Part::Followed(Followed {
        code: Some("numero"),
        due: Some("fin_prevue"),
        unless: Some(("action_continue", "true")),
        responsible: Some("pilote"),
        state: Some("avancement"),
        standings: AVANCEMENT_SAYS,
        done: &["fin_reelle"],
        ..Followed::new(Matter::Sheet)
    }),
    Part::Followed(Followed {
        rows: Some("objectifs"),
        code: Some("code"),
        label: Some("libelle"),
        due: Some("echeance"),
        responsible: Some("responsable"),
        state: Some("avancement"),
        standings: AVANCEMENT_SAYS,
        ..Followed::new(Matter::Objective)
    }),
    Part::Followed(Followed {
        rows: Some("etapes"),
        label: Some("libelle"),
        due: Some("echeance"),
        responsible: Some("responsable"),
        done: &["fait", "date_reelle"],
        ..Followed::new(Matter::Step)
    }),
];

const FIELDS: &[FieldSpec] = &[
    field(
        "numero",
        FieldType::Text,
        Merge::LastWriter,
        words("Numéro", "Number"),
        words(
            "Code imprimé partout, par exemple FA-07 ; il ne change plus après la validation.",
            "The code printed everywhere, such as FA-07; it stays after validation.",
        ),
    ),
    field(
        "intitule",
        FieldType::Text,
        Merge::MultiValue,
        words("Intitulé complet", "Full title"),
        words(
            "L'intitulé validé, s'il diffère du titre du document ; 300 caractères au plus.",
            "The validated title, if it differs from that of the document; at most 300 characters.",
        ),
    ),
    field(
        "orientation",
        FieldType::Document(&["orientation"]),
        Merge::LastWriter,
        words("Orientation", "Orientation"),
        words(
            "L'orientation du plan dont relève la fiche.",
            "The heading of the plan it belongs to.",
        ),
    ),
    field(
        "priorites_decret",
        FieldType::Choice(PRIORITES),
        Merge::Set,
        words("Priorités nationales", "National priorities"),
        words(
            "Au moins une des six priorités du code de la santé publique.",
            "At least one of the six priorities of the public health code.",
        ),
    )
    .required(),
    field(
        "autres_rattachements",
        FieldType::Rows(&Table { columns: rows::AUTRES_RATTACHEMENTS_COLUMNS, key: Some("plan") }),
        Merge::Set,
        words("Autres rattachements", "Other plans"),
        words(
            "Les autres plans où cette même action figure, pour ne la décrire qu'une fois.",
            "The other plans where the same action stands, so that it is told only once.",
        ),
    ),
    field(
        "publics_cibles",
        FieldType::Choice(PUBLICS),
        Merge::Set,
        words("Publics visés", "Groups concerned"),
        words(
            "À qui l'action s'adresse ; plusieurs réponses possibles.",
            "Whom the action is for; several answers are fine.",
        ),
    ),
    field(
        "publics_precisions",
        FieldType::Text,
        Merge::LastWriter,
        words("Précisions sur les publics", "More on the groups"),
        words(
            "Âge, lieu ou situation, si la liste ne suffit pas.",
            "Age, place or situation, if the list is not enough.",
        ),
    ),
    field(
        "themes_diagnostic",
        FieldType::Choice(THEMES),
        Merge::Set,
        words("Thèmes du diagnostic", "Themes of the diagnosis"),
        words(
            "Les thèmes du diagnostic partagé auxquels la fiche répond.",
            "The themes of the shared diagnosis that it answers.",
        ),
    ),
    field(
        "pilote",
        FieldType::Partner,
        Merge::MultiValue,
        words("Pilote", "Leader"),
        words(
            "L'organisation qui conduit l'action ; vide tant que le pilote est à trouver.",
            "The organisation that leads; empty while a leader is being sought.",
        ),
    ),
    field(
        "pilote_fonction",
        FieldType::Text,
        Merge::MultiValue,
        words("Fonction chez le pilote", "Function at the leader"),
        words(
            "La fonction qui suit la fiche, plutôt qu'un nom.",
            "The function that follows the sheet, rather than a name.",
        ),
    )
    .of_people(),
    field(
        "partenaires",
        FieldType::Rows(&Table { columns: rows::PARTENAIRES_COLUMNS, key: Some("organisation") }),
        Merge::Set,
        words("Copilotes et partenaires", "Co-leaders and partners"),
        words(
            "Les organisations qui participent et ce que chacune fait.",
            "The organisations that take part and what each does.",
        ),
    ),
    field(
        "participation_modes",
        FieldType::Choice(PARTICIPATION),
        Merge::Set,
        words("Place des personnes concernées", "Place of people concerned"),
        words(
            "Comment les personnes concernées et leurs proches prennent part à l'action.",
            "How people concerned and their families take part in the action.",
        ),
    )
    .required(),
    field(
        "participation_organisations",
        FieldType::Partner,
        Merge::Set,
        words(
            "Associations de personnes concernées et de proches",
            "Associations of users and families",
        ),
        words("Celles qui participent à cette fiche.", "Those that take part in this sheet."),
    ),
    field(
        "instance_suivi",
        FieldType::Text,
        Merge::LastWriter,
        words("Groupe de suivi", "Body that follows it"),
        words(
            "Le groupe de travail ou l'instance qui suit la fiche, par exemple GT logement.",
            "The working group or body that follows it, such as the housing group.",
        ),
    ),
    field(
        "debut",
        FieldType::Date,
        Merge::MultiValue,
        words("Début", "Start"),
        words("Premier jour de l'action.", "The first day of the action."),
    ),
    field(
        "fin_prevue",
        FieldType::Date,
        Merge::MultiValue,
        words("Fin prévue", "Planned end"),
        words(
            "Dernier jour prévu ; le retard s'en déduit.",
            "The last day planned; lateness follows from it.",
        ),
    ),
    field(
        "fin_reelle",
        FieldType::Date,
        Merge::MultiValue,
        words("Fin réelle", "Real end"),
        words(
            "Jour où l'action s'est terminée ; vide tant qu'elle dure.",
            "The day the action ended; empty while it goes on.",
        ),
    ),
    field(
        "action_continue",
        FieldType::Boolean,
        Merge::MultiValue,
        words("Action continue", "Ongoing action"),
        words("Oui si l'action n'a pas de fin prévue.", "Yes if no end is planned."),
    ),
    field(
        "objectifs",
        FieldType::Rows(&Table { columns: rows::OBJECTIFS_COLUMNS, key: None }),
        Merge::List,
        words("Objectifs opérationnels", "Operational objectives"),
        words(
            "Ce que la fiche doit atteindre, un objectif par ligne.",
            "What the sheet must reach, one objective a row.",
        ),
    ),
    field(
        "etapes",
        FieldType::Rows(&Table { columns: rows::ETAPES_COLUMNS, key: None }),
        Merge::List,
        words("Étapes", "Steps"),
        words("Les étapes du calendrier, dans l'ordre.", "The steps of the calendar, in order."),
    ),
    field(
        "moyens",
        FieldType::Rows(&Table { columns: rows::MOYENS_COLUMNS, key: None }),
        Merge::List,
        words("Moyens humains et techniques", "People and equipment"),
        words("Les moyens prévus, un par ligne.", "The means planned, one a row."),
    ),
    field(
        "total_etp",
        FieldType::Number,
        Merge::Computed(Formula::SumOf { rows: "moyens", column: "etp" }),
        words("Total des ETP", "Sum of full-time posts"),
        words("Calculé d'après les moyens.", "Worked out from the means."),
    ),
    field(
        "budget_previsionnel",
        FieldType::Amount,
        Merge::MultiValue,
        words("Budget prévisionnel (€)", "Planned budget (€)"),
        words(
            "Coût total de l'action, tous financeurs compris.",
            "The whole cost of the action, all funders included.",
        ),
    ),
    field(
        "plan_financement",
        FieldType::Document(&["financement"]),
        Merge::Set,
        words("Plan de financement", "Funding plan"),
        words(
            "Les financements de cette fiche ; les montants s'écrivent dans chacun d'eux.",
            "The fundings of this sheet; amounts are written in each of them.",
        ),
    ),
    field(
        "indicateurs",
        FieldType::Document(&["indicateur"]),
        Merge::Set,
        words("Indicateurs", "Indicators"),
        words(
            "Indicateurs de processus et de résultat de la fiche.",
            "Indicators of process and result of the sheet.",
        ),
    ),
    field(
        "avancement",
        FieldType::Choice(AVANCEMENT),
        Merge::MultiValue,
        words("Avancement", "Progress"),
        words(
            "Où en est la fiche ; le retard se calcule d'après les dates.",
            "How far the sheet has come; lateness is worked out from dates.",
        ),
    ),
    field(
        "taux_objectifs",
        FieldType::Integer,
        Merge::Computed(Formula::ShareOf {
            rows: "objectifs",
            column: "avancement",
            value: "realisee",
        }),
        words("Objectifs réalisés (%)", "Objectives done (%)"),
        words("Calculé d'après les objectifs.", "Worked out from the objectives."),
    ),
    field(
        "taux_etapes",
        FieldType::Integer,
        Merge::Computed(Formula::ShareOf { rows: "etapes", column: "fait", value: "true" }),
        words("Étapes faites (%)", "Steps done (%)"),
        words("Calculé d'après les étapes.", "Worked out from the steps."),
    ),
    field(
        "taux_retenu",
        FieldType::Number,
        Merge::MultiValue,
        words("Taux de réalisation retenu (%)", "Rate of achievement chosen (%)"),
        words(
            "À remplir seulement si le taux calculé ne dit pas la réalité.",
            "Only if the rate worked out does not tell the truth.",
        ),
    ),
    field(
        "taux_realisation",
        FieldType::Number,
        Merge::Computed(Formula::FirstOf(&["taux_retenu", "taux_objectifs", "taux_etapes"])),
        words("Taux de réalisation (%)", "Rate of achievement (%)"),
        words(
            "Le taux retenu, sinon celui des objectifs, sinon celui des étapes.",
            "The rate chosen, else that of the objectives, else that of the steps.",
        ),
    ),
    field(
        "freins_leviers",
        FieldType::Rows(&Table { columns: rows::FREINS_LEVIERS_COLUMNS, key: None }),
        Merge::Append,
        words("Freins et leviers", "Obstacles and helps"),
        words(
            "Ce qui retient ou aide l'action ; une ligne écrite ne change plus.",
            "What holds back or helps the action; a row once written stays.",
        ),
    ),
    field(
        "points_etape",
        FieldType::Rows(&Table { columns: rows::POINTS_ETAPE_COLUMNS, key: None }),
        Merge::Append,
        words("Points d'étape", "Progress reports"),
        words(
            "Deux minutes tous les trois mois ; une ligne écrite ne change plus, on en ajoute \
             une autre.",
            "Two minutes every three months; a row once written stays, another one is added.",
        ),
    ),
    field(
        "dernier_point",
        FieldType::Date,
        Merge::Computed(Formula::LastOf { rows: "points_etape", column: "date" }),
        words("Dernier point d'étape", "Last progress report"),
        words("Date du dernier point enregistré.", "The date of the last report recorded."),
    ),
    field(
        "liens",
        FieldType::Document(&[
            "convention",
            "reunion",
            "formation_offre",
            "formation_besoin",
            "fiche_action",
            "courrier",
        ]),
        Merge::Set,
        words("Conventions, réunions, formations liées", "Related agreements, meetings, trainings"),
        words(
            "Les documents qui concernent cette fiche.",
            "The documents that concern this sheet.",
        ),
    ),
    field(
        "engagements_ctsm",
        FieldType::Text,
        Merge::Set,
        words("Engagements du CTSM", "Commitments of the CTSM"),
        words(
            "Codes des engagements du contrat territorial, par exemple E-03.",
            "Codes of commitments of the territorial contract, such as E-03.",
        ),
    ),
];

/// How people concerned take part.
const PARTICIPATION: &[Choice] = &[
    Choice { code: "information", label: words("Information", "Information") },
    Choice { code: "consultation", label: words("Consultation", "Consultation") },
    Choice { code: "concertation", label: words("Concertation", "Dialogue") },
    Choice { code: "co_construction", label: words("Co-construction", "Joint design") },
    Choice { code: "copilotage", label: words("Copilotage", "Joint leading") },
    Choice { code: "pair_aidance", label: words("Pair-aidance", "Peer support") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "constats", title: words("Constats", "Findings") },
    SectionSpec { id: "objectif_general", title: words("Objectif général", "General objective") },
    SectionSpec {
        id: "modalites",
        title: words("Description et modalités", "Description and ways of working"),
    },
    SectionSpec {
        id: "resultats_attendus",
        title: words("Résultats attendus", "Expected results"),
    },
    SectionSpec {
        id: "participation",
        title: words("Participation des personnes concernées", "Participation of people concerned"),
    },
    SectionSpec { id: "moyens", title: words("Moyens nécessaires", "Means needed") },
    SectionSpec {
        id: "resume_falc", title: words("Résumé facile à lire", "Easy-to-read summary")
    },
];
