//! Whether everything a change refers to lies in its past and suits what it does there.
//!
//! The engine trusts that a writer wrote against a document it had; given an operation on
//! something missing it panics or builds a document that cannot be loaded again. These checks
//! look at each operation once, against the index and the earlier operations of the same
//! change. They also keep the structure that every view relies on.

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{ExpandedChange, ObjType, ScalarValue};
use std::collections::BTreeMap;

use super::refusal::Refusal;
use super::structure;
use crate::document::clock::Clock;
use crate::document::index::{self, Found, Index, Number, Slot};
use crate::document::{Actor, limits};
use crate::kinds::Kind;

/// A change being checked, and what it may refer to.
pub(super) struct Past<'a> {
    pub(super) index: &'a Index,
    pub(super) change: &'a ExpandedChange,
    pub(super) actor: Actor,
    pub(super) kind: &'static Kind,
    /// What the change had seen; `None` is everything.
    clock: Option<Clock>,
    /// Objects that the change itself makes, by the position of the operation.
    made: BTreeMap<usize, u8>,
}

/// The object an operation writes into.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) kind: ObjType,
    depth: u8,
    /// Its number, unless the change itself makes it.
    pub(super) number: Option<Number>,
    /// The position of the operation that makes it, if the change itself does.
    made_at: Option<usize>,
}

/// An operation that another one refers to.
enum Referred<'a> {
    /// An earlier one of the same change.
    Here(&'a Op),
    /// One of the document.
    There(Found),
}

impl<'a> Past<'a> {
    pub(super) fn new(
        index: &'a Index,
        change: &'a ExpandedChange,
        actor: Actor,
        kind: &'static Kind,
        clock: Option<Clock>,
    ) -> Self {
        Self { index, change, actor, kind, clock, made: BTreeMap::new() }
    }

    /// Checks every operation.
    pub(super) fn check(mut self) -> Result<(), Refusal> {
        let ops = &self.change.operations;
        for (at, op) in ops.iter().enumerate() {
            let target = self.target(&op.obj, at)?;
            check_features(op)?;
            self.check_marks(at, op)?;
            match target.kind {
                ObjType::Map => self.check_in_map(at, op, target)?,
                ObjType::List | ObjType::Text => self.check_in_sequence(at, op, target)?,
                ObjType::Table => return Err(Refusal::UnusedFeature),
            }
            if let OpType::Make(_) = op.action {
                let depth = target.depth.saturating_add(1);
                if depth > limits::DEPTH_MAX {
                    return Err(Refusal::TooDeep);
                }
                self.made.insert(at, depth);
            }
        }
        Ok(())
    }

    /// Returns the position, in this change, of an operation before `at`.
    fn position(&self, id: &OpId, at: usize) -> Option<usize> {
        if id.actor() != &self.change.actor_id {
            return None;
        }
        let position = id.counter().checked_sub(self.change.start_op.get())?;
        usize::try_from(position).ok().filter(|position| *position < at)
    }

    /// Returns the counter of the operation at a position.
    pub(super) fn counter(&self, at: usize) -> u64 {
        self.change.start_op.get() + at as u64
    }

    fn there(&self, id: &OpId) -> Option<index::OpRef> {
        let op = self.index.op_ref(id)?;
        let seen = self.clock.as_ref().is_none_or(|clock| clock.saw(op));
        seen.then_some(op)
    }

    fn target(&self, object: &ObjectId, at: usize) -> Result<Target, Refusal> {
        let id = match object {
            ObjectId::Root => {
                let number = Some(index::ROOT);
                return Ok(Target { kind: ObjType::Map, depth: 0, number, made_at: None });
            }
            ObjectId::Id(id) => id,
        };
        if let Some(position) = self.position(id, at) {
            let depth = self.made.get(&position).copied().ok_or(Refusal::NoSuchObject)?;
            let OpType::Make(kind) = self.change.operations[position].action else {
                return Err(Refusal::NoSuchObject);
            };
            return Ok(Target { kind, depth, number: None, made_at: Some(position) });
        }
        let op = self.there(id).ok_or(Refusal::NoSuchObject)?;
        let number = self.index.object_number(op).ok_or(Refusal::NoSuchObject)?;
        let object = self.index.object(number);
        let (kind, depth) = (object.kind, object.depth);
        Ok(Target { kind, depth, number: Some(number), made_at: None })
    }

    fn refer(&self, id: &OpId, at: usize) -> Option<Referred<'a>> {
        if let Some(position) = self.position(id, at) {
            return Some(Referred::Here(&self.change.operations[position]));
        }
        self.index.find(self.there(id)?).map(Referred::There)
    }

    /// A mark is written as its beginning and, right after, its end.
    fn check_marks(&self, at: usize, op: &Op) -> Result<(), Refusal> {
        let ops = &self.change.operations;
        let paired = match &op.action {
            OpType::MarkBegin(_) => ops.get(at + 1).is_some_and(|next| {
                matches!(next.action, OpType::MarkEnd(_)) && next.obj == op.obj
            }),
            OpType::MarkEnd(_) => at.checked_sub(1).is_some_and(|before| {
                matches!(ops[before].action, OpType::MarkBegin(_)) && ops[before].obj == op.obj
            }),
            OpType::Make(_) | OpType::Delete | OpType::Increment(_) | OpType::Put(_) => true,
        };
        if paired { Ok(()) } else { Err(Refusal::UnpairedMark) }
    }

    fn check_in_map(&self, at: usize, op: &Op, target: Target) -> Result<(), Refusal> {
        let Key::Map(key) = &op.key else {
            return Err(Refusal::WrongObjectType);
        };
        let is_mark = matches!(op.action, OpType::MarkBegin(_) | OpType::MarkEnd(_));
        if op.insert || is_mark {
            return Err(Refusal::WrongObjectType);
        }
        if op.action == OpType::Delete && op.pred.is_empty() {
            return Err(Refusal::NoSuchPredecessor);
        }
        let number = self.index.key_number(key);
        for pred in op.pred.iter() {
            let replaced = match self.refer(pred, at) {
                Some(Referred::Here(earlier)) => {
                    earlier.obj == op.obj
                        && earlier.key == op.key
                        && earlier.action != OpType::Delete
                }
                Some(Referred::There(found)) => {
                    Some(found.object) == target.number
                        && number.is_some_and(|number| found.slot == Slot::Key(number))
                }
                None => false,
            };
            if !replaced {
                return Err(Refusal::NoSuchPredecessor);
            }
        }
        structure::check(self, at, op, key, target)
    }

    fn check_in_sequence(&self, at: usize, op: &Op, target: Target) -> Result<(), Refusal> {
        let Key::Seq(element) = &op.key else {
            return Err(Refusal::WrongObjectType);
        };
        self.check_element(at, op, element, target)?;
        if op.insert {
            let allowed = match (&op.action, target.kind) {
                // One element of a text is one character, whoever writes it.
                (OpType::Put(ScalarValue::Str(value)), ObjType::Text) => is_one_char(value),
                (OpType::Put(_), kind) => kind == ObjType::List,
                // A block within a text; anything within a list.
                (OpType::Make(made), kind) => kind == ObjType::List || *made == ObjType::Map,
                (OpType::MarkBegin(_) | OpType::MarkEnd(_), kind) => kind == ObjType::Text,
                (OpType::Delete | OpType::Increment(_), _) => false,
            };
            let fresh = op.pred.is_empty();
            return if allowed && fresh { Ok(()) } else { Err(Refusal::WrongObjectType) };
        }
        let allowed = match (&op.action, target.kind) {
            (OpType::Delete, _) => true,
            (OpType::Put(_) | OpType::Make(_), kind) => kind == ObjType::List,
            (OpType::MarkBegin(_) | OpType::MarkEnd(_) | OpType::Increment(_), _) => false,
        };
        if !allowed {
            return Err(Refusal::WrongObjectType);
        }
        if op.pred.is_empty() {
            return Err(Refusal::NoSuchPredecessor);
        }
        for pred in op.pred.iter() {
            self.check_element_value(at, op, element, pred, target)?;
        }
        Ok(())
    }

    /// The element exists in this object; an insertion may also follow the head or a mark.
    fn check_element(
        &self,
        at: usize,
        op: &Op,
        element: &ElementId,
        target: Target,
    ) -> Result<(), Refusal> {
        let id = match element {
            ElementId::Head if op.insert => return Ok(()),
            ElementId::Head => return Err(Refusal::NoSuchElement),
            ElementId::Id(id) => id,
        };
        let exists = match self.refer(id, at) {
            Some(Referred::Here(earlier)) => {
                let is_mark = matches!(earlier.action, OpType::MarkBegin(_) | OpType::MarkEnd(_));
                earlier.obj == op.obj && earlier.insert && (op.insert || !is_mark)
            }
            Some(Referred::There(found)) => {
                Some(found.object) == target.number
                    && match found.slot {
                        Slot::Element => true,
                        Slot::Mark => op.insert,
                        Slot::Key(_) | Slot::Over(_) => false,
                    }
            }
            None => false,
        };
        if exists { Ok(()) } else { Err(Refusal::NoSuchElement) }
    }

    /// What is replaced or struck is the element itself or a value written over it.
    fn check_element_value(
        &self,
        at: usize,
        op: &Op,
        element: &ElementId,
        pred: &OpId,
        target: Target,
    ) -> Result<(), Refusal> {
        if element.as_opid() == Some(pred) {
            return Ok(());
        }
        let over = match self.refer(pred, at) {
            Some(Referred::Here(earlier)) => {
                earlier.obj == op.obj
                    && !earlier.insert
                    && earlier.key == op.key
                    && earlier.action != OpType::Delete
            }
            Some(Referred::There(found)) => {
                let element = element.as_opid().and_then(|id| self.index.op_ref(id));
                Some(found.object) == target.number
                    && element.is_some_and(|element| found.slot == Slot::Over(element))
            }
            None => false,
        };
        if over { Ok(()) } else { Err(Refusal::NoSuchPredecessor) }
    }

    /// Tells whether an object is made by the same change, and under which key.
    pub(super) fn made_here(&self, target: Target) -> Option<&'a Op> {
        target.made_at.map(|at| &self.change.operations[at])
    }
}

/// No document of ours counts, keeps tables or holds values of a type to come.
fn check_features(op: &Op) -> Result<(), Refusal> {
    let value = match &op.action {
        OpType::Increment(_) | OpType::Make(ObjType::Table) => return Err(Refusal::UnusedFeature),
        OpType::Put(value) => Some(value),
        OpType::MarkBegin(mark) => Some(&mark.value),
        OpType::Make(_) | OpType::Delete | OpType::MarkEnd(_) => None,
    };
    match value {
        Some(ScalarValue::Counter(_) | ScalarValue::Unknown { .. }) => Err(Refusal::UnusedFeature),
        Some(
            ScalarValue::Bytes(_)
            | ScalarValue::Str(_)
            | ScalarValue::Int(_)
            | ScalarValue::Uint(_)
            | ScalarValue::F64(_)
            | ScalarValue::Timestamp(_)
            | ScalarValue::Boolean(_)
            | ScalarValue::Null,
        )
        | None => Ok(()),
    }
}

fn is_one_char(value: &str) -> bool {
    let mut chars = value.chars();
    chars.next().is_some() && chars.next().is_none()
}
