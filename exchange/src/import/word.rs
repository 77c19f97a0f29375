//! Texts of Word: tables of labels (`Intitulé | …`) into the fields of one document, headings
//! into its sections.
//!
//! Only `word/document.xml` is read (ECMA-376, 17.3 and 17.4): words, tables, styles of headings.
//! Read here, for the library that writes such files ends the program at a bookmark without a
//! name.

use std::collections::BTreeMap;

use client_core::kinds::{Catalogue, Kind, Language};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Reading;
use super::container::Container;
use super::folding::folded;
use super::grid::Cell;
use super::problem::{Problem, Refused, Spot};
use super::record::{self, Filled, Record};
use super::xml;
use crate::tracker::{Place, SHEETS};

/// The kinds that such a text may be.
const KINDS: [&str; 2] = ["fiche_action", "convention"];
/// Paragraphs and lines of tables that are looked at.
const BLOCKS_MAX: usize = 20_000;
/// Cells of one line of a table that are looked at; tables of labels have four.
const ROW_CELLS_MAX: usize = 64;
/// Cells of all tables of one text.
const CELLS_MAX: usize = 50_000;
/// Lines with too many cells that are told.
const WIDE_TOLD: usize = 20;
/// Bytes of the longest words that are looked up as a label.
const LABEL_BYTES_MAX: usize = 400;
/// Words for a title.
const TITLES: [&str; 5] = ["titre", "intitule", "intitule de la fiche", "title", "nom de l action"];

/// One piece of a text, in order.
enum Block {
    Title(String),
    Heading(String),
    Paragraph(String),
    Line(usize, Vec<String>),
}

/// Where the reader is.
#[derive(Default)]
struct Walk {
    blocks: Vec<Block>,
    /// How many tables the reader is inside of.
    depth: usize,
    lines: usize,
    cells: Vec<String>,
    /// Cells of all tables so far.
    met: usize,
    /// Lines with more cells than are looked at.
    wide: Vec<usize>,
    text: String,
    style: String,
    words: bool,
}

/// Reads a text.
///
/// # Errors
/// When it is damaged, or has no label that is known.
pub(super) fn read(name: &str, container: &Container) -> Result<Reading, Refused> {
    let content = container.text("word/document.xml").ok_or_else(Refused::damaged)?;
    let mut reader = Reader::from_str(&content);
    let mut walk = Walk::default();
    while walk.blocks.len() < BLOCKS_MAX {
        if walk.met > CELLS_MAX {
            return Err(too_many_cells());
        }
        match reader.read_event().map_err(|_| Refused::damaged())? {
            Event::Start(element) => walk.start(&element),
            Event::Empty(element) => {
                walk.start(&element);
                walk.end(element.name().as_ref());
            }
            Event::End(element) => walk.end(element.name().as_ref()),
            Event::Text(text) if walk.words => walk.text.push_str(&text.xml10_content()),
            Event::GeneralRef(one) if walk.words => walk.text.push_str(&xml::character(&one)),
            Event::Eof => break,
            Event::Text(_)
            | Event::GeneralRef(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
    let kinds = KINDS.iter().filter_map(|kind| Catalogue::STANDARD.find(kind)).rev();
    let labels: Vec<Labels> = kinds.map(Labels::of).collect();
    let known = |labels: &&Labels| labels.met_in(&walk.blocks);
    let labels = labels.iter().max_by_key(known).filter(|labels| known(labels) > 0);
    let mut reading = gather(name, labels.ok_or_else(no_label)?, walk.blocks);
    let wide = walk.wide.iter().map(|line| too_wide(Spot::row(name, *line)));
    reading.problems.extend(wide.take(WIDE_TOLD));
    Ok(reading)
}

impl Walk {
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.name().as_ref() {
            "w:tbl" => self.depth += 1,
            "w:tr" if self.depth == 1 => self.cells.clear(),
            "w:tc" if self.depth == 1 => self.text.clear(),
            "w:p" if self.depth == 0 => {
                self.text.clear();
                self.style.clear();
            }
            "w:pStyle" => self.style = xml::attribute(element, "w:val").unwrap_or_default(),
            "w:t" => self.words = true,
            "w:tab" if self.words => self.text.push('\t'),
            "w:br" => self.text.push('\n'),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "w:tbl" => self.depth = self.depth.saturating_sub(1),
            "w:tr" if self.depth == 1 => {
                self.lines += 1;
                let cells = std::mem::take(&mut self.cells);
                self.blocks.push(Block::Line(self.lines, cells));
            }
            "w:tc" if self.depth == 1 => {
                let text = std::mem::take(&mut self.text);
                self.met += 1;
                if self.cells.len() < ROW_CELLS_MAX {
                    self.cells.push(text.trim().to_owned());
                } else if self.wide.last() != Some(&(self.lines + 1)) {
                    self.wide.push(self.lines + 1);
                }
            }
            // Paragraphs of a cell are its lines.
            "w:p" if self.depth > 0 => self.text.push('\n'),
            "w:p" => {
                let text = std::mem::take(&mut self.text).trim().to_owned();
                let style = folded(&self.style);
                self.blocks.push(match style.as_str() {
                    "title" | "titre" => Block::Title(text),
                    style if style.starts_with("heading") || style.starts_with("titre") => {
                        Block::Heading(text)
                    }
                    _ => Block::Paragraph(text),
                });
            }
            "w:t" => self.words = false,
            _ => {}
        }
    }
}

/// What labels and headings name in a kind.
struct Labels {
    kind: &'static Kind,
    places: BTreeMap<String, Place>,
}

impl Labels {
    /// Gathers the labels of a kind: of equal ones a title comes first, then what its tables say,
    /// then the other words people use.
    fn of(kind: &'static Kind) -> Self {
        let mut places = BTreeMap::new();
        let mut note = |label: &str, place: Place| {
            let label = folded(label);
            if !label.is_empty() {
                places.entry(label).or_insert(place);
            }
        };
        TITLES.iter().for_each(|title| note(title, Place::Title));
        let languages = [Language::French, Language::English];
        let simple = kind.fields.iter().filter(|field| {
            field.kind.table().is_none()
                && !matches!(field.merge, client_core::kinds::Merge::Computed(_))
        });
        for field in simple {
            languages.iter().for_each(|l| note(field.label.get(*l), Place::Field(field.name)));
        }
        for section in kind.sections {
            languages.iter().for_each(|l| note(section.title.get(*l), Place::Section(section.id)));
        }
        let sheet = SHEETS.iter().find(|sheet| sheet.kind == kind.name && sheet.rows.is_none());
        for column in sheet.iter().flat_map(|sheet| sheet.columns.iter()) {
            column.aliases.iter().for_each(|alias| note(alias, column.place));
        }
        Self { kind, places }
    }

    /// Returns what a label or a heading names.
    fn place(&self, label: &str) -> Option<Place> {
        let label = label.trim_end_matches([':', ' ']);
        if label.len() > LABEL_BYTES_MAX {
            return None;
        }
        self.places.get(&folded(label)).copied()
    }

    /// Counts the labels that a text has.
    fn met_in(&self, blocks: &[Block]) -> usize {
        let met = blocks.iter().map(|block| match block {
            Block::Line(_, cells) => cells.iter().filter(|c| self.place(c).is_some()).count(),
            Block::Heading(text) => usize::from(self.place(text).is_some()),
            Block::Title(_) | Block::Paragraph(_) => 0,
        });
        met.sum()
    }
}

/// Gathers the one document that a text is.
fn gather(name: &str, labels: &Labels, blocks: Vec<Block>) -> Reading {
    let mut reading = Reading::default();
    let spot = Spot { sheet: name.to_owned(), ..Spot::default() };
    let mut record = Record {
        kind: labels.kind,
        rows: None,
        spot: spot.clone(),
        id: None,
        version: None,
        row: None,
        title: None,
        parent: None,
        cells: Vec::new(),
    };
    let mut titled: Option<String> = None;
    let mut open: Option<(&'static str, String)> = None;
    for block in blocks {
        match block {
            Block::Title(text) => titled = titled.or_else(|| (!text.is_empty()).then_some(text)),
            Block::Heading(text) => {
                close(&mut record, &mut open, &spot);
                if let Some(Place::Section(id)) = labels.place(&text) {
                    open = Some((id, String::new()));
                }
            }
            Block::Paragraph(text) => {
                if let Some((_, section)) = &mut open {
                    section.push_str(&text);
                    section.push('\n');
                }
            }
            Block::Line(number, cells) => {
                let spot = Spot::row(name, number);
                line(labels, &mut record, &cells, &spot, &mut reading.problems);
            }
        }
    }
    close(&mut record, &mut open, &spot);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    record.title = record.title.or(titled).or_else(|| Some(stem.to_owned()));
    reading.records.push(record);
    reading
}

/// Takes the labels and values of one line of a table: `label | value`, also twice.
fn line(
    labels: &Labels,
    record: &mut Record,
    cells: &[String],
    spot: &Spot,
    problems: &mut Vec<Problem>,
) {
    let mut at = 0;
    while at + 1 < cells.len() {
        let (label, value) = (&cells[at], cells[at + 1].trim());
        let Some(place) = labels.place(label) else {
            if at == 0 && cells.len() == 2 && !label.is_empty() && !value.is_empty() {
                problems.push(unknown_label(spot, label));
            }
            at += 1;
            continue;
        };
        let spot = spot.cell(at + 1);
        at += 2;
        let taken = record.cells.iter().any(|cell| cell.place == place);
        if value.is_empty() || taken {
            continue;
        }
        let cell = Cell::Text(value.to_owned());
        match place {
            Place::Title => record.title = record::title(&cell, spot, problems),
            Place::Section(_) => {
                let values = vec![value.to_owned()];
                record.cells.push(Filled::of(place, spot, values));
            }
            Place::Id | Place::Version | Place::RowId | Place::Parent => {}
            Place::Field(_) | Place::Keys(_) => {
                let filled = record::field(record, place, &cell, spot, problems);
                record.cells.extend(filled);
            }
        }
    }
}

/// Puts a section that has ended into the document, unless a label said it already.
fn close(record: &mut Record, open: &mut Option<(&'static str, String)>, spot: &Spot) {
    let Some((id, text)) = open.take() else {
        return;
    };
    let place = Place::Section(id);
    let taken = record.cells.iter().any(|cell| cell.place == place);
    if !taken && !text.trim().is_empty() {
        let values = vec![text.trim().to_owned()];
        record.cells.push(Filled::of(place, spot.clone(), values));
    }
}

fn unknown_label(spot: &Spot, label: &str) -> Problem {
    let short: String = label.chars().take(60).collect();
    Problem::new(
        spot.cell(0),
        "column-unknown",
        format!("« {short} » laissé de côté : ce libellé n'est pas reconnu."),
        format!("“{short}” left aside: this label is not known."),
    )
}

fn too_wide(spot: Spot) -> Problem {
    Problem::new(
        spot,
        "columns-beyond",
        format!("les cases au-delà de la {ROW_CELLS_MAX}e ne sont pas lues."),
        format!("cells beyond number {ROW_CELLS_MAX} are not read."),
    )
}

fn too_many_cells() -> Refused {
    Refused::too_large(
        &format!("les tableaux de ce texte ont plus de {CELLS_MAX} cases"),
        &format!("the tables of this text have more than {CELLS_MAX} cells"),
    )
}

fn no_label() -> Refused {
    Refused::new(
        "no-label",
        "aucun libellé connu dans ce texte : il faut un tableau « Intitulé | … », « Pilote | … » \
         ou les titres d'une fiche-action ou d'une convention",
        "no known label in this text: it takes a table “Intitulé | …”, “Pilote | …” or the \
         headings of an action sheet or of an agreement",
    )
}
