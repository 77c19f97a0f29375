//! Code lists that several kinds share: what is stored and what is shown.
//!
//! A code never changes once documents hold it; a label may. The six national priorities are
//! fixed by article R. 3224-5 and following of the public health code; every other list follows
//! `domain.md` §1 and grows at its end.

use super::{Choice, words};

/// The six priorities of every territorial mental-health project.
pub(super) const PRIORITES: &[Choice] = &[
    Choice {
        code: "p1",
        label: words(
            "P1 – Repérage précoce, diagnostic et accès aux soins",
            "P1 – Early detection, diagnosis and access to care",
        ),
    },
    Choice {
        code: "p2",
        label: words(
            "P2 – Parcours sans rupture, rétablissement et inclusion",
            "P2 – Unbroken pathways, recovery and inclusion",
        ),
    },
    Choice {
        code: "p3",
        label: words("P3 – Accès aux soins somatiques", "P3 – Access to physical health care"),
    },
    Choice {
        code: "p4",
        label: words(
            "P4 – Prévention et prise en charge de la crise et de l'urgence",
            "P4 – Prevention and care of crises and emergencies",
        ),
    },
    Choice {
        code: "p5",
        label: words(
            "P5 – Respect des droits, pouvoir d'agir, lutte contre la stigmatisation",
            "P5 – Rights, power to act, fight against stigma",
        ),
    },
    Choice {
        code: "p6",
        label: words(
            "P6 – Action sur les déterminants de la santé mentale",
            "P6 – Action on the determinants of mental health",
        ),
    },
];

/// The groups an action is meant for.
pub(super) const PUBLICS: &[Choice] = &[
    Choice {
        code: "bebes", label: words("Bébés et périnatalité", "Babies and perinatal care")
    },
    Choice { code: "enfants", label: words("Enfants", "Children") },
    Choice {
        code: "adolescents",
        label: words("Adolescents et jeunes adultes", "Adolescents and young adults"),
    },
    Choice { code: "adultes", label: words("Adultes", "Adults") },
    Choice { code: "personnes_agees", label: words("Personnes âgées", "Older people") },
    Choice {
        code: "precarite",
        label: words("Personnes en situation de précarité", "People in hardship"),
    },
    Choice {
        code: "addictions",
        label: words("Personnes ayant une conduite addictive", "People with an addiction"),
    },
    Choice {
        code: "justice",
        label: words("Personnes sous main de justice", "People in the justice system"),
    },
    Choice {
        code: "psychotrauma",
        label: words(
            "Personnes ayant subi un psychotraumatisme",
            "People with a psychological trauma",
        ),
    },
    Choice {
        code: "handicap",
        label: words("Personnes en situation de handicap", "People with a disability"),
    },
    Choice { code: "isoles", label: words("Personnes isolées", "Isolated people") },
    Choice { code: "exiles", label: words("Personnes exilées", "People in exile") },
    Choice { code: "proches", label: words("Proches et aidants", "Families and carers") },
    Choice { code: "professionnels", label: words("Professionnels", "Professionals") },
    Choice { code: "autre", label: words("Autre public", "Another group") },
];

/// How far an action, an objective or a step has come. Late is worked out from dates.
pub(super) const AVANCEMENT: &[Choice] = &[
    Choice { code: "non_demarree", label: words("Non démarrée", "Not started") },
    Choice { code: "en_cours", label: words("En cours", "Under way") },
    Choice { code: "realisee", label: words("Réalisée", "Done") },
    Choice { code: "en_pause", label: words("En pause", "Paused") },
    Choice { code: "bloquee", label: words("Bloquée", "Blocked") },
    Choice { code: "abandonnee", label: words("Abandonnée", "Given up") },
    Choice { code: "a_discuter", label: words("À discuter", "To be discussed") },
];

/// What a partner does in an action.
pub(super) const ROLES: &[Choice] = &[
    Choice { code: "copilote", label: words("Copilote", "Co-leader") },
    Choice { code: "contributeur", label: words("Contributeur", "Contributor") },
    Choice { code: "financeur", label: words("Financeur", "Funder") },
    Choice { code: "associe", label: words("Associé", "Associated") },
    Choice { code: "consulte", label: words("Consulté", "Consulted") },
];

/// Other plans to which an action may belong.
pub(super) const PLANS: &[Choice] = &[
    Choice { code: "prs", label: words("Projet régional de santé", "Regional health project") },
    Choice {
        code: "feuille_de_route_nationale",
        label: words("Feuille de route nationale santé mentale", "National mental-health roadmap"),
    },
    Choice { code: "cls", label: words("Contrat local de santé", "Local health contract") },
    Choice {
        code: "clsm",
        label: words("Conseil local de santé mentale", "Local mental-health council"),
    },
    Choice {
        code: "schema_departemental",
        label: words("Schéma du Département", "Scheme of the Département"),
    },
    Choice { code: "praps", label: words("PRAPS", "Regional access programme (PRAPS)") },
    Choice { code: "cpts", label: words("Projet de santé de CPTS", "Health project of a CPTS") },
    Choice { code: "contrat_de_ville", label: words("Contrat de ville", "City contract") },
    Choice {
        code: "projet_etablissement",
        label: words("Projet d'établissement", "Project of an establishment"),
    },
    Choice { code: "autre", label: words("Autre plan", "Another plan") },
];

/// The ten themes of the shared diagnosis (article R. 3224-3 of the public health code).
pub(super) const THEMES: &[Choice] = &[
    Choice {
        code: "1",
        label: words(
            "1 – Accès au diagnostic et aux soins psychiatriques",
            "1 – Access to diagnosis and psychiatric care",
        ),
    },
    Choice {
        code: "2",
        label: words(
            "2 – Accueil et accompagnement social et médico-social",
            "2 – Social and medico-social support",
        ),
    },
    Choice {
        code: "3",
        label: words(
            "3 – Défauts, inadéquations et insuffisances de l'offre",
            "3 – Gaps and mismatches in what is offered",
        ),
    },
    Choice {
        code: "4",
        label: words(
            "4 – Continuité et coordination des parcours",
            "4 – Continuity and coordination of pathways",
        ),
    },
    Choice {
        code: "5",
        label: words(
            "5 – Délais, accessibilité et logement",
            "5 – Waiting times, accessibility and housing",
        ),
    },
    Choice { code: "6", label: words("6 – Accès aux droits", "6 – Access to rights") },
    Choice { code: "7", label: words("7 – Soins somatiques", "7 – Physical health care") },
    Choice {
        code: "8",
        label: words(
            "8 – Prévention, souffrance psychique et urgence",
            "8 – Prevention, distress and emergency",
        ),
    },
    Choice { code: "9", label: words("9 – Permanence des soins", "9 – Care at all hours") },
    Choice {
        code: "10",
        label: words(
            "10 – Éducation à la santé et lutte contre la stigmatisation",
            "10 – Health education and fight against stigma",
        ),
    },
];

/// The groups of organisations that share the seats of a body.
pub(super) const COLLEGES: &[Choice] = &[
    Choice {
        code: "sanitaire",
        label: words("Établissements sanitaires", "Health establishments"),
    },
    Choice {
        code: "medico_social",
        label: words("Médico-social et social", "Medico-social and social"),
    },
    Choice {
        code: "usagers_proches",
        label: words("Personnes concernées et proches", "People concerned and families"),
    },
    Choice {
        code: "liberaux",
        label: words("Professionnels libéraux et ville", "Independent professionals"),
    },
    Choice { code: "collectivites", label: words("Collectivités", "Local authorities") },
    Choice {
        code: "etat_am",
        label: words("État et assurance maladie", "State and health insurance"),
    },
    Choice { code: "autre", label: words("Autre ou invité", "Other or guest") },
];

/// What an organisation is.
pub(super) const TYPES_ORGANISATION: &[Choice] = &[
    Choice {
        code: "etablissement_psy",
        label: words("Établissement de santé psychiatrique", "Psychiatric hospital"),
    },
    Choice {
        code: "mco",
        label: words("Centre hospitalier, médecine et urgences", "General hospital"),
    },
    Choice { code: "clinique", label: words("Clinique privée", "Private clinic") },
    Choice {
        code: "esms",
        label: words(
            "Établissement ou service médico-social",
            "Medico-social establishment or service",
        ),
    },
    Choice {
        code: "asso_usagers",
        label: words("Association de personnes concernées", "Association of people concerned"),
    },
    Choice {
        code: "asso_proches",
        label: words("Association de familles et de proches", "Association of families"),
    },
    Choice { code: "gem", label: words("Groupe d'entraide mutuelle (GEM)", "Peer-run club (GEM)") },
    Choice {
        code: "liberaux",
        label: words("Professionnels libéraux, URPS", "Independent professionals"),
    },
    Choice { code: "cpts", label: words("CPTS", "Local network of professionals (CPTS)") },
    Choice {
        code: "dac",
        label: words(
            "Dispositif d'appui à la coordination (DAC)",
            "Complex-case support service (DAC)",
        ),
    },
    Choice { code: "mdph", label: words("MDPH", "Disability office (MDPH)") },
    Choice {
        code: "departement",
        label: words("Conseil départemental", "Council of the Département"),
    },
    Choice {
        code: "ars",
        label: words("Agence régionale de santé (ARS)", "Regional health agency (ARS)"),
    },
    Choice { code: "assurance_maladie", label: words("CPAM, MSA", "Health insurance fund") },
    Choice { code: "education_nationale", label: words("Éducation nationale", "State education") },
    Choice {
        code: "justice_jeunesse",
        label: words("PJJ, Justice", "Justice and youth protection"),
    },
    Choice {
        code: "penitentiaire",
        label: words("SPIP, administration pénitentiaire", "Prison and probation service"),
    },
    Choice { code: "ddets", label: words("DDETS", "State office for work and solidarity (DDETS)") },
    Choice {
        code: "logement",
        label: words("Logement, accueil, hébergement, insertion", "Housing and shelter"),
    },
    Choice { code: "emploi", label: words("Emploi et insertion professionnelle", "Employment") },
    Choice { code: "securite", label: words("Police, gendarmerie", "Police") },
    Choice {
        code: "intercommunalite",
        label: words("Commune, EPCI, CLS, CLSM", "Town or group of towns, CLS, CLSM"),
    },
    Choice { code: "tutelles", label: words("UDAF, services de tutelle", "Guardianship services") },
    Choice { code: "addictologie", label: words("Addictologie", "Addiction services") },
    Choice { code: "autre", label: words("Autre", "Other") },
];

/// The bodies that follow the project.
pub(super) const INSTANCES: &[Choice] = &[
    Choice {
        code: "copil",
        label: words("Comité de pilotage (COPIL)", "Steering committee (COPIL)"),
    },
    Choice {
        code: "cotech",
        label: words("Comité technique (COTECH)", "Technical committee (COTECH)"),
    },
    Choice { code: "groupe_travail", label: words("Groupe de travail", "Working group") },
    Choice {
        code: "cssm",
        label: words(
            "Commission spécialisée en santé mentale (CSSM)",
            "Mental-health commission (CSSM)",
        ),
    },
    Choice {
        code: "cts",
        label: words("Conseil territorial de santé (CTS)", "Territorial health council (CTS)"),
    },
    Choice { code: "pleniere", label: words("Assemblée plénière", "Plenary assembly") },
    Choice { code: "seminaire", label: words("Séminaire", "Seminar") },
    Choice {
        code: "ars",
        label: words("Agence régionale de santé (ARS)", "Regional health agency (ARS)"),
    },
    Choice {
        code: "clsm",
        label: words("Conseil local de santé mentale (CLSM)", "Local mental-health council (CLSM)"),
    },
    Choice { code: "autre", label: words("Autre instance", "Another body") },
];

/// Where money comes from.
pub(super) const SOURCES: &[Choice] = &[
    Choice {
        code: "fir",
        label: words("Fonds d'intervention régional (FIR)", "Regional intervention fund (FIR)"),
    },
    Choice {
        code: "daf_psy",
        label: words(
            "DAF psychiatrie, dotation populationnelle",
            "Psychiatric hospital grant (DAF)",
        ),
    },
    Choice {
        code: "fiop",
        label: words(
            "Fonds d'innovation organisationnelle en psychiatrie (FIOP)",
            "Organisational innovation fund for psychiatry (FIOP)",
        ),
    },
    Choice {
        code: "cnr",
        label: words("Crédits non reconductibles (CNR)", "One-off credits (CNR)"),
    },
    Choice { code: "cnsa", label: words("CNSA", "National solidarity fund (CNSA)") },
    Choice {
        code: "aap_ars",
        label: words(
            "Appel à projets ou à manifestation de l'ARS",
            "Call of the regional health agency",
        ),
    },
    Choice { code: "assurance_maladie", label: words("Assurance maladie", "Health insurance") },
    Choice { code: "ddets", label: words("DDETS", "State office for work and solidarity (DDETS)") },
    Choice { code: "dsden", label: words("DSDEN", "State education office (DSDEN)") },
    Choice { code: "politique_de_la_ville", label: words("Politique de la ville", "Urban policy") },
    Choice { code: "departement", label: words("Département", "Département") },
    Choice {
        code: "commune", label: words("Commune, intercommunalité", "Town or group of towns")
    },
    Choice { code: "region", label: words("Région", "Région") },
    Choice { code: "fondation", label: words("Fondation, mécénat", "Foundation") },
    Choice { code: "fonds_propres", label: words("Fonds propres", "Own funds") },
    Choice { code: "autre", label: words("Autre source", "Another source") },
];

/// How far a funding has come.
pub(super) const STATUTS_FINANCEMENT: &[Choice] = &[
    Choice { code: "veille", label: words("En veille", "Watched") },
    Choice { code: "en_montage", label: words("En montage", "Being prepared") },
    Choice { code: "depose", label: words("Déposé", "Submitted") },
    Choice { code: "notifie", label: words("Notifié", "Granted") },
    Choice { code: "conventionne", label: words("Conventionné", "Under contract") },
    Choice { code: "verse_partiel", label: words("Versé en partie", "Partly paid") },
    Choice { code: "solde", label: words("Soldé", "Closed") },
    Choice { code: "refuse", label: words("Refusé", "Refused") },
    Choice { code: "annule", label: words("Annulé", "Cancelled") },
];

/// What became of a commitment.
pub(super) const STATUTS_ENGAGEMENT: &[Choice] = &[
    Choice { code: "en_cours", label: words("En cours", "Under way") },
    Choice { code: "tenu", label: words("Tenu", "Kept") },
    Choice { code: "partiel", label: words("Tenu en partie", "Partly kept") },
    Choice { code: "non_tenu", label: words("Non tenu", "Not kept") },
    Choice { code: "caduc", label: words("Caduc", "Void") },
];

/// What gives somebody the power to sign.
pub(super) const ACTES: &[Choice] = &[
    Choice { code: "deliberation", label: words("Délibération", "Deliberation") },
    Choice {
        code: "delegation",
        label: words("Délégation de signature", "Delegation of signature"),
    },
    Choice { code: "statuts", label: words("Statuts", "Articles of association") },
    Choice { code: "mandat", label: words("Mandat ou pouvoir", "Mandate") },
    Choice { code: "decision", label: words("Décision de nomination", "Appointment") },
    Choice { code: "autre", label: words("Autre acte", "Another act") },
];

/// How a paper is signed or approved.
pub(super) const SIGNATURES: &[Choice] = &[
    Choice { code: "manuscrite", label: words("Signature manuscrite", "Handwritten") },
    Choice {
        code: "parapheur",
        label: words("Parapheur électronique du partenaire", "Electronic signature book"),
    },
    Choice { code: "visa", label: words("Visa dans Liaison", "Visa in Liaison") },
    Choice { code: "deliberation", label: words("Délibération", "Deliberation") },
    Choice { code: "courriel", label: words("Accord par courriel", "Agreement by mail") },
];

/// How quickly something is needed.
pub(super) const URGENCES: &[Choice] = &[
    Choice { code: "faible", label: words("Peut attendre", "Can wait") },
    Choice { code: "normale", label: words("Normale", "Normal") },
    Choice { code: "elevee", label: words("Rapide", "Soon") },
    Choice { code: "immediate", label: words("Immédiate", "At once") },
];

/// At which level figures are counted.
pub(super) const MAILLES: &[Choice] = &[
    Choice { code: "departement", label: words("Département", "Département") },
    Choice { code: "bassin", label: words("Bassin de vie", "Local area") },
    Choice { code: "secteur", label: words("Secteur de psychiatrie", "Psychiatric sector") },
    Choice { code: "commune", label: words("Commune, quartier", "Town, district") },
    Choice {
        code: "etablissement",
        label: words("Établissement, service", "Establishment, service"),
    },
    Choice { code: "region", label: words("Région", "Région") },
    Choice { code: "national", label: words("National", "National") },
];

/// For whom a document is meant.
pub(super) const DESTINATIONS: &[Choice] = &[
    Choice { code: "public", label: words("Tout public", "Everybody") },
    Choice {
        code: "partenaires",
        label: words("Partenaires de l'espace", "Partners of the space"),
    },
    Choice { code: "instance", label: words("Membres de l'instance", "Members of the body") },
    Choice { code: "parties", label: words("Parties au document", "Parties to the document") },
];

/// What becomes of a document when it is no longer used.
pub(super) const ARCHIVES: &[Choice] = &[
    Choice { code: "definitive", label: words("Archives définitives", "Kept for ever") },
    Choice {
        code: "tri",
        label: words("À trier avec les archives départementales", "To be sorted with the archives"),
    },
    Choice {
        code: "elimination",
        label: words("Élimination après visa", "Disposed of after a visa"),
    },
    Choice {
        code: "sans_objet",
        label: words("Document de travail, sans archivage", "Working paper, not archived"),
    },
];
