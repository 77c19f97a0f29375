//! Documents that fields point at: found by the first digits of their ids, of a kind that the
//! field takes.

use super::rows;
use crate::driver::Access;
use crate::{failures, resolve, words};
use client_core::kinds::{Catalogue, FieldType, Kind};
use client_core::replica::{Command, DocumentLine, Reply};
use console::{Failure, Lang, Text};
use protocol::id::DocumentId;

/// Puts whole ids in the place of the references among some values, each with its path. Returns
/// whether one of them points at a document that is not here yet.
///
/// # Errors
/// `document-not-found`, `ambiguous-id`, or `wrong-kind`.
pub(super) async fn find(
    replica: &Access,
    kind: &Kind,
    values: Vec<(String, &mut String)>,
) -> Result<bool, Failure> {
    let wanted = |path: &str| {
        let spec = rows::field_of(kind, path)?;
        if let FieldType::Document(kinds) = spec.kind { Some(kinds) } else { None }
    };
    let values = values.into_iter().filter_map(|(path, value)| Some((wanted(&path)?, value)));
    let values: Vec<(&[&str], &mut String)> =
        values.filter(|(_, value)| !value.trim().is_empty()).collect();
    if values.is_empty() {
        return Ok(false);
    }
    let known = lines(replica).await?;
    let mut absent = false;
    for (kinds, value) in values {
        match pointed_at(&known, kinds, value)? {
            Some(id) => *value = id.to_string(),
            None => absent = true,
        }
    }
    Ok(absent)
}

/// Returns the document that a reference means; none for a whole id of one that is not here.
fn pointed_at(
    known: &[DocumentLine],
    kinds: &[&str],
    typed: &str,
) -> Result<Option<DocumentId>, Failure> {
    let candidates = known.iter().map(|line| (line.document, line.title.clone()));
    let id = match resolve::find(resolve::DOCUMENT, typed, candidates) {
        Ok(id) => id,
        Err(failure) => {
            let whole = typed.trim().len() == DocumentId::SIZE * 2;
            return if whole && failure.code == resolve::DOCUMENT_NOT_FOUND {
                Ok(None)
            } else {
                Err(failure)
            };
        }
    };
    match known.iter().find(|line| line.document == id) {
        Some(line) if line.readable && !takes(kinds, &line.kind) => Err(wrong_kind(kinds, line)),
        Some(_) | None => Ok(Some(id)),
    }
}

fn takes(kinds: &[&str], kind: &str) -> bool {
    kinds.is_empty() || kinds.contains(&kind)
}

fn wrong_kind(kinds: &[&str], line: &DocumentLine) -> Failure {
    let title = |name: &str, lang| {
        let kind = Catalogue::STANDARD.find(name);
        kind.map_or(name, |kind| kind.title.get(words::language(lang))).to_owned()
    };
    let wanted =
        |lang, or: &str| kinds.iter().map(|name| title(name, lang)).collect::<Vec<_>>().join(or);
    Failure::refused(
        "wrong-kind",
        Text::new(
            format!(
                "ce champ prend un document de nature « {} » ; « {} » est de nature « {} »",
                wanted(Lang::Fr, " » ou « "),
                line.title,
                title(&line.kind, Lang::Fr)
            ),
            format!(
                "this field takes a document of kind “{}”; “{}” is of kind “{}”",
                wanted(Lang::En, "” or “"),
                line.title,
                title(&line.kind, Lang::En)
            ),
        ),
    )
    .with_hint(Text::of(
        "« liaison doc list ESPACE --kind NATURE » montre ceux qui conviennent",
        "“liaison doc list SPACE --kind KIND” shows those that fit",
    ))
}

/// Returns every document of this replica.
///
/// # Errors
/// Why the replica stopped.
pub(super) async fn lines(replica: &Access) -> Result<Vec<DocumentLine>, Failure> {
    let mut known = Vec::new();
    for space in replica.overview().await?.spaces {
        let list = Command::Documents { space: space.space, kind: None };
        let Reply::Documents(lines) = replica.command(list).await? else {
            return Err(failures::wrong_reply("doc/list"));
        };
        known.extend(lines);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use protocol::id::SpaceId;

    #[test]
    fn a_reference_is_found_by_its_beginning_and_checked_by_its_kind() {
        let line = |byte: u8, kind: &str| DocumentLine {
            document: DocumentId::new([byte; 16]),
            space: SpaceId::new([1; 32]),
            kind: kind.to_owned(),
            title: "Accueil commun".to_owned(),
            number: String::new(),
            conflicts: 0,
            readable: true,
        };
        let known = [line(0xab, "convention"), line(0xcd, "ptsm")];
        let point = |kinds: &[&str], typed: &str| pointed_at(&known, kinds, typed);
        assert_eq!(point(&["convention"], "ABABAB").unwrap(), Some(known[0].document));
        assert_eq!(point(&[], "cdcdcdcd").unwrap(), Some(known[1].document));
        let wrong = point(&["convention", "note"], "cdcdcd").unwrap_err();
        assert_eq!(wrong.code, "wrong-kind");
        let french = wrong.message.in_lang(Lang::Fr);
        assert!(french.contains("Accueil commun"), "{french}");
        assert_eq!(point(&[], &"ef".repeat(16)).unwrap(), None, "whole, and not here yet");
        assert_eq!(point(&[], "efefef").unwrap_err().code, "document-not-found");
        assert_eq!(point(&[], "Accueil").unwrap_err().code, "not-an-id");
    }
}
