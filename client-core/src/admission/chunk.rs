//! Reading the head of a change chunk, and counting what its columns stand for.
//!
//! The engine's parser trusts the counts it reads: a run of a few bytes can stand for 2^60
//! operations, and a length can ask for any allocation. This reader allocates nothing that
//! the bytes do not back, expands nothing, and stops at the first limit. The format is that
//! of the Automerge binary specification: head, column table, columns.

use super::refusal::Refusal;
use crate::document::{Actor, ChangeId, limits};

/// First bytes of every chunk.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// Bytes of the magic and of the checksum, which the hash does not cover.
pub(super) const UNHASHED_BYTES: usize = 8;
/// Where the checksum stands.
pub(super) const CHECKSUM_BYTES: std::ops::Range<usize> = 4..8;
/// Chunk type of a change.
const CHUNK_CHANGE: u8 = 1;
/// Chunk type of a compressed change.
const CHUNK_COMPRESSED: u8 = 2;

/// Bytes that the repeated strings of a column may stand for.
const EXPANDED_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Predecessors that the operations of one change may name.
const PREDECESSORS_MAX: u64 = 4 * limits::CHANGE_OPS_MAX as u64;
/// Seven bits a byte: a longer number does not fit 64 bits.
const LEB128_BYTES_MAX: usize = 10;

/// What the head of a change says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) actor: Actor,
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) deps: Vec<ChangeId>,
    pub(super) ops: u64,
}

/// How the rows of a column are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// Runs of unsigned numbers.
    Numbers,
    /// Runs of signed numbers.
    Deltas,
    /// Runs of strings.
    Strings,
    /// Alternating counts of false and true.
    Booleans,
    /// Bytes whose lengths another column holds.
    Bytes,
}

/// The columns of a change, in their order in the file, with the most rows each may have.
const COLUMNS: [(u64, Rows, u64); 14] = {
    const OPS: u64 = limits::CHANGE_OPS_MAX as u64;
    [
        (0x01, Rows::Numbers, OPS),              // object, actor
        (0x02, Rows::Numbers, OPS),              // object, counter
        (0x11, Rows::Numbers, OPS),              // key, actor
        (0x13, Rows::Deltas, OPS),               // key, counter
        (0x15, Rows::Strings, OPS),              // key, string
        (0x34, Rows::Booleans, OPS),             // insert
        (ACTION, Rows::Numbers, OPS),            // action
        (0x56, Rows::Numbers, OPS),              // value, lengths and types
        (0x57, Rows::Bytes, 0),                  // value, bytes
        (0x70, Rows::Numbers, OPS),              // predecessors, number
        (0x71, Rows::Numbers, PREDECESSORS_MAX), // predecessors, actor
        (0x73, Rows::Deltas, PREDECESSORS_MAX),  // predecessors, counter
        (0x94, Rows::Booleans, OPS),             // mark, expands
        (0xa5, Rows::Strings, OPS),              // mark, name
    ]
};
/// The column that has one row for each operation.
const ACTION: u64 = 0x42;

/// Checks the limits of a chunk and returns its head.
pub(super) fn read(bytes: &[u8]) -> Result<Head, Refusal> {
    if bytes.len() > limits::CHANGE_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    if !bytes.starts_with(&MAGIC) {
        return Err(Refusal::NotAChange);
    }
    match bytes.get(UNHASHED_BYTES) {
        Some(&CHUNK_CHANGE) => {}
        Some(&CHUNK_COMPRESSED) => return Err(Refusal::Compressed),
        Some(_) | None => return Err(Refusal::NotAChange),
    }
    let mut input = Input(&bytes[UNHASHED_BYTES + 1..]);
    let length = input.unsigned()?;
    if length != input.0.len() as u64 {
        return Err(Refusal::NotAChange);
    }
    read_body(input)
}

/// Returns the actor that a chunk names, for the record of a refusal.
pub fn actor_named(bytes: &[u8]) -> Option<Actor> {
    let mut input = Input(bytes.get(UNHASHED_BYTES + 1..)?);
    input.unsigned().ok()?;
    input.deps().ok()?;
    input.actor().ok()?
}

/// A column and its bytes.
#[cfg(test)]
pub(super) type Column = (u64, Vec<u8>);

/// Returns where the body of a chunk begins, where its column table begins, and the columns.
#[cfg(test)]
pub(super) fn columns_of(bytes: &[u8]) -> Result<(usize, (usize, Vec<Column>)), Refusal> {
    let mut input = Input(&bytes[UNHASHED_BYTES + 1..]);
    input.unsigned()?;
    let body_at = bytes.len() - input.0.len();
    input.deps()?;
    input.actor()?;
    input.unsigned()?;
    input.unsigned()?;
    input.signed()?;
    input.unsigned()?;
    for _ in 0..input.unsigned()? {
        input.actor()?;
    }
    let table_at = bytes.len() - input.0.len();
    let number = input.unsigned()?;
    let mut table = Vec::new();
    for _ in 0..number {
        table.push((input.unsigned()?, input.unsigned()?));
    }
    let mut columns = Vec::new();
    for (name, length) in table {
        columns.push((name, input.take(length)?.to_vec()));
    }
    Ok((body_at, (table_at, columns)))
}

fn read_body(mut input: Input<'_>) -> Result<Head, Refusal> {
    let deps = input.deps()?;
    let actor = input.actor()?.ok_or(Refusal::WrongActor)?;
    let seq = input.unsigned()?;
    let start_op = input.unsigned()?;
    input.signed()?;
    let message_bytes = input.unsigned()?;
    if message_bytes > 0 {
        return Err(Refusal::ForeignContent);
    }
    let others = input.unsigned()?;
    if others > limits::CHANGE_ACTORS_MAX as u64 {
        return Err(Refusal::TooManyReferences);
    }
    for _ in 0..others {
        input.actor()?.ok_or(Refusal::WrongActor)?;
    }
    let ops = read_columns(&mut input)?;
    if !input.0.is_empty() {
        return Err(Refusal::ForeignContent);
    }
    if ops == 0 {
        return Err(Refusal::OperationCount);
    }
    Ok(Head { actor, seq, start_op, deps, ops })
}

/// Checks every column and returns the number of operations.
fn read_columns(input: &mut Input<'_>) -> Result<u64, Refusal> {
    let number = input.unsigned()?;
    if number > COLUMNS.len() as u64 {
        return Err(Refusal::UnusedFeature);
    }
    let mut present = Vec::new();
    let mut known = COLUMNS.iter();
    for _ in 0..number {
        let (column, length) = (input.unsigned()?, input.unsigned()?);
        // Ascending and each at most once: the search goes on from the last one found.
        let found = known.find(|(name, _, _)| *name == column).ok_or(Refusal::UnusedFeature)?;
        present.push((*found, length));
    }
    let mut ops = 0;
    for ((name, rows, rows_max), length) in present {
        let data = input.take(length)?;
        let counted = count(data, rows, rows_max)?;
        if name == ACTION {
            ops = counted;
        }
    }
    Ok(ops)
}

/// Counts the rows of a column without expanding them.
fn count(data: &[u8], rows: Rows, rows_max: u64) -> Result<u64, Refusal> {
    let mut input = Input(data);
    let (mut counted, mut expanded) = (0_u64, 0_u64);
    while !input.0.is_empty() {
        if rows == Rows::Bytes {
            return Ok(0);
        }
        let run = if rows == Rows::Booleans {
            input.unsigned()?
        } else {
            let (run, bytes) = input.run(rows)?;
            expanded = expanded.saturating_add(bytes);
            run
        };
        counted = counted.saturating_add(run);
        if counted > rows_max {
            return Err(Refusal::OperationCount);
        }
        if expanded > EXPANDED_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
    }
    Ok(counted)
}

/// Bytes not read yet.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: u64) -> Result<&'a [u8], Refusal> {
        let length = usize::try_from(length).map_err(|_| Refusal::NotAChange)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Refusal::NotAChange)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Splits off one LEB128 number.
    fn number(&mut self) -> Result<&'a [u8], Refusal> {
        let end = self.0.iter().take(LEB128_BYTES_MAX).position(|byte| byte & 0x80 == 0);
        self.take(end.ok_or(Refusal::NotAChange)? as u64 + 1)
    }

    fn unsigned(&mut self) -> Result<u64, Refusal> {
        let mut value = 0_u64;
        for (at, byte) in self.number()?.iter().enumerate() {
            let bits = u64::from(byte & 0x7f);
            let shifted = bits << (7 * at);
            if shifted >> (7 * at) != bits {
                return Err(Refusal::NotAChange);
            }
            value |= shifted;
        }
        Ok(value)
    }

    fn signed(&mut self) -> Result<i64, Refusal> {
        let bytes = self.number()?;
        let mut value = 0_i128;
        for (at, byte) in bytes.iter().enumerate() {
            value |= i128::from(byte & 0x7f) << (7 * at);
        }
        if bytes.last().is_some_and(|last| last & 0x40 != 0) {
            value -= 1_i128 << (7 * bytes.len());
        }
        i64::try_from(value).map_err(|_| Refusal::NotAChange)
    }

    fn deps(&mut self) -> Result<Vec<ChangeId>, Refusal> {
        let number = self.unsigned()?;
        if number > limits::CHANGE_DEPS_MAX as u64 {
            return Err(Refusal::TooManyReferences);
        }
        let mut deps = Vec::new();
        for _ in 0..number {
            let hash = self.take(32)?;
            deps.push(ChangeId::new(hash.try_into().map_err(|_| Refusal::NotAChange)?));
        }
        Ok(deps)
    }

    /// Reads an actor; one of another size than ours is `None`.
    fn actor(&mut self) -> Result<Option<Actor>, Refusal> {
        let length = self.unsigned()?;
        let bytes = self.take(length)?;
        Ok(bytes.try_into().ok().map(Actor::new))
    }

    /// Reads one run and returns its rows and the bytes that repeated strings stand for.
    fn run(&mut self, rows: Rows) -> Result<(u64, u64), Refusal> {
        let header = self.signed()?;
        if header == 0 {
            return Ok((self.unsigned()?, 0));
        }
        if header > 0 {
            let bytes = self.value(rows)?;
            return Ok((header.unsigned_abs(), bytes.saturating_mul(header.unsigned_abs())));
        }
        let mut bytes = 0_u64;
        for _ in 0..header.unsigned_abs() {
            // Each value takes a byte at least, so the data bounds this loop.
            bytes = bytes.saturating_add(self.value(rows)?);
        }
        Ok((header.unsigned_abs(), bytes))
    }

    /// Skips one value and returns the bytes of a string.
    fn value(&mut self, rows: Rows) -> Result<u64, Refusal> {
        match rows {
            Rows::Numbers | Rows::Booleans => self.unsigned().map(|_| 0),
            Rows::Deltas => self.signed().map(|_| 0),
            Rows::Strings => {
                let length = self.unsigned()?;
                if length > limits::KEY_BYTES_MAX as u64 {
                    return Err(Refusal::TooLarge);
                }
                self.take(length).map(|_| length)
            }
            Rows::Bytes => Ok(0),
        }
    }
}
