//! `import --headings`: what a workbook may hold, sheet by sheet. Needs no replica.

use crate::{near, words};
use client_core::kinds::{Choice, FieldType, Language, Merge, words as both};
use console::{Exit, Failure, Out, Page, Text};
use exchange::import::folded;
use exchange::tracker::{COMMENTS, Column, Place, SHEETS, Sheet, VALUES_SEPARATOR, other_words};
use serde::Serialize;

/// Values of a list that are shown to a person; `--json` has all.
const VALUES_SHOWN: usize = 12;

/// One sheet.
#[derive(Debug, Serialize)]
struct SheetLine {
    sheet: &'static str,
    /// Other names it may bear.
    names: Vec<&'static str>,
    /// The kind of the documents it holds, or whose rows it holds.
    kind: &'static str,
    /// The field whose rows it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<&'static str>,
    /// The headings of which one at least must be there.
    needed: Vec<&'static str>,
    columns: Vec<ColumnLine>,
}

/// One column.
#[derive(Debug, Serialize)]
struct ColumnLine {
    heading: &'static str,
    /// Other headings it may bear.
    names: Vec<&'static str>,
    /// What its cells hold, in words.
    holds: String,
    /// Whether a cell may hold several values.
    several: bool,
    /// The values it takes, when it takes no others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<ValueLine>,
}

/// One value of a list.
#[derive(Debug, Serialize)]
struct ValueLine {
    value: &'static str,
    /// Other words for it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    words: &'static [&'static str],
}

impl ValueLine {
    fn of(choices: &'static [Choice], language: Language) -> Vec<Self> {
        let others = other_words(choices);
        let line = |choice: &'static Choice| Self {
            value: choice.label.get(language),
            words: others
                .iter()
                .find(|(code, _)| *code == choice.code)
                .map_or(&[][..], |(_, words)| words),
        };
        choices.iter().map(line).collect()
    }
}

impl ColumnLine {
    fn of(sheet: &Sheet, column: &Column, language: Language) -> Self {
        let spec = sheet.spec(column.place);
        let several = matches!(column.place, Place::Keys(_))
            || spec.is_some_and(|spec| matches!(spec.merge, Merge::Set | Merge::List));
        let holds = match (column.place, spec) {
            (Place::Id | Place::Version | Place::RowId, _) => {
                both("écrit par Liaison ; laissez vide", "written by Liaison; leave it empty")
            }
            (Place::Title, _) => both("titre du document", "title of the document"),
            (Place::Parent, _) => both(
                "numéro, code ou titre du document de la ligne",
                "number, code or title of the document of the row",
            ),
            (Place::Section(_), _) => FieldType::Prose.label(),
            (Place::Keys(_), _) => both("organisations", "organisations"),
            (Place::Field(_), Some(spec)) => spec.kind.label(),
            (Place::Field(_), None) => FieldType::Text.label(),
        };
        let values = match spec.map(|spec| spec.kind) {
            Some(FieldType::Choice(choices)) => ValueLine::of(choices, language),
            Some(_) | None => Vec::new(),
        };
        Self {
            heading: sheet.heading(column, language),
            names: column.aliases.to_vec(),
            holds: holds.get(language).to_owned(),
            several,
            values,
        }
    }

    /// Returns the comments on a line, which have no column of their own.
    fn comments(language: Language) -> Self {
        let [heading, names @ ..] = COMMENTS;
        let holds = both(
            "texte long : devient un point d'étape, sans date",
            "long text: becomes a progress note without a day",
        );
        Self {
            heading,
            names: names.to_vec(),
            holds: holds.get(language).to_owned(),
            several: false,
            values: Vec::new(),
        }
    }

    /// Returns what a person reads of it.
    fn told(&self, page: &Page) -> String {
        let say = |text: Text| text.in_lang(page.lang()).to_owned();
        let mut told = vec![self.holds.clone()];
        if self.several {
            let several = Text::new(
                format!("plusieurs, séparés par « {VALUES_SEPARATOR} »"),
                format!("several, separated by “{VALUES_SEPARATOR}”"),
            );
            told.push(say(several));
        }
        let mut told = told.join(", ");
        if !self.values.is_empty() {
            let value = |one: &ValueLine| match one.words {
                [] => one.value.to_owned(),
                words => format!("{} ({})", one.value, words.join(", ")),
            };
            let mut values: Vec<String> =
                self.values.iter().take(VALUES_SHOWN).map(value).collect();
            values.extend((self.values.len() > VALUES_SHOWN).then(|| "…".to_owned()));
            told.push_str(&format!(" : {}", values.join(" · ")));
        }
        if !self.names.is_empty() {
            let names = self.names.join(", ");
            told.push_str(&say(Text::new(format!(" — ou : {names}"), format!(" — or: {names}"))));
        }
        told
    }
}

impl SheetLine {
    fn of(sheet: &Sheet, language: Language) -> Self {
        let columns = sheet.columns.iter();
        let mut columns: Vec<_> =
            columns.map(|column| ColumnLine::of(sheet, column, language)).collect();
        columns.extend(sheet.comments().map(|_| ColumnLine::comments(language)));
        let needed = sheet.needed();
        Self {
            sheet: sheet.name.get(language),
            names: sheet.aliases.to_vec(),
            kind: sheet.kind,
            rows: sheet.rows,
            needed: needed.iter().map(|column| sheet.heading(column, language)).collect(),
            columns,
        }
    }

    fn draw(&self, page: &mut Page) {
        page.title(&Text::same(self.sheet));
        let (names, needed) = (self.names.join(", "), self.needed.join(", "));
        page.say(&Text::new(format!("ou : {names}"), format!("or: {names}")));
        page.say(&Text::new(
            format!("il faut au moins une de ces colonnes : {needed}"),
            format!("at least one of these columns is needed: {needed}"),
        ));
        let told = |column: &ColumnLine| (Text::same(column.heading), column.told(page));
        let told: Vec<_> = self.columns.iter().map(told).collect();
        page.pairs(&told);
        page.gap();
    }
}

/// Shows the sheets, or one of them by its name or its kind.
///
/// # Errors
/// `sheet-not-found`, and when stdout cannot be written.
pub(super) fn run(wanted: &str, out: &mut Out) -> Result<Exit, Failure> {
    let language = words::language(out.lang());
    let bears = |sheet: &&Sheet| {
        let names = sheet.aliases.iter().copied();
        let mut names = names.chain([sheet.name.fr, sheet.name.en, sheet.kind]);
        wanted.is_empty() || names.any(|name| folded(name) == folded(wanted))
    };
    let lines: Vec<SheetLine> =
        SHEETS.iter().filter(bears).map(|sheet| SheetLine::of(sheet, language)).collect();
    if lines.is_empty() {
        return Err(unknown(wanted, language));
    }
    out.answer(&lines, |page| {
        lines.iter().for_each(|line| line.draw(page));
        page.say(&BLANK);
    })?;
    Ok(Exit::Done)
}

fn unknown(wanted: &str, language: Language) -> Failure {
    let failure = Failure::refused(
        "sheet-not-found",
        Text::new(
            format!("aucune feuille ne s'appelle « {wanted} »"),
            format!("no sheet is called “{wanted}”"),
        ),
    );
    let names = SHEETS.iter().map(|sheet| (sheet.name.get(language), sheet.aliases.to_vec()));
    match near::advice(wanted, names) {
        Some(advice) => failure.with_hint(advice),
        None => failure,
    }
}

const BLANK: Text = Text::of(
    "Un classeur vide à remplir, avec ces titres et des listes de choix : « liaison export ESPACE \
     --to xlsx suivi.xlsx » d'un espace où rien n'est encore écrit.",
    "A blank workbook to fill in, with these headings and lists of choices: “liaison export SPACE \
     --to xlsx tracker.xlsx” of a space in which nothing is written yet.",
);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_sheet_says_its_headings_and_its_values_in_both_languages() {
        for language in [Language::French, Language::English] {
            let lines: Vec<_> = SHEETS.iter().map(|sheet| SheetLine::of(sheet, language)).collect();
            assert_eq!(lines.len(), SHEETS.len());
            for line in &lines {
                assert!(!line.needed.is_empty(), "{}", line.sheet);
                let headings = line.columns.iter().map(|column| column.heading);
                let headings: Vec<&str> = headings.collect();
                assert!(line.needed.iter().all(|needed| headings.contains(needed)));
                assert!(line.columns.iter().all(|column| !column.holds.is_empty()));
            }
            let column = |wanted: &str| {
                let mut columns = lines[0].columns.iter();
                columns.find(|column| column.names.contains(&wanted)).unwrap()
            };
            assert!(column("budget prévu").values.is_empty());
            let state = column("état d'avancement");
            let done = state.values.iter().find(|one| one.words.contains(&"terminé")).unwrap();
            assert_eq!(done.value, if language == Language::French { "Réalisée" } else { "Done" });
            assert!(column("co-pilotes").several);
        }
    }

    #[test]
    fn an_unknown_sheet_is_told_with_the_nearest() {
        let failure = unknown("Financment", Language::French);
        let hint = failure.hint.unwrap();
        assert_eq!(failure.code, "sheet-not-found");
        assert!(hint.in_lang(console::Lang::Fr).contains("Financements"));
    }
}
