//! Reading a document as it is or as it was at some version, with one set of functions.
//!
//! A value of an unexpected type, which only a faulty or hostile program writes, reads as
//! absent: a view never fails.

use automerge::{Automerge, ChangeHash, ObjId, ObjType, Prop, ReadDoc, ScalarValue, Value};

/// A document at one version.
#[derive(Clone, Copy)]
pub(crate) struct Lens<'a> {
    pub(crate) engine: &'a Automerge,
    /// `None` is the present.
    pub(crate) heads: Option<&'a [ChangeHash]>,
}

impl<'a> Lens<'a> {
    /// Looks at the present.
    pub(crate) fn now(engine: &'a Automerge) -> Self {
        Self { engine, heads: None }
    }

    /// Returns every value standing at a key or an index, the winner last.
    pub(crate) fn all(&self, object: &ObjId, prop: impl Into<Prop>) -> Vec<(Value<'a>, ObjId)> {
        let found = match self.heads {
            None => self.engine.get_all(object, prop),
            Some(heads) => self.engine.get_all_at(object, prop, heads),
        };
        found.unwrap_or_default()
    }

    /// Returns the texts standing at a key, each with the operation that wrote it.
    pub(crate) fn strings(&self, object: &ObjId, key: &str) -> Vec<(String, ObjId)> {
        let all = self.all(object, key).into_iter();
        all.filter_map(|(value, id)| Some((string_of(&value)?, id))).collect()
    }

    /// Returns the text that won at a key.
    pub(crate) fn string(&self, object: &ObjId, key: &str) -> Option<(String, ObjId)> {
        self.strings(object, key).pop()
    }

    /// Returns the object of that type that won at a key.
    pub(crate) fn object(&self, object: &ObjId, key: &str, kind: ObjType) -> Option<ObjId> {
        let (value, id) = self.all(object, key).pop()?;
        (value.to_objtype() == Some(kind)).then_some(id)
    }

    /// Returns whether the truth value at a key is true.
    pub(crate) fn flag(&self, object: &ObjId, key: &str) -> bool {
        let last = self.all(object, key).pop();
        last.is_some_and(|(value, _)| value.as_bool() == Some(true))
    }

    /// Returns the number at a key.
    pub(crate) fn number(&self, object: &ObjId, key: &str) -> Option<u64> {
        let (value, _) = self.all(object, key).pop()?;
        match value.as_scalar() {
            Some(ScalarValue::Uint(number)) => Some(*number),
            Some(_) | None => None,
        }
    }

    /// Returns the keys of a map, sorted.
    pub(crate) fn keys(&self, object: &ObjId) -> Vec<String> {
        match self.heads {
            None => self.engine.keys(object).collect(),
            Some(heads) => self.engine.keys_at(object, heads).collect(),
        }
    }

    /// Returns a text.
    pub(crate) fn text(&self, object: &ObjId) -> String {
        let text = match self.heads {
            None => self.engine.text(object),
            Some(heads) => self.engine.text_at(object, heads),
        };
        text.unwrap_or_default()
    }
}

fn string_of(value: &Value<'_>) -> Option<String> {
    match value.as_scalar() {
        Some(ScalarValue::Str(text)) => Some(text.to_string()),
        Some(_) | None => None,
    }
}
