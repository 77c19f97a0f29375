//! `fiche_liaison`: a filled liaison form; it names a person cared for (`domain.md` §1.6 b, §3.1).
//!
//! It lives in a closed space of its own, for those whom it lists, and takes in none of the
//! fields that other kinds share. The national health identity number (INS) is no field here:
//! it belongs to the care system.

use super::codes::URGENCES;
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Filled liaison form.
pub(super) static FICHE_LIAISON: Kind = Kind {
    name: "fiche_liaison",
    revision: 1,
    title: words("Fiche de liaison remplie", "Filled liaison form"),
    fields: FIELDS,
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Named,
        writers: words("Émetteur et destinataires nommés", "The sender and the named recipients"),
        freezes: words(
            "Rien : la réponse s'ajoute jusqu'à la clôture",
            "Nothing: the answer is added until it is closed",
        ),
        keep: words(
            "Deux ans au plus après le dernier contact, puis destruction constatée",
            "Two years at most after the last contact, then a recorded destruction",
        ),
    },
    parts: &[],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "modele",
        FieldType::Document(&["modele_liaison"]),
        Merge::LastWriter,
        words("Modèle", "Form"),
        words("Le modèle de fiche suivi.", "The blank form it follows."),
    ),
    field(
        "emetteur_organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation émettrice", "Sending organisation"),
        words("L'organisation qui envoie la fiche.", "The organisation that sends the form."),
    )
    .required(),
    field(
        "emetteur_nom",
        FieldType::Text,
        Merge::LastWriter,
        words("Émetteur", "Sender"),
        words("Nom du professionnel qui écrit.", "The name of the professional who writes."),
    ),
    field(
        "emetteur_fonction",
        FieldType::Text,
        Merge::LastWriter,
        words("Fonction de l'émetteur", "Function of the sender"),
        words("Sa fonction auprès de la personne.", "What they do for the person."),
    ),
    field(
        "emetteur_contact",
        FieldType::Text,
        Merge::LastWriter,
        words("Contact sécurisé de l'émetteur", "Secure contact of the sender"),
        words(
            "Adresse MSSanté ou téléphone professionnel.",
            "A secure health mail address or professional telephone.",
        ),
    ),
    field(
        "destinataires",
        FieldType::Rows(&Table { columns: DESTINATAIRES_COLUMNS, key: None }),
        Merge::List,
        words("Destinataires", "Recipients"),
        words(
            "Liste fermée de professionnels identifiés ; personne d'autre ne lit la fiche.",
            "A closed list of identified professionals; nobody else reads the form.",
        ),
    )
    .required(),
    field(
        "lien",
        FieldType::Choice(LIENS),
        Merge::MultiValue,
        words("Lien entre les professionnels", "Tie between the professionals"),
        words(
            "Hors équipe de soins, le consentement préalable est obligatoire.",
            "Outside the care team, consent must come first.",
        ),
    )
    .required(),
    field(
        "personne_nom",
        FieldType::Text,
        Merge::MultiValue,
        words("Personne : initiales ou nom", "Person: initials or name"),
        words("Les initiales suffisent le plus souvent.", "Initials are enough most of the time."),
    ),
    field(
        "personne_naissance",
        FieldType::Date,
        Merge::MultiValue,
        words("Date de naissance", "Date of birth"),
        words(
            "Seulement si elle est nécessaire pour ne pas se tromper de personne.",
            "Only if needed to avoid a mistake about who it is.",
        ),
    ),
    field(
        "personne_contact",
        FieldType::Text,
        Merge::LastWriter,
        words("Comment joindre la personne", "How to reach the person"),
        words("Le moyen que la personne a choisi.", "The means the person has chosen."),
    ),
    field(
        "representant",
        FieldType::Text,
        Merge::MultiValue,
        words("Représentant légal", "Legal representative"),
        words("Nom et qualité, s'il y en a un.", "Name and capacity, if there is one."),
    ),
    field(
        "protection",
        FieldType::Choice(PROTECTIONS),
        Merge::MultiValue,
        words("Mesure de protection", "Legal protection"),
        words(
            "La mesure en cours, si elle compte pour la demande.",
            "The measure in force, if it matters for the request.",
        ),
    ),
    field(
        "information_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Personne informée le", "Person informed on"),
        words(
            "Jour où elle a été informée de l'échange et de ses droits.",
            "The day the person was told of the exchange and of their rights.",
        ),
    )
    .required_when("lien", "hors_equipe"),
    field(
        "information_par",
        FieldType::Text,
        Merge::MultiValue,
        words("Informée par", "Informed by"),
        words("Nom et fonction du professionnel.", "Name and function of the professional."),
    ),
    field(
        "information_support",
        FieldType::Text,
        Merge::LastWriter,
        words("Support de l'information", "How they were informed"),
        words("Entretien, note remise, affiche, etc.", "Talk, leaflet, notice and so on."),
    ),
    field(
        "consentement",
        FieldType::Choice(REPONSES),
        Merge::MultiValue,
        words("Consentement", "Consent"),
        words("La réponse qui vaut aujourd'hui.", "The answer that holds today."),
    )
    .required_when("lien", "hors_equipe"),
    field(
        "consentement_perimetre",
        FieldType::Text,
        Merge::MultiValue,
        words("Périmètre du consentement", "Scope of the consent"),
        words(
            "Ce que la personne accepte de partager, et avec qui.",
            "What the person agrees to share, and with whom.",
        ),
    ),
    field(
        "consentements",
        FieldType::Rows(&Table { columns: CONSENTEMENTS_COLUMNS, key: None }),
        Merge::Append,
        words("Suite des réponses", "Answers over time"),
        words(
            "Chaque réponse de la personne, retrait compris ; une ligne écrite ne change plus.",
            "Each answer of the person, withdrawal included; a row once written stays.",
        ),
    ),
    field(
        "situation",
        FieldType::Rows(&Table { columns: SITUATION_COLUMNS, key: Some("domaine") }),
        Merge::Set,
        words("Situation utile", "Useful situation"),
        words(
            "Le strict nécessaire pour répondre à la demande.",
            "Only what is needed to answer the request.",
        ),
    ),
    field(
        "intervenants",
        FieldType::Rows(&Table { columns: INTERVENANTS_COLUMNS, key: None }),
        Merge::List,
        words("Suivi en cours", "Current support"),
        words(
            "Les professionnels déjà présents auprès de la personne.",
            "The professionals already with the person.",
        ),
    ),
    field(
        "urgence",
        FieldType::Choice(URGENCES),
        Merge::MultiValue,
        words("Urgence", "Urgency"),
        words("À quelle vitesse une réponse est attendue.", "How quickly an answer is expected."),
    ),
    field(
        "reponse_souhaitee_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Réponse souhaitée avant le", "Answer wanted by"),
        words("Jour au plus tard.", "The latest day."),
    ),
    field(
        "personne_de_confiance",
        FieldType::Text,
        Merge::LastWriter,
        words("Personne de confiance", "Trusted person"),
        words(
            "Si la personne l'a désignée et souhaite le dire.",
            "If the person has named one and wishes to say so.",
        ),
    ),
    field(
        "plan_de_crise",
        FieldType::Boolean,
        Merge::LastWriter,
        words("Plan de crise conjoint", "Joint crisis plan"),
        words(
            "Oui s'il existe un plan écrit avec la personne.",
            "Yes if there is a plan written with the person.",
        ),
    ),
    field(
        "accuse_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Reçue le", "Received on"),
        words(
            "Jour où le destinataire accuse réception.",
            "The day the recipient acknowledges it.",
        ),
    ),
    field(
        "suite",
        FieldType::Choice(SUITES),
        Merge::MultiValue,
        words("Suite donnée", "What is done"),
        words("La réponse du destinataire.", "The answer of the recipient."),
    ),
    field(
        "rendez_vous",
        FieldType::DateTime,
        Merge::MultiValue,
        words("Rendez-vous", "Appointment"),
        words("Date et heure proposées à la personne.", "The date and time offered to the person."),
    ),
    field(
        "orientation",
        FieldType::Text,
        Merge::LastWriter,
        words("Orientation proposée", "Where the person is sent"),
        words("Vers qui, si la demande est réorientée.", "To whom, if it is sent elsewhere."),
    ),
    field(
        "cloture_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Clôturée le", "Closed on"),
        words(
            "Jour où les deux côtés considèrent la demande comme close.",
            "The day both sides hold the request closed.",
        ),
    ),
    field(
        "tracabilite",
        FieldType::Rows(&Table { columns: TRACABILITE_COLUMNS, key: None }),
        Merge::Append,
        words("Traçabilité", "Record of events"),
        words(
            "Envois, lectures, retraits et destruction ; une ligne écrite ne change plus.",
            "Sendings, readings, withdrawals and destruction; a row once written stays.",
        ),
    ),
    field(
        "purge_le",
        FieldType::Date,
        Merge::MultiValue,
        words("À détruire le", "To be destroyed on"),
        words(
            "Deux ans au plus après le dernier contact.",
            "Two years at most after the last contact.",
        ),
    ),
];

const DESTINATAIRES_COLUMNS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Partner,
        Merge::MultiValue,
        words("Organisation", "Organisation"),
        words("L'organisation du destinataire.", "The organisation of the recipient."),
    ),
    field(
        "nom",
        FieldType::Text,
        Merge::MultiValue,
        words("Nom", "Name"),
        words("Nom du professionnel.", "The name of the professional."),
    ),
    field(
        "fonction",
        FieldType::Text,
        Merge::MultiValue,
        words("Fonction", "Function"),
        words("Sa fonction auprès de la personne.", "What they do for the person."),
    ),
    field(
        "contact",
        FieldType::Text,
        Merge::LastWriter,
        words("Contact sécurisé", "Secure contact"),
        words(
            "Adresse MSSanté ou téléphone professionnel.",
            "A secure health mail address or professional telephone.",
        ),
    ),
];

const CONSENTEMENTS_COLUMNS: &[FieldSpec] = &[
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de la réponse.", "The day of the answer."),
    ),
    field(
        "reponse",
        FieldType::Choice(REPONSES),
        Merge::LastWriter,
        words("Réponse", "Answer"),
        words("Ce que la personne a répondu.", "What the person answered."),
    ),
    field(
        "mode",
        FieldType::Choice(MODES),
        Merge::LastWriter,
        words("Mode", "How"),
        words("Oral, écrit ou dématérialisé.", "Spoken, written or electronic."),
    ),
    field(
        "perimetre",
        FieldType::Text,
        Merge::LastWriter,
        words("Périmètre", "Scope"),
        words("Ce qui est couvert par la réponse.", "What the answer covers."),
    ),
    field(
        "recueilli_par",
        FieldType::Text,
        Merge::LastWriter,
        words("Recueillie par", "Taken by"),
        words("Nom et fonction du professionnel.", "Name and function of the professional."),
    ),
];

const SITUATION_COLUMNS: &[FieldSpec] = &[
    field(
        "domaine",
        FieldType::Choice(DOMAINES),
        Merge::LastWriter,
        words("Domaine", "Matter"),
        words("De quoi il s'agit.", "What it is about."),
    ),
    field(
        "precision",
        FieldType::Text,
        Merge::MultiValue,
        words("Ce qu'il faut savoir", "What to know"),
        words("En une phrase.", "In one sentence."),
    ),
];

const INTERVENANTS_COLUMNS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("Son organisation.", "The organisation."),
    ),
    field(
        "fonction",
        FieldType::Text,
        Merge::LastWriter,
        words("Fonction", "Function"),
        words("Ce qu'il fait auprès de la personne.", "What they do for the person."),
    ),
    field(
        "contact",
        FieldType::Text,
        Merge::LastWriter,
        words("Contact", "Contact"),
        words("Téléphone ou messagerie professionnelle.", "Professional telephone or mail."),
    ),
];

const TRACABILITE_COLUMNS: &[FieldSpec] = &[
    field(
        "date",
        FieldType::DateTime,
        Merge::LastWriter,
        words("Date et heure", "Date and time"),
        words("Moment de l'événement.", "When it happened."),
    ),
    field(
        "evenement",
        FieldType::Choice(TRACES),
        Merge::LastWriter,
        words("Événement", "Event"),
        words("Ce qui s'est passé.", "What happened."),
    ),
    field(
        "par",
        FieldType::Text,
        Merge::LastWriter,
        words("Par", "By"),
        words("Nom et fonction.", "Name and function."),
    ),
    field(
        "precisions",
        FieldType::Text,
        Merge::LastWriter,
        words("Précisions", "Details"),
        words("Ce qu'il faut garder de l'événement.", "What to remember of it."),
    ),
];

/// Whether those who share are one care team: the law asks for more when they are not.
const LIENS: &[Choice] = &[
    Choice { code: "meme_equipe", label: words("Même équipe de soins", "Same care team") },
    Choice { code: "hors_equipe", label: words("Hors équipe de soins", "Outside the care team") },
];

/// What the person answered.
const REPONSES: &[Choice] = &[
    Choice { code: "oui", label: words("Oui", "Yes") },
    Choice { code: "non", label: words("Non", "No") },
    Choice { code: "retire", label: words("Retiré", "Withdrawn") },
    Choice {
        code: "opposition",
        label: words("Opposition à l'échange", "Objects to the exchange"),
    },
];

/// How the person answered.
const MODES: &[Choice] = &[
    Choice { code: "oral", label: words("Oral", "Spoken") },
    Choice { code: "ecrit", label: words("Écrit", "Written") },
    Choice { code: "dematerialise", label: words("Dématérialisé", "Electronic") },
];

/// The legal protection of the person.
const PROTECTIONS: &[Choice] = &[
    Choice { code: "aucune", label: words("Aucune", "None") },
    Choice { code: "sauvegarde", label: words("Sauvegarde de justice", "Judicial safeguard") },
    Choice { code: "curatelle", label: words("Curatelle", "Curatorship") },
    Choice { code: "tutelle", label: words("Tutelle", "Guardianship") },
    Choice { code: "habilitation", label: words("Habilitation familiale", "Family authorisation") },
    Choice {
        code: "mandat",
        label: words("Mandat de protection future", "Future protection mandate"),
    },
    Choice { code: "mineur", label: words("Personne mineure", "Minor") },
];

/// What may be useful to know, and nothing else.
const DOMAINES: &[Choice] = &[
    Choice { code: "logement", label: words("Logement", "Housing") },
    Choice { code: "ressources", label: words("Ressources", "Income") },
    Choice { code: "entourage", label: words("Entourage", "Family and friends") },
    Choice { code: "droits", label: words("Droits (MDPH, AAH)", "Rights (MDPH, AAH)") },
    Choice { code: "risques", label: words("Risques", "Risks") },
];

/// What the recipient does.
const SUITES: &[Choice] = &[
    Choice { code: "acceptee", label: words("Demande acceptée", "Accepted") },
    Choice { code: "complement", label: words("Complément demandé", "More is asked") },
    Choice { code: "reorientee", label: words("Réorientée", "Sent elsewhere") },
    Choice { code: "refusee", label: words("Refusée", "Refused") },
];

/// What happened to the form.
const TRACES: &[Choice] = &[
    Choice { code: "envoi", label: words("Envoi", "Sent") },
    Choice { code: "lecture", label: words("Lecture", "Read") },
    Choice { code: "reponse", label: words("Réponse", "Answered") },
    Choice { code: "retrait", label: words("Retrait d'un destinataire", "Recipient taken out") },
    Choice { code: "destruction", label: words("Destruction", "Destroyed") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "motif", title: words("Motif", "Reason") },
    SectionSpec {
        id: "attente",
        title: words("Ce qui est attendu du destinataire", "What is asked of the recipient"),
    },
    SectionSpec {
        id: "parole_personne",
        title: words(
            "Ce que dit la personne : préférences, plan de crise",
            "What the person says: preferences, crisis plan",
        ),
    },
    SectionSpec {
        id: "reponse",
        title: words("Réponse du destinataire", "Answer of the recipient"),
    },
];
