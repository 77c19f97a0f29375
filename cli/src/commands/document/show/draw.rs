//! A document as people read it on a terminal.

use super::content::{InConflict, Shown, Written};
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
        (Text::same(format!("{label} ({})", spec.name)), field(spec, value, lang))
    };
    page.pairs(&specs.iter().map(line).collect::<Vec<_>>());
    for conflict in &shown.conflicts {
        let spec = specs.iter().find(|spec| spec.name == conflict.field);
        draw_conflict(shown, conflict, spec, page);
    }
    for section in &shown.sections {
        page.gap();
        page.title(&Text::same(format!("{} [{}]", section.title, section.id)));
        page.text(&section.text);
    }
    warnings(shown, specs, lang).iter().for_each(|warning| page.alarm(warning));
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
        let number = matches!(spec.kind, FieldType::Amount | FieldType::Integer);
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

fn draw_conflict(shown: &Shown, conflict: &InConflict, spec: Option<&FieldSpec>, page: &mut Page) {
    let lang = page.lang();
    page.gap();
    let label = spec.map_or(conflict.field.as_str(), |spec| spec.label.get(words::language(lang)));
    page.alarm(&Text::new(
        format!("« {label} » a reçu plusieurs valeurs en même temps :"),
        format!("“{label}” was given several values at the same time:"),
    ));
    let row = |written: &Written| {
        let value = shown_value(spec, &written.value, lang);
        vec![value, written.name.clone(), readable::local_time(written.at_ms, lang)]
    };
    let headers = [Text::of("valeur", "value"), Text::of("par", "by"), Text::of("le", "at")];
    page.table(&headers, &conflict.values.iter().map(row).collect::<Vec<_>>());
    let document = words::short(&shown.document);
    let name = &conflict.field;
    page.say(&Text::new(
        format!("Pour départager : liaison doc settle {document} {name} VALEUR"),
        format!("To settle: liaison doc settle {document} {name} VALUE"),
    ));
}

fn draw_remarks(shown: &Shown, page: &mut Page) {
    if shown.provisional > 0 {
        page.gap();
        page.say(&Text::new(
            format!("{} modification(s) reçue(s) par fichier, à confirmer.", shown.provisional),
            format!("{} edit(s) received by file, to be confirmed.", shown.provisional),
        ));
    }
    if shown.waiting > 0 {
        page.gap();
        page.say(&Text::new(
            format!("{} modification(s) en attente d'autres, pas encore reçues.", shown.waiting),
            format!("{} edit(s) waiting for others, not received yet.", shown.waiting),
        ));
    }
}

fn field(spec: &FieldSpec, value: &Value, lang: Lang) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(value) if value.is_empty() => "—".to_owned(),
        Value::Array(values) if values.is_empty() => "—".to_owned(),
        Value::String(value) => shown_value(Some(spec), value, lang),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(|one| field(spec, one, lang)).collect();
            values.join(" · ")
        }
        Value::Object(entry) => {
            let text = |key| entry.get(key).and_then(Value::as_str);
            let value = shown_value(Some(spec), text("value").unwrap_or_default(), lang);
            text("id").map_or(value.clone(), |id| format!("{value} [{id}]"))
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn shown_value(spec: Option<&FieldSpec>, stored: &str, lang: Lang) -> String {
    let show = |spec: &FieldSpec| spec.kind.show(stored, words::language(lang));
    spec.map_or_else(|| stored.to_owned(), show)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        };
        let told = |values| warnings(&shown(values), kind.fields, Lang::Fr).len();
        let dates =
            |from, to, amount| told([("date_effet", from), ("date_fin", to), ("montant", amount)]);
        assert_eq!(dates("2027-03-01", "2027-01-01", "-5.00"), 2);
        assert_eq!(dates("2027-03-01", "2028-01-01", "5.00"), 0);
        assert_eq!(dates("2027-03-01", "", "0.00"), 0);
    }
}
