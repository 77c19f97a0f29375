//! Help in the language of the reader.
//!
//! Doc comments on the `clap` types are the English help, as all comments are English; a program
//! gives a table of [`HelpLine`] for the French. [`unspoken`] lists what either language lacks, and
//! each program has a test that wants that list empty.
//!
//! A key names a command by its words and an argument by its id: `"space found"`,
//! `"space found#relay"`, or `"#space"` for an argument that means the same under every command.

/// Usage errors of `clap`, retold as a [`crate::Failure`].
pub mod usage;

use crate::Lang;
use clap::builder::{PossibleValue, Str};
use clap::{Arg, ArgAction, Command};
use std::collections::BTreeSet;

/// One French help text, beside the English one of the doc comment.
#[derive(Debug, Clone, Copy)]
pub struct HelpLine {
    /// What is described: `""` (the program), `"space found"`, `"space found#relay"`, `"#space"`.
    pub key: &'static str,
    /// The sentence in French.
    pub fr: &'static str,
}

impl HelpLine {
    /// Returns a line of the table.
    #[must_use]
    pub const fn new(key: &'static str, fr: &'static str) -> Self {
        Self { key, fr }
    }
}

/// Columns of the help where there is no terminal, and at most on one: longer lines are hard to
/// read.
pub(crate) const COLUMNS: usize = 100;

/// The French of what this crate itself brings to every program.
const OWN: [HelpLine; 5] = [
    HelpLine::new("#help", "Affiche cette aide"),
    HelpLine::new("#version", "Affiche la version"),
    HelpLine::new(
        "#json",
        "Écrit un document JSON sur la sortie standard (un par ligne pour ce qui défile)",
    ),
    HelpLine::new("#lang", "Langue des messages"),
    HelpLine::new("#verbose", "En dit davantage sur la sortie d'erreur ; deux fois : chaque trame"),
];

/// What values are called in French, where their English name is another word.
const VALUE_NAMES: [(&str, &str); 31] = [
    ("COLUMN=VALUE", "COLONNE=VALEUR"),
    ("ROW", "LIGNE"),
    ("SPACE", "ESPACE"),
    ("DEVICE", "APPAREIL"),
    ("PARTNER", "ORGANISATION"),
    ("PROPOSAL", "VOTE"),
    ("REQUEST", "DEMANDE"),
    ("ROLE", "RÔLE"),
    ("RULE", "RÈGLE"),
    ("KIND", "NATURE"),
    ("TITLE", "TITRE"),
    ("FIELD", "CHAMP"),
    ("VALUE", "VALEUR"),
    ("TEXT", "TEXTE"),
    ("NAME", "NOM"),
    ("LABEL", "NOM"),
    ("FILE", "FICHIER"),
    ("DIR", "DOSSIER"),
    ("ENGINE", "MOTEUR"),
    ("TARGET", "CIBLE"),
    ("ADDR", "ADRESSE"),
    ("URL", "ADRESSE"),
    ("COLLEGE", "COLLÈGE"),
    ("FOLDER", "DOSSIER"),
    ("HEX", "CLÉ"),
    ("HISTORY", "PASSÉ"),
    ("LANG", "LANGUE"),
    ("SHELL", "INTERPRÉTEUR"),
    ("TICKET", "JETON"),
    ("SHEET", "FEUILLE"),
    ("YEAR", "ANNÉE"),
];

/// Returns the command with its help in `lang`, for the command and everything under it.
///
/// The English is what `clap` holds already. In both languages `help` is an option of every
/// command, and the word `help` before a command is understood by [`crate::start()`].
#[must_use]
pub fn localise(command: Command, lines: &[HelpLine], lang: Lang) -> Command {
    // Without a terminal, as in the page that documents all commands.
    spoken(command, lines, lang, &mut Vec::new()).term_width(COLUMNS)
}

/// Returns the help of a program and of everything under it, as one Markdown document.
///
/// `docs/cli.md` is made of these, and a test of each program compares it with what the program
/// says of itself.
#[must_use]
pub fn manual(command: Command, lines: &[HelpLine], lang: Lang) -> String {
    let mut command = localise(command, lines, lang);
    command.build();
    let mut pages = String::new();
    write_pages(&mut command, &mut Vec::new(), &mut pages);
    pages
}

fn write_pages(command: &mut Command, path: &mut Vec<String>, pages: &mut String) {
    path.push(command.get_name().to_owned());
    let help = command.render_help().to_string();
    pages.push_str(&format!("## `{}`\n\n```text\n", path.join(" ")));
    for line in help.trim().lines() {
        pages.push_str(line.trim_end());
        pages.push('\n');
    }
    pages.push_str("```\n\n");
    for inner in command.get_subcommands_mut() {
        write_pages(inner, path, pages);
    }
    path.pop();
}

/// Returns what lacks a language: keys without English or without French, and lines of the table
/// that describe nothing.
#[must_use]
pub fn unspoken(command: Command, lines: &[HelpLine]) -> Vec<String> {
    let mut missing = Vec::new();
    let mut used = BTreeSet::new();
    let command = localise(command, lines, Lang::En);
    audit(&command, lines, &mut Vec::new(), &mut missing, &mut used);
    let dead = lines.iter().filter(|line| !used.contains(line.key));
    missing.extend(dead.map(|line| format!("\"{}\": describes nothing", line.key)));
    missing
}

fn spoken(mut command: Command, lines: &[HelpLine], lang: Lang, path: &mut Vec<String>) -> Command {
    command = command.disable_help_flag(true).disable_help_subcommand(true).arg(help_arg());
    if command.get_version().is_some() {
        command = command.disable_version_flag(true).arg(version_arg());
    }
    if lang == Lang::Fr {
        if let Some(line) = command_line(lines, path) {
            command = command.about(line.fr).long_about(None);
        }
        let mut place = 0;
        command = command
            .help_template(FRENCH_TEMPLATE)
            .subcommand_help_heading("Commandes ")
            .subcommand_value_name("COMMANDE")
            .mut_args(|arg| {
                place += 1;
                french_heading(french_arg(arg, lines, path), place)
            });
    }
    command.mut_subcommands(|inner| {
        path.push(inner.get_name().to_owned());
        let inner = spoken(inner, lines, lang, path);
        path.pop();
        inner
    })
}

const FRENCH_TEMPLATE: &str = "{before-help}{about-with-newline}\nUtilisation : {usage}\n\n\
                               {all-args}{after-help}";

fn help_arg() -> Arg {
    Arg::new("help").short('h').long("help").action(ArgAction::Help).help("Show this help")
}

fn version_arg() -> Arg {
    let version = Arg::new("version").short('V').long("version");
    version.action(ArgAction::Version).help("Show the version")
}

/// Returns the argument with its French help, the remarks that `clap` adds in English included.
fn french_arg(arg: Arg, lines: &[HelpLine], path: &[String]) -> Arg {
    let Some(line) = arg_line(lines, path, arg.get_id().as_str()) else {
        return arg;
    };
    let mut help = line.fr.to_owned();
    let mut remark = |word: &str, value: &str| {
        if !value.is_empty() {
            help.push_str(&format!(" [{word} : {value}]"));
        }
    };
    let takes_values = arg.get_action().takes_values();
    if takes_values {
        let values = arg.get_possible_values();
        let shown = values.iter().filter(|value| !value.is_hide_set());
        remark("au choix", &shown.map(PossibleValue::get_name).collect::<Vec<_>>().join(", "));
        let defaults: Vec<_> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        remark("défaut", &defaults.join(", "));
    }
    if let Some(variable) = arg.get_env() {
        remark("variable", &variable.to_string_lossy());
    }
    let arg = french_values(arg.help(help).long_help(None).hide_env(true));
    if takes_values { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
}

/// Returns the argument with its values named in French.
fn french_values(arg: Arg) -> Arg {
    if !arg.get_action().takes_values() {
        return arg;
    }
    let french_of = |name: &str| {
        let known = VALUE_NAMES.iter().find(|(english, _)| *english == name);
        known.map(|(_, french)| Str::from(*french))
    };
    let french: Vec<Str> = match arg.get_value_names() {
        Some(names) => names
            .iter()
            .map(|name| french_of(name.as_str()).unwrap_or_else(|| name.clone()))
            .collect(),
        None => french_of(&arg.get_id().as_str().to_uppercase()).into_iter().collect(),
    };
    if french.is_empty() {
        return arg;
    }
    arg.value_names(french)
}

/// Returns the argument under a heading that takes its colon as French writes it. Under a heading
/// of its own, `clap` sorts arguments by name: their `place` on the line is said.
fn french_heading(arg: Arg, place: usize) -> Arg {
    if arg.get_help_heading().is_some() {
        arg
    } else if arg.is_positional() {
        arg.help_heading("Arguments ").display_order(place)
    } else {
        arg.help_heading("Options ")
    }
}

fn audit(
    command: &Command,
    lines: &[HelpLine],
    path: &mut Vec<String>,
    missing: &mut Vec<String>,
    used: &mut BTreeSet<&'static str>,
) {
    let mut check = |key: String, english: bool, line: Option<&HelpLine>| {
        if !english {
            missing.push(format!("\"{key}\": no English"));
        }
        match line {
            Some(line) if !line.fr.trim().is_empty() => _ = used.insert(line.key),
            Some(_) | None => missing.push(format!("\"{key}\": no French")),
        }
    };
    check(path.join(" "), command.get_about().is_some(), command_line(lines, path));
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let key = format!("{}#{id}", path.join(" "));
        check(key, arg.get_help().is_some(), arg_line(lines, path, id));
    }
    for inner in command.get_subcommands() {
        path.push(inner.get_name().to_owned());
        audit(inner, lines, path, missing, used);
        path.pop();
    }
}

fn command_line<'t>(lines: &'t [HelpLine], path: &[String]) -> Option<&'t HelpLine> {
    let key = path.join(" ");
    lines.iter().find(|line| line.key == key)
}

/// Finds the line of an argument: its own first, then the one for every command, then ours.
fn arg_line<'t>(lines: &'t [HelpLine], path: &[String], id: &str) -> Option<&'t HelpLine> {
    let own = format!("{}#{id}", path.join(" "));
    let everywhere = format!("#{id}");
    let find = |key: &str| lines.iter().find(|line| line.key == key);
    find(&own)
        .or_else(|| find(&everywhere))
        .or_else(|| OWN.iter().find(|line| line.key == everywhere))
}

#[cfg(test)]
mod tests;
