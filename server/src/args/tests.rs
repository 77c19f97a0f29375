//! The command line is whole: it parses, and both languages describe all of it.

use super::*;
use clap::CommandFactory as _;

#[test]
fn the_definitions_hold_together() {
    Args::command().debug_assert();
}

#[test]
fn every_command_and_argument_is_described_in_both_languages() {
    let missing = console::help::unspoken(Args::command(), FRENCH);
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
        "config check --dir d",
        "completions bash",
        "man",
    ];
    for line in lines {
        let words = ["liaison-relay"].into_iter().chain(line.split(' '));
        assert!(Args::try_parse_from(words).is_ok(), "{line}");
    }
    for line in [
        "suspend abcdef fedcba --operator-key f --hours 73",
        "members --dir d",
        "serve",
    ] {
        let words = ["liaison-relay"].into_iter().chain(line.split(' '));
        assert!(Args::try_parse_from(words).is_err(), "{line}");
    }
}
