//! The sections of a document of a full export: which are there, in what order, with what text.
//!
//! A section that the template lacks is found by its title until it has an id, so no two of one
//! document may bear the same one.

use client_core::kinds::{FieldType, Kind, Wording, words};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::draft::Reader;
use super::{Part, SECTIONS_MAX, text_of};

const SECTION: Wording = words("Section", "Section");

/// Adds what stands in the sections to the parts of the document.
pub(super) fn read(reader: &mut Reader<'_>, kind: &'static Kind) {
    let Some(sections) = reader.value.get("sections").and_then(Value::as_array) else { return };
    let by_id = |id: &str| sections.iter().find(|section| text_of(section, "id") == id);
    let revision = reader.value.get("kind_revision").and_then(Value::as_u64);
    // A template that has grown since: what the writer could not have is not what it took out.
    let as_now = revision.is_none_or(|revision| revision >= u64::from(kind.revision));
    let mut renamed = Vec::new();
    for spec in kind.sections {
        match by_id(spec.id) {
            None if as_now => reader.parts.push(Part::Hidden { id: spec.id }),
            None => {}
            Some(section) => {
                let text = text_of(section, "text");
                if !text.is_empty() {
                    reader.parts.push(Part::Section { id: spec.id, text });
                }
                let title = text_of(section, "title");
                let own = title != spec.title.fr && title != spec.title.en;
                if own && let Ok(title) = FieldType::Text.read(&title) {
                    renamed.push(Part::Renamed { id: spec.id, title });
                }
            }
        }
    }
    let order = added(reader, kind, sections);
    if !is_usual(kind, &order) {
        reader.parts.push(Part::Order { sections: order });
    }
    // Last, so that an added section of the same title is found by it until then.
    reader.parts.extend(renamed);
}

/// Adds the sections that the template lacks; returns all, by the ids or titles they bear then.
fn added(reader: &mut Reader<'_>, kind: &'static Kind, sections: &[Value]) -> Vec<String> {
    let mut order = Vec::new();
    let mut met = BTreeSet::new();
    // The number that the next section of each title gets.
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = 0;
    for (at, section) in sections.iter().enumerate() {
        let id = text_of(section, "id");
        if kind.section(&id).is_some() {
            if met.insert(id.clone()) {
                order.push(id);
            }
            continue;
        }
        count += 1;
        let path = format!(".sections[{at}]");
        if count > SECTIONS_MAX {
            reader.too_long(&path, SECTION);
            break;
        }
        let wanted = FieldType::Text.read(&text_of(section, "title")).unwrap_or_else(|_| {
            reader.no_value(&format!("{path}.title"), SECTION);
            format!("Section {count}")
        });
        let number = numbers.entry(wanted.to_lowercase()).or_insert(2);
        let mut title = wanted.clone();
        while is_of_template(kind, &title) || !met.insert(title.to_lowercase()) {
            title = format!("{wanted} ({number})");
            *number += 1;
        }
        reader.parts.push(Part::Added { title: title.clone(), text: text_of(section, "text") });
        order.push(title);
    }
    order
}

/// Tells whether sections stand as they do without being moved: the template's, then the others.
fn is_usual(kind: &Kind, order: &[String]) -> bool {
    let template = kind
        .sections
        .iter()
        .map(|spec| spec.id)
        .filter(|id| order.iter().any(|section| section == id));
    let count = template.clone().count();
    order.iter().take(count).map(String::as_str).eq(template)
}

fn is_of_template(kind: &Kind, title: &str) -> bool {
    let title = title.to_lowercase();
    let bears = |text: &str| text.to_lowercase() == title;
    kind.sections.iter().any(|spec| bears(spec.id) || bears(spec.title.fr) || bears(spec.title.en))
}
