//! From what an operator types to an identifier: the beginning of one, at least six characters.
//!
//! A beginning that several identifiers share is refused; nothing is guessed.

use std::fmt::Display;

use console::prefix::{self, Unfound};
use console::{Failure, Text};

/// What kind of thing an identifier names, as failures speak of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// A space on this relay.
    Space,
    /// A device of a space.
    Device,
}

impl Named {
    /// Finds what an id or the beginning of one names.
    ///
    /// # Errors
    /// Status 1 when it names none or several, status 2 when it is too short.
    pub(crate) fn find<T: Copy + Display + PartialEq>(
        self,
        ids: impl IntoIterator<Item = T>,
        typed: &str,
    ) -> Result<T, Failure> {
        prefix::find(ids, typed).map_err(|unfound| match unfound {
            Unfound::NotAnId => Failure::usage(
                "not-an-id",
                Text::of(
                    "un identifiant se compose de chiffres et de lettres de a à f, comme 3fa94b",
                    "an id is made of digits and letters from a to f, such as 3fa94b",
                ),
            ),
            Unfound::TooShort => Failure::usage(
                "id-too-short",
                Text::of(
                    "il faut au moins 6 caractères d'un identifiant",
                    "at least 6 characters of an id are needed",
                ),
            ),
            Unfound::Several(_) => Failure::refused("ambiguous-id", self.several()),
            Unfound::Absent => self.absent(),
        })
    }

    fn several(self) -> Text {
        match self {
            Self::Space => {
                Text::of("plusieurs espaces commencent ainsi", "several spaces begin like this")
            }
            Self::Device => {
                Text::of("plusieurs appareils commencent ainsi", "several devices begin like this")
            }
        }
    }

    fn absent(self) -> Failure {
        match self {
            Self::Space => Failure::refused(
                "space-not-found",
                Text::of("aucun espace de ce relais ne commence ainsi", "no such space here"),
            )
            .with_hint(Text::of(
                "« liaison-relay spaces » en donne la liste",
                "`liaison-relay spaces` lists them",
            )),
            Self::Device => Failure::refused(
                "device-not-found",
                Text::of("aucun appareil de l'espace ne commence ainsi", "no such device there"),
            )
            .with_hint(Text::of(
                "« liaison-relay members ESPACE » en donne la liste",
                "`liaison-relay members SPACE` lists them",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const IDS: [&str; 3] = ["abcdef01", "abcdef02", "0123456789"];

    #[test]
    fn six_characters_name_what_they_alone_begin() {
        assert_eq!(Named::Device.find(IDS, "012345").unwrap(), "0123456789");
        assert_eq!(Named::Device.find(IDS, "ABCDEF02").unwrap(), "abcdef02");
    }

    #[test]
    fn what_names_none_several_or_too_little_is_refused() {
        let code = |named: Named, typed| named.find(IDS, typed).unwrap_err().code;
        assert_eq!(code(Named::Space, "01234"), "id-too-short");
        assert_eq!(code(Named::Space, "relais"), "not-an-id");
        assert_eq!(code(Named::Space, "abcdef"), "ambiguous-id");
        assert_eq!(code(Named::Space, "999999"), "space-not-found");
        assert_eq!(code(Named::Device, "999999"), "device-not-found");
    }
}
