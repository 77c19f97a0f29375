//! The open-data file of the FINESS register: establishments, one a line (`domain.md` §5).
//!
//! No headings: two kinds of lines, told apart by their first column. The whole country is
//! 100,000 lines, so a file is cut down to a few départements before it is read.

use client_core::kinds::Catalogue;

use super::Reading;
use super::grid::Cell;
use super::problem::{Problem, Refused, Spot};
use super::reading;
use super::record::{Filled, Record, bad_value};
use super::separated::decoded;
use crate::tracker::Place;

/// Establishments that one file may bring.
const LINES_MAX: usize = 2_000;
/// Columns of a line about an establishment.
const COLUMNS: usize = 32;
/// The first column of such a line; `geolocalisation` lines give coordinates, which no field holds.
const ESTABLISHMENT: &str = "structureet";

/// The columns that become a field as they are.
const FIELDS: [(usize, &str); 8] = [
    (NUMBER, "finess"),
    (2, "finess_entite"),
    (16, "telephone"),
    (18, "code_categorie"),
    (19, "categorie"),
    (22, "siret"),
    (28, "ouvert_le"),
    (LONG_NAME, "raison_sociale"),
];
const NUMBER: usize = 1;
const SHORT_NAME: usize = 3;
const LONG_NAME: usize = 4;
/// The number, the kind and the name of the street, and what goes with them.
const STREET: std::ops::RangeInclusive<usize> = 7..=11;
const TOWN_CODE: usize = 12;
const DEPARTEMENT: usize = 13;
/// Postcode and town.
const POST_LINE: usize = 15;

/// Tells whether a file begins as the register does.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    ["finess;", "structureet;", "geolocalisation;"]
        .iter()
        .any(|begins| bytes.starts_with(begins.as_bytes()))
}

/// Cuts the register down to the establishments of some départements.
///
/// # Errors
/// When the file is not the register.
pub fn select(bytes: &[u8], departements: &[String]) -> Result<Vec<u8>, Refused> {
    if !is_one(bytes) {
        return Err(Refused::new(
            "not-finess",
            "--departement ne vaut que pour le fichier du répertoire FINESS",
            "--departement is only for the file of the FINESS register",
        ));
    }
    let mut kept = b"finess;etalab\n".to_vec();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let mut columns = line.split(|byte| *byte == b';');
        let is_one = columns.next() == Some(ESTABLISHMENT.as_bytes());
        let of = columns.nth(DEPARTEMENT - 1).map(String::from_utf8_lossy).unwrap_or_default();
        let of = of.trim().trim_matches('"');
        if is_one && departements.iter().any(|wanted| wanted.eq_ignore_ascii_case(of)) {
            kept.extend_from_slice(line);
        }
    }
    Ok(kept)
}

/// Reads the register, or what was cut out of it.
///
/// # Errors
/// When it brings more establishments than one import may.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Reading, Refused> {
    let text = decoded(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut reading = Reading::default();
    for line in reader.records() {
        let line = line.map_err(|_| Refused::damaged())?;
        if line.get(0) != Some(ESTABLISHMENT) {
            continue;
        }
        if reading.records.len() >= LINES_MAX {
            return Err(Refused::too_large(
                &format!(
                    "le fichier a plus de {LINES_MAX} établissements : choisissez avec \
                     --departement, par exemple --departement 91"
                ),
                &format!(
                    "the file has more than {LINES_MAX} establishments: choose with \
                     --departement, such as --departement 91"
                ),
            ));
        }
        let number = line.position().map_or(0, csv::Position::line);
        let spot = Spot::row(name, usize::try_from(number).unwrap_or(usize::MAX));
        let record = record(&line, &spot, &mut reading.problems);
        reading.records.extend(record);
    }
    Ok(reading)
}

fn record(line: &csv::StringRecord, spot: &Spot, problems: &mut Vec<Problem>) -> Option<Record> {
    let column = |at: usize| line.get(at).map(str::trim).filter(|value| !value.is_empty());
    if line.len() < COLUMNS {
        problems.push(short(spot, line.len()));
    }
    let name = column(LONG_NAME).or_else(|| column(SHORT_NAME))?;
    let mut record = Record {
        kind: Catalogue::STANDARD.find("etablissement")?,
        rows: None,
        spot: spot.clone(),
        id: None,
        version: None,
        row: None,
        title: Some(name.to_owned()),
        parent: None,
        cells: Vec::new(),
    };
    let post = column(POST_LINE).unwrap_or_default();
    let (postcode, town) = post.split_once(' ').unwrap_or((post, ""));
    let street: Vec<&str> = STREET.filter_map(column).collect();
    let insee = column(DEPARTEMENT).zip(column(TOWN_CODE));
    let made = [
        ("adresse", street.join(" "), 9),
        ("code_postal", postcode.to_owned(), POST_LINE),
        ("commune", town.trim().to_owned(), POST_LINE),
        ("code_insee", insee.map(|(d, c)| format!("{d}{c}")).unwrap_or_default(), TOWN_CODE),
    ];
    let as_they_are = FIELDS.iter().map(|(at, field)| {
        let value = if *at == LONG_NAME { Some(name) } else { column(*at) };
        (*field, value.unwrap_or_default().to_owned(), *at)
    });
    for (field, value, at) in as_they_are.chain(made) {
        if !value.is_empty() {
            let filled = filled(&record, field, &value, spot.cell(at), problems);
            record.cells.extend(filled);
        }
    }
    // Without its number an establishment would be made anew each time.
    record.value("finess").is_some().then_some(record)
}

fn filled(
    record: &Record,
    field: &'static str,
    value: &str,
    spot: Spot,
    problems: &mut Vec<Problem>,
) -> Option<Filled> {
    let place = Place::Field(field);
    let spec = record.spec(place)?;
    match reading::values(spec, &Cell::Text(value.to_owned())) {
        Ok(values) if values.is_empty() => None,
        Ok(values) => Some(Filled::of(place, spot, values)),
        Err((typed, refusal)) => {
            problems.push(bad_value(spot, spec, &typed, &refusal));
            None
        }
    }
}

fn short(spot: &Spot, columns: usize) -> Problem {
    Problem::new(
        spot.clone(),
        "row-short",
        format!("ligne courte : {columns} colonnes sur {COLUMNS} ; ce qui s'y trouve est proposé."),
        format!("short row: {columns} columns of {COLUMNS}; what is there is offered."),
    )
}
