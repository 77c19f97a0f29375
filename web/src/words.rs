//! What the screens say, in both languages: one table, so that a test can read all of it.
//!
//! Plain words: what happened and what to do. What stands between braces is filled in by
//! [`fill`], in order.

use client_core::kinds::{Wording, words};

macro_rules! catalogue {
    ($($(#[$meta:meta])* $name:ident: $fr:literal, $en:literal;)*) => {
        $(
            #[doc = $en]
            pub const $name: Wording = words($fr, $en);
        )*
        /// Every text, by its name.
        pub const ALL: &[(&str, Wording)] = &[$((stringify!($name), $name)),*];
    };
}

pub mod first;

/// Puts values in the places `{}` of a text, in order.
#[must_use]
pub fn fill(text: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut values = values.iter();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{}") {
        out.push_str(before);
        out.push_str(values.next().copied().unwrap_or_default());
        rest = after;
    }
    out.push_str(rest);
    out
}

catalogue! {
    ACCESS_TARGET: "Ces pages visent le niveau AA du RGAA 4.1.",
        "These pages aim at level AA of RGAA 4.1 (WCAG 2.1).";
    ACCESS_CHECKED: "À chaque version, un contrôle automatique parcourt les écrans (clair, sombre, \
        étroit, agrandi) et l'usage au clavier.",
        "At each version an automatic check walks through the screens (light, dark, narrow, \
        enlarged) and their use by keyboard.";
    ACCESS_NOT_CHECKED: "Aucun audit humain n'a encore eu lieu, et aucun lecteur d'écran n'a été \
        essayé : ceci n'est pas une déclaration de conformité.",
        "No human audit has taken place yet and no screen reader was tried: this is no statement \
        of conformity.";
    ACCESS_TELL: "Si quelque chose vous arrête, dites-le à la personne qui coordonne votre \
        territoire.",
        "If something stops you, tell the coordinator of your territory.";
    SKIP: "Aller au contenu", "Skip to the content";
    SEARCH: "Rechercher", "Search";
    SETTINGS: "Réglages", "Settings";
    NAVIGATION: "Pages du territoire", "Pages of the territory";
    ACCESSIBILITY: "Accessibilité", "Accessibility";
    LOCAL: "Cette page vient de votre ordinateur ; rien n'en sort sauf vers le relais.",
        "This page comes from your own computer; nothing leaves it but towards the relay.";
    STOPPED: "Liaison est arrêté sur cet ordinateur.", "Liaison has stopped on this computer.";
    STOPPED_HINT: "Relancez « liaison serve » : ce que vous avez écrit est conservé.",
        "Start “liaison serve” again: what you wrote is kept.";
    UNTITLED_SPACE: "Espace en attente", "Waiting space";

    STATE_CURRENT: "À jour – enregistré ici, tout est partagé",
        "Up to date – saved here, everything is shared";
    STATE_BUSY: "Enregistré ici – échange avec le relais…",
        "Saved here – exchanging with the relay…";
    STATE_SENDING_ONE: "Enregistré ici – envoi d'une modification…",
        "Saved here – sending one change…";
    STATE_SENDING: "Enregistré ici – envoi de {} modifications…",
        "Saved here – sending {} changes…";
    STATE_OFFLINE: "Hors ligne – continuez, tout est enregistré ici",
        "Offline – keep working, everything is saved here";
    STATE_OFFLINE_ONE:
        "Hors ligne – une modification, enregistrée ici, partira au retour du réseau",
        "Offline – one change, saved here, leaves when the network returns";
    STATE_OFFLINE_KEPT:
        "Hors ligne – {} modifications, enregistrées ici, partiront au retour du réseau",
        "Offline – {} changes, saved here, leave when the network returns";
    STATE_WAITING: "En attente – les garants n'ont pas encore approuvé",
        "Waiting – the guarantors have not approved yet";
    STATE_FORMER: "Cet ordinateur ne participe plus à cet espace : rien n'est partagé",
        "This computer is no longer part of this space: nothing is shared";
    STATE_REFUSED: "Enregistré ici – le relais ne prend rien pour l'instant",
        "Saved here – the relay takes nothing for now";
    STATE_DOUBT: "Enregistré ici – le relais montre une autre histoire : rien ne lui est envoyé",
        "Saved here – the relay shows another history: nothing is sent to it";
    STATE_CLOSED: "Espace fermé – on n'y écrit plus", "Closed space – nobody writes there";

    EDIT: "Modifier", "Edit";
    EDIT_DETAILS: "Modifier les rubriques", "Edit the fields";
    EDIT_TITLE: "Titre du document", "Title of the document";
    SAVE: "Enregistrer", "Save";
    CANCEL: "Annuler", "Cancel";
    ADD: "Ajouter", "Add";
    ADD_ROW: "Ajouter une ligne", "Add a row";
    REMOVE: "Retirer", "Remove";
    REMOVE_ROW: "Retirer cette ligne", "Remove this row";
    NEW: "Nouveau", "New";
    CREATE: "Créer", "Create";
    BACK: "Retour", "Back";
    SEE: "Voir", "See";
    DONE: "Terminer", "Done";
    PRINT: "Imprimer", "Print";
    EXPORT: "Exporter", "Export";
    EMPTY: "non renseigné", "not filled in";
    NONE_YET: "Rien encore.", "Nothing yet.";
    UNTITLED: "Sans titre", "Untitled";
    UNREADABLE: "Document pas encore lisible ici", "Document not readable here yet";
    NUMBER: "N°", "No.";
    TITLE: "Titre", "Title";
    STATUS: "État", "Status";
    WHO: "Qui", "Who";
    WHEN: "Quand", "When";
    KIND: "Nature", "Kind";
    YES: "oui", "yes";
    NO: "non", "no";
    TOTAL: "Total", "Total";
    CHOOSE: "– choisir –", "– choose –";
    ONE_PER_LINE: "Une valeur par ligne.", "One value a line.";
    REQUIRED: "nécessaire", "required";
    SAVED: "Enregistré sur cet ordinateur.", "Saved on this computer.";
    UNCHANGED: "Rien n'a changé.", "Nothing has changed.";
    NOT_SAVED: "Rien n'est enregistré : voyez ci-dessous.", "Nothing is saved: see below.";
    FIELDS: "Rubriques", "Fields";
    TEXTS: "Texte", "Text";
    ADD_SECTION: "Ajouter une partie", "Add a part";
    SECTION_TITLE: "Titre de la partie", "Title of the part";
    SECTION_MORE: "Renommer ou mettre à la corbeille", "Rename or move to the bin";
    DELETE_SECTION: "Mettre à la corbeille", "Move to the bin";
    BIN: "Corbeille", "Bin";
    BIN_HINT: "Ces parties sont gardées ; on peut les remettre.",
        "These parts are kept; they can be put back.";
    RESTORE: "Remettre", "Put back";
    ROW_LABEL: "Ligne {}", "Row {}";
    MISSING: "Reste à remplir : {}", "Still to be filled in: {}";
    CONFLICT: "Deux valeurs proposées", "Two values proposed";
    CONFLICT_FOR: "{} valeurs proposées pour « {} »", "{} values proposed for “{}”";
    CONFLICT_HINT:
        "Elles ont été écrites en même temps. Choisissez celle qui vaut ; l'autre reste dans \
         l'historique.",
        "They were written at the same time. Choose the one that holds; the other stays in the \
         history.";
    KEEP_ONE: "Garder « {} »", "Keep “{}”";
    OTHER_VALUE: "Une autre valeur", "Another value";
    MEANWHILE: "{} a changé pendant que vous écriviez : « {} » à présent, « {} » chez vous.",
        "{} has changed while you were writing: “{}” now, “{}” here.";
    MEANWHILE_KEEP: "Enregistrer ma valeur", "Save my value";
    WARN_PERSON: "À relire : un passage semble nommer une personne suivie ({}). Ce document est \
        lu par tous les partenaires.",
        "To be read again: a passage seems to name a person cared for ({}). All partners read \
        this document.";
    NEWER_FIELDS: "Un partenaire utilise une version plus récente : {} rubriques sont gardées \
        sans être montrées.",
        "A partner uses a newer version: {} fields are kept without being shown.";
    PROVISIONAL: "{} modifications reçues par fichier attendent le relais.",
        "{} changes that came by file await the relay.";

    HISTORY: "Historique", "History";
    HISTORY_HINT: "Qui a changé quoi, le plus récent d'abord.", "Who changed what, latest first.";
    BY: "par {}", "by {}";
    AT_VERSION: "Voir le document à ce moment", "See the document at that time";
    OLD_VERSION: "Version du passé : on la lit, on ne l'écrit pas.",
        "A version of the past: it is read, not written.";
    TO_PRESENT: "Revenir au présent", "Back to the present";
    GO_BACK_TO: "Revenir à ce texte", "Return to this text";
    COMPARE: "Comparer avec maintenant", "Compare with now";
    COMPARED: "Ce qui a changé depuis", "What has changed since";
    STRUCK: "retiré", "struck";
    BROUGHT: "ajouté", "added";
    SAME: "Aucune différence.", "No difference.";

    FROZEN: "Versions figées et visas", "Frozen versions and visas";
    FREEZE: "Figer cette version", "Freeze this version";
    FREEZE_HINT: "Le texte tel qu'il est devient une version que chacun peut signer ; on peut \
        continuer à écrire à côté.",
        "The text as it stands becomes a version that everyone can sign; writing goes on beside.";
    DECISION: "Décision", "Decision";
    DECISION_HINT: "Par exemple « COPIL du 14 janvier ».", "For instance “COPIL of 14 January”.";
    DECISION_DATE: "Date de la décision", "Date of the decision";
    SIGN: "Signer cette version", "Sign this version";
    SIGN_READ: "J'ai lu le texte", "I have read the text";
    SIGN_FIRST: "Cochez « J'ai lu le texte » avant de signer.",
        "Tick “I have read the text” before signing.";
    CAPACITY: "Qualité", "Capacity";
    CAPACITY_HINT: "À quel titre la personne qui signe engage son organisation.",
        "In what capacity the signer binds the organisation.";
    SIGN_SAYS: "Vous signez exactement la version {}.", "You sign exactly version {}.";
    SIGN_LEGAL: "Ce visa prouve l'origine et l'intégrité du texte. Ce n'est pas une signature \
        avancée ou qualifiée au sens d'eIDAS.",
        "This visa proves the origin and the integrity of the text. It is no advanced or qualified \
        signature in the sense of eIDAS.";
    SIGNED: "Le visa de votre organisation est donné.", "Your organisation has given its visa.";
    FROZEN_DONE: "Le texte est figé ; chaque organisation peut donner son visa.",
        "The text is frozen; each organisation can give its visa.";
    VISA_BY: "{}, {} – {}", "{}, {} – {}";
    AWAITED: "Visa attendu", "Visa awaited";
    VERSION_SHORT: "Version {}", "Version {}";
    STATE_SOUND: "Texte intact", "Text intact";
    STATE_UNKNOWN: "Des modifications de cette version ne sont pas encore arrivées",
        "Changes of this version have not arrived yet";
    STATE_ALTERED: "Le texte n'est plus celui qui a été figé",
        "The text is no longer what was frozen";
    STATE_NEWER: "Figé par une version plus récente du programme",
        "Frozen by a newer version of the program";
    DIFFERS: "Le document a changé depuis la dernière version figée :",
        "The document has changed since the last frozen version:";
    NOT_DIFFERS: "Le document est exactement la dernière version figée.",
        "The document is exactly the last frozen version.";
    AMEND: "Figer comme avenant de cette version", "Freeze as an amendment of this version";
    SUPERSEDED: "Remplacée par un avenant signé", "Replaced by a signed amendment";
    FILE_PROOF: "Fichier vérifiable sans compte", "File that anyone can check";

    HOME: "Tableau de bord du territoire", "Dashboard of the territory";
    THIS_WEEK: "À faire cette semaine", "To do this week";
    LATE: "En retard", "Late";
    LATE_DAYS: "en retard de {} j", "{} days late";
    SOON: "Bientôt", "Soon";
    TO_SETTLE: "À départager", "To be settled";
    NOTHING_DUE: "Rien d'urgent.", "Nothing urgent.";
    SINCE: "Depuis trente jours", "In the last thirty days";
    CHANGES_BY: "{} – {} modifications", "{} – {} changes";
    PROGRESS: "Avancement des fiches-actions", "Progress of the action sheets";
    SHEETS: "Fiches", "Sheets";
    OBJECTIVES: "Objectifs atteints : {} sur {}", "Objectives reached: {} of {}";
    MONEY: "Financements", "Fundings";
    MONEY_ASKED: "Demandé", "Asked";
    MONEY_GRANTED: "Notifié", "Granted";
    MONEY_PAID: "Versé", "Paid";
    MONEY_USED: "Utilisé", "Used";
    NEXT_MEETINGS: "Prochaines réunions", "Next meetings";
    SILENT: "Sans point d'étape depuis 90 jours : {}", "Without a progress report for 90 days: {}";
    STANDING_WAITING: "À lancer", "To begin";
    STANDING_OPEN: "En cours", "Under way";
    STANDING_BLOCKED: "Bloqué", "Held up";
    STANDING_DONE: "Terminé", "Done";
    STANDING_PARTLY: "En partie", "In part";
    STANDING_MISSED: "Non tenu", "Missed";
    STANDING_DROPPED: "Abandonné", "Given up";
    STANDING_TO_SETTLE: "À départager", "To be settled";
    COUNT: "Nombre", "Count";
    PRIORITIES: "Les six priorités nationales", "The six national priorities";
    FIRST_STEPS: "Premiers pas", "First steps";
    FIRST_STEPS_HINT: "Cet espace est vide : reprenez votre tableau de suivi, ou créez un premier \
        document.",
        "This space is empty: take your tracker over, or make a first document.";

    LIST: "Liste", "List";
    BOARD: "Tableau", "Board";
    SCHEDULE: "Échéancier", "Schedule";
    FILTER: "Filtrer la liste", "Filter the list";
    LIST_EMPTY: "Aucun document de cette nature.", "No document of this kind.";
    NO_STATUS: "Sans état", "No status";
    CONFLICTS_IN: "{} à départager", "{} to settle";

    PERIOD: "Période", "Period";
    INDICATOR: "Indicateur", "Indicator";
    INDICATORS: "Valeurs des indicateurs", "Values of the indicators";
    UNIT: "Unité", "Unit";
    VALUE_OF: "Valeur de « {} »", "Value of “{}”";

    FOUND: "{} résultats pour « {} »", "{} results for “{}”";
    SEARCH_EMPTY: "Tapez un ou plusieurs mots.", "Type one or several words.";
    SEARCH_NONE: "Aucun document ne contient ces mots.", "No document holds these words.";

    PARTNERS: "Partenaires et relais", "Partners and relay";
    ORGANISATION: "Organisation", "Organisation";
    ORGANISATIONS: "Organisations", "Organisations";
    ANNOUNCED: "annoncée par « {} »", "announced by “{}”";
    ROLE: "Rôle", "Role";
    DEVICES: "Postes", "Machines";
    ROLE_GUARANTOR: "garant", "guarantor";
    ROLE_MEMBER: "membre", "member";
    ROLE_OBSERVER: "observateur", "observer";
    STATE_ACTIVE: "participe", "takes part";
    STATE_LEFT: "est partie", "has left";
    STATE_REMOVED: "a été retirée", "was removed";
    OWN: "vous", "you";
    GOVERNANCE: "Garants : {}. Approbations nécessaires : {} pour accueillir, {} pour retirer un \
        garant.",
        "Guarantors: {}. Approvals needed: {} to admit, {} to remove a guarantor.";
    GOVERNANCE_SMALL: "La neutralité commence à trois garants : avant, personne ne peut être \
        retiré.",
        "Neutrality begins with three guarantors: before, nobody can be removed.";
    INVITE: "Inviter une organisation", "Invite an organisation";
    INVITE_HINT: "L'invitation sert une fois. Donnez-la par un moyen sûr.",
        "The invitation serves once. Give it by a safe way.";
    INVITED: "L'invitation est prête : copiez-la et donnez-la par un moyen sûr.",
        "The invitation is ready: copy it and give it by a safe way.";
    COPY: "Copier", "Copy";
    REQUESTS: "Demandes et votes", "Requests and votes";
    NO_REQUESTS: "Aucune demande, aucun vote en cours.", "No request, no vote under way.";
    ASKS_IN: "{} demande à participer ({})", "{} asks to take part ({})";
    WORDS_COMPARE: "Comparez ces huit mots de vive voix ou par téléphone avec cette organisation :",
        "Compare these eight words by voice or phone with that organisation:";
    APPROVE: "Approuver", "Approve";
    APPROVE_WORDS: "Les huit mots sont les mêmes", "The eight words are the same";
    APPROVE_FIRST: "Comparez d'abord les huit mots, puis cochez la case.",
        "Compare the eight words first, then tick the box.";
    APPROVED: "Votre approbation est donnée : {} sur {}.", "Your approval is given: {} of {}.";
    ADOPTED: "C'est décidé.", "It is decided.";
    APPROVALS: "{} approbations sur {} nécessaires", "{} approvals of {} needed";
    APPROVED_BY_US: "Vous avez approuvé.", "You have approved.";
    ABOUT_US: "Ce vote concerne votre organisation : elle n'y a pas de voix.",
        "This vote is about your organisation: it has no voice in it.";
    WITHDRAW: "Retirer mon approbation", "Take my approval back";
    WITHDRAWN: "Votre approbation est retirée.", "Your approval is taken back.";
    REMOVE_PARTNER: "Proposer de retirer", "Propose to remove";
    PROPOSED: "Le vote est ouvert, avec votre approbation.",
        "The vote is open, with your approval.";
    MEASURE_ADMIT: "Accueillir {}", "Admit {}";
    MEASURE_REMOVE: "Retirer {}", "Remove {}";
    MEASURE_ROLE: "Changer un rôle : {}", "Change a role: {}";
    MEASURE_RULE: "Changer la règle : {}", "Change the rule: {}";
    MEASURE_RELAY: "Changer de relais : {}", "Change the relay: {}";
    MEASURE_CLOSE: "Fermer l'espace : {}", "Close the space: {}";
    MEASURE_OTHER: "Décider : {}", "Decide: {}";
    RELAY: "Relais", "Relay";
    RELAY_HINT: "Il transporte des modifications chiffrées et ne peut rien lire ni décider.",
        "It carries encrypted changes and can neither read nor decide.";
    LATEST: "Dernier échange connu : {}", "Latest known exchange: {}";
    REVOKED: "retiré", "revoked";
    SUSPENDED: "suspendu", "suspended";
    READER: "lecture seule", "reading only";
    THIS_MACHINE: "ce poste", "this machine";

    COMMENTS: "Commentaires et propositions", "Comments and proposals";
    NO_COMMENTS: "Aucun commentaire en attente.", "No comment awaits anybody.";
    SETTLED: "Réglés", "Settled";
    COMMENT: "Commenter un passage", "Comment on a passage";
    REMARK: "Votre commentaire", "Your comment";
    COMMENT_SEND: "Envoyer aux partenaires", "Send to the partners";
    PASSAGE: "Passage", "Passage";
    PASSAGE_HINT: "Sélectionnez-le dans le texte, ou copiez ici les mots de « {} » ; vide : toute \
        la partie.",
        "Select it in the text, or copy the words of “{}” here; empty: the whole part.";
    PROPOSE: "Proposer une modification", "Propose a change";
    PROPOSE_HINT: "Ce qui remplacerait le passage. Les autres acceptent ou refusent ; le texte ne \
        change qu'alors.",
        "What would stand in its place. The others accept or refuse; only then the text changes.";
    NO_PASSAGE: "Ce passage n'est pas dans le texte : copiez-en les mots exacts.",
        "This passage is not in the text: copy its exact words.";
    PASSAGE_CHANGED: "Le passage a changé depuis la proposition : relisez-le, puis modifiez-le \
        vous-même ou refusez.",
        "The passage has changed since the proposal: read it again, then edit it yourself or \
        refuse.";
    ANSWER: "Répondre", "Answer";
    RESOLVE: "Résolu", "Resolved";
    REOPEN: "Rouvrir", "Open again";
    ACCEPT: "Accepter", "Accept";
    REFUSE: "Refuser", "Refuse";
    STATE_RESOLVED: "Résolu", "Resolved";
    STATE_ACCEPTED: "Accepté", "Accepted";
    STATE_REFUSED_CHANGE: "Refusé", "Refused";

    ENTER: "Entrer", "Enter";
    ENTER_TITLE: "Ouvrez Liaison depuis son lien", "Open Liaison by its link";
    ENTER_HINT: "Cette page ne s'ouvre que par le lien que « liaison serve » affiche, une fois. \
        Pour un nouveau lien : « liaison open ».",
        "This page opens only by the link that “liaison serve” shows, once. For a new link: \
        “liaison open”.";
    NOT_FOUND: "Cette page n'existe pas", "There is no such page";
    FAILED: "Ce n'est pas fait", "It was not done";
    NO_SPACE: "Aucun espace encore", "No space yet";
    NO_SPACE_HINT: "Rejoignez un territoire avec une invitation, ou créez le vôtre.",
        "Join a territory with an invitation, or create your own.";
    LANGUAGE: "Langue", "Language";
    REPLICA: "Cet ordinateur", "This computer";

    ANNUAL: "Bilan annuel", "Annual report";
    ANNUAL_HINT: "Établi à partir des documents de l'espace : rien n'est retapé.",
        "Put together from the documents of the space: nothing is typed twice.";
    YEAR: "Année", "Year";
    SHOW: "Afficher", "Show";
    SOURCES: "Sources", "Sources";

    WRITE_HERE: "Écrire cette partie", "Write this part";
    TEXT_OF: "Texte de « {} »", "Text of “{}”";
    TEXT_HINT: "« # » fait un titre, « - » une liste, « 1. » une liste numérotée, « > » une \
        citation ; des étoiles autour de **mots** les mettent en gras.",
        "“#” makes a heading, “-” a list, “1.” a numbered list, “>” a quotation; stars around \
        **words** make them bold.";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of the machinery that no person should have to know (the issue lists them).
    const FORBIDDEN: [&str; 9] = [
        "synchroni",
        "conflit",
        "crdt",
        "clé publique",
        "hash",
        "nœud",
        "branche",
        "réplique",
        "automerge",
    ];

    #[test]
    fn no_screen_speaks_of_the_machinery() {
        for (name, text) in ALL.iter().chain(first::ALL) {
            let french = text.fr.to_lowercase();
            for word in FORBIDDEN {
                assert!(!french.contains(word), "{name}: {french}");
            }
        }
    }

    #[test]
    fn every_text_stands_in_both_languages_with_the_same_places() {
        for (name, text) in ALL.iter().chain(first::ALL) {
            assert!(!text.fr.trim().is_empty() && !text.en.trim().is_empty(), "{name}");
            assert_eq!(text.fr.matches("{}").count(), text.en.matches("{}").count(), "{name}");
        }
        assert_eq!(fill("{} et {}", &["un", "deux"]), "un et deux");
        assert_eq!(fill("{} {}", &["un"]), "un ");
    }
}
