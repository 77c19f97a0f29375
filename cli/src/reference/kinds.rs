//! `docs/kinds.md`: every field of every kind of document, for those who know the field.
//!
//! The page is written from the tables by its own test, in French, then in English.

use client_core::kinds::{Catalogue, Choice, FieldSpec, FieldType, Kind, Language, Signing};

/// What stands above the tables.
const HEAD: &str = "# Les natures de documents · The kinds of documents

Cette page est écrite d'après les tables du programme, en français puis en anglais, et un test
échoue quand elle n'est plus la leur. Les mêmes champs, à l'écran : `liaison doc kinds NATURE`.

This page is written from the tables of the program, in French, then in English, and a test fails
when it is no longer theirs. The same fields on a screen: `liaison doc kinds KIND`.

La règle dit ce qui arrive quand deux personnes écrivent en même temps ; celle d'un tableau dit ce
que sont ses lignes : une liste que l'on déplace, des lignes ajoutées une fois pour toutes, ou un
ensemble dont une colonne, la clé, nomme chaque ligne.

The rule tells what happens when two people write at the same time; that of a table tells what its
rows are: a list that moves, rows added once and for all, or a set whose rows are named by one
column, the key.

Un champ **nécessaire** manque au document tant qu'il est vide : `liaison doc show`, `freeze` et
`sign` le disent ; rien n'est empêché.

A **required** field is missing from a document while it is empty: `liaison doc show`, `freeze` and
`sign` say so; nothing is prevented.
";

/// Returns the whole page.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for language in [Language::French, Language::English] {
        for kind in Catalogue::STANDARD.iter() {
            write_kind(&mut page, kind, language);
        }
    }
    page
}

/// Returns the words of one language.
fn pick(language: Language, fr: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::French => fr,
        Language::English => en,
    }
}

fn write_kind(page: &mut String, kind: &'static Kind, language: Language) {
    let word = |fr, en| pick(language, fr, en);
    let mark = word("", "English: ");
    let title = kind.title.get(language);
    page.push_str(&format!("\n## {mark}`{}` · {title}\n\n", kind.name));
    let colon = word(" :", ":");
    for (label, text) in [
        (word("Visible par", "Seen by"), kind.care.visible.label()),
        (word("Écrit par", "Written by"), kind.care.writers),
        (word("Figé par", "Frozen by"), kind.care.freezes),
        (word("Conservation", "Kept"), kind.care.keep),
    ] {
        page.push_str(&format!("- {label}{colon} {}.\n", text.get(language)));
    }
    page.push_str(word(
        "\n| champ | libellé | ce que c'est | règle | aide |\n|---|---|---|---|---|\n",
        "\n| field | label | what it is | rule | help |\n|---|---|---|---|---|\n",
    ));
    for field in kind.fields {
        page.push_str(&line(field.name, field, language));
        for column in columns(field) {
            let name = format!("{} › {}", field.name, column.name);
            page.push_str(&line(&name, column, language));
        }
    }
    write_sections(page, kind, language);
    write_choices(page, kind, language);
}

fn columns(field: &'static FieldSpec) -> &'static [FieldSpec] {
    field.kind.table().map_or(&[], |table| table.columns)
}

fn line(name: &str, spec: &FieldSpec, language: Language) -> String {
    let [label, help] = [spec.label, spec.help].map(|words| words.get(language));
    let (mut kind, rule) = (what_it_is(spec, language), spec.merge.label().get(language));
    if matches!(spec.signing, Signing::Aside | Signing::Record) {
        kind.push_str(pick(language, ", hors du texte figé", ", aside from the frozen text"));
    }
    if let Some(need) = spec.need.sentence(language) {
        kind.push_str(&format!(", **{need}**"));
    }
    format!("| `{name}` | {label} | {kind} | {}, {rule} | {help} |\n", spec.merge.letter())
}

fn what_it_is(spec: &FieldSpec, language: Language) -> String {
    let label = spec.kind.label().get(language);
    let key = spec.kind.table().and_then(|table| table.key);
    if let Some(key) = key {
        return format!("{label}, {} `{key}`", pick(language, "clé", "key"));
    }
    if let FieldType::Document(kinds) = spec.kind
        && !kinds.is_empty()
    {
        let names: Vec<String> = kinds.iter().map(|name| format!("`{name}`")).collect();
        return format!("{label} ({})", names.join(", "));
    }
    label.to_owned()
}

fn write_sections(page: &mut String, kind: &Kind, language: Language) {
    if kind.sections.is_empty() {
        return;
    }
    let sections = kind.sections.iter();
    let named =
        sections.map(|section| format!("{} (`{}`)", section.title.get(language), section.id));
    let named: Vec<String> = named.collect();
    let label = pick(language, "Sections d'un nouveau document :", "Sections of a new document:");
    page.push_str(&format!("\n{label} {}.\n", named.join(" · ")));
}

/// Writes each list of choices once, after the names of the fields that have it.
fn write_choices(page: &mut String, kind: &'static Kind, language: Language) {
    let mut lists: Vec<(&'static [Choice], Vec<String>)> = Vec::new();
    let mut note = |name: String, spec: &FieldSpec| {
        let FieldType::Choice(choices) = spec.kind else { return };
        match lists.iter_mut().find(|(known, _)| *known == choices) {
            Some((_, names)) => names.push(name),
            None => lists.push((choices, vec![name])),
        }
    };
    for field in kind.fields {
        note(format!("`{}`", field.name), field);
        for column in columns(field) {
            note(format!("`{} › {}`", field.name, column.name), column);
        }
    }
    if lists.is_empty() {
        return;
    }
    page.push_str(pick(language, "\nChoix :\n\n", "\nChoices:\n\n"));
    for (choices, names) in lists {
        let told = choices.iter();
        let told = told.map(|choice| format!("`{}` {}", choice.code, choice.label.get(language)));
        let told: Vec<String> = told.collect();
        let colon = pick(language, " :", ":");
        page.push_str(&format!("- {}{colon} {}.\n", names.join(", "), told.join(" · ")));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::{env, fs, path::Path};

    /// With `LIAISON_WRITE_DOCS` set, writes the page instead of only comparing it.
    #[test]
    fn docs_kinds_md_says_what_the_tables_say() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/kinds.md");
        if env::var_os("LIAISON_WRITE_DOCS").is_some() {
            fs::write(&path, page()).unwrap();
        }
        let stale = "docs/kinds.md is stale: LIAISON_WRITE_DOCS=1 cargo test -p cli docs_kinds_md";
        assert!(fs::read_to_string(&path).unwrap_or_default() == page(), "{stale}");
    }

    #[test]
    fn every_field_of_every_kind_stands_on_the_page_in_both_languages() {
        let page = page();
        for kind in Catalogue::STANDARD.iter() {
            for words in [kind.care.keep, kind.title] {
                assert!(page.contains(words.fr) && page.contains(words.en), "{}", kind.name);
            }
            for spec in kind.fields.iter().flat_map(|field| columns(field).iter().chain([field])) {
                for help in [spec.help.fr, spec.help.en] {
                    assert!(page.contains(help), "{}: {}", kind.name, spec.name);
                }
            }
        }
    }
}
