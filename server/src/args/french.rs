//! The French of the help, one line for each command and argument.

use console::HelpLine;

/// The table; a test wants every command and argument to be in it.
pub(crate) const FRENCH: &[HelpLine] = &[
    HelpLine::new(
        "",
        "Le relais aveugle de Liaison : il ordonne et garde ce qu'il ne peut pas lire",
    ),
    HelpLine::new("#dir", "Le dossier du relais"),
    HelpLine::new("#space", "L'espace, ou au moins 6 caractères de son identifiant"),
    HelpLine::new("init", "Crée un relais : ses réglages, sa clé, et celle de l'exploitant"),
    HelpLine::new("init#name", "Comment vous appelez ce relais ; montré à vous seul"),
    HelpLine::new("init#listen", "Adresse et port d'écoute"),
    HelpLine::new("init#engine", "Moteur de stockage"),
    HelpLine::new("serve", "Sert jusqu'à SIGTERM ou SIGINT"),
    HelpLine::new(
        "serve#listen",
        "Écoute ici plutôt que là où disent les réglages ; le port 0 en choisit un libre",
    ),
    HelpLine::new("ticket", "Donne le droit, une seule fois, de fonder un espace ici"),
    HelpLine::new("ticket#days", "Nombre de jours de validité"),
    HelpLine::new("members", "Montre qui est dans un espace, d'après son registre"),
    HelpLine::new("keys", "Montre les clés du relais et de l'exploitant"),
    HelpLine::new("keys rotate", "Prépare une nouvelle paire de clés à côté, et dit la suite"),
    HelpLine::new(
        "keys rotate#into",
        "Le dossier à créer pour les nouvelles clés [défaut : DOSSIER-next]",
    ),
    HelpLine::new("keys rotate#listen", "Où écoutera le relais aux nouvelles clés"),
    HelpLine::new("spaces", "Liste les espaces gardés ici : identifiants, comptes, octets"),
    HelpLine::new("status", "Dit comment va le relais"),
    HelpLine::new("suspend", "Suspend un appareil, 72 heures au plus, au vu de tous"),
    HelpLine::new("suspend#hours", "Durée en heures"),
    HelpLine::new("resume", "Met fin à la suspension d'un appareil"),
    HelpLine::new("suspend#space", "L'espace ; en entier avec --relay"),
    HelpLine::new("resume#space", "L'espace ; en entier avec --relay"),
    HelpLine::new("#device", "L'appareil, ou au moins 6 caractères de son identifiant"),
    HelpLine::new("#operator_key", "Fichier de la clé de l'exploitant"),
    HelpLine::new(
        "suspend#dir",
        "Dossier du relais, s'il est sur cette machine ; --relay passe avant",
    ),
    HelpLine::new(
        "resume#dir",
        "Dossier du relais, s'il est sur cette machine ; --relay passe avant",
    ),
    HelpLine::new("#relay", "Adresse du relais, depuis partout ailleurs"),
    HelpLine::new("#relay_key", "Clé publique de ce relais, telle que « keys » la montre"),
    HelpLine::new("verify", "Relit et revérifie tout ce qui est gardé"),
    HelpLine::new("migrate", "Copie le stockage vers l'autre moteur"),
    HelpLine::new("migrate#to", "Le moteur de destination"),
    HelpLine::new("backup", "Copie le stockage, entier et vérifié, que le relais tourne ou non"),
    HelpLine::new("backup#to", "Le dossier à créer pour la copie"),
    HelpLine::new("config", "Examine les réglages"),
    HelpLine::new("config check", "Vérifie réglages, clés et certificat sans démarrer"),
    HelpLine::new(
        "completions",
        "Écrit ce qu'il faut à un interpréteur pour compléter les commandes",
    ),
    HelpLine::new("completions#shell", "L'interpréteur"),
    HelpLine::new("man", "Écrit la page de manuel"),
];
