//! From an [`Edit`] to the operations that carry it out.
//!
//! An edit is checked whole against the present document and becomes a plan; only then is
//! anything written, so a refused edit leaves the document untouched. A plan holds one list of
//! writes for each change; only long pastes need more than one.

use automerge::transaction::Transactable;
use automerge::{AutomergeError, ObjId, ObjType, ROOT, ReadDoc};

use super::author::{Actor, Version};
use super::edit::{Edit, EditRefusal};
use super::layout::{self, DELETED_KEY, ORDER_KEY, TITLE_KEY};
use super::lens::Lens;
use super::view::{self, Section};
use super::{limits, order, rebase};
use crate::kinds::{FieldType, Kind, Merge};
use crate::merge;
use crate::text_difference::{Splice, difference};

mod fields; // values, entries and items
mod rows; // rows

/// One write into the engine.
pub(super) enum Write {
    Put(ObjId, String, String),
    Flag(ObjId, &'static str, bool),
    Delete(ObjId, String),
    Splice(ObjId, Splice),
    NewItem {
        map: ObjId,
        key: String,
        order: String,
        value: String,
    },
    /// Texts under their keys, all made before the first is written into.
    NewTexts {
        map: ObjId,
        texts: Vec<(String, String)>,
    },
    NewSection {
        sections: ObjId,
        id: String,
        order: String,
        title: String,
    },
}

/// What an edit comes to.
#[derive(Default)]
pub(super) struct Plan {
    /// The writes of each change.
    pub(super) changes: Vec<Vec<Write>>,
    /// The id of what is made.
    pub(super) created: Option<String>,
}

impl Plan {
    fn one(write: Write) -> Self {
        Self { changes: vec![vec![write]], created: None }
    }

    /// Spreads writes of one operation each over changes of a bounded number of them.
    fn spread(writes: Vec<Write>) -> Self {
        let mut changes: Vec<Vec<Write>> = Vec::new();
        for write in writes {
            match changes.last_mut().filter(|last| last.len() < limits::EDIT_OPS_PER_CHANGE) {
                Some(last) => last.push(write),
                None => changes.push(vec![write]),
            }
        }
        Self { changes, created: None }
    }
}

/// The document an edit is planned against.
pub(super) struct Planner<'a> {
    pub(super) lens: Lens<'a>,
    pub(super) kind: &'static Kind,
    /// The writer, and the counter of its next operation: together they name what it makes.
    pub(super) actor: Actor,
    pub(super) next_op: u64,
}

impl Planner<'_> {
    /// Checks an edit and tells what to write.
    pub(super) fn plan(&self, edit: &Edit) -> Result<Plan, EditRefusal> {
        match edit {
            Edit::SetTitle(title) => {
                let title = FieldType::Text.read(title)?;
                Ok(Plan::one(Write::Put(ROOT, TITLE_KEY.to_owned(), title)))
            }
            Edit::Set { field, value } => self.set(field, value),
            Edit::Clear { field } => self.clear(field),
            Edit::Settle { field, value } => self.settle(field, value),
            Edit::Remove { field, entry } => self.remove(field, entry),
            Edit::MoveItem { field, item, after } => self.move_item(field, item, after.as_deref()),
            Edit::AddRow { field, cells, after } => self.add_row(field, cells, after.as_deref()),
            Edit::RemoveRow { field, row } => self.remove_row(field, row),
            Edit::Splice { place, at, delete, insert } => {
                self.splice(place, *at, *delete, insert.clone())
            }
            Edit::AppendText { place, text } => {
                let object = self.text(place)?;
                let length = self.lens.engine.length(&object);
                self.splice(place, length, 0, text.clone())
            }
            Edit::WriteText { place, text } => self.write_text(&self.text(place)?, text),
            Edit::WriteTextSince { place, since, text } => {
                self.write_text_since(&self.text(place)?, since, text)
            }
            Edit::Comment(remark) => self.comment(remark),
            Edit::MarkComment { comment, state } => self.mark_comment(comment, *state),
            Edit::AddSection { title, after } => self.add_section(title, after.as_deref()),
            Edit::RenameSection { section, title } => {
                let title = FieldType::Text.read(title)?;
                let section = self.section(section)?;
                Ok(Plan::one(Write::Put(section.object, TITLE_KEY.to_owned(), title)))
            }
            Edit::MoveSection { section, after } => self.move_section(section, after.as_deref()),
            Edit::DeleteSection { section } => self.flag_section(section, true),
            Edit::RestoreSection { section } => self.flag_section(section, false),
        }
    }

    fn fields(&self) -> Result<ObjId, EditRefusal> {
        let found = self.lens.object(&ROOT, layout::FIELDS_KEY, ObjType::Map);
        found.ok_or(EditRefusal::NotReady)
    }

    /// Returns the text of a section, named by its id or its title, or of a field or a cell of
    /// rule T.
    fn text(&self, place: &str) -> Result<ObjId, EditRefusal> {
        if let Ok(section) = self.section(place) {
            return Ok(section.text);
        }
        let no_such = || EditRefusal::NoSuchPlace(place.to_owned());
        let map = self.fields()?;
        let spot = self.spot(&map, place).map_err(|refusal| {
            let no_field = matches!(refusal, EditRefusal::NoSuchField(_));
            if no_field { no_such() } else { refusal }
        })?;
        let is_text = spot.spec.merge == Merge::Text;
        let found = is_text.then(|| self.lens.object(&map, &spot.key, ObjType::Text)).flatten();
        found.ok_or_else(no_such)
    }

    /// Returns what stands in a text; `None` for a place that is none.
    pub(super) fn text_at(&self, place: &str) -> Option<String> {
        self.text(place).ok().map(|object| self.lens.text(&object))
    }

    /// Returns a section by its id or, if only one bears it, by its title.
    fn section(&self, name: &str) -> Result<Section, EditRefusal> {
        if let Some(section) = view::section_of(self.lens, name) {
            return Ok(section);
        }
        let mut sections = view::sections(self.lens);
        let wanted = name.to_lowercase();
        let bears = |section: &Section| match (&section.own_title, self.kind.section(&section.id)) {
            (Some(title), _) => title.to_lowercase() == wanted,
            (None, Some(spec)) => {
                spec.title.fr.to_lowercase() == wanted || spec.title.en.to_lowercase() == wanted
            }
            (None, None) => false,
        };
        sections.retain(|section| !section.deleted && bears(section));
        match (sections.pop(), sections.is_empty()) {
            (Some(section), true) => Ok(section),
            (Some(_), false) | (None, _) => Err(EditRefusal::NoSuchPlace(name.to_owned())),
        }
    }

    fn splice(
        &self,
        place: &str,
        at: usize,
        delete: usize,
        insert: String,
    ) -> Result<Plan, EditRefusal> {
        let text = self.text(place)?;
        let length = self.lens.engine.length(&text);
        if at.checked_add(delete).is_none_or(|end| end > length) {
            return Err(EditRefusal::OutsideText { length });
        }
        pack(&text, vec![Splice { at, delete, insert }])
    }

    fn write_text(&self, text: &ObjId, new: &str) -> Result<Plan, EditRefusal> {
        pack(text, difference(&self.lens.text(text), new))
    }

    fn write_text_since(
        &self,
        text: &ObjId,
        since: &Version,
        new: &str,
    ) -> Result<Plan, EditRefusal> {
        let heads = since.engine();
        let known = heads.iter().all(|head| self.lens.engine.get_change_by_hash(head).is_some());
        if !known {
            return Err(EditRefusal::NoSuchVersion);
        }
        pack(text, rebase::rebased(self.lens, text, &heads, new))
    }

    fn add_section(&self, title: &str, after: Option<&str>) -> Result<Plan, EditRefusal> {
        let title = FieldType::Text.read(title)?;
        let all = view::sections(self.lens);
        let others: Vec<(&str, &str)> =
            all.iter().map(|section| (section.id.as_str(), section.order.as_str())).collect();
        let order = match after {
            None => order::between(others.last().map(|(_, order)| *order), None),
            Some(after) => {
                let after = self.section(after)?.id;
                order_after(&others, Some(&after)).ok_or(EditRefusal::NoSuchPlace(after))?
            }
        };
        let sections = self.lens.object(&ROOT, layout::SECTIONS_KEY, ObjType::Map);
        let sections = sections.ok_or(EditRefusal::NotReady)?;
        let id = layout::fresh_name(self.next_op, self.actor);
        let created = Some(id.clone());
        let write = Write::NewSection { sections, id, order, title };
        Ok(Plan { changes: vec![vec![write]], created })
    }

    fn move_section(&self, name: &str, after: Option<&str>) -> Result<Plan, EditRefusal> {
        let moved = self.section(name)?;
        let after = after.map(|after| self.section(after)).transpose()?;
        let all = view::sections(self.lens);
        let others: Vec<(&str, &str)> = all
            .iter()
            .filter(|section| section.id != moved.id)
            .map(|section| (section.id.as_str(), section.order.as_str()))
            .collect();
        let after_id = after.as_ref().map(|after| after.id.as_str());
        let order = order_after(&others, after_id)
            .ok_or_else(|| EditRefusal::NoSuchPlace(after_id.unwrap_or_default().to_owned()))?;
        Ok(Plan::one(Write::Put(moved.object, ORDER_KEY.to_owned(), order)))
    }

    fn flag_section(&self, name: &str, deleted: bool) -> Result<Plan, EditRefusal> {
        let section = self.section(name)?;
        if section.deleted == deleted {
            return Ok(Plan::default());
        }
        Ok(Plan::one(Write::Flag(section.object, DELETED_KEY, deleted)))
    }
}

/// Returns an order key right after one of `others`, or before all of them.
fn order_after(others: &[(&str, &str)], after: Option<&str>) -> Option<String> {
    let next = match after {
        None => 0,
        Some(after) => others.iter().position(|(id, _)| *id == after)? + 1,
    };
    let low = next.checked_sub(1).map(|at| others[at].1);
    // Items that share an order key, made at the same time, cannot be told apart by a key in
    // between: the next distinct one bounds the new key.
    let high = others[next..].iter().map(|(_, order)| *order).find(|order| Some(*order) > low);
    Some(order::between(low, high))
}

/// Spreads splices of one text over changes of a bounded number of operations.
fn pack(text: &ObjId, splices: Vec<Splice>) -> Result<Plan, EditRefusal> {
    let brought: usize = splices.iter().map(|splice| splice.insert.chars().count()).sum();
    if brought > limits::EDIT_CHARS_MAX {
        return Err(EditRefusal::TooLong { chars_max: limits::EDIT_CHARS_MAX });
    }
    let mut changes: Vec<Vec<Write>> = Vec::new();
    let mut room = 0;
    for piece in splices.into_iter().flat_map(cut) {
        let cost = piece.delete + piece.insert.chars().count();
        if cost == 0 {
            continue;
        }
        if cost > room {
            changes.push(Vec::new());
            room = limits::EDIT_OPS_PER_CHANGE;
        }
        room -= cost;
        if let Some(last) = changes.last_mut() {
            last.push(Write::Splice(text.clone(), piece));
        }
    }
    Ok(Plan { changes, created: None })
}

/// Cuts a long splice into pieces that fit one change each, to be applied in order.
fn cut(splice: Splice) -> Vec<Splice> {
    let max = limits::EDIT_OPS_PER_CHANGE;
    if splice.delete + splice.insert.len() <= max {
        return vec![splice];
    }
    let mut pieces = Vec::new();
    let mut delete = splice.delete;
    while delete > 0 {
        let now = delete.min(max);
        pieces.push(Splice { at: splice.at, delete: now, insert: String::new() });
        delete -= now;
    }
    let chars: Vec<char> = splice.insert.chars().collect();
    let mut at = splice.at;
    for chunk in chars.chunks(max) {
        pieces.push(Splice { at, delete: 0, insert: chunk.iter().collect() });
        at += chunk.len();
    }
    pieces
}

/// Carries out one write.
pub(super) fn carry_out(out: &mut impl Transactable, write: Write) -> Result<(), AutomergeError> {
    match write {
        Write::Put(object, key, value) => out.put(&object, key, value),
        Write::Flag(object, key, value) => out.put(&object, key, value),
        Write::Delete(object, key) => out.delete(&object, key),
        Write::Splice(text, Splice { at, delete, insert }) => {
            let delete = isize::try_from(delete).unwrap_or(isize::MAX);
            out.splice_text(&text, at, delete, &insert)
        }
        Write::NewItem { map, key, order, value } => {
            merge::write_item(out, &map, &key, &order, &value)
        }
        Write::NewTexts { map, texts } => {
            let made = texts.iter().map(|(key, _)| out.put_object(&map, key, ObjType::Text));
            let made: Vec<ObjId> = made.collect::<Result<_, _>>()?;
            let mut filled = made.iter().zip(&texts).filter(|(_, (_, text))| !text.is_empty());
            filled.try_for_each(|(object, (_, text))| out.splice_text(object, 0, 0, text))
        }
        Write::NewSection { sections, id, order, title } => {
            let section = layout::write_section(out, &sections, &id, &order)?;
            out.put(&section, TITLE_KEY, title)
        }
    }
}
