//! The French of the help. A test wants every command and every argument in it, and no more.

use console::HelpLine;

/// The French help, by command and argument.
pub(crate) const LINES: &[HelpLine] = &[
    HelpLine::new("", "Écrit à plusieurs les documents d'un territoire, sans propriétaire"),
    HelpLine::new("#home", "Dossier de la réplique"),
    HelpLine::new("#space", "Identifiant de l'espace, ou ses premiers chiffres"),
    HelpLine::new("#document", "Identifiant du document, ou ses premiers chiffres"),
    HelpLine::new("#partner", "Identifiant de l'organisation, ou ses premiers chiffres"),
    HelpLine::new("#proposal", "Identifiant de la demande ou du vote, ou ses premiers chiffres"),
    HelpLine::new(
        "#yes",
        "Ne demande pas de confirmation ; sans personne au terminal, rien n'est demandé de toute \
         façon",
    ),
    HelpLine::new(
        "approve#yes",
        "Ne demande pas de confirmation ; une admission l'exige sans personne au terminal",
    ),
    HelpLine::new(
        "leave#yes",
        "Ne demande pas de confirmation ; exigé sans personne au terminal, sauf avec --json",
    ),
    HelpLine::new(
        "space close#yes",
        "Ne demande pas de confirmation ; exigé sans personne au terminal, sauf avec --json",
    ),
    HelpLine::new(
        "device add#yes",
        "Ne demande pas de confirmation ; exigé sans personne au terminal, pour comparer les mots",
    ),
    HelpLine::new(
        "device revoke#yes",
        "Ne demande pas de confirmation ; exigé sans personne au terminal pour cette machine ou \
         la dernière",
    ),
    HelpLine::new("init", "Crée la réplique de cette organisation sur cette machine"),
    HelpLine::new("init#partner", "Nom de l'organisation"),
    HelpLine::new("init#college", "Collège de l'organisation dans le territoire"),
    HelpLine::new("init#siret", "Numéro SIRET, 14 chiffres"),
    HelpLine::new("init#finess", "Numéro FINESS, 9 caractères"),
    HelpLine::new("init#device", "Nom de cette machine parmi celles de l'organisation"),
    HelpLine::new(
        "init#no_passphrase",
        "Protège les secrets par un fichier au lieu d'une phrase de passe : qui copie le dossier \
         a tout",
    ),
    HelpLine::new("init#engine", "Ce qui garde les enregistrements"),
    HelpLine::new(
        "init#keystore_cost",
        "Prix d'un essai de phrase de passe ; low n'est que pour des essais",
    ),
    HelpLine::new("space", "Fonde, liste et montre des espaces"),
    HelpLine::new("space found", "Fonde un espace, dont cette organisation est le premier garant"),
    HelpLine::new("space found#title", "Titre, connu des seuls membres"),
    HelpLine::new("space found#relay", "Adresse du relais : ws:// ou wss://"),
    HelpLine::new(
        "space found#ticket",
        "Droit d'y fonder un espace, remis par l'exploitant du relais",
    ),
    HelpLine::new("space found#kind", "Ce à quoi sert l'espace"),
    HelpLine::new("space found#rule", "Combien de garants doivent approuver"),
    HelpLine::new("space list", "Liste les espaces de cette réplique"),
    HelpLine::new("space show", "Montre un espace"),
    HelpLine::new(
        "space close",
        "Ouvre le vote qui clôt un espace : archivé, ou effacé pour de bon",
    ),
    HelpLine::new("space close#archive", "Plus rien ne s'y écrit, tout y reste lisible"),
    HelpLine::new(
        "space close#erase",
        "Chaque appareil détruit ses clés et les documents, le relais supprime les contenus",
    ),
    HelpLine::new("invite", "Crée une invitation à usage unique"),
    HelpLine::new("invite#role", "Rôle proposé"),
    HelpLine::new("invite#history", "Ce que le nouveau venu lira du passé"),
    HelpLine::new("join", "Répond à une invitation"),
    HelpLine::new(
        "join#invitation",
        "L'invitation, ou l'accueil d'un appareil, comme elle a été reçue",
    ),
    HelpLine::new("#from", "Le lit plutôt dans ce fichier (- pour l'entrée standard)"),
    HelpLine::new("invite#output", "Écrit aussi l'invitation dans ce fichier"),
    HelpLine::new("requests", "Liste les demandes d'entrée et les votes"),
    HelpLine::new("requests#all", "Aussi ce qui est fini : adopté, périmé ou sans objet"),
    HelpLine::new("propose", "Ouvre un vote, avec l'accord de cette organisation"),
    HelpLine::new("propose remove", "Retire une organisation"),
    HelpLine::new("propose role", "Change le rôle d'une organisation"),
    HelpLine::new("propose role#role", "Son nouveau rôle"),
    HelpLine::new("propose rule", "Change le nombre de garants qui doivent approuver"),
    HelpLine::new("propose rule#rule", "La nouvelle règle"),
    HelpLine::new("propose relay", "Passe à un autre relais, qui doit répondre"),
    HelpLine::new("propose relay#url", "Adresse du nouveau relais"),
    HelpLine::new("approve", "Approuve une demande d'entrée ou un vote pour cette organisation"),
    HelpLine::new("withdraw", "Reprend un accord"),
    HelpLine::new("members", "Liste les membres d'un espace et leurs appareils"),
    HelpLine::new("dashboard", "Montre où en sont les documents d'un espace, tous ensemble"),
    HelpLine::new("dashboard#on", "Jour pour lequel il est fait, au lieu d'aujourd'hui"),
    HelpLine::new(
        "dashboard#since",
        "Jour depuis lequel les modifications sont dites, au lieu d'une semaine avant",
    ),
    HelpLine::new("leave", "Quitte un espace pour cette organisation"),
    HelpLine::new("partner", "Nomme cette organisation"),
    HelpLine::new(
        "partner name",
        "Donne un autre nom à cette organisation, pour les partenaires de tous ses espaces",
    ),
    HelpLine::new("partner name#name", "Le nouveau nom"),
    HelpLine::new("device", "Ajoute et révoque les machines de cette organisation"),
    HelpLine::new("device list", "Liste les machines de cette organisation dans un espace"),
    HelpLine::new(
        "device request",
        "Crée la demande de cette machine, à donner à « device add » sur une autre",
    ),
    HelpLine::new("device request#output", "Écrit aussi la demande dans ce fichier"),
    HelpLine::new("device request#force", "Écrit par-dessus un fichier qui est là"),
    HelpLine::new("device add#output", "Écrit aussi l'accueil dans ce fichier"),
    HelpLine::new("device add", "Ajoute une machine de cette organisation à un espace"),
    HelpLine::new("device add#request", "Ce que « device request » a écrit sur l'autre machine"),
    HelpLine::new("device add#role", "Ce que la machine peut faire"),
    HelpLine::new("device revoke", "Révoque une machine de cette organisation"),
    HelpLine::new("device revoke#device", "Identifiant de la machine, ou ses premiers chiffres"),
    HelpLine::new("device revoke#cause", "Pourquoi"),
    HelpLine::new("doc", "Lit et écrit des documents"),
    HelpLine::new("doc kinds", "Liste les natures de documents, ou les champs d'une nature"),
    HelpLine::new("doc kinds#kind", "Nature de document ; toutes si elle n'est pas donnée"),
    HelpLine::new("import", "Montre ce qu'un fichier changerait, et l'écrit"),
    HelpLine::new(
        "import#file",
        "Un classeur (.xlsx, .ods), un .csv, un .docx avec un tableau de libellés, le \
         répertoire FINESS, ou un export complet (.json)",
    ),
    HelpLine::new(
        "import#space",
        "Identifiant de l'espace, ou ses premiers chiffres ; le seul s'il est omis",
    ),
    HelpLine::new(
        "import#headings",
        "Liste les titres de colonnes et les valeurs qu'un classeur peut avoir, de toutes les \
         feuilles ou d'une ; un classeur vide à remplir vient de « export ESPACE --to xlsx » d'un \
         espace vide",
    ),
    HelpLine::new("import#apply", "Écrit ce qui n'est sinon que montré"),
    HelpLine::new(
        "import#departement",
        "Du répertoire FINESS, seulement les établissements de ce département ; peut être répété",
    ),
    HelpLine::new("doc new", "Crée un document"),
    HelpLine::new("doc new#kind", "Nature du document, telle que « doc kinds » la nomme"),
    HelpLine::new("doc new#title", "Titre du document"),
    HelpLine::new("doc list", "Liste les documents d'un espace"),
    HelpLine::new("doc list#kind", "Seulement ceux d'une nature"),
    HelpLine::new("doc show", "Montre un document"),
    HelpLine::new("doc show#at", "Tel qu'il était à une version que montre « doc history »"),
    HelpLine::new("doc set", "Écrit un champ ; à un ensemble ou une liste, ajoute"),
    HelpLine::new(
        "#field",
        "Nom du champ, tel que « doc kinds » le nomme ; d'une case, champ/ligne/colonne",
    ),
    HelpLine::new("#value", "La valeur"),
    HelpLine::new("doc settle", "Départage un champ sur lequel plusieurs valeurs se trouvent"),
    HelpLine::new(
        "doc remove",
        "Retire une valeur d'un ensemble, ou un élément d'une liste par son identifiant",
    ),
    HelpLine::new("doc clear", "Vide un champ"),
    HelpLine::new("doc write", "Écrit dans une section, en même temps que les autres"),
    HelpLine::new("doc write#section", "Identifiant de la section, tel que « doc show » le montre"),
    HelpLine::new("doc write#append", "Ajoute ce texte à la fin"),
    HelpLine::new("doc write#at", "Insère un texte à une place comptée en caractères"),
    HelpLine::new(
        "doc write#from",
        "Amène la section au texte de ce fichier (- pour l'entrée standard) par ses différences",
    ),
    HelpLine::new("doc title", "Change le titre"),
    HelpLine::new("doc title#title", "Titre du document"),
    HelpLine::new("doc section", "Ajoute une section"),
    HelpLine::new("doc section#title", "Titre de la section"),
    HelpLine::new("doc section#after", "La section qu'elle suit ; la dernière si rien n'est dit"),
    HelpLine::new("doc add-row", "Ajoute une ligne à un champ qui en a"),
    HelpLine::new(
        "doc add-row#cells",
        "Ce qui se trouve dans les colonnes ; celle d'un ensemble peut venir plusieurs fois",
    ),
    HelpLine::new("doc add-row#after", "La ligne qu'elle suit ; la dernière si rien n'est dit"),
    HelpLine::new("doc remove-row", "Retire une ligne"),
    HelpLine::new("#row", "Numéro de la ligne dans « doc show » (n2), ou son identifiant (=2)"),
    HelpLine::new("doc move-row", "Place une ligne ailleurs"),
    HelpLine::new("doc move-row#after", "La ligne qu'elle suit ; en premier si rien n'est dit"),
    HelpLine::new("doc history", "Montre qui a changé quoi, et quand"),
    HelpLine::new(
        "freeze",
        "Fige le texte d'un document, ou écrit dans un fichier sa version figée et ses visas",
    ),
    HelpLine::new(
        "freeze#to",
        "Ne fige rien : écrit dans ce fichier la version figée, ses visas et ce qui les prouve",
    ),
    HelpLine::new("freeze#of", "La version figée à écrire ; la dernière si rien n'est dit"),
    HelpLine::new("freeze#force", "Remplace le fichier qui s'y trouve déjà"),
    HelpLine::new("#decision", "La décision qui a figé le texte, en toutes lettres"),
    HelpLine::new("#meeting", "Le document de la réunion qui l'a prise"),
    HelpLine::new(
        "#signatory",
        "Une organisation qui doit signer, par son nom ou son identifiant ; à répéter, dans \
         l'ordre de signature",
    ),
    HelpLine::new(
        "sign",
        "Donne le visa de cette organisation à une version figée ; ce n'est pas une signature \
         avancée ou qualifiée",
    ),
    HelpLine::new("sign#capacity", "En quelle qualité le visa est donné"),
    HelpLine::new(
        "sign#pdf",
        "Un PDF signé ailleurs : son empreinte accompagne le visa, le fichier reste ici",
    ),
    HelpLine::new("sign#of", "La version figée ; la dernière si rien n'est dit"),
    HelpLine::new(
        "sign#canonical",
        "Montre aussi, avec le document, les lignes exactes dont l'empreinte est signée",
    ),
    HelpLine::new(
        "sign#yes",
        "Ne demande pas de confirmation ; exigé sans personne au terminal, sauf avec --json",
    ),
    HelpLine::new(
        "amend",
        "Fige ce qui a changé depuis la version signée, comme un avenant qui la cite",
    ),
    HelpLine::new("amend#of", "Le document signé que celui-ci modifie ; le même si rien n'est dit"),
    HelpLine::new(
        "demo",
        "Remplit un espace vide d'un territoire qui n'existe pas, pour le regarder et apprendre",
    ),
    HelpLine::new("demo#yes", "L'écrit même à côté de documents qui s'y trouvent déjà"),
    HelpLine::new("sync", "Échange avec les relais"),
    HelpLine::new(
        "sync#space",
        "Identifiant de l'espace, ou ses premiers chiffres ; tous s'il n'est pas donné",
    ),
    HelpLine::new("sync#watch", "Reste connecté et dit ce qui se passe, jusqu'à interruption"),
    HelpLine::new(
        "export",
        "Écrit un document, ou tout un espace, dans les fichiers avec lesquels d'autres \
         travaillent",
    ),
    HelpLine::new(
        "export#target",
        "Identifiant d'un document ou d'un espace, ou ses premiers chiffres",
    ),
    HelpLine::new(
        "export#file",
        "Le fichier à écrire ; pour csv, un dossier s'il se termine par /, sinon un zip",
    ),
    HelpLine::new(
        "export#to",
        "Ce qu'il faut écrire ; docx et pdf masquent les petits effectifs, le reste garde tout",
    ),
    HelpLine::new(
        "export#figures",
        "Les chiffres pour l'ARS au lieu du tableau de suivi, petits effectifs masqués : xlsx d'un \
         espace",
    ),
    HelpLine::new(
        "export#frozen",
        "D'un document, en docx ou en pdf : sa version figée avec ses visas, la dernière si aucune \
         n'est nommée",
    ),
    HelpLine::new(
        "export#year",
        "L'année du bilan qu'un espace donne en docx ou en pdf ; celle-ci si elle est omise",
    ),
    HelpLine::new("export#force", "Remplace ce qui s'y trouve déjà"),
    HelpLine::new("bundle", "Transporte un espace par clé USB ou par courriel"),
    HelpLine::new("bundle write", "Écrit dans un fichier tout ce que cette réplique a d'un espace"),
    HelpLine::new("bundle write#file", "Le fichier à écrire"),
    HelpLine::new(
        "bundle read",
        "Lit un fichier écrit par un autre partenaire ; le lire deux fois ne change rien",
    ),
    HelpLine::new("#file", "Le fichier à lire"),
    HelpLine::new("quarantine", "Montre, remet et adopte des modifications mises à l'écart"),
    HelpLine::new("quarantine list", "Liste les modifications de cette machine mises à l'écart"),
    HelpLine::new(
        "quarantine export",
        "Les écrit dans un fichier qu'un seul partenaire peut ouvrir",
    ),
    HelpLine::new("quarantine export#file", "Le fichier à écrire"),
    HelpLine::new(
        "quarantine export#to",
        "Identifiant de l'organisation qui pourra l'ouvrir, ou ses premiers chiffres",
    ),
    HelpLine::new("quarantine review", "Ouvre un tel fichier et montre ce qu'il changerait"),
    HelpLine::new(
        "quarantine adopt",
        "Adopte les modifications d'un tel fichier au nom de cette organisation",
    ),
    HelpLine::new("verify", "Rejoue chaque décision et chaque signature, hors ligne"),
    HelpLine::new(
        "verify#target",
        "Identifiant d'un espace, ou ses premiers chiffres ; ou fichier de « bundle write » ou de \
         « freeze --to »",
    ),
    HelpLine::new("verify#expect", "L'espace dont le fichier doit être"),
    HelpLine::new("verify#pdf", "Un PDF qu'un visa du fichier doit joindre"),
    HelpLine::new(
        "serve",
        "Tourne en arrière-plan pour cette machine, avec sa page : les autres commandes passent \
         par lui",
    ),
    HelpLine::new("serve#port", "Port sur cette machine ; un libre s'il n'est pas donné"),
    HelpLine::new("serve#no_open", "N'ouvre pas le navigateur : le lien est seulement dit"),
    HelpLine::new("open", "Ouvre dans le navigateur la page de « serve »"),
    HelpLine::new("open#no_open", "N'ouvre pas le navigateur : le lien est seulement dit"),
    HelpLine::new("store", "Prend soin des enregistrements sur le disque"),
    HelpLine::new(
        "store migrate",
        "Passe les enregistrements à l'autre moteur ; les anciens restent à côté",
    ),
    HelpLine::new("store migrate#engine", "Le moteur voulu"),
    HelpLine::new("completions", "Écrit les complétions d'un interpréteur de commandes"),
    HelpLine::new("completions#shell", "L'interpréteur"),
    HelpLine::new("man", "Écrit la page de manuel"),
];

#[cfg(test)]
mod tests {
    use super::LINES;
    use crate::args::Liaison;
    use clap::CommandFactory as _;
    use console::help;

    #[test]
    fn everything_is_said_in_both_languages() {
        assert_eq!(help::unspoken(Liaison::command(), LINES), Vec::<String>::new());
    }

    #[test]
    fn the_words_of_our_trade_stay_out_of_the_help() {
        for line in LINES {
            let help = line.fr.to_lowercase();
            for word in ["crdt", "epoch", "époque", "clé privée", "keystore"] {
                assert!(!help.contains(word), "{}: {help}", line.key);
            }
        }
    }
}
