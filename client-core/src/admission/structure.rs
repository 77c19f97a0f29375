//! The structure that every view relies on, and that no single change may take away.
//!
//! The engine lets any writer put anything under any key: a section written over, or a second
//! object under the key of a text, would hide what others wrote. Sections, list items, entries
//! and rows are therefore named after the operation that makes them, which nobody else can
//! repeat, unless a value names a row; texts are made once; entries of an append-only field
//! stay.

use automerge::ObjType;
use automerge::legacy::{Key, Op, OpType};

use super::past::{Past, Target};
use super::refusal::Refusal;
use crate::document::index::{ROOT, Role};
use crate::document::layout::{self, CellKey};
use crate::kinds::{FieldSpec, Merge, Table};

/// Checks one operation on a key of a map.
pub(super) fn check(
    past: &Past<'_>,
    at: usize,
    op: &Op,
    key: &str,
    target: Target,
) -> Result<(), Refusal> {
    if let Some(made) = past.made_here(target) {
        return check_in_new_object(made, op, key);
    }
    let Some(number) = target.number else {
        return Ok(());
    };
    match past.index.object(number).role {
        Role::Root if number == ROOT && layout::FIXED_ROOT_KEYS.contains(&key) => {
            Err(Refusal::FixedLayout)
        }
        Role::Sections => check_section(past, at, op, key),
        Role::Fields => check_field(past, at, op, key),
        Role::InSections if key == layout::TEXT_KEY => Err(Refusal::FixedLayout),
        Role::Root | Role::InSections | Role::Inside => Ok(()),
    }
}

/// Within an object that the same change makes, a text is made once.
fn check_in_new_object(made: &Op, op: &Op, key: &str) -> Result<(), Refusal> {
    let in_named_map = matches!(made.key, Key::Map(_));
    if in_named_map && key == layout::TEXT_KEY && !op.pred.is_empty() {
        return Err(Refusal::FixedLayout);
    }
    Ok(())
}

/// A section is made under a name of its own and never unmade: deleting one is a flag in it.
fn check_section(past: &Past<'_>, at: usize, op: &Op, key: &str) -> Result<(), Refusal> {
    let made = op.action == OpType::Make(ObjType::Map) && op.pred.is_empty();
    if made && key == layout::fresh_name(past.counter(at), past.actor) {
        Ok(())
    } else {
        Err(Refusal::FixedLayout)
    }
}

fn check_field(past: &Past<'_>, at: usize, op: &Op, key: &str) -> Result<(), Refusal> {
    let (field, entry) = match key.split_once(layout::ENTRY_MARK) {
        Some((field, entry)) => (field, Some(entry)),
        None => (key, None),
    };
    let Some(spec) = past.kind.field(field) else {
        return Ok(());
    };
    if let Some(table) = spec.kind.table() {
        let cell = entry.and_then(layout::read_cell_key).ok_or(Refusal::FixedLayout)?;
        return check_cell(past, at, op, (spec, table), cell);
    }
    let fresh = || {
        op.pred.is_empty()
            && entry.is_some_and(|name| name == layout::fresh_name(past.counter(at), past.actor))
    };
    let allowed = match (spec.merge, &op.action) {
        (Merge::Text, _) => false,
        (Merge::Append, OpType::Put(_)) if fresh() => true,
        (Merge::Append, _) if !op.pred.is_empty() => return Err(Refusal::AppendOnly),
        (Merge::List, OpType::Make(ObjType::Map)) => fresh(),
        (Merge::List | Merge::Set | Merge::LastWriter | Merge::MultiValue, OpType::Delete)
        | (Merge::Set | Merge::LastWriter | Merge::MultiValue, OpType::Put(_)) => true,
        (
            Merge::Append
            | Merge::List
            | Merge::Set
            | Merge::LastWriter
            | Merge::MultiValue
            | Merge::Computed(_),
            _,
        ) => false,
    };
    if allowed { Ok(()) } else { Err(Refusal::FixedLayout) }
}

/// A key of a row. Columns that the table does not have are those of a newer program.
fn check_cell(
    past: &Past<'_>,
    at: usize,
    op: &Op,
    (field, table): (&FieldSpec, &Table),
    cell: CellKey<'_>,
) -> Result<(), Refusal> {
    let column = table.column(cell.column).map(|column| column.merge);
    let formed = match column {
        Some(Merge::Set) => cell.entry.is_some(),
        Some(Merge::Text | Merge::LastWriter | Merge::MultiValue) => cell.entry.is_none(),
        // They are not stored, or not in tables.
        Some(Merge::List | Merge::Append | Merge::Computed(_)) => false,
        None if cell.column == layout::ROW_ORDER => {
            field.merge == Merge::List && cell.entry.is_none()
        }
        None => true,
    };
    let writes = matches!(op.action, OpType::Put(_));
    let allowed = match field.merge {
        Merge::Append if !op.pred.is_empty() => return Err(Refusal::AppendOnly),
        Merge::Append => writes && is_of_this_change(past, at, cell.row),
        Merge::List if column == Some(Merge::Text) => {
            op.action == OpType::Make(ObjType::Text)
                && op.pred.is_empty()
                && table.text_number(cell.column).is_some_and(|number| {
                    let first = past.counter(at).checked_sub(number);
                    first.is_some_and(|f| cell.row == layout::fresh_name(f, past.actor))
                })
        }
        Merge::List => layout::is_fresh_name(cell.row) && (writes || op.action == OpType::Delete),
        Merge::Set => writes || op.action == OpType::Delete,
        Merge::Text | Merge::LastWriter | Merge::MultiValue | Merge::Computed(_) => false,
    };
    if formed && allowed { Ok(()) } else { Err(Refusal::FixedLayout) }
}

/// Tells whether a row is named after this operation or an earlier one of the same change.
fn is_of_this_change(past: &Past<'_>, at: usize, row: &str) -> bool {
    let counter = row.split_once('-').and_then(|(digits, _)| u64::from_str_radix(digits, 16).ok());
    let here = |counter: &u64| (past.counter(0)..=past.counter(at)).contains(counter);
    counter.filter(here).is_some_and(|counter| row == layout::fresh_name(counter, past.actor))
}
