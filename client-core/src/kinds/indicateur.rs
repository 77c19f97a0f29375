//! `indicateur`: what is measured, how, and its values period by period (`domain.md` §1.8).
//!
//! Values are keyed by period and multi-valued: two organisations that report different figures
//! both stay in sight until somebody settles.

use super::codes::MAILLES;
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility,
    field, words,
};

/// Indicator.
pub(super) static INDICATEUR: Kind = Kind {
    name: "indicateur",
    revision: 1,
    title: words("Indicateur", "Indicator"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Producteur pour les valeurs, groupe de travail pour la définition",
            "The producer for values, the working group for the definition",
        ),
        freezes: words(
            "Rien : chaque valeur est datée et attribuée",
            "Nothing: each value is dated and attributed",
        ),
        keep: words("Cinq ans, puis archives", "Five years, then archives"),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "code",
        FieldType::Text,
        Merge::LastWriter,
        words("Code", "Code"),
        words("Code court et stable, par exemple I01.", "A short and stable code, such as I01."),
    ),
    field(
        "type",
        FieldType::Choice(TYPES),
        Merge::LastWriter,
        words("Type", "Type"),
        words(
            "Ressource, processus, résultat, effet ou satisfaction.",
            "Means, process, result, impact or satisfaction.",
        ),
    ),
    field(
        "unite",
        FieldType::Choice(UNITES),
        Merge::LastWriter,
        words("Unité", "Unit"),
        words("Dans quoi les valeurs sont comptées.", "In what values are counted."),
    ),
    field(
        "unite_precision",
        FieldType::Text,
        Merge::LastWriter,
        words("Précision sur l'unité", "More on the unit"),
        words(
            "Par exemple note sur 5, ou nombre cumulé.",
            "Such as mark out of 5, or running total.",
        ),
    ),
    field(
        "sens",
        FieldType::Choice(SENS),
        Merge::LastWriter,
        words("Sens souhaité", "Better when"),
        words("Ce qui serait un progrès.", "What would be progress."),
    ),
    field(
        "numerateur",
        FieldType::Text,
        Merge::LastWriter,
        words("Numérateur", "Numerator"),
        words("Ce qui est compté en haut de la fraction.", "What is counted above the line."),
    ),
    field(
        "denominateur",
        FieldType::Text,
        Merge::LastWriter,
        words("Dénominateur", "Denominator"),
        words("Ce qui est compté en bas de la fraction.", "What is counted below the line."),
    ),
    field(
        "source",
        FieldType::Text,
        Merge::LastWriter,
        words("Source", "Source"),
        words(
            "Logiciel, enquête ou registre d'où vient la valeur.",
            "The program, survey or register it comes from.",
        ),
    ),
    field(
        "producteur",
        FieldType::Partner,
        Merge::LastWriter,
        words("Producteur", "Producer"),
        words("L'organisation qui fournit les valeurs.", "The organisation that gives the values."),
    ),
    field(
        "frequence",
        FieldType::Choice(FREQUENCES),
        Merge::LastWriter,
        words("Fréquence", "How often"),
        words("Tous les combien la valeur est attendue.", "How often a value is expected."),
    ),
    field(
        "maille",
        FieldType::Choice(MAILLES),
        Merge::LastWriter,
        words("Maille", "Level"),
        words("À quel niveau la valeur est comptée.", "At which level it is counted."),
    ),
    field(
        "date_reference",
        FieldType::Date,
        Merge::MultiValue,
        words("Date de la valeur de départ", "Date of the first value"),
        words(
            "Jour auquel se rapporte la valeur de départ.",
            "The day to which the first value belongs.",
        ),
    ),
    field(
        "valeur_reference",
        FieldType::Number,
        Merge::MultiValue,
        words("Valeur de départ", "First value"),
        words("La valeur avant l'action.", "The value before the action."),
    ),
    field(
        "cibles",
        FieldType::Rows(&Table { columns: CIBLES_COLUMNS, key: Some("annee") }),
        Merge::Set,
        words("Cibles", "Targets"),
        words("La valeur visée, année par année.", "The value aimed at, year by year."),
    ),
    field(
        "valeurs",
        FieldType::Rows(&Table { columns: VALEURS_COLUMNS, key: Some("periode") }),
        Merge::Set,
        words("Valeurs", "Values"),
        words(
            "Une ligne par période ; si deux organisations diffèrent, les deux valeurs restent à \
             l'écran.",
            "One row for each period; if two organisations differ, both values stay in sight.",
        ),
    ),
    field(
        "derniere_valeur",
        FieldType::Number,
        Merge::Computed(Formula::LastOf { rows: "valeurs", column: "valeur" }),
        words("Dernière valeur", "Last value"),
        words("Calculée d'après les périodes.", "Worked out from the periods."),
    ),
    field(
        "petit_effectif",
        FieldType::Boolean,
        Merge::LastWriter,
        words("Masquer les petits effectifs", "Hide small counts"),
        words(
            "Oui si une valeur basse peut désigner une personne.",
            "Yes if a low value may point to a person.",
        ),
    ),
    field(
        "seuil_effectif",
        FieldType::Integer,
        Merge::LastWriter,
        words("Seuil de masquage", "Hidden below"),
        words(
            "En dessous de ce nombre, la valeur n'est pas montrée ; 11 le plus souvent.",
            "Below this number the value is not shown; 11 most of the time.",
        ),
    ),
];

const CIBLES_COLUMNS: &[FieldSpec] = &[
    field(
        "annee",
        FieldType::Year,
        Merge::LastWriter,
        words("Année", "Year"),
        words("L'année de la cible.", "The year of the target."),
    ),
    field(
        "valeur",
        FieldType::Number,
        Merge::MultiValue,
        words("Cible", "Target"),
        words("La valeur à atteindre cette année-là.", "The value to reach that year."),
    ),
];

const VALEURS_COLUMNS: &[FieldSpec] = &[
    field(
        "periode",
        FieldType::Period,
        Merge::LastWriter,
        words("Période", "Period"),
        words("2026, 2026-S1, 2026-T2 ou 2026-06.", "2026, 2026-S1, 2026-T2 or 2026-06."),
    ),
    field(
        "valeur",
        FieldType::Number,
        Merge::MultiValue,
        words("Valeur", "Value"),
        words(
            "Le nombre, dans l'unité de l'indicateur.",
            "The number, in the unit of the indicator.",
        ),
    ),
    field(
        "numerateur",
        FieldType::Number,
        Merge::MultiValue,
        words("Numérateur", "Numerator"),
        words("Pour une part : le nombre du haut.", "For a share: the number above the line."),
    ),
    field(
        "denominateur",
        FieldType::Number,
        Merge::MultiValue,
        words("Dénominateur", "Denominator"),
        words("Pour une part : le nombre du bas.", "For a share: the number below the line."),
    ),
    field(
        "provisoire",
        FieldType::Boolean,
        Merge::MultiValue,
        words("Provisoire", "Provisional"),
        words("Oui si la valeur peut encore changer.", "Yes if the value may still change."),
    ),
    field(
        "organisations",
        FieldType::Partner,
        Merge::Set,
        words("Fournie par", "Given by"),
        words(
            "Qui fournit la valeur, si ce n'est pas celui qui la saisit.",
            "Who gives the value, if not the one who types it.",
        ),
    ),
    field(
        "commentaire",
        FieldType::Text,
        Merge::LastWriter,
        words("Commentaire", "Comment"),
        words(
            "Ce qui explique la valeur ou un changement de méthode.",
            "What explains the value or a change of method.",
        ),
    ),
    field(
        "preuve",
        FieldType::Text,
        Merge::LastWriter,
        words("Pièce justificative", "Evidence"),
        words(
            "Nom ou adresse de la pièce qui prouve la valeur.",
            "The name or address of the paper that proves it.",
        ),
    ),
];

/// What an indicator measures.
const TYPES: &[Choice] = &[
    Choice { code: "ressource", label: words("Ressource", "Means") },
    Choice { code: "processus", label: words("Processus", "Process") },
    Choice { code: "resultat", label: words("Résultat", "Result") },
    Choice { code: "impact", label: words("Effet à long terme", "Impact") },
    Choice { code: "satisfaction", label: words("Satisfaction", "Satisfaction") },
];

/// In what it is counted.
const UNITES: &[Choice] = &[
    Choice { code: "nombre", label: words("Nombre", "Number") },
    Choice { code: "pourcentage", label: words("Pourcentage", "Percentage") },
    Choice { code: "jours", label: words("Jours", "Days") },
    Choice { code: "euros", label: words("Euros", "Euros") },
    Choice { code: "note", label: words("Note", "Mark") },
    Choice { code: "oui_non", label: words("Oui ou non", "Yes or no") },
    Choice { code: "autre", label: words("Autre unité", "Another unit") },
];

/// Which way is better.
const SENS: &[Choice] = &[
    Choice { code: "hausse", label: words("La hausse est souhaitée", "Higher is better") },
    Choice { code: "baisse", label: words("La baisse est souhaitée", "Lower is better") },
    Choice {
        code: "cible",
        label: words("Se rapprocher de la cible", "Closer to the target is better"),
    },
    Choice { code: "neutre", label: words("Sans sens souhaité", "Neither") },
];

/// How often it is measured.
const FREQUENCES: &[Choice] = &[
    Choice { code: "mensuel", label: words("Tous les mois", "Every month") },
    Choice { code: "trimestriel", label: words("Tous les trois mois", "Every quarter") },
    Choice { code: "semestriel", label: words("Tous les six mois", "Twice a year") },
    Choice { code: "annuel", label: words("Tous les ans", "Every year") },
    Choice { code: "ponctuel", label: words("Une seule fois", "Once") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "definition", title: words("Définition", "Definition") },
    SectionSpec { id: "mode_calcul", title: words("Mode de calcul", "How it is worked out") },
    SectionSpec {
        id: "limites",
        title: words("Limites et précautions de lecture", "Limits and cautions"),
    },
];
