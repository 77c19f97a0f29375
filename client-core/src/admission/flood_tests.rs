//! What a hostile editor can make its peers expand: a few bytes that stand for very much.

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{ReadDoc, ScalarValue};

use protocol::codec::Writer;
use protocol::envelope::Coding;

use super::tests::{honest, pair};
use super::*;
use crate::document::fixture::*;
use crate::document::{RawChange, index_of};
use crate::packing;

/// Returns a change of as many operations as one may have, in a few hundred bytes: nothing,
/// written again and again under one key.
pub(crate) fn dense(reader: &Document, after: Option<&RawChange>) -> RawChange {
    forged(&honest(reader), |change| {
        let op = |_| Op {
            action: OpType::Put(ScalarValue::Null),
            obj: ObjectId::Root,
            key: Key::Map("x".into()),
            pred: Vec::new().into(),
            insert: false,
        };
        change.operations = (0..limits::CHANGE_OPS_MAX).map(op).collect();
        if let Some(after) = after {
            change.seq = after.seq + 1;
            change.deps = vec![after.id.engine()];
            let ops = limits::CHANGE_OPS_MAX as u64 * after.seq;
            change.start_op = (change.start_op.get() + ops).try_into().unwrap();
        }
    })
}

fn dense_chain(reader: &Document, changes: usize) -> Vec<RawChange> {
    let mut chain = vec![dense(reader, None)];
    while chain.len() < changes {
        chain.push(dense(reader, chain.last()));
    }
    chain
}

#[test]
fn an_envelope_declares_no_more_operations_than_it_may() {
    let (_, reader, _) = pair();
    let change = dense(&reader, None);
    assert!(change.bytes.len() < 300, "{} bytes", change.bytes.len());
    let fits = usize::try_from(limits::ENVELOPE_OPS_MAX).unwrap() / limits::CHANGE_OPS_MAX;
    for (number, allowed) in [(fits, true), (fits + 1, false), (packing::CHANGES_MAX, false)] {
        let raw = vec![change.bytes.as_slice(); number];
        // Deflated further than this, it is refused for that.
        let mut plain = Writer::new();
        plain.array(raw.len());
        raw.iter().for_each(|raw| plain.bytes(raw));
        let plain = plain.finish();
        let size = plain.len() as u64;
        let verdict = packing::unpack(Coding::Plain, size, &plain);
        match verdict {
            Ok(changes) => assert!(allowed && changes.len() == number),
            Err(refusal) => {
                assert!(!allowed, "{number} changes");
                assert_eq!(refusal, protocol::refusal::Refusal::TooLarge);
            }
        }
    }
}

/// The engine itself counts what it was given.
#[test]
fn the_densest_changes_apply_and_are_counted() {
    let (_, mut reader, _) = pair();
    let before = reader.index.ops();
    let chain = dense_chain(&reader, 3);
    let outcome = send(&mut reader, &chain, 2);
    assert_eq!(outcome.applied.len(), 3, "{:?}", outcome.set_aside);
    let applied: usize =
        chain.iter().map(|c| reader.engine.get_change_by_hash(&c.id.engine()).unwrap().len()).sum();
    assert_eq!(applied, 3 * limits::CHANGE_OPS_MAX);
    assert_eq!(reader.index.ops() - before, applied as u64);
}

#[test]
fn a_document_too_heavy_takes_in_nothing_more_and_says_so() {
    let (_, mut reader, _) = pair();
    let chain = dense_chain(&reader, 3);
    let room = limits::CHANGE_OPS_MAX as u64 + 10;
    reader.index.burden(limits::DOCUMENT_OPS_CEILING - reader.index.ops() - room);
    let heads = reader.heads();
    let outcome = send(&mut reader, &chain, 2);
    assert_eq!(outcome.applied, [chain[0].id]);
    assert_eq!(outcome.set_aside.len(), 1);
    assert_eq!(outcome.set_aside[0].reason, Refusal::DocumentFull);
    assert_ne!(reader.heads(), heads);
    // Nothing is held against it: with room again, it comes in with what waited for it.
    reader.index = index_of(reader.kind, &reader.engine).unwrap();
    assert_eq!(send(&mut reader, &chain[1..2], 2).applied, [chain[1].id, chain[2].id]);
}
