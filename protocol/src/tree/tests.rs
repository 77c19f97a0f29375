//! The frontier against the recursive definition of RFC 6962.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::codec::{from_bytes, to_bytes};

/// The definition, word for word: split at the largest power of two below the size.
fn recursive(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        leaves => {
            let half = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(half);
            node_hash(&recursive(left), &recursive(right))
        }
    }
}

#[test]
fn a_frontier_has_the_root_of_the_definition_at_every_size() {
    let mut frontier = Frontier::new();
    let mut leaves = Vec::new();
    assert_eq!(frontier.root(), recursive(&leaves));
    for n in 0u64..300 {
        let leaf = leaf_hash(&n.to_be_bytes());
        leaves.push(leaf);
        frontier.push(leaf);
        assert_eq!(frontier.size(), n + 1);
        assert_eq!(frontier.root(), recursive(&leaves), "at size {}", n + 1);
    }
}

/// Vectors of the reference implementation of RFC 6962: the first leaves are "" and 0x00.
#[test]
fn the_known_roots_are_found() {
    let hex = |hash: Hash| crate::id::hex(&hash);
    let mut frontier = Frontier::new();
    assert_eq!(
        hex(frontier.root()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    frontier.push(leaf_hash(b""));
    assert_eq!(
        hex(frontier.root()),
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    );
    frontier.push(leaf_hash(&[0]));
    assert_eq!(
        hex(frontier.root()),
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    );
}

#[test]
fn a_frontier_survives_storage_and_goes_on() {
    let mut frontier = Frontier::new();
    for n in 0u64..77 {
        frontier.push(leaf_hash(&n.to_be_bytes()));
        let mut stored: Frontier = from_bytes(&to_bytes(&frontier)).unwrap();
        assert_eq!(stored, frontier);
        let mut next = frontier.clone();
        stored.push([9; 32]);
        next.push([9; 32]);
        assert_eq!(stored.root(), next.root());
    }
}

#[test]
fn a_frontier_with_too_many_or_too_few_subtrees_is_refused() {
    for (size, subtrees) in [(3u64, 1usize), (3, 3), (0, 1), (8, 0)] {
        let mut out = Writer::new();
        out.array(1 + subtrees);
        out.uint(size);
        for _ in 0..subtrees {
            out.bytes(&[0; 32]);
        }
        assert!(from_bytes::<Frontier>(&out.finish()).is_err(), "{size} with {subtrees}");
    }
}
