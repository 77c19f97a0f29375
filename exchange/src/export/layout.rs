//! From a document to a page, once for all writers: which fields come first, what is a table,
//! what is said of something missing.
//!
//! A plan names fields of a kind in the order that the trade expects; whatever it does not name
//! follows after, so that a field added to a kind's table is printed without a change here. A
//! kind without a plan of its own is printed in the order of its table.

use std::collections::BTreeSet;

use client_core::document::{FieldValue, FieldView, Row, SectionView, Version, View};
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Merge, Signing, Wording, words};
use protocol::env::Timestamp;
use protocol::id::DocumentId;

pub use kept::{has_figures, keep};

use super::clean;
use super::figures::Figures;
use super::holding::{Held, Holding};
use super::print::{Block, Cell, Print, Standing};
use super::say::Voice;

mod assembled;
mod kept;
mod paper;
mod plans;
mod tables;

/// One step of a plan.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece {
    /// Labels and values, each shown even when it is missing.
    Lead(&'static [&'static str]),
    /// Labels and values of what is filled in.
    Facts(&'static [&'static str]),
    /// One field as a paragraph of its own, under its label.
    Told(&'static str),
    /// A section, with its title; nothing when it is empty.
    Section(&'static str),
    /// The sections not printed yet, numbered as articles; the ones named are not numbered.
    Articles(&'static [&'static str]),
    /// A table of rows, with these columns; all of them when none is named.
    Rows(&'static str, &'static [&'static str]),
    /// A heading.
    Title(Wording),
    /// A remark in small letters.
    Remark(Wording),
    /// Something that is made of several fields or documents.
    Made(Made),
    /// Fields that are not for paper.
    Skip(&'static [&'static str]),
    /// What is left: fields, sections, tables.
    Rest,
}

impl Made {
    /// Returns the code under which a document keeps a table of the space.
    const fn code(self) -> &'static str {
        match self {
            Self::Meetings => "reunions",
            Self::Progress => "avancement",
            Self::Priorities => "priorites",
            Self::Indicators => "indicateurs",
            Self::Commitments => "engagements",
            Self::Fundings => "financements",
            Self::Parties => "parties",
            Self::Signatures => "signatures",
            Self::LetterHead => "tete",
            Self::LetterEnd => "fin",
            Self::Points => "points",
        }
    }
}

impl Piece {
    /// Tells whether it is worked out from other documents, which go on changing.
    const fn is_of_the_space(&self) -> bool {
        matches!(
            self,
            Self::Made(
                Made::Meetings
                    | Made::Progress
                    | Made::Priorities
                    | Made::Indicators
                    | Made::Commitments
                    | Made::Fundings
            )
        )
    }
}

/// What is made of several fields or of several documents.
#[derive(Debug, Clone, Copy)]
pub(super) enum Made {
    /// Who agrees with whom, as a convention begins.
    Parties,
    /// A place to sign for each party, in the order of signature.
    Signatures,
    /// The head of a letter.
    LetterHead,
    /// The end of a letter.
    LetterEnd,
    /// The points of an agenda with what was said of each.
    Points,
    /// The meetings held in the year.
    Meetings,
    /// How far the sheets have come, by orientation.
    Progress,
    /// The six national priorities and the sheets that answer them.
    Priorities,
    /// The indicators and their values.
    Indicators,
    /// What was committed to, and whether it is kept.
    Commitments,
    /// Asked, granted, paid, used.
    Fundings,
}

/// Lays out one document.
#[must_use]
pub fn print(holding: &Holding, held: &Held, standing: Standing) -> Print {
    let voice = Voice::of(holding, held);
    let kind = held.content.kind;
    let mut composer = Composer::new(voice);
    let is_frozen = matches!(standing, Standing::Frozen { .. });
    let mut left_out = false;
    for piece in plans::of(kind.name) {
        // The tables of the space go on changing; a frozen document has its own copy of them.
        if let (Piece::Made(made), true) = (piece, is_frozen && piece.is_of_the_space()) {
            let blocks = kept::kept(&held.content, *made);
            left_out |= blocks.is_none();
            composer.blocks.extend(blocks.into_iter().flatten());
        } else {
            composer.add(*piece);
        }
    }
    if left_out {
        composer.add(Piece::Remark(NOT_FROZEN));
    }
    let title = clean::title(&held.content.title);
    let untitled = || holding.words("Sans titre", "Untitled").to_owned();
    Print {
        title: if title.is_empty() { untitled() } else { title },
        kind: kind.title.get(holding.language).to_owned(),
        space: clean::title(&holding.title),
        document: held.document.to_string(),
        language: holding.language,
        standing,
        changed_at: held.changed_at,
        pages_max: plans::pages_max(kind.name),
        blocks: composer.blocks,
    }
}

/// Lays out the yearly report of a space that nobody has written yet: its tables alone, from the
/// documents as they stand. A report of that year that is there already is printed as it is.
#[must_use]
pub fn print_year(holding: &Holding, year: &str) -> Print {
    let of_year = |held: &&Held| match held.content.field("annee") {
        Some(FieldValue::One(written)) => written == year,
        Some(_) | None => false,
    };
    let written: Vec<&Held> = holding.of_kind("bilan").into_iter().filter(of_year).collect();
    if let [held] = written.as_slice() {
        return print(holding, held, Standing::Working { version: held.version() });
    }
    let kind = Catalogue::STANDARD.find("bilan").expect("the catalogue has the yearly report");
    let spec = kind.field("annee").expect("the yearly report has its year");
    let value = FieldValue::One(year.to_owned());
    let title = format!("{} {year}", holding.words("Bilan annuel", "Yearly report"));
    let changed_at = holding.documents.iter().map(|held| held.changed_at).max();
    let held = Held {
        document: DocumentId::new([0; DocumentId::SIZE]),
        content: View {
            kind,
            title,
            fields: vec![FieldView { spec, value }],
            sections: Vec::new(),
            deleted_sections: Vec::new(),
            conflicts: Vec::new(),
            heads: Version::default(),
            comments: Vec::new(),
            unknown: Vec::new(),
        },
        authors: Vec::new(),
        changes: 0,
        changed_at: changed_at.unwrap_or(Timestamp::from_ms(0)),
    };
    let documents = holding.documents.len();
    let print = print(holding, &held, Standing::Assembled { documents });
    Print { document: format!("{}/bilan/{year}", holding.space), ..print }
}

const NOT_FROZEN: Wording = words(
    "Ce document a été figé sans les tableaux de l'espace : ses pages de travail les donnent.",
    "This document was frozen without the tables of the space: its working pages have them.",
);
/// Characters of several short values that stand on one line.
const LINE_CHARS_MAX: usize = 76;

/// Puts several short values on one line.
fn on_one_line(cell: Cell) -> Cell {
    let chars = cell.parts.iter().map(|part| part.chars().count() + 3).sum::<usize>();
    let is_short = chars <= LINE_CHARS_MAX && !cell.text().trim_end().contains(" ; ");
    match cell.parts.len() > 1 && is_short && !cell.conflict {
        true => Cell { parts: vec![cell.parts.join(" ; ")], ..cell },
        false => cell,
    }
}

const NOT_YET: Wording = words("à compléter", "to be completed");

/// Puts blocks together and remembers what is printed already.
pub(super) struct Composer<'a> {
    pub(super) voice: Voice<'a>,
    pub(super) blocks: Vec<Block>,
    done: BTreeSet<String>,
    figures: Option<Figures>,
    /// Whether the last piece was a section with something in it.
    under_section: bool,
}

impl<'a> Composer<'a> {
    fn new(voice: Voice<'a>) -> Self {
        Self {
            voice,
            blocks: Vec::new(),
            done: BTreeSet::new(),
            figures: None,
            under_section: false,
        }
    }

    pub(super) fn get(&self, wording: Wording) -> String {
        self.voice.get(wording).to_owned()
    }

    /// Returns the figures of the whole space, worked out once.
    pub(super) fn figures(&mut self) -> &Figures {
        let holding = self.voice.holding;
        self.figures.get_or_insert_with(|| Figures::of(holding))
    }

    pub(super) fn heading(&mut self, level: u8, text: impl Into<String>) {
        self.blocks.push(Block::Heading { level, text: text.into() });
    }

    fn add(&mut self, piece: Piece) {
        let before = self.blocks.len();
        self.put(piece);
        self.under_section = matches!(piece, Piece::Section(_)) && self.blocks.len() > before;
    }

    fn put(&mut self, piece: Piece) {
        match piece {
            Piece::Lead(fields) => self.pairs(fields, true),
            Piece::Facts(fields) => self.pairs(fields, false),
            Piece::Told(field) => self.told(field),
            Piece::Section(id) => {
                if let Some(section) = self.voice.view().section(id) {
                    self.section(section, None);
                }
            }
            Piece::Articles(unnumbered) => self.articles(unnumbered),
            Piece::Rows(field, columns) => self.rows(field, columns),
            Piece::Title(title) => {
                let title = self.get(title);
                self.heading(1, title);
            }
            Piece::Remark(remark) => {
                let remark = self.get(remark);
                self.blocks.push(Block::Remark(remark));
            }
            Piece::Made(made) => self.make(made),
            Piece::Skip(fields) => {
                self.done.extend(fields.iter().map(|field| (*field).to_owned()));
            }
            Piece::Rest => self.rest(),
        }
    }

    pub(super) fn done(&mut self, name: &str) -> bool {
        !self.done.insert(name.to_owned())
    }

    fn spec(&self, name: &str) -> Option<&'static FieldSpec> {
        self.voice.view().kind.field(name)
    }

    fn pairs(&mut self, names: &[&str], even_missing: bool) {
        let mut pairs = Vec::new();
        for name in names {
            let Some(spec) = self.spec(name) else { continue };
            if self.done(name) {
                continue;
            }
            let cell = on_one_line(self.cell_of(name));
            if !cell.is_empty() {
                pairs.push((self.get(spec.label), cell));
            } else if even_missing {
                pairs.push((self.get(spec.label), self.missing(spec)));
            }
        }
        if let Some(Block::Pairs(above)) = self.blocks.last_mut() {
            above.extend(pairs);
        } else if !pairs.is_empty() {
            self.blocks.push(Block::Pairs(pairs));
        }
    }

    /// Returns a field as a cell; values in conflict are told with those who wrote them.
    pub(super) fn cell_of(&self, name: &str) -> Cell {
        let said = self.voice.field(name);
        tables::cell(&self.voice, said)
    }

    /// Returns what is said where nothing stands: somebody is sought, or it is to be written.
    fn missing(&self, spec: &FieldSpec) -> Cell {
        let sought = words("à pourvoir", "to be found");
        let wording = if spec.kind == FieldType::Partner { sought } else { NOT_YET };
        Cell { missing: true, ..Cell::of(self.voice.get(wording)) }
    }

    fn told(&mut self, name: &str) {
        let Some(spec) = self.spec(name) else { return };
        if self.done(name) {
            return;
        }
        let said = self.voice.field(name);
        if !said.parts.is_empty() {
            let label = self.get(spec.label);
            self.heading(1, label);
            let text = said.parts.join("\n");
            self.text(&text);
        }
    }

    /// Adds a text: paragraphs, and lists where lines begin with a dash.
    pub(super) fn text(&mut self, text: &str) {
        self.blocks.extend(paper::paragraphs(text));
    }

    fn section(&mut self, section: &SectionView, number: Option<usize>) {
        if self.done(&format!("§{}", section.id)) {
            return;
        }
        let (kind, holding) = (self.voice.view().kind, self.voice.holding);
        let title = clean::title(&section.title(kind, holding.language));
        let text = clean::text(&section.text);
        match number {
            Some(number) => self.heading(1, format!("Article {number} – {title}")),
            None if text.trim().is_empty() => return,
            None => self.heading(1, title),
        }
        if text.trim().is_empty() {
            let missing = format!("({})", self.get(NOT_YET));
            self.blocks.push(Block::Remark(missing));
        }
        self.text(&text);
    }

    fn articles(&mut self, unnumbered: &[&str]) {
        let mut number = 0;
        for section in &self.voice.view().sections {
            if unnumbered.contains(&section.id.as_str()) || self.is_done(&section.id) {
                continue;
            }
            number += 1;
            self.section(section, Some(number));
        }
    }

    fn is_done(&self, section: &str) -> bool {
        self.done.contains(&format!("§{section}"))
    }

    fn rows(&mut self, field: &str, columns: &[&str]) {
        let Some(spec) = self.spec(field) else { return };
        if self.done(field) {
            return;
        }
        let rows: Vec<&Row> = self.voice.view().rows_in_order(field);
        if rows.is_empty() {
            return;
        }
        let label = self.get(spec.label);
        self.heading(1, label);
        let blocks = tables::draw(&self.voice, spec, &rows, columns);
        self.blocks.extend(blocks);
    }

    /// Adds what is left: short fields, then sections, long texts and tables.
    fn rest(&mut self) {
        let view = self.voice.view();
        let (mut facts, mut texts, mut tables) = (Vec::new(), Vec::new(), Vec::new());
        // What frozen versions are kept as is no text for people: their visas are.
        let told = view.fields.iter().filter(|field| field.spec.signing != Signing::Record);
        for field in told {
            match (&field.value, field.spec.merge) {
                (FieldValue::Rows(_), _) => tables.push(field.spec.name),
                (FieldValue::Text(_), _) | (_, Merge::Text) => texts.push(field.spec.name),
                (_, _) => facts.push(field.spec.name),
            }
        }
        let own: Vec<&str> =
            facts.iter().copied().filter(|name| !paper::KEEPING.contains(name)).collect();
        self.pairs(&own, false);
        for section in &view.sections {
            self.section(section, None);
        }
        for name in texts {
            self.told(name);
        }
        for name in tables {
            self.rows(name, &[]);
        }
        self.keeping(&facts);
    }

    /// Adds what is about the document rather than in it.
    fn keeping(&mut self, facts: &[&str]) {
        let kept = paper::KEEPING.iter().filter(|name| facts.contains(name));
        let mut pairs = Vec::new();
        for name in kept {
            let Some(spec) = self.spec(name) else { continue };
            let cell = self.cell_of(name);
            if !self.done(name) && !cell.is_empty() {
                pairs.push((self.get(spec.label), cell));
            }
        }
        if !pairs.is_empty() {
            let title = self.get(words("Suivi du document", "About this document"));
            self.heading(1, title);
            self.blocks.push(Block::Pairs(pairs));
        }
    }
}

#[cfg(test)]
mod tests;
