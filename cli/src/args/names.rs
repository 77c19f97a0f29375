//! Values of arguments: the names that scripts use, and numbers that have a form.

use crate::commands::export::Format;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap_complete::Shell;
use console::{Failure, Text};
use protocol::limits::URL_BYTES_MAX;
use protocol::register::{DeviceRole, History, Role, Rule, SpaceKind, Threshold};
use store::Engine;

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

/// Accepts the names of roles.
pub(crate) fn roles() -> PossibleValuesParser {
    PossibleValuesParser::new(Role::ALL.iter().map(|role| role.name()))
}

/// Accepts the names of roles of devices.
pub(crate) fn device_roles() -> PossibleValuesParser {
    PossibleValuesParser::new(DeviceRole::ALL.iter().map(|role| role.name()))
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

/// Reads a SIRET number: 14 digits that pass Luhn's check, blanks left out.
///
/// # Errors
/// `bad-siret`. La Poste's numbers, which do not pass, are accepted as they are.
pub(crate) fn siret(text: &str) -> Result<String, Failure> {
    const LA_POSTE: &str = "356000000";
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let formed = digits.len() == 14 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if formed && (passes_luhn(&digits) || digits.starts_with(LA_POSTE)) {
        return Ok(digits);
    }
    Err(Failure::usage(
        "bad-siret",
        Text::of(
            "un SIRET a 14 chiffres, dont le dernier vérifie les autres",
            "a SIRET has 14 digits, the last of which checks the others",
        ),
    ))
}

/// Reads a FINESS number: 9 digits, the second of which may be a letter in Corsica.
///
/// # Errors
/// `bad-finess`.
pub(crate) fn finess(text: &str) -> Result<String, Failure> {
    let number: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let number = number.to_ascii_uppercase();
    let is_formed = |(place, byte): (usize, u8)| {
        byte.is_ascii_digit() || (place == 1 && matches!(byte, b'A' | b'B'))
    };
    if number.len() == 9 && number.bytes().enumerate().all(is_formed) {
        return Ok(number);
    }
    Err(Failure::usage(
        "bad-finess",
        Text::of("un numéro FINESS a 9 caractères", "a FINESS number has 9 characters"),
    ))
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

fn passes_luhn(digits: &str) -> bool {
    let weigh = |(place, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    digits.bytes().rev().enumerate().map(weigh).sum::<u32>().is_multiple_of(10)
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
