//! `doc kinds`: the tables of the kinds of documents. Needs no replica.

use crate::words;
use client_core::kinds::{Catalogue, Kind};
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
}

#[derive(Debug, Serialize)]
struct SectionLine {
    id: &'static str,
    title: &'static str,
}

impl KindLine {
    fn of(kind: &'static Kind, lang: Lang) -> Self {
        let language = words::language(lang);
        let fields = kind.fields.iter().map(|field| FieldLine {
            name: field.name,
            kind: field.kind.name(),
            merge: field.merge.letter(),
            label: field.label.get(language),
        });
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
        let page_lang = page.lang();
        let row = |field: &FieldLine| {
            vec![
                field.name.to_owned(),
                field.label.to_owned(),
                words::field_type(field.kind, page_lang),
                field.merge.to_string(),
            ]
        };
        page.table(&headers, &self.fields.iter().map(row).collect::<Vec<_>>());
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
