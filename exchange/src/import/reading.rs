//! What stands in cells, as the kind tables would store it.
//!
//! Every value passes through the readers of the kind tables, so that a file and a keyboard say
//! the same. What is added here only undoes what spreadsheets do to values: real dates, numbers
//! without their zeros, several values in one cell.

use client_core::kinds::{Choice, FieldSpec, FieldType, Merge, ValueRefusal};

use super::folding::{folded, inclusive};
use super::grid::Cell;
use crate::tracker::{NO, VALUES_SEPARATOR, YES, other_words};

mod amount; // sums and numbers, as people group and round them

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
        (FieldType::Date, _) => kind.read(&whole_year(typed)).or_else(|refusal| {
            let date = written_date(typed).ok_or(refusal)?;
            kind.read(&date)
        }),
        (FieldType::DateTime, _) => kind.read(&whole_year(typed)).or_else(|refusal| {
            let date = FieldType::Date.read(&whole_year(typed)).ok();
            let date = date.or_else(|| written_date(typed));
            kind.read(&format!("{} 00:00", date.ok_or(refusal)?))
        }),
        (FieldType::Boolean, _) => kind.read(typed).or_else(|refusal| {
            let said = |words: &[&str]| words.iter().any(|word| same_word(word, typed));
            match (said(&YES), said(&NO)) {
                (true, _) => kind.read("oui"),
                (false, true) => kind.read("non"),
                (false, false) => Err(refusal),
            }
        }),
        (FieldType::Amount | FieldType::Number, _) => kind.read(typed).or_else(|refusal| {
            let plain = amount::plain(typed, kind == FieldType::Amount).ok_or(refusal)?;
            kind.read(&plain)
        }),
        (FieldType::Choice(choices), _) => {
            kind.read(typed).or_else(|refusal| chosen(choices, typed).ok_or(refusal))
        }
        (_, _) => kind.read(typed),
    }
}

/// Returns the number without the unit that is written after it, and the code of that unit among
/// those that an indicator may have.
pub(super) fn without_unit(typed: &str) -> Option<(&str, &'static str)> {
    const UNITS: [(&str, &str); 8] = [
        ("%", "pourcentage"),
        ("pour cent", "pourcentage"),
        ("€", "euros"),
        ("euros", "euros"),
        ("euro", "euros"),
        ("jours", "jours"),
        ("jour", "jours"),
        ("j", "jours"),
    ];
    let typed = typed.trim();
    UNITS.iter().find_map(|(written, code)| {
        let number = typed.strip_suffix(written)?.trim_end();
        number.ends_with(|c: char| c.is_ascii_digit()).then_some((number, *code))
    })
}

/// Tells whether a cell says a word, whatever its case, its accents and its gender.
fn same_word(word: &str, typed: &str) -> bool {
    let wanted = folded(&inclusive(typed));
    // Ticks and crosses have no letter.
    if wanted.is_empty() { word == typed } else { folded(word) == wanted }
}

/// Writes the year of a date in full where two digits stand for it, or after dashes:
/// `31/12/26`, `31-12-2026`. Of two digits the last eighty are of this century.
fn whole_year(typed: &str) -> String {
    let (date, rest) = match typed.find(char::is_whitespace) {
        Some(at) => typed.split_at(at),
        None => (typed, ""),
    };
    let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let &[day, month, year] = parts.as_slice() else { return typed.to_owned() };
    if !parts.iter().all(digits) || day.len() > 2 {
        return typed.to_owned();
    }
    match year.len() {
        4 => format!("{day}/{month}/{year}{rest}"),
        // After dashes the year may come first.
        2 if !date.contains('-') => format!("{day}/{month}/{}{rest}", century(year)),
        _ => typed.to_owned(),
    }
}

fn century(year: &str) -> String {
    let first = if year < "80" { "20" } else { "19" };
    format!("{first}{year}")
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
    let mut month: Vec<String> = words.map(str::to_owned).collect();
    let short = |year: &&mut String| year.len() == 2 && year.bytes().all(|b| b.is_ascii_digit());
    if let Some(year) = month.last_mut().filter(short) {
        *year = century(year);
    }
    let month = FieldType::Period.read(&month.join(" ")).ok()?;
    let is_month = month.len() == 7 && !month.contains(['S', 'T']);
    let day: u8 = day.parse().ok()?;
    is_month.then(|| format!("{month}-{day:02}"))
}

/// Finds a choice by its label without accents, by the letters in brackets after it, by another
/// word for it, or by a beginning that no other label has.
fn chosen(choices: &'static [Choice], typed: &str) -> Option<String> {
    let wanted = folded(&inclusive(typed));
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
    let mut others = other_words(choices).iter();
    let means = |words: &&[&str]| words.iter().any(|word| same_word(word, typed));
    if let Some((found, _)) = others.find(|(_, words)| means(words)) {
        return Some((*found).to_owned());
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
            "31/12/26",
            "31.12.26",
            "31-12-2026",
            "31 déc. 26",
        ] {
            assert_eq!(read("fiche_action", "debut", typed), ["2026-12-31"], "{typed}");
        }
        assert_eq!(read("fiche_action", "debut", "1er mars 2026"), ["2026-03-01"]);
        assert_eq!(read("fiche_action", "debut", "1/3/98"), ["1998-03-01"]);
        assert_eq!(read("reunion", "debut", "14/01/26 9h30"), ["2026-01-14T09:30"]);
        let real = values(spec("fiche_action", "debut"), &Cell::Moment([2026, 12, 31, 0, 0]));
        assert_eq!(real.unwrap(), ["2026-12-31"]);
        let month = spec("indicateur", "valeurs/periode");
        let real = values(month, &Cell::Moment([2026, 6, 1, 0, 0])).unwrap();
        assert_eq!(real, ["2026-06"]);
        assert_eq!(read("reunion", "debut", "14 janvier 2026"), ["2026-01-14T00:00"]);
        for bad in
            ["31/02/2026", "31/02/26", "2026-13-01", "26-12-31", "bientôt", "32 mars 2026", "1//26"]
        {
            let refused = values(spec("fiche_action", "debut"), &Cell::Text(bad.to_owned()));
            assert_eq!(refused.unwrap_err().1, ValueRefusal::NotADate, "{bad}");
        }
    }

    #[test]
    fn choices_and_amounts_are_read_as_people_write_them() {
        for (field, typed, stored) in [
            ("avancement", "Réalisé", "realisee"),
            ("avancement", "Terminé(e)", "realisee"),
            ("avancement", "TERMINEE", "realisee"),
            ("avancement", "Pas commencé", "non_demarree"),
            ("avancement", "Pas commencé(e)", "non_demarree"),
            ("avancement", "en attente", "en_pause"),
            ("etapes/fait", "Terminé(e)", "true"),
            ("etapes/fait", "✔", "true"),
            ("etapes/fait", "En cours", "false"),
            ("budget_previsionnel", "12.500,50 €", "12500.50"),
            ("budget_previsionnel", "12\u{a0}500,50\u{a0}€", "12500.50"),
            ("budget_previsionnel", "12\u{202f}500,50 euros", "12500.50"),
            ("avancement", "EN COURS", "en_cours"),
            ("avancement", "non demarree", "non_demarree"),
            ("budget_previsionnel", "12 500,50 €", "12500.50"),
            ("action_continue", "x", "true"),
            ("pilote", "Hôpital\nde jour", "Hôpital de jour"),
        ] {
            assert_eq!(read("fiche_action", field, typed), [stored], "{typed}");
        }
        assert_eq!(read("financement", "source", "FIR"), ["fir"]);
        for (typed, stored) in
            [("accordé", "notifie"), ("En attente", "depose"), ("Versé", "solde")]
        {
            assert_eq!(read("financement", "statut", typed), [stored], "{typed}");
        }
        assert_eq!(read("indicateur", "unite", "%"), ["pourcentage"]);
        assert_eq!(read("indicateur", "unite", "€"), ["euros"]);
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
