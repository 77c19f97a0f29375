//! Help in both languages, on a small program of its own.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::Common;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

/// Writes together.
#[derive(Parser)]
#[command(name = "probe", version)]
struct Probe {
    #[command(flatten)]
    _common: Common,
    #[command(subcommand)]
    _command: ProbeCommand,
}

#[derive(Subcommand)]
enum ProbeCommand {
    /// Works on spaces
    #[command(subcommand)]
    Space(SpaceCommand),
}

#[derive(Subcommand)]
enum SpaceCommand {
    /// Founds a space
    Found {
        /// Its title
        _title: String,
        /// Its kind
        #[arg(long, value_enum, default_value = "circle", env = "PROBE_KIND")]
        _kind: SpaceKind,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum SpaceKind {
    Circle,
    Territory,
}

const FRENCH: [HelpLine; 5] = [
    HelpLine::new("", "Écrire ensemble."),
    HelpLine::new("space", "Travaille sur les espaces"),
    HelpLine::new("space found", "Fonde un espace"),
    HelpLine::new("space found#_title", "Son titre"),
    HelpLine::new("#_kind", "Sa sorte"),
];

fn help_of(words: &[&str], lang: Lang) -> String {
    let command = localise(Probe::command(), &FRENCH, lang);
    let args = ["probe"].iter().chain(words).chain(&["--help"]);
    command.try_get_matches_from(args).unwrap_err().to_string()
}

#[test]
fn every_word_of_the_french_help_is_french() {
    let help = help_of(&[], Lang::Fr);
    for wanted in ["Écrire ensemble.", "Utilisation : probe [OPTIONS] <COMMANDE>", "Commandes :"] {
        assert!(help.contains(wanted), "{wanted} in\n{help}");
    }
    assert!(help.contains("Affiche cette aide") && help.contains("Langue des messages"), "{help}");
    for english in ["Usage", "Print", "Show", "Commands", "possible values", "messages\n  -"] {
        assert!(!help.contains(english), "{english} in\n{help}");
    }
}

#[test]
fn remarks_on_an_argument_follow_the_language() {
    let french = help_of(&["space", "found"], Lang::Fr);
    let wanted =
        "Sa sorte [au choix : circle, territory] [défaut : circle] [variable : PROBE_KIND]";
    // Where a line is broken is of no matter here.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&french).contains(wanted), "{french}");
    assert!(french.contains("Son titre"), "{french}");
    let english = help_of(&["space", "found"], Lang::En);
    assert!(words(&english).contains("possible values: circle, territory"), "{english}");
    assert!(english.contains("Show this help"), "{english}");
}

#[test]
fn a_manual_holds_every_command_as_the_program_tells_it() {
    let manual = manual(Probe::command(), &FRENCH, Lang::Fr);
    for wanted in [
        "## `probe`\n\n```text\nÉcrire ensemble.\n",
        "## `probe space`\n",
        "## `probe space found`\n",
        "Utilisation : probe space found [OPTIONS] <TITRE>\n",
        "--json",
    ] {
        assert!(manual.contains(wanted), "{wanted} in\n{manual}");
    }
    assert_eq!(manual.matches("```text").count(), 3);
}

#[test]
fn a_complete_table_lacks_nothing() {
    assert_eq!(unspoken(Probe::command(), &FRENCH), Vec::<String>::new());
}

#[test]
fn a_missing_language_and_a_dead_line_are_named() {
    let lines = [HelpLine::new("", "Écrire ensemble."), HelpLine::new("space lost", "Perdu")];
    let missing = unspoken(Probe::command(), &lines);
    let wanted = [
        "\"space\": no French",
        "\"space found\": no French",
        "\"space found#_title\": no French",
        "\"space found#_kind\": no French",
        "\"space lost\": describes nothing",
    ];
    assert_eq!(missing, wanted);
    let bare = Command::new("bare").arg(Arg::new("x"));
    let missing = unspoken(bare, &[HelpLine::new("#x", "Un x")]);
    assert_eq!(missing, ["\"\": no English", "\"\": no French", "\"#x\": no English"]);
}

#[test]
fn help_fits_the_columns_it_has_and_no_more_than_can_be_read() {
    let long = "Ce que le nouveau venu lira du passé de l'espace, selon ce que les garants ont \
                décidé à sa fondation, et selon ce que son invitation en dit";
    let lines = [HelpLine::new("space found#_title", long)];
    let help = |columns: usize| {
        let command = localise(Probe::command(), &lines, Lang::Fr).term_width(columns);
        let args = ["probe", "space", "found", "--help"];
        command.try_get_matches_from(args).unwrap_err().to_string()
    };
    for columns in [60, 80, COLUMNS] {
        let help = help(columns);
        let longest = help.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(columns), "{columns}:\n{help}");
    }
    let whole = help_of(&["space", "found"], Lang::Fr);
    assert!(whole.lines().all(|line| line.chars().count() <= COLUMNS), "{whole}");
}

/// Writes a field.
#[derive(Parser)]
#[command(name = "probe")]
struct Placed {
    /// Which document
    _document: String,
    /// Which field
    _field: String,
    /// What to write
    _amount: String,
}

#[test]
fn arguments_are_listed_in_the_order_they_are_typed() {
    const LINES: [HelpLine; 4] = [
        HelpLine::new("", "Écrit un champ"),
        HelpLine::new("#_document", "Quel document"),
        HelpLine::new("#_field", "Quel champ"),
        HelpLine::new("#_amount", "Quoi"),
    ];
    for (lang, words) in [
        (Lang::Fr, ["Quel document", "Quel champ", "Quoi"]),
        (Lang::En, ["Which document", "Which field", "What to write"]),
    ] {
        let help = localise(Placed::command(), &LINES, lang).render_help().to_string();
        let places = words.map(|word| help.find(word).unwrap());
        assert!(places.is_sorted(), "{help}");
    }
}
