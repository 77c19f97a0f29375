//! From what a person types to an identifier: prefixes of at least six hexadecimal digits.
//!
//! A prefix that several identifiers share is refused with the list of them; nothing is guessed.

use crate::commands::reach;
use crate::driver::Access;
use crate::{failures, near, words};
use client_core::replica::{Command, MemberView, ProposalView, Reply, SpaceView};
use console::prefix::{self, Unfound};
use console::{Exit, Failure, Text};
use protocol::id::{DeviceId, DocumentId, PartnerId, ProposalId, SpaceId};
use protocol::register::Closing;
use std::fmt::Display;

/// Candidates named when a prefix is ambiguous.
const CANDIDATES_SHOWN_MAX: usize = 8;

/// What an identifier names, for the sentences of errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named {
    not_found: &'static str,
    /// No such thing begins with those digits.
    none: Text2,
    /// Of such a thing.
    of: Text2,
    /// What lists them.
    list: Text2,
}

/// The two languages of a word, copyable.
type Text2 = (&'static str, &'static str);

pub(crate) const SPACE: Named = Named {
    not_found: "space-not-found",
    none: ("aucun espace de cette réplique ne", "no space of this replica"),
    of: ("d'un espace", "of a space"),
    list: ("liaison space list", "liaison space list"),
};
/// The code of a document that no identifier here begins with.
pub(crate) const DOCUMENT_NOT_FOUND: &str = "document-not-found";
pub(crate) const DOCUMENT: Named = Named {
    not_found: DOCUMENT_NOT_FOUND,
    none: ("aucun document de cette réplique ne", "no document of this replica"),
    of: ("d'un document", "of a document"),
    list: ("liaison doc list ESPACE", "liaison doc list SPACE"),
};
const PARTNER: Named = Named {
    not_found: "partner-not-found",
    none: ("aucune organisation de cet espace ne", "no organisation of this space"),
    of: ("d'une organisation", "of an organisation"),
    list: ("liaison members ESPACE", "liaison members SPACE"),
};
const DEVICE: Named = Named {
    not_found: "device-not-found",
    none: ("aucun appareil de cet espace ne", "no device of this space"),
    of: ("d'un appareil", "of a device"),
    list: ("liaison members ESPACE", "liaison members SPACE"),
};
const PROPOSAL: Named = Named {
    not_found: "proposal-not-found",
    none: ("aucune demande et aucun vote de cet espace ne", "no request and no vote of this space"),
    of: ("d'une demande ou d'un vote", "of a request or a vote"),
    list: ("liaison requests ESPACE", "liaison requests SPACE"),
};
pub(crate) const CHANGE: Named = Named {
    not_found: "version-not-found",
    none: ("aucune version de ce document ne", "no version of this document"),
    of: ("d'une version", "of a version"),
    list: ("liaison doc history DOCUMENT", "liaison doc history DOCUMENT"),
};

pub(crate) const FROZEN: Named = Named {
    not_found: "version-not-found",
    none: ("aucune version figée de ce document ne", "no frozen version of this document"),
    of: ("d'une version figée", "of a frozen version"),
    list: ("liaison doc show DOCUMENT", "liaison doc show DOCUMENT"),
};

/// Finds the space of this prefix.
///
/// # Errors
/// When none or several are meant.
pub(crate) async fn space(replica: &Access, typed: &str) -> Result<SpaceId, Failure> {
    let overview = replica.overview().await?;
    find(SPACE, typed, overview.spaces.into_iter().map(|space| (space.space, space.title)))
}

/// Finds the document of this prefix.
///
/// # Errors
/// When none or several are meant.
pub(crate) async fn document(replica: &Access, typed: &str) -> Result<DocumentId, Failure> {
    let overview = replica.overview().await?;
    let known = overview.documents.iter().map(|(_, document)| (*document, String::new()));
    let found = find(DOCUMENT, typed, known);
    if found.is_ok() {
        return found;
    }
    // Titles are looked up for the advice only: every document is opened for them.
    let mut titled = Vec::new();
    let gone = overview.spaces.iter().any(is_erased);
    for space in overview.spaces {
        let list = Command::Documents { space: space.space, kind: None };
        let Reply::Documents(lines) = replica.command(list).await? else {
            return Err(failures::wrong_reply("doc/list"));
        };
        titled.extend(lines.into_iter().map(|line| (line.document, line.title)));
    }
    let found = find(DOCUMENT, typed, titled.into_iter());
    found.map_err(|failure| match gone && failure.code == DOCUMENT_NOT_FOUND {
        true => failure.with_hint(Text::of(
            "un espace de cette réplique est effacé : ses documents n'existent plus (« liaison \
             space list »)",
            "a space of this replica is erased: its documents exist no more (“liaison space list”)",
        )),
        false => failure,
    })
}

fn is_erased(space: &SpaceView) -> bool {
    space.closed.as_ref().is_some_and(|closed| closed.closing == Closing::Erase)
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
    find(PARTNER, typed, members.into_iter().map(|member| (member.partner, member.name)))
}

/// Finds the one organisation of this name, or of this id or its beginning, among some; none
/// when what was typed is neither.
///
/// # Errors
/// `ambiguous-name` when several bear the name; `partner-not-found` and `ambiguous-id` for what
/// looks like an id and is not that of one.
pub(crate) fn partner_named(
    members: &[MemberView],
    typed: &str,
) -> Result<Option<PartnerId>, Failure> {
    let bears = |member: &&MemberView| near::same(&member.name, typed);
    let named: Vec<PartnerId> = members.iter().filter(bears).map(|one| one.partner).collect();
    match named.as_slice() {
        [one] => Ok(Some(*one)),
        [] => {
            let known = members.iter().map(|one| (one.partner, one.name.clone()));
            // What is no id stays a name: the field takes organisations from outside too.
            match find(PARTNER, typed, known) {
                Ok(id) => Ok(Some(id)),
                Err(failure) if failure.exit == Exit::Usage => Ok(None),
                Err(failure) => Err(failure),
            }
        }
        several => {
            let list: Vec<String> =
                several.iter().map(|id| words::short(&id.to_string())).collect();
            let list = list.join(", ");
            Err(Failure::refused(
                "ambiguous-name",
                Text::new(
                    format!("plusieurs organisations s'appellent « {typed} » : {list}"),
                    format!("several organisations are called “{typed}”: {list}"),
                ),
            )
            .with_hint(Text::of("donnez l'identifiant", "give the identifier")))
        }
    }
}

/// Finds the device of this prefix among those of this organisation.
///
/// # Errors
/// When none or several are meant; `not-your-device` for one of another organisation.
pub(crate) async fn own_device(
    replica: &Access,
    space: SpaceId,
    typed: &str,
) -> Result<DeviceId, Failure> {
    own_device_among(members(replica, space).await?, typed)
}

fn own_device_among(members: Vec<MemberView>, typed: &str) -> Result<DeviceId, Failure> {
    let (own, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.own);
    let devices = own.into_iter().flat_map(|member| member.devices);
    let found = find(DEVICE, typed, devices.map(|device| (device.device, device.label)));
    let Err(failure) = found else {
        return found;
    };
    let begins = |one: &client_core::replica::DeviceView| {
        starts(DEVICE, typed, &one.device).is_ok_and(|starts| starts)
    };
    match others.iter().find(|member| member.devices.iter().any(begins)) {
        Some(owner) => Err(not_your_device(owner)),
        None => Err(failure),
    }
}

/// Says who may revoke a machine of another organisation, and what the guarantors can do.
fn not_your_device(owner: &MemberView) -> Failure {
    let short = words::short(&owner.partner.to_string());
    let name = if owner.name.is_empty() { &short } else { &owner.name };
    Failure::refused(
        "not-your-device",
        Text::new(
            format!("cet appareil est à « {name} » : elle seule peut le révoquer"),
            format!("this device belongs to “{name}”, which alone can revoke it"),
        ),
    )
    .with_hint(Text::new(
        format!(
            "appelez-la ; l'exploitant du relais peut suspendre l'appareil, et les garants \
             retirer l'organisation : liaison propose ESPACE remove {short}"
        ),
        format!(
            "call them; the relay's operator can suspend the device, and the guarantors remove \
             the organisation: liaison propose SPACE remove {short}"
        ),
    ))
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
    let known = proposals.iter().map(|one| (one.proposal, one.subject.clone()));
    let id: ProposalId = match find(PROPOSAL, typed, known) {
        Ok(id) => id,
        Err(failure) if failure.code == PROPOSAL.not_found => {
            // One that is new may be known to the relay only.
            let stale = reach::of(replica, space).await?.warning();
            return Err(match stale {
                Some(stale) => failure.with_hint(stale),
                None => failure,
            });
        }
        Err(failure) => return Err(failure),
    };
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

/// Finds the one identifier that starts with what was typed, among some with their titles.
///
/// # Errors
/// `not-an-id`, `id-too-short`, `ambiguous-id`, or that there is none.
pub(crate) fn find<T: Copy + Display + PartialEq>(
    named: Named,
    typed: &str,
    candidates: impl Iterator<Item = (T, String)>,
) -> Result<T, Failure> {
    let candidates: Vec<(T, String)> = candidates.collect();
    let ids = candidates.iter().map(|(id, _)| *id);
    prefix::find(ids, typed).map_err(|unfound| match unfound {
        Unfound::Absent => {
            let (fr, en) = named.none;
            let typed = typed.trim();
            let message = Text::new(
                format!("{fr} commence par « {typed} »"),
                format!("{en} begins with “{typed}”"),
            );
            let hint = existing(named, &candidates);
            Failure::refused(named.not_found, message).with_hint(hint)
        }
        Unfound::Several(several) => ambiguous(typed.trim(), several),
        wrong @ (Unfound::NotAnId | Unfound::TooShort) => {
            mistyped(named, typed, &wrong).with_hint(existing(named, &candidates))
        }
    })
}

/// Tells whether an identifier starts with what was typed.
///
/// # Errors
/// `not-an-id`, `id-too-short`.
pub(crate) fn starts(named: Named, typed: &str, id: &impl Display) -> Result<bool, Failure> {
    let digits = prefix::digits(typed).map_err(|wrong| mistyped(named, typed, &wrong))?;
    Ok(id.to_string().starts_with(&digits))
}

/// Says what is wrong with something typed in the place of an identifier.
fn mistyped(named: Named, typed: &str, wrong: &Unfound) -> Failure {
    let (fr, en) = named.of;
    if *wrong == Unfound::NotAnId {
        return Failure::usage(
            "not-an-id",
            Text::new(
                format!(
                    "« {typed} » n'est pas l'identifiant {fr} : un identifiant se compose de \
                     chiffres et de lettres de a à f, comme 3fa94b"
                ),
                format!(
                    "“{typed}” is not the identifier {en}: an identifier is made of digits and \
                     letters from a to f, such as 3fa94b"
                ),
            ),
        );
    }
    let digits = prefix::DIGITS_MIN;
    Failure::usage(
        "id-too-short",
        Text::new(
            format!(
                "« {typed} » est trop court : donnez au moins {digits} caractères de \
                 l'identifiant {fr}"
            ),
            format!(
                "“{typed}” is too short: give at least {digits} characters of the identifier {en}"
            ),
        ),
    )
}

/// Returns the advice that names a few that exist, else what lists them.
fn existing<T: Display>(named: Named, candidates: &[(T, String)]) -> Text {
    let (fr, en) = named.list;
    let name = |(id, title): &(T, String)| format!("{} {title}", words::short(&id.to_string()));
    let listed: Vec<String> =
        candidates.iter().map(|one| name(one).trim_end().to_owned()).collect();
    if !listed.is_empty() && listed.len() <= CANDIDATES_SHOWN_MAX {
        let list = listed.join(" · ");
        return Text::new(format!("il y a : {list}"), format!("there is: {list}"));
    }
    Text::new(format!("« {fr} » montre ce qui existe"), format!("“{en}” shows what exists"))
}

fn ambiguous(prefix: &str, several: Vec<String>) -> Failure {
    let shown: Vec<String> = several.into_iter().take(CANDIDATES_SHOWN_MAX).collect();
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
        find(SPACE, typed, spaces.into_iter().map(|space| (space, "PTSM".to_owned())))
    }

    fn house(number: u8, own: bool) -> MemberView {
        let device = client_core::replica::DeviceView {
            device: DeviceId::new([number; 32]),
            label: String::new(),
            role: "editor",
            state: "active",
            until: None,
            own,
        };
        MemberView {
            partner: PartnerId::new([number; 16]),
            name: format!("Maison {number}"),
            role: protocol::register::Role::Guarantor,
            state: "active",
            own,
            devices: vec![device],
        }
    }

    #[test]
    fn a_machine_of_another_organisation_is_said_to_be_theirs() {
        let members = || vec![house(0x11, true), house(0x22, false)];
        assert!(own_device_among(members(), "111111").is_ok());
        let theirs = own_device_among(members(), "222222").unwrap_err();
        assert_eq!(theirs.code, "not-your-device");
        let message = theirs.message.in_lang(console::Lang::Fr).to_owned();
        assert!(message.contains("Maison 34"), "{message}");
        let none = own_device_among(members(), "333333").unwrap_err();
        let hint = none.hint.unwrap().in_lang(console::Lang::Fr).to_owned();
        assert!(hint.contains("111111") && !hint.contains("222222"), "our own only: {hint}");
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
        for (typed, code) in [
            ("", "id-too-short"),
            ("12121", "id-too-short"),
            ("12121g", "not-an-id"),
            ("Belleville", "not-an-id"),
            ("121212 34", "not-an-id"),
        ] {
            let failure = found(typed).unwrap_err();
            assert_eq!((failure.code, failure.exit.status()), (code, 2), "{typed}");
        }
    }

    #[test]
    fn what_is_not_there_is_said_so_with_what_is() {
        let failure = found("abcdef").unwrap_err();
        assert_eq!(failure.code, "space-not-found");
        let hint = failure.hint.unwrap().in_lang(console::Lang::Fr).to_owned();
        assert!(hint.contains("12121212 PTSM"), "{hint}");
        let none = find(SPACE, "abcdef", std::iter::empty::<(SpaceId, String)>()).unwrap_err();
        let hint = none.hint.unwrap().in_lang(console::Lang::Fr).to_owned();
        assert!(hint.contains("liaison space list"), "{hint}");
    }

    #[test]
    fn an_organisation_is_found_by_its_name_or_its_id() {
        let member = |byte: u8, name: &str| MemberView {
            partner: PartnerId::new([byte; 16]),
            name: name.to_owned(),
            role: protocol::register::Role::Member,
            state: "active",
            own: false,
            devices: Vec::new(),
        };
        let members = [member(0x11, "Les Hirondelles"), member(0x22, "CLSM"), member(0x33, "clsm")];
        let found = |typed| partner_named(&members, typed).unwrap();
        let whole = "11".repeat(16);
        for typed in ["Les Hirondelles", "les hirondelles", "111111", &whole] {
            assert_eq!(found(typed), Some(PartnerId::new([0x11; 16])), "{typed}");
        }
        assert_eq!(found("UNAFAM 78"), None, "an organisation from outside stays a name");
        assert_eq!(partner_named(&members, "CLSM").unwrap_err().code, "ambiguous-name");
    }

    #[test]
    fn one_identifier_listed_twice_is_not_ambiguous() {
        let twice = [space(&[0x12; 32]), space(&[0x12; 32])];
        let listed = twice.into_iter().map(|space| (space, String::new()));
        assert_eq!(find(SPACE, "121212", listed).unwrap(), twice[0]);
    }
}
