//! What stands in cells, as the kind tables would store it.
//!
//! Every value passes through the readers of the kind tables, so that a file and a keyboard say
//! the same. What is added here only undoes what spreadsheets do to values: real dates, numbers
//! without their zeros, several values in one cell.

use client_core::kinds::{Choice, FieldSpec, FieldType, Merge, ValueRefusal};

use super::folding::folded;
use super::grid::Cell;
use crate::tracker::VALUES_SEPARATOR;

/// What people write in a cell that has no value.
const NOTHING: [&str; 8] =
    ["-", "–", "—", "/", "à pourvoir", "à définir", "à compléter", "non renseigné"];
/// First letters of a label that may stand for it, when no other begins so.
const LABEL_LETTERS_MIN: usize = 4;

/// Reads a cell: the stored values, one for most fields, several for a set. A document stays the
/// name that was typed, for whoever knows the documents.
///
/// # Errors
/// The piece that is no value, and why.
pub(super) fn values(spec: &FieldSpec, cell: &Cell) -> Result<Vec<String>, (String, ValueRefusal)> {
    let kind = spec.kind;
    if kind == FieldType::Prose {
        return Ok(vec![lines(&cell.typed())]);
    }
    let typed = cell.typed();
    if kind != FieldType::Text && NOTHING.contains(&typed.to_lowercase().as_str()) {
        return Ok(Vec::new());
    }
    let several = matches!(spec.merge, Merge::Set | Merge::List);
    if !several {
        let typed = one_line(&typed);
        let value = value(kind, cell, &typed).map_err(|refusal| (typed, refusal))?;
        return Ok(vec![value]);
    }
    let mut values = Vec::new();
    let pieces = typed.split([VALUES_SEPARATOR, '\n', '\r']).map(str::trim);
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        values.extend(pieces_of(kind, cell, piece)?);
    }
    Ok(values)
}

/// Reads one of several values, or several with commas between them where a whole is none.
fn pieces_of(
    kind: FieldType,
    cell: &Cell,
    piece: &str,
) -> Result<Vec<String>, (String, ValueRefusal)> {
    let refusal = match value(kind, cell, piece) {
        Ok(value) => return Ok(vec![value]),
        Err(refusal) => refusal,
    };
    let parts = piece.split([',', '/', '+']).map(str::trim).filter(|part| !part.is_empty());
    let read: Result<Vec<String>, _> = parts.map(|part| value(kind, cell, part)).collect();
    read.map_err(|_| (piece.to_owned(), refusal))
}

/// Reads one value.
fn value(kind: FieldType, cell: &Cell, typed: &str) -> Result<String, ValueRefusal> {
    match (kind, cell) {
        // A name: found among the documents later.
        (FieldType::Document(_), _) => FieldType::Text.read(typed),
        (_, Cell::Moment(moment)) => of_moment(kind, *moment, typed),
        (FieldType::Phone | FieldType::Finess | FieldType::Siret, Cell::Number(_)) => {
            // A spreadsheet drops the zeros that such numbers begin with.
            let digits = if kind == FieldType::Phone && typed.len() == 9 {
                format!("0{typed}")
            } else if kind == FieldType::Siret {
                format!("{typed:0>14}")
            } else if kind == FieldType::Finess {
                format!("{typed:0>9}")
            } else {
                typed.to_owned()
            };
            kind.read(&digits)
        }
        (FieldType::Date, _) => kind.read(typed).or_else(|refusal| {
            let date = written_date(typed).ok_or(refusal)?;
            kind.read(&date)
        }),
        (FieldType::DateTime, _) => kind.read(typed).or_else(|refusal| {
            let date = FieldType::Date.read(typed).ok().or_else(|| written_date(typed));
            kind.read(&format!("{} 00:00", date.ok_or(refusal)?))
        }),
        (FieldType::Boolean, _) => match folded(typed).as_str() {
            "x" | "fait" | "faite" | "realise" | "realisee" => kind.read("oui"),
            _ => kind.read(typed),
        },
        (FieldType::Choice(choices), _) => {
            kind.read(typed).or_else(|refusal| chosen(choices, typed).ok_or(refusal))
        }
        (_, _) => kind.read(typed),
    }
}

/// Returns a real date of a spreadsheet as a field of that type wants it.
fn of_moment(kind: FieldType, moment: [u16; 5], typed: &str) -> Result<String, ValueRefusal> {
    let [year, month, day, hours, minutes] = moment;
    let date = format!("{year:04}-{month:02}-{day:02}");
    if kind == FieldType::Date {
        kind.read(&date)
    } else if kind == FieldType::DateTime {
        kind.read(&format!("{date} {hours:02}:{minutes:02}"))
    } else if kind == FieldType::Period && day == 1 {
        // What a spreadsheet makes of « juin 2026 ».
        kind.read(&format!("{year:04}-{month:02}"))
    } else {
        kind.read(typed)
    }
}

/// Reads `31 déc. 2026`, `1er mars 2026`, `lundi 2 mars 2026`.
fn written_date(typed: &str) -> Option<String> {
    let lower = typed.to_lowercase();
    let mut words = lower.split_whitespace().peekable();
    if words.peek().is_some_and(|word| word.chars().all(char::is_alphabetic)) {
        words.next();
    }
    let day = words.next()?.trim_end_matches("er");
    let month: Vec<&str> = words.collect();
    let month = FieldType::Period.read(&month.join(" ")).ok()?;
    let is_month = month.len() == 7 && !month.contains(['S', 'T']);
    let day: u8 = day.parse().ok()?;
    is_month.then(|| format!("{month}-{day:02}"))
}

/// Finds a choice by its label without accents, by the letters in brackets after it, or by a
/// beginning that no other label has.
fn chosen(choices: &'static [Choice], typed: &str) -> Option<String> {
    let wanted = folded(typed);
    let labels = |choice: &Choice| [folded(choice.label.fr), folded(choice.label.en)];
    let code = |choice: &&Choice| Some(choice.code.to_owned());
    let same = |choice: &&Choice| {
        folded(choice.code) == wanted
            || labels(choice).contains(&wanted)
            || in_brackets(choice.label.fr).is_some_and(|short| folded(short) == wanted)
    };
    if let Some(found) = choices.iter().find(same) {
        return code(&found);
    }
    let begins = |choice: &&Choice| labels(choice).iter().any(|label| label.starts_with(&wanted));
    let mut begun = choices.iter().filter(begins);
    match (begun.next(), begun.next()) {
        (Some(found), None) if wanted.chars().count() >= LABEL_LETTERS_MIN => code(&found),
        (Some(_) | None, _) => None,
    }
}

fn in_brackets(label: &str) -> Option<&str> {
    Some(label.split_once('(')?.1.split_once(')')?.0)
}

/// Returns a text with the line breaks that documents have.
pub(super) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned()
}

/// Returns a text on one line: spreadsheets break headings and names where a cell is narrow.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(['\n', '\r', '\t']).map(str::trim).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use client_core::kinds::Catalogue;

    fn spec(kind: &str, field: &str) -> &'static FieldSpec {
        let kind = Catalogue::STANDARD.find(kind).unwrap();
        let (field, column) = field.split_once('/').unwrap_or((field, ""));
        let field = kind.field(field).unwrap();
        field.kind.table().and_then(|table| table.column(column)).unwrap_or(field)
    }

    fn read(kind: &str, field: &str, typed: &str) -> Vec<String> {
        values(spec(kind, field), &Cell::Text(typed.to_owned())).unwrap()
    }

    #[test]
    fn dates_come_as_dates_or_in_words() {
        for typed in [
            "31/12/2026",
            "31.12.2026",
            "2026-12-31",
            "31 déc. 2026",
            "31 Décembre 2026",
            "jeudi 31 décembre 2026",
        ] {
            assert_eq!(read("fiche_action", "debut", typed), ["2026-12-31"], "{typed}");
        }
        assert_eq!(read("fiche_action", "debut", "1er mars 2026"), ["2026-03-01"]);
        let real = values(spec("fiche_action", "debut"), &Cell::Moment([2026, 12, 31, 0, 0]));
        assert_eq!(real.unwrap(), ["2026-12-31"]);
        let month = spec("indicateur", "valeurs/periode");
        let real = values(month, &Cell::Moment([2026, 6, 1, 0, 0])).unwrap();
        assert_eq!(real, ["2026-06"]);
        assert_eq!(read("reunion", "debut", "14 janvier 2026"), ["2026-01-14T00:00"]);
        for bad in ["31/02/2026", "2026-13-01", "bientôt", "31/12/26", "32 mars 2026"] {
            let refused = values(spec("fiche_action", "debut"), &Cell::Text(bad.to_owned()));
            assert_eq!(refused.unwrap_err().1, ValueRefusal::NotADate, "{bad}");
        }
    }

    #[test]
    fn choices_and_amounts_are_read_as_people_write_them() {
        for (field, typed, stored) in [
            ("avancement", "Réalisé", "realisee"),
            ("avancement", "EN COURS", "en_cours"),
            ("avancement", "non demarree", "non_demarree"),
            ("budget_previsionnel", "12 500,50 €", "12500.50"),
            ("action_continue", "x", "true"),
            ("pilote", "Hôpital\nde jour", "Hôpital de jour"),
        ] {
            assert_eq!(read("fiche_action", field, typed), [stored], "{typed}");
        }
        assert_eq!(read("financement", "source", "FIR"), ["fir"]);
        assert_eq!(read("reunion", "instance", "Copil"), ["copil"]);
        assert_eq!(read("fiche_action", "priorites_decret", "P1, P4"), ["p1", "p4"]);
        assert_eq!(read("fiche_action", "pilote", "à pourvoir"), Vec::<String>::new());
        let bad = values(spec("fiche_action", "priorites_decret"), &Cell::Text("P1;P9".to_owned()));
        assert_eq!(bad.unwrap_err().0, "P9");
    }

    #[test]
    fn numbers_get_back_the_zeros_a_spreadsheet_drops() {
        for (field, number, stored) in
            [("telephone", 612_345_678.0, "0612345678"), ("finess", 10_000_024.0, "010000024")]
        {
            let value = values(spec("organisation", field), &Cell::Number(number)).unwrap();
            assert_eq!(value, [stored]);
        }
    }
}
