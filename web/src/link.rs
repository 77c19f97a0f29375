//! The addresses of the pages, written in one place and read by the routes of the daemon.

use protocol::id::{DocumentId, SpaceId};

/// Returns the first page of a space.
#[must_use]
pub fn space(space: &SpaceId) -> String {
    format!("/s/{space}")
}

/// Returns a page of a space, by its name in addresses.
#[must_use]
pub fn in_space(space: &SpaceId, page: &str) -> String {
    format!("/s/{space}/{page}")
}

/// Returns the page of a document.
#[must_use]
pub fn document(document: &DocumentId) -> String {
    format!("/d/{document}")
}

/// Returns a page about a document, by its name in addresses.
#[must_use]
pub fn of_document(document: &DocumentId, page: &str) -> String {
    format!("/d/{document}/{page}")
}

/// Writes a value so that it is one part of an address (RFC 3986 §2.1).
#[must_use]
pub fn part(value: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String never fails.
            let _written = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_address_is_only_that() {
        assert_eq!(part("a/b?c=é&d"), "a%2Fb%3Fc%3D%C3%A9%26d");
        assert_eq!(part("deux mots"), "deux%20mots");
    }
}
