//! From what a person types to an identifier: prefixes of at least six hexadecimal digits.
//!
//! A prefix that several identifiers share is refused with the list of them; nothing is guessed.

use crate::driver::Access;
use crate::failures;
use client_core::replica::{Command, MemberView, ProposalView, Reply};
use console::{Failure, Text};
use protocol::id::{DeviceId, DocumentId, PartnerId, ProposalId, SpaceId};
use std::fmt::Display;

/// Fewest digits of a prefix.
const PREFIX_DIGITS_MIN: usize = 6;
/// Candidates named when a prefix is ambiguous.
const CANDIDATES_SHOWN_MAX: usize = 8;

/// What an identifier names, for the sentences of errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named {
    not_found: &'static str,
    what: Text2,
}

/// The two languages of a word, copyable.
type Text2 = (&'static str, &'static str);

pub(crate) const SPACE: Named =
    Named { not_found: "space-not-found", what: ("un espace", "a space") };
const DOCUMENT: Named =
    Named { not_found: "document-not-found", what: ("un document", "a document") };
const PARTNER: Named =
    Named { not_found: "partner-not-found", what: ("un partenaire", "a partner") };
const DEVICE: Named = Named { not_found: "device-not-found", what: ("un appareil", "a device") };
const PROPOSAL: Named = Named {
    not_found: "proposal-not-found",
    what: ("une demande ou un vote", "a request or a vote"),
};
pub(crate) const CHANGE: Named =
    Named { not_found: "version-not-found", what: ("une version", "a version") };

/// Finds the space of this prefix.
///
/// # Errors
/// When none or several are meant.
pub(crate) async fn space(replica: &Access, typed: &str) -> Result<SpaceId, Failure> {
    let overview = replica.overview().await?;
    find(SPACE, typed, overview.spaces.iter().map(|space| space.space))
}

/// Finds the document of this prefix.
///
/// # Errors
/// When none or several are meant.
pub(crate) async fn document(replica: &Access, typed: &str) -> Result<DocumentId, Failure> {
    let overview = replica.overview().await?;
    find(DOCUMENT, typed, overview.documents.iter().map(|(_, document)| *document))
}

/// Finds the partner of this prefix in a space.
///
/// # Errors
/// When none or several are meant.
pub(crate) async fn partner(
    replica: &Access,
    space: SpaceId,
    typed: &str,
) -> Result<PartnerId, Failure> {
    let members = members(replica, space).await?;
    find(PARTNER, typed, members.iter().map(|member| member.partner))
}

/// Finds the device of this prefix in a space.
///
/// # Errors
/// When none or several are meant.
pub(crate) async fn device(
    replica: &Access,
    space: SpaceId,
    typed: &str,
) -> Result<DeviceId, Failure> {
    let members = members(replica, space).await?;
    let devices = members.iter().flat_map(|member| &member.devices);
    find(DEVICE, typed, devices.map(|device| device.device))
}

/// Finds the join request or the vote of this prefix in a space.
///
/// # Errors
/// When none or several are meant.
pub(crate) async fn proposal(
    replica: &Access,
    space: SpaceId,
    typed: &str,
) -> Result<ProposalView, Failure> {
    let Reply::Requests(proposals) = replica.command(Command::Requests { space }).await? else {
        return Err(failures::wrong_reply("requests"));
    };
    let id: ProposalId = find(PROPOSAL, typed, proposals.iter().map(|one| one.proposal))?;
    let found = proposals.into_iter().find(|one| one.proposal == id);
    Ok(found.expect("the id was found among these"))
}

/// Returns the members of a space.
///
/// # Errors
/// What the replica says.
pub(crate) async fn members(replica: &Access, space: SpaceId) -> Result<Vec<MemberView>, Failure> {
    let Reply::Members(members) = replica.command(Command::Members { space }).await? else {
        return Err(failures::wrong_reply("members"));
    };
    Ok(members)
}

/// Finds the one identifier that starts with what was typed.
///
/// # Errors
/// `id-too-short`, `ambiguous-id`, or that there is none.
pub(crate) fn find<T: Copy + Display + PartialEq>(
    named: Named,
    typed: &str,
    candidates: impl Iterator<Item = T>,
) -> Result<T, Failure> {
    let prefix = prefix(named, typed)?;
    let mut found: Vec<(String, T)> = Vec::new();
    for candidate in candidates {
        let text = candidate.to_string();
        if text.starts_with(&prefix) && !found.iter().any(|(_, known)| *known == candidate) {
            found.push((text, candidate));
        }
    }
    match found.as_slice() {
        [] => {
            let (fr, en) = named.what;
            let what = Text::new(format!("{fr} « {prefix} »"), format!("{en} “{prefix}”"));
            Err(failures::not_found(named.not_found, what))
        }
        [(_, one)] => Ok(*one),
        several => Err(ambiguous(&prefix, several.iter().map(|(text, _)| text.as_str()))),
    }
}

/// Tells whether an identifier starts with what was typed.
///
/// # Errors
/// `id-too-short`.
pub(crate) fn starts(named: Named, typed: &str, id: &impl Display) -> Result<bool, Failure> {
    Ok(id.to_string().starts_with(&prefix(named, typed)?))
}

fn prefix(named: Named, typed: &str) -> Result<String, Failure> {
    let prefix = typed.trim().to_ascii_lowercase();
    let is_hex = prefix.bytes().all(|byte| byte.is_ascii_hexdigit());
    if prefix.len() < PREFIX_DIGITS_MIN || !is_hex {
        return Err(too_short(named, typed));
    }
    Ok(prefix)
}

fn too_short(named: Named, typed: &str) -> Failure {
    let (fr, en) = named.what;
    Failure::usage(
        "id-too-short",
        Text::new(
            format!("« {typed} » ne désigne pas {fr}"),
            format!("“{typed}” does not name {en}"),
        ),
    )
    .with_hint(Text::new(
        format!("donnez au moins {PREFIX_DIGITS_MIN} chiffres hexadécimaux de son identifiant"),
        format!("give at least {PREFIX_DIGITS_MIN} hexadecimal digits of its identifier"),
    ))
}

fn ambiguous<'a>(prefix: &str, several: impl Iterator<Item = &'a str>) -> Failure {
    let shown: Vec<&str> = several.take(CANDIDATES_SHOWN_MAX).collect();
    let list = shown.join(", ");
    Failure::refused(
        "ambiguous-id",
        Text::new(
            format!("plusieurs identifiants commencent par « {prefix} » : {list}"),
            format!("several identifiers start with “{prefix}”: {list}"),
        ),
    )
    .with_hint(Text::of("donnez plus de chiffres", "give more digits"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn space(first: &[u8]) -> SpaceId {
        let mut bytes = [0; 32];
        bytes[..first.len()].copy_from_slice(first);
        SpaceId::new(bytes)
    }

    fn found(typed: &str) -> Result<SpaceId, Failure> {
        let spaces =
            [space(&[0xaa, 0xbb, 0xcc, 1]), space(&[0xaa, 0xbb, 0xcc, 2]), space(&[0x12; 32])];
        find(SPACE, typed, spaces.into_iter())
    }

    #[test]
    fn a_prefix_of_six_digits_names_what_it_alone_starts() {
        assert_eq!(found("121212").unwrap(), space(&[0x12; 32]));
        assert_eq!(found("AABBCC01").unwrap(), space(&[0xaa, 0xbb, 0xcc, 1]));
        assert_eq!(found(&space(&[0x12; 32]).to_string()).unwrap(), space(&[0x12; 32]));
    }

    #[test]
    fn an_ambiguous_prefix_lists_its_candidates() {
        let failure = found("aabbcc").unwrap_err();
        assert_eq!((failure.code, failure.exit.status()), ("ambiguous-id", 1));
        let message = failure.message.in_lang(console::Lang::En).to_owned();
        assert!(message.contains("aabbcc01") && message.contains("aabbcc02"), "{message}");
    }

    #[test]
    fn short_prefixes_and_other_words_are_usage_errors() {
        for typed in ["", "12121", "12121g", "Belleville", "121212 34"] {
            let failure = found(typed).unwrap_err();
            assert_eq!((failure.code, failure.exit.status()), ("id-too-short", 2), "{typed}");
        }
    }

    #[test]
    fn what_is_not_there_is_said_so() {
        assert_eq!(found("abcdef").unwrap_err().code, "space-not-found");
    }

    #[test]
    fn one_identifier_listed_twice_is_not_ambiguous() {
        let twice = [space(&[0x12; 32]), space(&[0x12; 32])];
        assert_eq!(find(SPACE, "121212", twice.into_iter()).unwrap(), twice[0]);
    }
}
