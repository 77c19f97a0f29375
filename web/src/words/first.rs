//! What is said to somebody alone before the machine: the first run, the import of a file, the
//! machines of an organisation, the sheet to print, the circles.
//!
//! Merged with the other texts where a test reads them all; the same rules hold.

use client_core::kinds::{Wording, words};

catalogue! {
    WELCOME: "Bienvenue", "Welcome";
    WELCOME_LEAD: "Liaison garde sur cet ordinateur une copie complète des documents de votre \
        territoire. Par où commencer ?",
        "Liaison keeps on this computer a whole copy of the documents of your territory. Where to \
        begin?";
    WAY_JOIN: "J'ai une invitation", "I have an invitation";
    WAY_JOIN_LEAD: "Un partenaire vous a donné un texte qui commence par « liaison-invitation ».",
        "A partner gave you a text that begins with “liaison-invitation”.";
    WAY_FOUND: "Créer un territoire", "Create a territory";
    WAY_FOUND_LEAD: "Vous êtes la première organisation ; vous inviterez les autres ensuite.",
        "You are the first organisation; you will invite the others afterwards.";
    WAY_DEMO: "Essayer la démonstration", "Try the demonstration";
    WAY_DEMO_LEAD: "Un territoire inventé, Les Trois-Vallons, dans un espace à part.",
        "An invented territory, Les Trois-Vallons, in a space of its own.";
    JOIN_OTHER: "Rejoindre un autre espace", "Join another space";
    FOUND_OTHER: "Créer un espace", "Create a space";

    YOU: "Votre organisation et cet ordinateur", "Your organisation and this computer";
    ORGANISATION_HINT: "Le nom que les partenaires liront, par exemple « Centre hospitalier de \
        Valmont ».",
        "The name that partners will read, for instance “Valmont Hospital”.";
    MACHINE: "Nom de cet ordinateur", "Name of this computer";
    MACHINE_HINT: "Pour le reconnaître parmi ceux de votre organisation.",
        "To tell it from the others of your organisation.";
    PASSPHRASE: "Phrase de passe", "Passphrase";
    PASSPHRASE_AGAIN: "La même phrase de passe, encore une fois", "The same passphrase once more";
    PASSPHRASE_HINT: "Elle protège vos documents sur le disque et sera demandée à chaque \
        démarrage. Quatre mots au hasard suffisent. Personne ne peut la retrouver à votre place \
        : notez-la.",
        "It protects your documents on the disk and is asked for at each start. Four words drawn \
        at random are enough. Nobody can find it for you: write it down.";
    PASSPHRASE_NONE: "Ne pas mettre de phrase de passe : quiconque copie ce dossier pourra lire \
        vos documents et voter en votre nom",
        "Do without a passphrase: whoever copies this folder can read your documents and vote in \
        your name";
    PASSPHRASE_GIVEN: "La phrase de passe est celle que ce programme a reçue au démarrage \
        (LIAISON_PASSPHRASE).",
        "The passphrase is the one this program was given at its start (LIAISON_PASSPHRASE).";
    PASSPHRASE_MISSING: "Il faut une phrase de passe, ou cocher la case qui s'en passe.",
        "A passphrase is needed, or the box ticked that does without.";
    PASSPHRASES_DIFFER: "Les deux phrases de passe diffèrent : tapez-les à nouveau.",
        "The two passphrases differ: type them again.";

    INVITATION: "Invitation", "Invitation";
    INVITATION_HINT: "Collez-la tout entière ; ce qui l'entoure dans un courriel ne gêne pas.",
        "Paste it whole; what stands around it in a mail does no harm.";
    JOIN_DO: "Demander à participer", "Ask to take part";
    SPACE_TITLE: "Nom du territoire ou du groupe", "Name of the territory or of the group";
    SPACE_TITLE_HINT: "Seuls ses membres le lisent, par exemple « PTSM des Trois-Vallons ».",
        "Only its members read it, for instance “PTSM des Trois-Vallons”.";
    RELAY_ADDRESS: "Adresse du relais", "Address of the relay";
    RELAY_ADDRESS_HINT: "L'organisation qui tient le relais vous l'a donnée ; elle commence par \
        wss:// (ou ws:// sur cet ordinateur).",
        "The organisation that runs the relay gave it to you; it begins with wss:// (or ws:// on \
        this computer).";
    TICKET:
        "Droit de créer, si le relais en demande un", "Right to create, if the relay asks for one";
    FOUND_DO: "Créer", "Create";
    DEMO_DO: "Ouvrir la démonstration", "Open the demonstration";
    DEMO_TITLE: "Les Trois-Vallons (démonstration)", "Les Trois-Vallons (demonstration)";
    DEMO_INVENTED: "Tout y est inventé : organisations, personnes, chiffres et montants.",
        "Everything in it is invented: organisations, people, figures and amounts.";
    NO_RELAY: "Aucun relais ne répond à cette adresse.", "No relay answers at this address.";
    NO_RELAY_HINT: "Vérifiez l'adresse et qu'Internet fonctionne. Pour essayer sur cet ordinateur \
        seul, tapez dans un terminal « liaison-relay init --dir relais », puis « liaison-relay \
        serve --dir relais » : l'adresse est alors ws://127.0.0.1:7464.",
        "Check the address, and that the Internet works. To try on this computer alone, type in a \
        terminal “liaison-relay init --dir relais”, then “liaison-relay serve --dir relais”: the \
        address is then ws://127.0.0.1:7464.";
    MADE_ALREADY: "Votre organisation est enregistrée sur cet ordinateur ; il ne reste que ceci.",
        "Your organisation is registered on this computer; only this is left.";

    WAITING: "Votre demande attend une approbation", "Your request awaits an approval";
    WAITING_WORDS: "Vos huit mots", "Your eight words";
    WAITING_READ: "Téléphonez à un garant que vous connaissez et lisez-lui ces huit mots : il doit \
        voir les mêmes. S'ils diffèrent, n'allez pas plus loin.",
        "Call a guarantor you know and read these eight words out: they must see the same ones. If \
        they differ, go no further.";
    WAITING_WHO: "Qui doit approuver", "Who must approve";
    WAITING_COUNT: "{} approbations sur {} nécessaires. La personne qui vous a invité peut \
        approuver, dans la page « Partenaires » de son ordinateur.",
        "{} approvals of {} needed. The person who invited you can approve, in the page “Partners” \
        on their computer.";
    WAITING_SOMEBODY: "Les garants de l'espace, dont la personne qui vous a invité, dans la page \
        « Partenaires » de leur ordinateur.",
        "The guarantors of the space, the person who invited you among them, in the page \
        “Partners” on their computer.";
    WAITING_SELF: "Cette page se met à jour d'elle-même. Vous pouvez la fermer : rien ne se perd, \
        et Liaison la rouvrira.",
        "This page updates by itself. You can close it: nothing is lost, and Liaison opens it \
        again.";
    WAITING_NOTHING: "D'ici là, cet ordinateur ne peut rien lire de cet espace.",
        "Until then this computer can read nothing of that space.";
    WAITING_UNSENT: "La demande est enregistrée ici et n'est pas encore partie : le relais ne \
        répond pas. Elle partira d'elle-même.",
        "The request is saved here and has not left yet: the relay does not answer. It leaves by \
        itself.";
    ARRIVING: "Vous êtes dans l'espace", "You are in the space";
    ARRIVING_KEY: "L'accès aux documents arrive : il est remis par un poste d'un garant, dès qu'il \
        est allumé.",
        "The access to the documents is on its way: a machine of a guarantor hands it over as soon \
        as it is on.";
    ARRIVING_COUNT: "{} documents sur {}", "{} documents of {}";
    ARRIVING_GO: "Ouvrir le tableau de bord", "Open the dashboard";
    LOOK_NOW: "Regarder maintenant", "Look now";

    IMPORT: "Importer", "Import";
    IMPORT_LEAD: "Reprenez un tableau de suivi (Excel, OpenDocument, CSV), une fiche Word, un \
        export complet de Liaison ou le répertoire FINESS. Rien n'est écrit avant que vous l'ayez \
        vu.",
        "Take over a tracker (Excel, OpenDocument, CSV), a sheet from Word, a full export of \
        Liaison or the FINESS register. Nothing is written before you have seen it.";
    IMPORT_FILE: "Fichier", "File";
    IMPORT_DEPARTMENT:
        "Département, pour le répertoire FINESS", "Department, for the FINESS register";
    IMPORT_DEPARTMENT_HINT: "Deux chiffres, par exemple 91 ; laissez vide pour tout autre fichier.",
        "Two digits, for instance 91; leave empty for any other file.";
    IMPORT_LOOK: "Voir ce qui changerait", "See what would change";
    IMPORT_NONE: "Choisissez un fichier.", "Choose a file.";
    IMPORT_LARGE: "Ce fichier est trop grand : 32 Mio au plus, ou un département du répertoire \
        FINESS.",
        "This file is too large: 32 MiB at most, or one department of the FINESS register.";
    IMPORT_TORN: "Le fichier n'est pas arrivé en entier : choisissez-le à nouveau.",
        "The file did not arrive whole: choose it again.";
    IMPORT_GONE: "Ce fichier n'est plus gardé : il l'est dix minutes. Choisissez-le à nouveau.",
        "This file is no longer kept: it is for ten minutes. Choose it again.";
    IMPORT_DIFFERENCE: "Ce que « {} » changerait", "What “{}” would change";
    IMPORT_DONE: "Ce que « {} » a changé", "What “{}” has changed";
    IMPORT_NOT_YET: "Rien n'est encore écrit.", "Nothing is written yet.";
    IMPORT_NOTHING: "Ce fichier ne change rien : tout y est déjà.",
        "This file changes nothing: all of it is there already.";
    IMPORT_UNREAD: "Rien n'a pu être lu dans ce fichier ; voyez pourquoi ci-dessous.",
        "Nothing could be read in this file; see why below.";
    IMPORT_APPLY: "Écrire dans Liaison", "Write it in Liaison";
    IMPORT_WRITTEN: "C'est écrit, sur cet ordinateur.", "It is written, on this computer.";
    IMPORT_NEW: "à créer", "to make";
    IMPORT_CHANGED: "à modifier", "to change";
    IMPORT_MADE: "créé", "made";
    IMPORT_EDITED: "modifié", "changed";
    IMPORT_FAILED: "pas écrit : {}", "not written: {}";
    IMPORT_COUNTS: "{} à créer, {} à modifier, {} lignes déjà ainsi.",
        "{} to make, {} to change, {} rows already so.";
    IMPORT_COUNTED: "{} créés, {} modifiés, {} lignes déjà ainsi.",
        "{} made, {} changed, {} rows already so.";
    IMPORT_PROBLEMS: "Ce qui n'a pas pu être lu ; le reste est proposé",
        "What could not be read; the rest is offered";
    IMPORT_PROBLEMS_DONE: "Ce qui n'a pas pu être lu ; le reste est écrit",
        "What could not be read; the rest is written";
    IMPORT_PLACE: "Où, dans le fichier", "Where in the file";
    IMPORT_WHY: "Pourquoi", "Why";
    IMPORT_PEOPLE: "Ce qui ressemble à une personne suivie, et que tous les partenaires liraient",
        "What looks like a person cared for, and all partners would read";
    IMPORT_MORE: "… et {} de plus", "… and {} more";
    IMPORT_ROW: "ligne ajoutée", "row added";
    IMPORT_BLANK: "Un classeur vide à remplir", "An empty workbook to fill in";
    IMPORT_BLANK_HINT: "Avec les titres de colonnes et les listes de choix que Liaison reconnaît.",
        "With the headings and the lists of choices that Liaison knows.";

    OWN_NAME: "Nom de votre organisation", "Name of your organisation";
    OWN_NAME_HINT: "Tous les partenaires le liront ; ce qui est déjà signé garde l'ancien.",
        "All partners will read it; what is signed already keeps the former one.";
    RENAMED: "Le nom est changé.", "The name is changed.";
    FOLDER: "Dossier", "Folder";
    FOLDER_HINT: "Tout ce que Liaison garde est dans ce dossier, protégé. Pour en faire une copie \
        : arrêtez Liaison, copiez le dossier entier, relancez.",
        "All that Liaison keeps is in this folder, protected. To copy it: stop Liaison, copy the \
        whole folder, start again.";
    MACHINES: "Postes de votre organisation", "Machines of your organisation";
    MACHINES_IN: "Postes dans « {} »", "Machines in “{}”";
    MACHINE_ADD: "Ajouter un poste", "Add a machine";
    MACHINE_ADD_HINT:
        "Sur l'autre ordinateur, sa page « Réglages » donne un texte : collez-le ici.",
        "On the other computer, its page “Settings” gives a text: paste it here.";
    MACHINE_REQUEST: "Texte de l'autre ordinateur", "Text of the other computer";
    MACHINE_LOOK: "Continuer", "Go on";
    MACHINE_COMPARE: "L'autre ordinateur montre-t-il ces huit mots ?",
        "Does the other computer show these eight words?";
    MACHINE_SAYS: "Il se présente comme « {} », de « {} ».", "It calls itself “{}”, of “{}”.";
    MACHINE_OTHER: "Attention : votre organisation s'appelle « {} ». Un poste ajouté écrit et lit \
        en son nom.",
        "Beware: your organisation is called “{}”. A machine that is added writes and reads in its \
        name.";
    MACHINE_ADDED: "Le poste est ajouté", "The machine is added";
    MACHINE_WELCOME: "Collez ce texte sur l'autre ordinateur, à la page « Rejoindre un autre \
        espace ».",
        "Paste this text on the other computer, in the page “Join another space”.";
    MACHINE_UNSENT: "Le relais ne répond pas : c'est enregistré ici et partira de soi-même.",
        "The relay does not answer: it is saved here and leaves by itself.";
    MACHINE_OWN_REQUEST: "Ajouter cet ordinateur à une organisation qui participe déjà",
        "Add this computer to an organisation that takes part already";
    MACHINE_OWN_REQUEST_HINT: "Portez ce texte sur l'autre ordinateur, page « Postes », et \
        comparez les huit mots. Il répondra par un texte à coller dans « Rejoindre un autre \
        espace ».",
        "Carry this text to the other computer, page “Machines”, and compare the eight words. It \
        answers with a text to paste in “Join another space”.";
    MACHINE_OWN_REQUEST_DO: "Préparer le texte", "Prepare the text";
    MACHINE_REVOKE: "Retirer ce poste", "Take this machine out";
    MACHINE_REVOKE_TITLE: "Retirer un poste", "Take a machine out";
    MACHINE_REVOKE_WHY: "Pourquoi", "Why";
    MACHINE_LOST: "perdu", "lost";
    MACHINE_STOLEN: "volé", "stolen";
    MACHINE_RETIRED: "plus utilisé", "no longer in use";
    MACHINE_REVOKED: "Le poste est retiré.", "The machine is taken out.";
    MACHINE_REVOKED_UNSENT:
        "Le retrait est enregistré ici ; il vaudra quand le relais l'aura reçu.",
        "The removal is saved here; it holds once the relay has it.";

    RESCUE: "Fiche de secours", "Rescue sheet";
    RESCUE_LEAD: "À imprimer et à garder ailleurs que près de cet ordinateur. Elle ne contient \
        aucun secret.",
        "To be printed and kept elsewhere than near this computer. It holds no secret.";
    RESCUE_PARTNER: "Identifiant de l'organisation", "Identifier of the organisation";
    RESCUE_MACHINE: "Identifiant de ce poste", "Identifier of this machine";
    RESCUE_SPACE: "Identifiant de l'espace", "Identifier of the space";
    RESCUE_LOST: "Si cet ordinateur est perdu ou volé", "If this computer is lost or stolen";
    RESCUE_LOST_1: "Depuis un autre poste de votre organisation : Réglages, Postes, « Retirer ce \
        poste ». Rien de ce qu'il enverrait n'est alors plus accepté.",
        "From another machine of your organisation: Settings, Machines, “Take this machine out”. \
        Nothing it would send is then accepted any more.";
    RESCUE_LOST_2: "S'il n'y en a pas d'autre : appelez un garant. Les garants votent le retrait \
        de l'organisation, puis l'invitent à nouveau ; ses documents sont chez les partenaires.",
        "If there is no other: call a guarantor. The guarantors vote to remove the organisation, \
        then invite it again; its documents are with the partners.";
    RESCUE_COPY: "Reprendre depuis une copie du dossier", "Going on from a copy of the folder";
    RESCUE_COPY_1: "Installez Liaison, remettez la copie du dossier à sa place, lancez « liaison \
        --home DOSSIER serve » et donnez la phrase de passe. Ce qui a été partagé depuis la copie \
        revient du relais.",
        "Install Liaison, put the copy of the folder back, start “liaison --home FOLDER serve” and \
        give the passphrase. What was shared since the copy was made returns from the relay.";
    RESCUE_COPY_2: "N'utilisez jamais la copie et l'original en même temps : l'un des deux doit \
        s'arrêter.",
        "Never use the copy and the original at the same time: one of them must stop.";
    RESCUE_PHRASE: "Sans la phrase de passe, la copie ne s'ouvre pas et personne ne peut l'ouvrir \
        à votre place. Il n'existe pas de code de secours.",
        "Without the passphrase the copy does not open, and nobody can open it for you. There is \
        no rescue code.";

    SINCE_VISIT: "Depuis votre dernière visite ({})", "Since your last visit ({})";

    CIRCLES: "Mes cercles", "My circles";
    CIRCLES_HINT: "Une fiche remplie n'est jamais dans cet espace : chacune a un cercle fermé, à \
        elle seule, que le retrait du consentement efface.",
        "A filled sheet is never in this space: each has a closed circle of its own, which the \
        withdrawal of consent erases.";
    CIRCLES_NONE: "Aucun cercle ouvert sur cet ordinateur.", "No circle is open on this computer.";
    CIRCLE: "Cercle", "Circle";
    CIRCLE_SHEET: "Fiche", "Sheet";
    CIRCLE_CONSENT: "Consentement", "Consent";
    CIRCLE_END: "À détruire le", "To be destroyed on";
    CIRCLE_NO_CONSENT: "non recueilli", "not taken";
    CIRCLE_CLOSED: "fermé et effacé", "closed and erased";
    CIRCLE_OPEN: "Ouvrir un cercle", "Open a circle";
    CIRCLE_OPEN_HINT: "Le relais doit déclarer un hébergement certifié de données de santé ; \
        sinon rien n'y est gardé.",
        "The relay must declare certified health-data hosting; otherwise nothing is kept there.";
    CIRCLE_TITLE: "Nom du cercle", "Name of the circle";
    CIRCLE_TITLE_HINT: "Par exemple « Dossier 27 » ; jamais le nom de la personne.",
        "For instance “Case 27”; never the name of the person.";
    CIRCLE_REFUSED: "Le relais n'est pas déclaré hébergeur certifié de données de santé : le \
        cercle est refermé, rien n'y a été écrit.",
        "The relay is not declared as a certified host of health data: the circle is closed again, \
        nothing was written in it.";
    CIRCLE_WITHDRAW: "Retrait du consentement", "Withdrawal of consent";
    CIRCLE_WITHDRAW_SURE: "J'ai compris : personne ne pourra revenir en arrière",
        "I have understood: nobody can go back";
    CIRCLE_WITHDRAW_FIRST: "Cochez la case qui dit que vous avez compris.",
        "Tick the box that says you have understood.";
    CIRCLE_WITHDRAW_DO: "Fermer et effacer ce cercle", "Close and erase this circle";
    CIRCLE_WITHDRAW_VOTE: "Le vote est ouvert : {} approbations sur {} nécessaires. Les autres \
        garants l'ont dans leur page « Partenaires » ; le cercle s'efface dès qu'il est adopté.",
        "The vote is open: {} approvals of {} needed. The other guarantors have it in their page \
        “Partners”; the circle is erased as soon as it is adopted.";
    CIRCLE_WITHDRAW_DONE: "Le cercle est fermé. Ce poste a détruit ce qu'il gardait ; les autres \
        le font dès qu'ils sont allumés.",
        "The circle is closed. This machine has destroyed what it kept; the others do so as soon \
        as they are on.";
}
