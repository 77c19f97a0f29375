//! The index as saved bytes, so that opening a document does not decode its whole history.
//!
//! Lists stand in the order of their numbers; whatever follows from them is made again when
//! they are read. A number that points nowhere makes the whole unreadable, never a panic.

use protocol::codec::{Bytes, Decode, DecodeError, Encode, Reader, Text, Writer};
use protocol::env::Timestamp;

use super::{
    Actor, ChangeId, Entry, Index, Number, ObjType, Object, OpRef, Place, ROOT, Role, Run, Slot,
    Touched, at, number,
};
use crate::document::layout::{self, CellKey};
use crate::document::limits;

/// Entries of any table.
const TABLE_MAX: usize = 1 << 28;

/// Opens an array that must have exactly that many items.
fn exactly(input: &mut Reader<'_>, items: usize) -> Result<(), DecodeError> {
    if input.array(items)? == items { Ok(()) } else { Err(DecodeError::Malformed) }
}

/// Reads a number of 32 bits.
fn short(input: &mut Reader<'_>) -> Result<u32, DecodeError> {
    u32::try_from(input.uint()?).map_err(|_| DecodeError::Malformed)
}

/// Reads a number that points into a table of so many entries.
fn within(input: &mut Reader<'_>, entries: usize) -> Result<Number, DecodeError> {
    let found = short(input)?;
    if at(found) < entries { Ok(found) } else { Err(DecodeError::Invalid("index")) }
}

impl Encode for Index {
    fn encode(&self, out: &mut Writer) {
        out.array(6);
        out.array(self.keys.len());
        let mut keys: Vec<(&String, &Number)> = self.keys.iter().collect();
        keys.sort_unstable_by_key(|(_, number)| **number);
        keys.into_iter().for_each(|(key, _)| out.text(key));
        out.array(self.places.len());
        self.places.iter().for_each(|place| encode_place(out, place));
        out.array(self.actors.len());
        self.actors.iter().for_each(|(actor, _)| Bytes(actor.bytes()).encode(out));
        self.encode_objects(out);
        out.array(self.changes.len());
        self.changes.iter().for_each(|entry| encode_entry(out, entry));
        out.array(self.actors.len());
        for (_, log) in &self.actors {
            out.array(log.runs.len());
            log.runs.iter().for_each(|run| encode_run(out, run));
        }
    }
}

impl Decode for Index {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        exactly(input, 6)?;
        let mut index = Self::new();
        for _ in 0..input.array(TABLE_MAX)? {
            let fresh = index.keys.len();
            index.intern_key(input.text(limits::KEY_BYTES_MAX)?);
            no_twin(index.keys.len(), fresh)?;
        }
        for _ in 0..input.array(TABLE_MAX)? {
            let fresh = index.places.len();
            let place = decode_place(input)?;
            index.intern_place(place);
            no_twin(index.places.len(), fresh)?;
        }
        for _ in 0..input.array(TABLE_MAX)? {
            let fresh = index.actors.len();
            index.intern_actor(Actor::new(input.fixed()?));
            no_twin(index.actors.len(), fresh)?;
        }
        index.decode_objects(input)?;
        for _ in 0..input.array(TABLE_MAX)? {
            let entry = index.decode_entry(input)?;
            index.place_entry(entry)?;
        }
        exactly(input, index.actors.len())?;
        for actor in 0..index.actors.len() {
            for _ in 0..input.array(TABLE_MAX)? {
                let run = index.decode_run(input)?;
                let runs = &mut index.actors[actor].1.runs;
                let ordered = runs.last().is_none_or(|last| last.start < run.start);
                if !ordered {
                    return Err(DecodeError::Invalid("index"));
                }
                runs.push(run);
            }
        }
        Ok(index)
    }
}

/// Each entry of a table stands in it once.
fn no_twin(now: usize, before: usize) -> Result<(), DecodeError> {
    if now == before + 1 { Ok(()) } else { Err(DecodeError::Invalid("index")) }
}

impl Index {
    /// Writes the objects but the root, each with the operation that made it.
    fn encode_objects(&self, out: &mut Writer) {
        let mut made_by = vec![None; self.objects.len()];
        for (op, number) in &self.object_numbers {
            made_by[at(*number)] = Some(*op);
        }
        out.array(self.objects.len() - 1);
        for (object, made_by) in self.objects.iter().zip(made_by).skip(1) {
            let made_by = made_by.expect("every object but the root was made by an operation");
            out.array(6);
            out.uint(u64::from(made_by.counter));
            out.uint(u64::from(made_by.actor));
            out.uint(match object.kind {
                ObjType::Map => 0,
                ObjType::List => 1,
                ObjType::Text => 2,
                ObjType::Table => 3,
            });
            out.uint(u64::from(object.depth));
            out.uint(match object.role {
                Role::Root => 0,
                Role::Fields => 1,
                Role::Sections => 2,
                Role::InSections => 3,
                Role::Inside => 4,
            });
            // The place's number and one; nothing is zero.
            out.uint(object.place.map_or(0, |place| u64::from(place) + 1));
        }
    }

    fn decode_objects(&mut self, input: &mut Reader<'_>) -> Result<(), DecodeError> {
        for _ in 0..input.array(TABLE_MAX)? {
            exactly(input, 6)?;
            let counter = short(input)?;
            let made_by = OpRef { counter, actor: within(input, self.actors.len())? };
            let kind = match input.uint()? {
                0 => ObjType::Map,
                1 => ObjType::List,
                2 => ObjType::Text,
                3 => ObjType::Table,
                other => return Err(DecodeError::Unknown(other)),
            };
            let depth = u8::try_from(input.uint()?).map_err(|_| DecodeError::Malformed)?;
            let role = match input.uint()? {
                0 => Role::Root,
                1 => Role::Fields,
                2 => Role::Sections,
                3 => Role::InSections,
                4 => Role::Inside,
                other => return Err(DecodeError::Unknown(other)),
            };
            let place = within(input, self.places.len() + 1)?.checked_sub(1);
            let made = number(self.objects.len());
            self.objects.push(Object { kind, depth, role, place });
            if self.object_numbers.insert(made_by, made).is_some() {
                return Err(DecodeError::Invalid("index"));
            }
        }
        Ok(())
    }

    fn decode_entry(&self, input: &mut Reader<'_>) -> Result<Entry, DecodeError> {
        exactly(input, 8)?;
        let id = ChangeId::new(input.fixed()?);
        let actor = within(input, self.actors.len())?;
        let seq = input.uint()?;
        let (start_op, max_op) = (short(input)?, short(input)?);
        let time = Timestamp::from_ms(input.uint()?);
        let mut deps = Vec::new();
        for _ in 0..input.array(limits::CHANGE_DEPS_MAX)? {
            deps.push(within(input, self.changes.len())?);
        }
        let mut touched = Vec::new();
        for _ in 0..input.array(TABLE_MAX)? {
            exactly(input, 4)?;
            let place = within(input, self.places.len())?;
            let (chars_inserted, chars_deleted) = (short(input)?, short(input)?);
            let values_written = short(input)?;
            touched.push((place, Touched { chars_inserted, chars_deleted, values_written }));
        }
        Ok(Entry { id, actor, seq, start_op, max_op, time, deps, touched })
    }

    /// Puts a change that was read behind those before it.
    fn place_entry(&mut self, entry: Entry) -> Result<(), DecodeError> {
        let ops = u64::from(entry.max_op) + 1;
        let ops = ops.checked_sub(u64::from(entry.start_op));
        let next = self.actors[at(entry.actor)].1.changes.len() as u64 + 1;
        let (Some(ops), true) = (ops, entry.seq == next) else {
            return Err(DecodeError::Invalid("index"));
        };
        let fresh = self.change_numbers.len();
        self.add_entry(entry, ops);
        no_twin(self.change_numbers.len(), fresh)
    }

    fn decode_run(&self, input: &mut Reader<'_>) -> Result<Run, DecodeError> {
        let items = input.array(6)?;
        let (start, len) = (short(input)?, short(input)?);
        let object = within(input, self.objects.len())?;
        let slot = match (input.uint()?, items) {
            (0, 4) => Slot::Element,
            (1, 4) => Slot::Mark,
            (2, 5) => Slot::Key(within(input, self.keys.len())?),
            (3, 6) => {
                let counter = short(input)?;
                Slot::Over(OpRef { counter, actor: within(input, self.actors.len())? })
            }
            (other, _) => return Err(DecodeError::Unknown(other)),
        };
        let last = start.checked_add(len.max(1) - 1);
        last.ok_or(DecodeError::Invalid("index"))?;
        Ok(Run { start, len, object, slot })
    }
}

fn encode_entry(out: &mut Writer, entry: &Entry) {
    out.array(8);
    out.bytes(entry.id.bytes());
    out.uint(u64::from(entry.actor));
    out.uint(entry.seq);
    out.uint(u64::from(entry.start_op));
    out.uint(u64::from(entry.max_op));
    out.uint(entry.time.ms());
    out.array(entry.deps.len());
    entry.deps.iter().for_each(|dep| out.uint(u64::from(*dep)));
    out.array(entry.touched.len());
    for (place, touched) in &entry.touched {
        out.array(4);
        out.uint(u64::from(*place));
        out.uint(u64::from(touched.chars_inserted));
        out.uint(u64::from(touched.chars_deleted));
        out.uint(u64::from(touched.values_written));
    }
}

fn encode_run(out: &mut Writer, run: &Run) {
    let (code, rest) = match run.slot {
        Slot::Element => (0, [None, None]),
        Slot::Mark => (1, [None, None]),
        Slot::Key(key) => (2, [Some(key), None]),
        Slot::Over(over) => (3, [Some(over.counter), Some(over.actor)]),
    };
    out.array(4 + rest.iter().flatten().count());
    for number in [run.start, run.len, run.object, code] {
        out.uint(u64::from(number));
    }
    rest.into_iter().flatten().for_each(|number| out.uint(u64::from(number)));
}

fn encode_place(out: &mut Writer, place: &Place) {
    let (code, name) = match place {
        Place::Title => (0, String::new()),
        Place::Field(_) => (1, place.path()),
        Place::Section(_) => (2, place.path()),
        Place::Comments => (3, String::new()),
        Place::Elsewhere => (4, String::new()),
        Place::Row { .. } => (5, place.path()),
        Place::Cell { .. } => (6, place.path()),
    };
    out.array(2);
    out.uint(code);
    Text(&name).encode(out);
}

fn decode_place(input: &mut Reader<'_>) -> Result<Place, DecodeError> {
    exactly(input, 2)?;
    let code = input.uint()?;
    let name = input.text(limits::KEY_BYTES_MAX)?;
    Ok(match code {
        0 => Place::Title,
        1 => Place::Field(name.to_owned()),
        2 => Place::Section(name.to_owned()),
        3 => Place::Comments,
        4 => Place::Elsewhere,
        5 => match name.split_once(layout::ENTRY_MARK) {
            Some((field, row)) => Place::Row { field: field.to_owned(), row: row.to_owned() },
            None => return Err(DecodeError::Invalid("index")),
        },
        6 => {
            let cell = name.split_once(layout::ENTRY_MARK).and_then(|(field, rest)| {
                let CellKey { row, column, .. } = layout::read_cell_key(rest)?;
                let (row, column) = (row.to_owned(), column.to_owned());
                Some(Place::Cell { field: field.to_owned(), row, column })
            });
            cell.ok_or(DecodeError::Invalid("index"))?
        }
        other => return Err(DecodeError::Unknown(other)),
    })
}

const _: () = assert!(ROOT == 0, "the root is not written: it is always the first object");
