//! Records over physical entries: one lowering of a batch, one way to read, for every engine.
//!
//! It must never touch a disk: it reads through [`Reader`] and returns the operations to commit.

use crate::batch::check_key;
use crate::frame::{self, CHUNK_BYTES_MAX, Kind};
use crate::{Batch, Entry, StoreError, VALUE_BYTES_MAX};

/// A stable view of an engine's entries, under physical keys.
pub(crate) trait Reader {
    /// Returns the frame under a physical key.
    fn get(&self, physical: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Visits `[lo, hi)` in order until the visitor returns false.
    fn walk(&self, lo: &[u8], hi: &[u8], visit: &mut Visitor<'_>) -> Result<(), StoreError>;
}

/// Receives a physical key and its frame; returns whether to go on.
pub(crate) type Visitor<'a> = dyn FnMut(&[u8], &[u8]) -> Result<bool, StoreError> + 'a;

/// One physical change: a key, and its frame or nothing.
pub(crate) type Op = (Vec<u8>, Option<Vec<u8>>);

/// The store's own count, written with every batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Batches applied since the creation.
    pub(crate) commits: u64,
    /// Records held.
    pub(crate) records: u64,
}

impl Tally {
    const BODY_BYTES: usize = 16;

    /// Returns the operation that writes it.
    pub(crate) fn op(self) -> Op {
        let mut body = [0; Self::BODY_BYTES];
        body[..8].copy_from_slice(&self.commits.to_be_bytes());
        body[8..].copy_from_slice(&self.records.to_be_bytes());
        let key = frame::tally_key();
        let framed = frame::seal(&key, Kind::Tally, &body);
        (key, Some(framed))
    }

    /// Returns the tally an engine holds, or `None` if it holds none.
    pub(crate) fn read(reader: &dyn Reader) -> Result<Option<Self>, StoreError> {
        let key = frame::tally_key();
        let Some(framed) = reader.get(&key)? else {
            return Ok(None);
        };
        let (kind, body) = frame::open(&key, &framed)?;
        let body: &[u8; Self::BODY_BYTES] = body
            .try_into()
            .ok()
            .filter(|_| kind == Kind::Tally)
            .ok_or_else(|| StoreError::corrupt("the tally is not a tally"))?;
        let (commits, records) = body.split_at(8);
        let number = |bytes: &[u8]| bytes.iter().fold(0, |n, byte| (n << 8) | u64::from(*byte));
        Ok(Some(Self { commits: number(commits), records: number(records) }))
    }
}

/// Returns the operations of a batch, and the tally once they are committed.
pub(crate) fn lower(
    reader: &dyn Reader,
    tally: Tally,
    batch: &Batch,
) -> Result<(Vec<Op>, Tally), StoreError> {
    let mut ops = Vec::new();
    let mut next = Tally { commits: tally.commits + 1, records: tally.records };
    for (key, value) in batch.settled() {
        let held = chunks_held(reader, key)?;
        match (held.is_some(), value.is_some()) {
            (false, true) => next.records += 1,
            (true, false) => next.records = next.records.saturating_sub(1),
            (true, true) | (false, false) => {}
        }
        let kept = match value {
            Some(value) => put(key, value, &mut ops),
            None if held.is_some() => {
                ops.push((frame::record_key(key), None));
                0
            }
            None => 0,
        };
        for index in kept..held.unwrap_or(0) {
            ops.push((frame::chunk_key(key, index), None));
        }
    }
    ops.push(next.op());
    Ok((ops, next))
}

/// Adds the operations that set one record; returns how many chunks it lies in.
fn put(key: &[u8], value: &[u8], ops: &mut Vec<Op>) -> u32 {
    let physical = frame::record_key(key);
    if value.len() <= CHUNK_BYTES_MAX {
        let framed = frame::seal(&physical, Kind::Whole, value);
        ops.push((physical, Some(framed)));
        return 0;
    }
    let index = Index { value_bytes: value.len(), digest: crc32fast::hash(value) };
    let framed = frame::seal(&physical, Kind::Index, &index.to_body());
    ops.push((physical, Some(framed)));
    for (number, chunk) in (0_u32..).zip(value.chunks(CHUNK_BYTES_MAX)) {
        let physical = frame::chunk_key(key, number);
        let framed = frame::seal(&physical, Kind::Chunk, chunk);
        ops.push((physical, Some(framed)));
    }
    index.chunks()
}

/// Returns how many chunks a record may lie in, or `None` if there is no such record. A damaged
/// index counts as the largest, so that a rewrite leaves no orphan behind.
fn chunks_held(reader: &dyn Reader, key: &[u8]) -> Result<Option<u32>, StoreError> {
    let physical = frame::record_key(key);
    let Some(framed) = reader.get(&physical)? else {
        return Ok(None);
    };
    let largest = Index { value_bytes: VALUE_BYTES_MAX, digest: 0 }.chunks();
    Ok(Some(match frame::open(&physical, &framed) {
        Ok((Kind::Index, body)) => Index::from_body(body).map_or(largest, |index| index.chunks()),
        Ok((Kind::Whole, _)) => 0,
        Ok((Kind::Tally | Kind::Chunk, _)) | Err(_) => largest,
    }))
}

/// Returns the value of a record.
pub(crate) fn get(reader: &dyn Reader, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    check_key(key)?;
    let physical = frame::record_key(key);
    match reader.get(&physical)? {
        Some(framed) => assemble(reader, key, &framed).map(Some),
        None => Ok(None),
    }
}

/// Returns what lies under a key as it lies there, damaged or not: the frame of the record, then
/// those of its chunks as far as there are any.
pub(crate) fn salvage(reader: &dyn Reader, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    check_key(key)?;
    let Some(mut bytes) = reader.get(&frame::record_key(key))? else {
        return Ok(None);
    };
    for number in 0..chunks_held(reader, key)?.unwrap_or(0) {
        match reader.get(&frame::chunk_key(key, number))? {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(Some(bytes))
}

/// Returns a page of records; see [`crate::Store::scan`] for its rules.
pub(crate) fn scan(
    reader: &dyn Reader,
    lo: &[u8],
    hi: &[u8],
    limit: usize,
    bytes_max: usize,
) -> Result<Vec<Entry>, StoreError> {
    let mut page = Vec::new();
    let mut page_bytes = 0;
    if limit == 0 || (!hi.is_empty() && lo >= hi) {
        return Ok(page);
    }
    let end = if hi.is_empty() { frame::records_end() } else { frame::record_key(hi) };
    reader.walk(&frame::record_key(lo), &end, &mut |physical, framed| {
        let Some(key) = frame::record_of(physical) else {
            return Err(StoreError::corrupt("a walk left the records"));
        };
        let entry_bytes = key.len() + value_bytes(physical, framed)?;
        if !page.is_empty() && page_bytes + entry_bytes > bytes_max {
            return Ok(false);
        }
        page.push((key.to_vec(), assemble(reader, key, framed)?));
        page_bytes += entry_bytes;
        Ok(page.len() < limit)
    })?;
    Ok(page)
}

/// Returns the number of records found by walking all of them, damaged ones included.
pub(crate) fn count(reader: &dyn Reader) -> Result<u64, StoreError> {
    let mut records = 0;
    reader.walk(&frame::record_key(&[]), &frame::records_end(), &mut |_, _| {
        records += 1;
        Ok(true)
    })?;
    Ok(records)
}

/// Returns the length of a record's value without reading its chunks.
fn value_bytes(physical: &[u8], framed: &[u8]) -> Result<usize, StoreError> {
    match frame::open(physical, framed)? {
        (Kind::Index, body) => Ok(Index::from_body(body).map_or(0, |index| index.value_bytes)),
        (Kind::Whole | Kind::Tally | Kind::Chunk, body) => Ok(body.len()),
    }
}

/// Returns the value behind a record's frame, chunks put together and checked.
fn assemble(reader: &dyn Reader, key: &[u8], framed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let bad = |what: &str| StoreError::damaged(key, what);
    let (kind, body) = frame::open(&frame::record_key(key), framed)?;
    match kind {
        Kind::Whole => return Ok(body.to_vec()),
        Kind::Index => {}
        Kind::Tally | Kind::Chunk => return Err(bad("the frame is not a record's")),
    }
    let index = Index::from_body(body).ok_or_else(|| bad("the index of chunks is malformed"))?;
    let mut value = Vec::with_capacity(index.value_bytes);
    for number in 0..index.chunks() {
        let physical = frame::chunk_key(key, number);
        let framed = reader.get(&physical)?.ok_or_else(|| bad("a chunk is missing"))?;
        match frame::open(&physical, &framed) {
            Ok((Kind::Chunk, chunk)) => value.extend_from_slice(chunk),
            Ok((Kind::Tally | Kind::Whole | Kind::Index, _)) => {
                return Err(bad("a chunk is not a chunk"));
            }
            Err(_) => return Err(bad("a chunk does not match its digest")),
        }
    }
    if value.len() != index.value_bytes || crc32fast::hash(&value) != index.digest {
        return Err(bad("the chunks do not make the value"));
    }
    Ok(value)
}

/// The body of an index frame: what the chunks must amount to.
struct Index {
    value_bytes: usize,
    digest: u32,
}

impl Index {
    fn chunks(&self) -> u32 {
        let chunks = self.value_bytes.div_ceil(CHUNK_BYTES_MAX);
        u32::try_from(chunks).expect("a value is bounded")
    }

    fn to_body(&self) -> [u8; 8] {
        let length = u32::try_from(self.value_bytes).expect("a value is bounded");
        let mut body = [0; 8];
        body[..4].copy_from_slice(&length.to_be_bytes());
        body[4..].copy_from_slice(&self.digest.to_be_bytes());
        body
    }

    /// Returns `None` for a length no value may have, before anything is allocated for it.
    fn from_body(body: &[u8]) -> Option<Self> {
        let &[a, b, c, d, e, f, g, h] = body else {
            return None;
        };
        let value_bytes = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
        let digest = u32::from_be_bytes([e, f, g, h]);
        (value_bytes <= VALUE_BYTES_MAX).then_some(Self { value_bytes, digest })
    }
}
