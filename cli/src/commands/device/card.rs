//! The request of a machine as people carry it: its card, and what its organisation and itself
//! are called.
//!
//! The names are what that machine says, not a proof: the eight words, compared by people, cover
//! them together with the card. A request without names is one of an earlier version.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use client_core::words;
use console::{Failure, Text};
use protocol::crypto::{self, Label};
use serde::{Deserialize, Serialize};

/// What parts the card from the names; no character of either.
const MARK: char = '.';
/// Characters of the longest names that are read, in their coded form.
const NAMES_CHARS_MAX: usize = 16 * 1024;

/// What a machine and its organisation are called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Called {
    /// The organisation.
    pub(super) name: String,
    /// The machine.
    pub(super) label: String,
}

/// Returns a request that says what the machine and its organisation are called.
pub(super) fn write(card: &str, called: &Called) -> String {
    let names = serde_json::to_vec(called).expect("two plain texts are always JSON");
    format!("{card}{MARK}{}", BASE64_URL_SAFE_NO_PAD.encode(names))
}

/// Returns the card of a request, and the names where it gives them.
///
/// # Errors
/// `bad-request` when the names cannot be read: a request is copied whole or not at all.
pub(super) fn read(request: &str) -> Result<(&str, Option<Called>), Failure> {
    let Some((card, names)) = request.split_once(MARK) else {
        return Ok((request, None));
    };
    let bytes = Some(names).filter(|names| names.len() <= NAMES_CHARS_MAX);
    let bytes = bytes.and_then(|names| BASE64_URL_SAFE_NO_PAD.decode(names).ok());
    let called = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let called = called.ok_or_else(|| {
        Failure::refused(
            "bad-request",
            Text::of(
                "demande incomplète ou abîmée : la copier en entier",
                "incomplete or damaged request: copy it whole",
            ),
        )
    })?;
    Ok((card, Some(called)))
}

/// Returns the eight words of a request, the same on both machines: they cover every key and
/// every name in it.
pub(super) fn fingerprint(request: &str) -> Vec<String> {
    let hash = crypto::hash_parts(Label::Words, &[request.as_bytes()]);
    let mut digest = [0; 11];
    digest.copy_from_slice(&hash[..11]);
    words::spell(&digest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_travel_with_the_card_and_the_words_cover_them() {
        let called = Called { name: "Les Hirondelles".into(), label: "portable".into() };
        let request = write("liaison-appareil-AbC-_9", &called);
        assert_eq!(read(&request).unwrap(), ("liaison-appareil-AbC-_9", Some(called.clone())));
        assert_eq!(read("liaison-appareil-AbC").unwrap(), ("liaison-appareil-AbC", None));
        let other = write("liaison-appareil-AbC-_9", &Called { name: "Autre".into(), ..called });
        assert_ne!(fingerprint(&request), fingerprint(&other));
        for bad in [&request[..request.len() - 3], "liaison-x.", "liaison-x.**"] {
            assert_eq!(read(bad).unwrap_err().code, "bad-request", "{bad}");
        }
        let long = format!("liaison-x.{}", "A".repeat(NAMES_CHARS_MAX + 1));
        assert_eq!(read(&long).unwrap_err().code, "bad-request");
    }
}
