//! Values of arguments: the names that scripts use, and numbers that have a form.

use crate::commands::export::Format;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap_complete::Shell;
use client_core::kinds::{FieldType, Language};
use console::{Failure, Text};
use protocol::limits::URL_BYTES_MAX;
use protocol::register::{Capacity, DeviceRole, History, Role, Rule, SpaceKind, Threshold};
use store::Engine;

/// What people may type in the place of the names that scripts use.
const ROLES_FRENCH: [(&str, &str); 3] =
    [("guarantor", "garant"), ("member", "membre"), ("observer", "observateur")];
const CAUSES_FRENCH: [(&str, &str); 5] = [
    ("lost", "perdu"),
    ("stolen", "vole"),
    ("stolen", "volé"),
    ("retired", "retire"),
    ("retired", "retiré"),
];

/// Bytes of a name or a title: what a line of a space's directory may hold.
const NAME_BYTES_MAX: usize = 1_024;

/// The rules that can be named, the usual one first.
const RULES: [(&str, Rule); 4] = [
    ("usual", Rule::USUAL),
    ("majority", Rule::same(Threshold::Majority)),
    ("two-thirds", Rule::same(Threshold::TwoThirds)),
    ("unanimous", Rule::same(Threshold::Unanimous)),
];

/// Returns the rule of this name.
pub(crate) fn rule(name: &str) -> Option<Rule> {
    RULES.iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule)
}

/// Returns the name of a rule, or its four thresholds where no name says them all.
pub(crate) fn rule_name(rule: &Rule) -> String {
    let parts = [rule.governance, rule.expulsion, rule.change, rule.relay];
    let named = RULES.iter().find(|(_, known)| known == rule);
    named.map_or_else(|| parts.map(Threshold::name).join(" / "), |(name, _)| (*name).to_owned())
}

/// Accepts the names of rules.
pub(crate) fn rules() -> PossibleValuesParser {
    PossibleValuesParser::new(RULES.map(|(name, _)| name))
}

/// Accepts the names of roles, in French too; gives the one that scripts use.
pub(crate) fn roles() -> impl TypedValueParser<Value = String> {
    named(Role::ALL.iter().map(|role| role.name()).collect(), &ROLES_FRENCH)
}

/// Accepts the reasons for which a machine is revoked, in French too.
pub(crate) fn causes() -> impl TypedValueParser<Value = String> {
    named(vec!["lost", "stolen", "retired"], &CAUSES_FRENCH)
}

/// Accepts some names and what people may type instead, which the help does not list.
fn named(
    names: Vec<&'static str>,
    french: &'static [(&'static str, &'static str)],
) -> impl TypedValueParser<Value = String> {
    let value = |name: &'static str| {
        let aliases = french.iter().filter(move |(known, _)| *known == name);
        PossibleValue::new(name).aliases(aliases.map(|(_, alias)| *alias))
    };
    let names_known = names.clone();
    PossibleValuesParser::new(names.into_iter().map(value)).map(move |typed| {
        let lower = typed.to_lowercase();
        let alias = french.iter().find(|(_, alias)| *alias == lower).map(|(name, _)| *name);
        let known = names_known.iter().find(|name| **name == lower).copied();
        alias.or(known).map_or(typed, str::to_owned)
    })
}

/// Accepts the names of roles of devices.
pub(crate) fn device_roles() -> PossibleValuesParser {
    PossibleValuesParser::new(DeviceRole::ALL.iter().map(|role| role.name()))
}

/// Accepts the capacities in which a visa is given.
pub(crate) fn capacities() -> PossibleValuesParser {
    PossibleValuesParser::new(Capacity::ALL.iter().map(|capacity| capacity.name()))
}

/// Accepts the names of kinds of spaces.
pub(crate) fn space_kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(SpaceKind::ALL.iter().map(|kind| kind.name()))
}

/// Accepts how much of the past is given.
pub(crate) fn histories() -> PossibleValuesParser {
    PossibleValuesParser::new(History::ALL.iter().rev().map(|history| history.name()))
}

/// Accepts the names of engines.
pub(crate) fn engines() -> PossibleValuesParser {
    PossibleValuesParser::new(Engine::ALL.map(Engine::name))
}

/// Accepts the formats that documents are written in.
pub(crate) fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(Format::ALL.map(Format::name))
}

/// Accepts the shells that completions are written for.
pub(crate) fn shells() -> impl TypedValueParser<Value = Shell> {
    let shells = PossibleValuesParser::from(["bash", "zsh", "fish"]);
    shells.try_map(|name| name.parse::<Shell>())
}

/// Reads a SIRET number, as in a document.
///
/// # Errors
/// `bad-siret`.
pub(crate) fn siret(text: &str) -> Result<String, Failure> {
    value(FieldType::Siret, "bad-siret", text)
}

/// Reads a FINESS number, as in a document.
///
/// # Errors
/// `bad-finess`.
pub(crate) fn finess(text: &str) -> Result<String, Failure> {
    value(FieldType::Finess, "bad-finess", text)
}

fn value(kind: FieldType, code: &'static str, text: &str) -> Result<String, Failure> {
    kind.read(text).map_err(|refusal| {
        let said = |language| refusal.message(language);
        Failure::usage(code, Text::new(said(Language::French), said(Language::English)))
    })
}

/// Reads a name or a title: what people read, and so never blank.
///
/// # Errors
/// `blank-name`, or `name-too-long`.
pub(crate) fn name(text: &str) -> Result<String, Failure> {
    let name = text.trim();
    if name.is_empty() {
        return Err(Failure::usage(
            "blank-name",
            Text::of("un nom ou un titre ne peut pas être vide", "a name or a title is not blank"),
        ));
    }
    if name.len() > NAME_BYTES_MAX {
        return Err(Failure::usage(
            "name-too-long",
            Text::new(
                format!("un nom ou un titre a au plus {NAME_BYTES_MAX} octets"),
                format!("a name or a title has at most {NAME_BYTES_MAX} bytes"),
            ),
        ));
    }
    Ok(name.to_owned())
}

/// Reads a year.
///
/// # Errors
/// `bad-year`.
pub(crate) fn year(text: &str) -> Result<String, Failure> {
    FieldType::Year.read(text).map_err(|_| {
        Failure::usage(
            "bad-year",
            Text::of("une année a quatre chiffres : 2026", "a year has four digits: 2026"),
        )
    })
}

/// Reads the address of a relay.
///
/// # Errors
/// `bad-relay-url`.
pub(crate) fn relay_url(text: &str) -> Result<String, Failure> {
    let after = text.strip_prefix("ws://").or_else(|| text.strip_prefix("wss://"));
    let names_host = after.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', ':']));
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    if names_host && plain && text.len() <= URL_BYTES_MAX {
        return Ok(text.to_owned());
    }
    Err(Failure::usage(
        "bad-relay-url",
        Text::of(
            "l'adresse d'un relais commence par wss:// (ou ws:// sur cette machine)",
            "the address of a relay starts with wss:// (or ws:// on this machine)",
        ),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_siret_is_checked_by_its_last_digit() {
        assert_eq!(siret("732 829 320 00074").unwrap(), "73282932000074");
        assert_eq!(siret("35600000000048").unwrap(), "35600000000048");
        for wrong in ["73282932000075", "7328293200007", "7328293200007a", ""] {
            assert_eq!(siret(wrong).unwrap_err().code, "bad-siret", "{wrong}");
        }
    }

    #[test]
    fn roles_and_causes_are_typed_in_french_too() {
        let read = |parser: clap::builder::ValueParser, typed: &str| {
            let argument = clap::Arg::new("x").value_parser(parser);
            let matches = clap::Command::new("t").arg(argument).try_get_matches_from(["t", typed]);
            matches.ok().and_then(|read| read.get_one::<String>("x").cloned())
        };
        for (typed, name) in [("garant", "guarantor"), ("member", "member")] {
            assert_eq!(read(roles().into(), typed).as_deref(), Some(name));
        }
        for (typed, name) in [("perdu", "lost"), ("volé", "stolen"), ("vole", "stolen")] {
            assert_eq!(read(causes().into(), typed).as_deref(), Some(name));
        }
        assert_eq!(read(roles().into(), "chef"), None);
    }

    #[test]
    fn a_name_is_not_blank() {
        assert_eq!(name(" Les Hirondelles ").unwrap(), "Les Hirondelles");
        for blank in ["", "  ", "\t"] {
            assert_eq!(name(blank).unwrap_err().code, "blank-name");
        }
        assert_eq!(name(&"x".repeat(1_025)).unwrap_err().code, "name-too-long");
    }

    #[test]
    fn a_finess_number_may_be_corsican() {
        assert_eq!(finess("750712184").unwrap(), "750712184");
        assert_eq!(finess("2a0000014").unwrap(), "2A0000014");
        for wrong in ["75071218", "a50712184", "7507121844"] {
            assert_eq!(finess(wrong).unwrap_err().code, "bad-finess", "{wrong}");
        }
    }

    #[test]
    fn a_relay_has_the_address_of_a_websocket() {
        for right in ["ws://127.0.0.1:7000", "wss://relais.example.fr/liaison", "ws://[::1]:1"] {
            assert_eq!(relay_url(right).unwrap(), right);
        }
        for wrong in ["", "relais.example.fr", "https://relais.fr", "wss://", "ws://:1", "ws:// a"]
        {
            assert_eq!(relay_url(wrong).unwrap_err().code, "bad-relay-url", "{wrong}");
        }
    }

    #[test]
    fn every_rule_keeps_a_majority() {
        for (name, rule) in RULES {
            assert!((1..9).all(|guarantors| rule.holds_floor(guarantors)), "{name}");
        }
        assert_eq!(rule("dictator"), None);
        assert_eq!(rule_name(&Rule::USUAL), "usual");
        let own = Rule { relay: Threshold::AtLeast(4), ..Rule::USUAL };
        assert_eq!(rule_name(&own), "majority / two-thirds / two-thirds / at-least-4");
    }
}
