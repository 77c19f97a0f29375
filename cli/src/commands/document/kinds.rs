//! `doc kinds`: the tables of the kinds of documents. Needs no replica.

use crate::commands::document::new::known_kind;
use crate::words;
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Kind, Language};
use console::{Exit, Failure, Lang, Out, Page, Text};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct KindLine {
    kind: &'static str,
    title: &'static str,
    visible: &'static str,
    writers: &'static str,
    freezes: &'static str,
    keep: &'static str,
    fields: Vec<FieldLine>,
    sections: Vec<SectionLine>,
}

/// A field, or a column of a field of rows.
#[derive(Debug, Serialize)]
struct FieldLine {
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    merge: char,
    /// The rule in words.
    rule: &'static str,
    label: &'static str,
    help: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<ChoiceLine>,
    /// The kinds of documents it may refer to; any when there is none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    documents: &'static [&'static str],
    /// Whether a document is complete without it: `required`, or when it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    need: Option<String>,
    /// The column that names a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    columns: Vec<Self>,
}

#[derive(Debug, Serialize)]
struct ChoiceLine {
    code: &'static str,
    label: &'static str,
}

#[derive(Debug, Serialize)]
struct SectionLine {
    id: &'static str,
    title: &'static str,
}

impl FieldLine {
    fn of(spec: &'static FieldSpec, language: Language) -> Self {
        let table = spec.kind.table();
        let columns = table.map_or(&[][..], |table| table.columns).iter();
        let choices: &[_] =
            if let FieldType::Choice(choices) = spec.kind { choices } else { Default::default() };
        let choices = choices.iter();
        Self {
            name: spec.name,
            kind: spec.kind.name(),
            merge: spec.merge.letter(),
            rule: spec.merge.label().get(language),
            label: spec.label.get(language),
            help: spec.help.get(language),
            choices: choices
                .map(|choice| ChoiceLine { code: choice.code, label: choice.label.get(language) })
                .collect(),
            documents: if let FieldType::Document(kinds) = spec.kind { kinds } else { &[] },
            need: spec.need.sentence(language).map(|told| told.replace('`', "")),
            key: table.and_then(|table| table.key),
            columns: columns.map(|column| Self::of(column, language)).collect(),
        }
    }

    /// Returns what a person reads of it: what it is called, what it is, what to write.
    fn told(&self, spec: &FieldSpec, language: Language) -> String {
        let kind = spec.kind.label().get(language);
        let listed = |names: Vec<&str>| {
            if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) }
        };
        let codes = listed(self.choices.iter().map(|choice| choice.code).collect());
        let documents = listed(self.documents.to_vec());
        let Self { label, merge, help, .. } = self;
        let need = self.need.as_ref().map(|need| format!(", {need}")).unwrap_or_default();
        format!("{label} — {kind}{codes}{documents}{need}, {merge}. {help}")
    }
}

impl KindLine {
    fn of(kind: &'static Kind, lang: Lang) -> Self {
        let language = words::language(lang);
        let sections = kind.sections.iter();
        Self {
            kind: kind.name,
            title: kind.title.get(language),
            visible: kind.care.visible.name(),
            writers: kind.care.writers.get(language),
            freezes: kind.care.freezes.get(language),
            keep: kind.care.keep.get(language),
            fields: kind.fields.iter().map(|spec| FieldLine::of(spec, language)).collect(),
            sections: sections
                .map(|section| SectionLine { id: section.id, title: section.title.get(language) })
                .collect(),
        }
    }

    fn draw(&self, kind: &'static Kind, page: &mut Page) {
        let language = words::language(page.lang());
        page.title(&Text::same(format!("{} ({})", self.title, self.kind)));
        page.pairs(&[
            (Text::of("visible par", "seen by"), kind.care.visible.label().get(language).into()),
            (Text::of("écrit par", "written by"), self.writers.into()),
            (Text::of("figé par", "frozen by"), self.freezes.into()),
            (Text::of("conservation", "kept"), self.keep.into()),
        ]);
        page.gap();
        let mut told = Vec::new();
        for (field, spec) in self.fields.iter().zip(kind.fields) {
            told.push((Text::same(field.name), field.told(spec, language)));
            let columns = spec.kind.table().map_or(&[][..], |table| table.columns);
            for (column, spec) in field.columns.iter().zip(columns) {
                let path = format!("{}/…/{}", field.name, column.name);
                told.push((Text::same(path), column.told(spec, language)));
            }
        }
        page.pairs(&told);
        page.gap();
        let headers = [Text::same("section"), Text::of("titre", "title")];
        let row = |section: &SectionLine| vec![section.id.to_owned(), section.title.to_owned()];
        page.table(&headers, &self.sections.iter().map(row).collect::<Vec<_>>());
        page.gap();
        page.say(&MERGES);
    }
}

/// Shows the kinds, or the fields of one of them.
///
/// # Errors
/// `kind-not-found`, and when stdout cannot be written.
pub(crate) fn run(name: Option<&str>, out: &mut Out) -> Result<Exit, Failure> {
    let lang = out.lang();
    let Some(name) = name else {
        let all = Catalogue::STANDARD.iter();
        let kinds: Vec<KindLine> = all.map(|kind| KindLine::of(kind, lang)).collect();
        out.answer(&kinds, |page| draw_all(&kinds, page))?;
        return Ok(Exit::Done);
    };
    known_kind(name)?;
    if let Some(kind) = Catalogue::STANDARD.find(name) {
        let line = KindLine::of(kind, lang);
        out.answer(&line, |page| line.draw(kind, page))?;
    }
    Ok(Exit::Done)
}

fn draw_all(kinds: &[KindLine], page: &mut Page) {
    let headers = [
        Text::of("nature", "kind"),
        Text::of("titre", "title"),
        Text::of("champs", "fields"),
        Text::same("sections"),
    ];
    let row = |kind: &KindLine| {
        let numbers = [kind.fields.len(), kind.sections.len()].map(|number| number.to_string());
        let [fields, sections] = numbers;
        vec![kind.kind.to_owned(), kind.title.to_owned(), fields, sections]
    };
    page.table(&headers, &kinds.iter().map(row).collect::<Vec<_>>());
    page.gap();
    page.say(&Text::of(
        "Les champs d'une nature : liaison doc kinds NATURE",
        "The fields of a kind: liaison doc kinds KIND",
    ));
}

const MERGES: Text = Text::of(
    "fusion : T texte à plusieurs mains ; R le dernier écrit ; M les valeurs différentes \
     restent, à départager ; S ensemble ; L liste ; A ajouts seulement ; C calculé",
    "merge: T text by several hands; R the last one written; M differing values stay, to be \
     settled; S set; L list; A additions only; C computed",
);
