//! From what an operator types to an identifier: the beginning of one, at least six characters.
//!
//! A beginning that several identifiers share is refused; nothing is guessed.

use std::fmt::Display;

use console::{Failure, Text};

/// Shortest beginning of an id that is understood.
const PREFIX_MIN: usize = 6;

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
    pub(crate) fn find<T: Copy + Display>(
        self,
        ids: impl IntoIterator<Item = T>,
        typed: &str,
    ) -> Result<T, Failure> {
        let typed = typed.to_ascii_lowercase();
        if typed.len() < PREFIX_MIN {
            let message = Text::of(
                "il faut au moins 6 caractères d'un identifiant",
                "at least 6 characters of an id are needed",
            );
            return Err(Failure::usage("id-too-short", message));
        }
        let mut found = ids.into_iter().filter(|id| id.to_string().starts_with(&typed));
        match (found.next(), found.next()) {
            (Some(id), None) => Ok(id),
            (Some(_), Some(_)) => Err(Failure::refused("ambiguous-id", self.several())),
            (None, _) => Err(self.not_found()),
        }
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

    fn not_found(self) -> Failure {
        match self {
            Self::Space => Failure::refused(
                "space-not-found",
                Text::of("aucun espace de ce nom sur ce relais", "no such space on this relay"),
            )
            .with_hint(Text::of(
                "« liaison-relay spaces » en donne la liste",
                "`liaison-relay spaces` lists them",
            )),
            Self::Device => Failure::refused(
                "device-not-found",
                Text::of("aucun appareil de ce nom dans l'espace", "no such device in the space"),
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
        assert_eq!(code(Named::Space, "abcdef"), "ambiguous-id");
        assert_eq!(code(Named::Space, "999999"), "space-not-found");
        assert_eq!(code(Named::Device, "999999"), "device-not-found");
    }
}
