//! A document as people read it on a terminal.

use super::content::{InConflict, Lacking, Shown, Unread, Written};
use super::rows;
use crate::commands::document::warned::READ_BY_ALL;
use crate::words;
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Formula, Merge};
use console::{Lang, Page, Text, readable};
use serde_json::Value;

/// Draws a document: title, fields with their values, what awaits a decision, sections.
pub(super) fn document(shown: &Shown, page: &mut Page) {
    let lang = page.lang();
    let specs = Catalogue::STANDARD.find(&shown.kind).map_or(&[][..], |kind| kind.fields);
    page.title(&Text::same(shown.title.clone()));
    page.pairs(&[
        (Text::same("document"), shown.document.clone()),
        (Text::of("nature", "kind"), kind_title(&shown.kind, lang)),
    ]);
    page.gap();
    let line = |spec: &FieldSpec| {
        let value = shown.fields.get(spec.name).unwrap_or(&Value::Null);
        let label = spec.label.get(words::language(lang));
        (Text::same(format!("{label} ({})", spec.name)), field(shown, spec, value, lang))
    };
    let plain = specs.iter().filter(|spec| spec.kind.table().is_none());
    page.pairs(&plain.map(line).collect::<Vec<_>>());
    rows::draw(shown, specs, page);
    for conflict in &shown.conflicts {
        draw_conflict(shown, conflict, specs, page);
    }
    for section in &shown.sections {
        page.gap();
        page.title(&Text::same(format!("{} [{}]", section.title, section.id)));
        page.prose(&section.text);
    }
    if let Some(frozen) = &shown.frozen {
        frozen.draw(page);
    }
    draw_unknown(shown, page);
    warnings(shown, specs, lang).iter().for_each(|warning| page.alarm(warning));
    draw_guards(shown, page);
    draw_missing(&shown.missing, page);
    draw_remarks(shown, page);
}

/// Returns what the merge rules let stand and a person should look at: an end before its start,
/// an amount or a number below zero.
fn warnings(shown: &Shown, specs: &[FieldSpec], lang: Lang) -> Vec<Text> {
    let label = |spec: &FieldSpec| spec.label.get(words::language(lang)).to_owned();
    let one = |name: &str| shown.fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut warnings = Vec::new();
    for spec in specs {
        if let Merge::Computed(Formula::MonthsBetween { from, to }) = spec.merge {
            // Stored dates are in the order of their digits.
            let (start, end) = (one(from), one(to));
            if !start.is_empty() && !end.is_empty() && end < start {
                warnings.push(Text::of(
                    "Attention : la date de fin est avant la date d'effet.",
                    "Beware: the end date is before the effective date.",
                ));
            }
            continue;
        }
        let number =
            matches!(spec.kind, FieldType::Amount | FieldType::Integer | FieldType::Number);
        if number && one(spec.name).starts_with('-') {
            let label = label(spec);
            warnings.push(Text::new(
                format!("Attention : « {label} » est négatif."),
                format!("Beware: “{label}” is negative."),
            ));
        }
    }
    warnings
}

fn kind_title(kind: &str, lang: Lang) -> String {
    let found = Catalogue::STANDARD.find(kind);
    found.map_or(kind, |kind| kind.title.get(words::language(lang))).to_owned()
}

fn draw_conflict(shown: &Shown, conflict: &InConflict, specs: &[FieldSpec], page: &mut Page) {
    let lang = page.lang();
    page.gap();
    let (spec, label, name) = rows::spot(shown, specs, &conflict.field, lang);
    page.alarm(&Text::new(
        format!("« {label} » a reçu plusieurs valeurs en même temps :"),
        format!("“{label}” was given several values at the same time:"),
    ));
    let row = |written: &Written| {
        let value = shown_value(shown, spec, &written.value, lang);
        vec![value, written.name.clone(), readable::local_time(written.at_ms, lang)]
    };
    let headers = [Text::of("valeur", "value"), Text::of("par", "by"), Text::of("le", "at")];
    page.table(&headers, &conflict.values.iter().map(row).collect::<Vec<_>>());
    let document = words::short(&shown.document);
    page.say(&Text::new(
        format!("Pour départager : liaison doc settle {document} {name} VALEUR"),
        format!("To settle: liaison doc settle {document} {name} VALUE"),
    ));
}

/// Shows what a newer program wrote under names that this one has no field for: it is kept.
fn draw_unknown(shown: &Shown, page: &mut Page) {
    if shown.unknown.is_empty() {
        return;
    }
    page.gap();
    page.title(&Text::of(
        "Écrit par une version plus récente de Liaison, et gardé tel quel",
        "Written by a newer version of Liaison, and kept as it is",
    ));
    let line = |one: &Unread| (Text::same(one.place.clone()), one.values.join(" · "));
    page.pairs(&shown.unknown.iter().map(line).collect::<Vec<_>>());
}

/// Places told of what a document looks to hold.
const GUARDS_TOLD: usize = 5;

/// Tells in one line what the document looks to hold of a person cared for.
fn draw_guards(shown: &Shown, page: &mut Page) {
    if shown.warnings.is_empty() {
        return;
    }
    page.gap();
    for warned in shown.warnings.iter().take(GUARDS_TOLD) {
        page.say(&warned.sentence());
    }
    if let Some(left) = shown.warnings.len().checked_sub(GUARDS_TOLD).filter(|left| *left > 0) {
        page.say(&Text::new(
            format!("… et {left} de plus ; --json donne tout"),
            format!("… and {left} more; --json gives all"),
        ));
    }
    page.say(&READ_BY_ALL);
}

/// Tells what a document still needs; shown before a freeze and a visa too.
pub(crate) fn draw_missing(missing: &[Lacking], page: &mut Page) {
    if missing.is_empty() {
        return;
    }
    page.gap();
    page.say(&still_needed(missing));
}

/// Says what a document still needs.
pub(crate) fn still_needed(missing: &[Lacking]) -> Text {
    let labels: Vec<&str> = missing.iter().map(|one| one.label.as_str()).collect();
    let labels = labels.join(" · ");
    Text::new(format!("Reste à remplir : {labels}."), format!("Still to fill in: {labels}."))
}

fn draw_remarks(shown: &Shown, page: &mut Page) {
    if shown.provisional > 0 {
        page.gap();
        let number = shown.provisional as u64;
        let (fr, en) = words::counted(number, "modification reçue", ("edit", "received"));
        page.say(&Text::new(
            format!("{fr} par fichier, à confirmer."),
            format!("{en} by file, to be confirmed."),
        ));
    }
    if shown.waiting > 0 {
        page.gap();
        let number = shown.waiting as u64;
        let (fr, en) = words::counted(number, "modification", ("edit", "waiting"));
        page.say(&Text::new(
            format!("{fr} en attente d'autres, qui ne sont pas encore reçues."),
            format!("{en} for others, not received yet."),
        ));
    }
}

pub(super) fn field(shown: &Shown, spec: &FieldSpec, value: &Value, lang: Lang) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(value) if value.is_empty() => "—".to_owned(),
        Value::Array(values) if values.is_empty() => "—".to_owned(),
        Value::String(value) => shown_value(shown, Some(spec), value, lang),
        Value::Array(values) => {
            let one = |value| field(shown, spec, value, lang);
            values.iter().map(one).collect::<Vec<_>>().join(" · ")
        }
        Value::Object(entry) => {
            let text = |key| entry.get(key).and_then(Value::as_str);
            let value = text("value").unwrap_or_default();
            let value = shown_value(shown, Some(spec), value, lang);
            text("id").map_or(value.clone(), |id| format!("{value} [{id}]"))
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// Returns a value as people read it; an organisation by its name, its id beside it: names are
/// not unique, and everybody writes its own.
fn shown_value(shown: &Shown, spec: Option<&FieldSpec>, stored: &str, lang: Lang) -> String {
    let partner = spec.is_some_and(|spec| spec.kind == FieldType::Partner);
    if let Some(name) = shown.partners.get(stored).filter(|_| partner) {
        return format!("{name} ({})", words::short(stored));
    }
    let document = spec.is_some_and(|spec| matches!(spec.kind, FieldType::Document(_)));
    if let Some(title) = shown.documents.get(stored).filter(|_| document) {
        return format!("{title} ({})", words::short(stored));
    }
    let show = |spec: &FieldSpec| spec.kind.show(stored, words::language(lang));
    spec.map_or_else(|| stored.to_owned(), show)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_cannot_be_meant_is_pointed_at() {
        let kind = Catalogue::STANDARD.find("convention").expect("it is a standard kind");
        let shown = |values: [(&str, &str); 3]| Shown {
            document: String::new(),
            space: String::new(),
            kind: kind.name.to_owned(),
            title: String::new(),
            fields: values.map(|(name, value)| (name.to_owned(), Value::from(value))).into(),
            sections: Vec::new(),
            conflicts: Vec::new(),
            heads: Vec::new(),
            provisional: 0,
            waiting: 0,
            partners: BTreeMap::new(),
            documents: BTreeMap::new(),
            frozen: None,
            missing: Vec::new(),
            warnings: Vec::new(),
            unknown: Vec::new(),
        };
        let told = |values| warnings(&shown(values), kind.fields, Lang::Fr).len();
        let dates =
            |from, to, amount| told([("date_effet", from), ("date_fin", to), ("montant", amount)]);
        assert_eq!(dates("2027-03-01", "2027-01-01", "-5.00"), 2);
        assert_eq!(dates("2027-03-01", "2028-01-01", "5.00"), 0);
        assert_eq!(dates("2027-03-01", "", "0.00"), 0);
    }

    #[test]
    fn an_organisation_is_shown_by_its_name_with_its_id() {
        let kind = Catalogue::STANDARD.find("fiche_action").expect("it is a standard kind");
        let spec = kind.fields.iter().find(|spec| spec.kind == FieldType::Partner);
        let spec = spec.expect("a sheet has somebody who leads it");
        let id = "3fa94b12".repeat(4);
        let shown = Shown {
            document: String::new(),
            space: String::new(),
            kind: kind.name.to_owned(),
            title: String::new(),
            fields: BTreeMap::new(),
            sections: Vec::new(),
            conflicts: Vec::new(),
            heads: Vec::new(),
            provisional: 0,
            waiting: 0,
            partners: BTreeMap::from([(id.clone(), "Les Hirondelles".to_owned())]),
            documents: BTreeMap::new(),
            frozen: None,
            missing: Vec::new(),
            warnings: Vec::new(),
            unknown: Vec::new(),
        };
        let value = Value::from(vec![id, "UNAFAM 78".to_owned()]);
        let told = field(&shown, spec, &value, Lang::Fr);
        assert_eq!(told, "Les Hirondelles (3fa94b12) · UNAFAM 78");
    }
}
