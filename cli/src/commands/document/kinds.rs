//! `doc kinds`: the tables of the kinds of documents. Needs no replica.

use crate::words;
use client_core::kinds::{Catalogue, FieldSpec, Kind, Language};
use console::{Exit, Failure, Lang, Out, Page, Text};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct KindLine {
    kind: &'static str,
    title: &'static str,
    fields: Vec<FieldLine>,
    sections: Vec<SectionLine>,
}

#[derive(Debug, Serialize)]
struct FieldLine {
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    merge: char,
    label: &'static str,
    /// The columns of a field that has rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    columns: Vec<Self>,
    /// The column that names its rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct SectionLine {
    id: &'static str,
    title: &'static str,
}

impl FieldLine {
    fn of(field: &FieldSpec, language: Language) -> Self {
        let table = field.kind.table();
        let columns = table.map_or(&[][..], |table| table.columns).iter();
        Self {
            name: field.name,
            kind: field.kind.name(),
            merge: field.merge.letter(),
            label: field.label.get(language),
            columns: columns.map(|column| Self::of(column, language)).collect(),
            key: table.and_then(|table| table.key),
        }
    }

    /// Returns the line of a table, and those of the columns below it.
    fn lines(&self, before: &str, lang: Lang) -> Vec<Vec<String>> {
        let line = vec![
            format!("{before}{}", self.name),
            self.label.to_owned(),
            words::field_type(self.kind, lang),
            self.merge.to_string(),
        ];
        let columns = self.columns.iter().flat_map(|column| column.lines("  · ", lang));
        [line].into_iter().chain(columns).collect()
    }
}

impl KindLine {
    fn of(kind: &'static Kind, lang: Lang) -> Self {
        let language = words::language(lang);
        let fields = kind.fields.iter().map(|field| FieldLine::of(field, language));
        let sections = kind.sections.iter();
        Self {
            kind: kind.name,
            title: kind.title.get(language),
            fields: fields.collect(),
            sections: sections
                .map(|section| SectionLine { id: section.id, title: section.title.get(language) })
                .collect(),
        }
    }

    fn draw(&self, page: &mut Page) {
        page.title(&Text::same(format!("{} ({})", self.title, self.kind)));
        let headers = [
            Text::of("champ", "field"),
            Text::of("libellé", "label"),
            Text::same("type"),
            Text::of("fusion", "merge"),
        ];
        let lang = page.lang();
        let lines = self.fields.iter().flat_map(|field| field.lines("", lang));
        page.table(&headers, &lines.collect::<Vec<_>>());
        page.gap();
        let headers = [Text::same("section"), Text::of("titre", "title")];
        let row = |section: &SectionLine| vec![section.id.to_owned(), section.title.to_owned()];
        page.table(&headers, &self.sections.iter().map(row).collect::<Vec<_>>());
    }
}

/// Shows the kinds.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn run(out: &mut Out) -> Result<Exit, Failure> {
    let lang = out.lang();
    let kinds: Vec<KindLine> =
        Catalogue::STANDARD.iter().map(|kind| KindLine::of(kind, lang)).collect();
    out.answer(&kinds, |page| {
        for kind in &kinds {
            kind.draw(page);
            page.gap();
        }
        page.say(&MERGES);
    })?;
    Ok(Exit::Done)
}

const MERGES: Text = Text::of(
    "fusion : T texte à plusieurs mains ; R le dernier écrit ; M les valeurs différentes \
     restent, à départager ; S ensemble ; L liste ; A ajouts seulement ; C calculé",
    "merge: T text by several hands; R the last one written; M differing values stay, to be \
     settled; S set; L list; A additions only; C computed",
);
