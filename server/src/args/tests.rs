//! The command line is whole: it parses, and both languages describe all of it.

use super::*;
use clap::CommandFactory as _;
use console::{Lang, help};
use std::fs;
use std::path::Path;

#[test]
fn the_definitions_hold_together() {
    Args::command().debug_assert();
}

#[test]
fn every_command_and_argument_is_described_in_both_languages() {
    let missing = help::unspoken(Args::command(), FRENCH);
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_commands_of_the_contract_parse() {
    let lines = [
        "init --dir d --name Relais",
        "serve --dir d --listen 127.0.0.1:0 --json",
        "ticket --dir d",
        "members abcdef --dir d",
        "keys --dir d",
        "keys rotate --dir d",
        "spaces --dir d",
        "status --dir d --lang en",
        "suspend abcdef fedcba --operator-key f --hours 3",
        "resume abcdef fedcba --operator-key f --dir d",
        "resume abcdef fedcba --operator-key f --relay wss://x --relay-key ab",
        "verify --dir d",
        "migrate --dir d --to redb",
        "backup --dir d --to b",
        "config check --dir d",
        "completions bash",
        "man",
    ];
    for line in lines {
        let words = ["liaison-relay"].into_iter().chain(line.split(' '));
        assert!(Args::try_parse_from(words).is_ok(), "{line}");
    }
    for line in ["suspend abcdef fedcba --operator-key f --hours 73", "members --dir d", "serve"] {
        let words = ["liaison-relay"].into_iter().chain(line.split(' '));
        assert!(Args::try_parse_from(words).is_err(), "{line}");
    }
}

/// What the page of both programs says of this one, between its own marks. With
/// `LIAISON_WRITE_DOCS` set the part is written instead of only compared.
#[test]
fn docs_cli_md_says_what_the_program_says() {
    const BEGIN: &str = "<!-- liaison-relay: what follows is written by its own test -->";
    const END: &str = "<!-- liaison-relay: end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
    let text = fs::read_to_string(&path).unwrap();
    let of = |lang| help::manual(Args::command(), FRENCH, lang);
    let (french, english) = (of(Lang::Fr), of(Lang::En));
    let english = english.replace("\n## `", "\n## English: `");
    let english = english.trim_start_matches("## ");
    let part = format!("{BEGIN}\n\n{french}## English: {english}{END}");
    let begin = text.find(BEGIN).expect("the mark of the beginning");
    let end = text.find(END).expect("the mark of the end") + END.len();
    let wanted = format!("{}{part}{}", &text[..begin], &text[end..]);
    if std::env::var_os("LIAISON_WRITE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    } else {
        let stale = "docs/cli.md is stale: LIAISON_WRITE_DOCS=1 cargo test -p server docs_cli_md";
        assert!(text == wanted, "{stale}");
    }
}
