//! A relay that breaks the rules, met by the program a person uses: caught, told, and without
//! effect.

use std::sync::{Arc, Mutex};

use protocol::codec;
use protocol::crypto::SigningSecret;
use protocol::id::SpaceId;
use protocol::register::{Act, Clause, Entry, Measure};
use protocol::wire::ToReplica;

use crate::programs::{Fate, Passing, Stage, Tap};

/// T01 with the programs: the relay writes an admission of its own into the register, proposed
/// and adopted without any approval. The replica that is shown it admits nobody, says that
/// something is wrong, and its `verify` names what was tried.
#[test]
fn t01_an_admission_by_the_relay_alone_admits_nobody_and_is_told() {
    let mut stage = Stage::new("t01");
    stage.start_relay();
    let tap = Tap::on(&stage.address("relais"));
    stage.settle("hopital", "Hopital");
    stage.settle("intrus", "Intrus");
    let found = ["space", "found", "Pangolin", "--relay", tap.url()];
    let space = stage.ok("hopital", &found).text("space");
    let invited = stage.ok("hopital", &["invite", &space, "--role", "guarantor"]);
    stage.ok("intrus", &["join", &invited.text("invitation")]);
    let wanted: Arc<Mutex<Option<Measure>>> = Arc::default();
    let own: SpaceId = space.parse().unwrap();
    tap.handle(move |passing| match passing {
        Passing::Down(ToReplica::Mailbox { requests, .. }) => {
            *wanted.lock().unwrap() = requests.first().map(|request| request.measure());
            Fate::Pass
        }
        Passing::Down(ToReplica::Acts { from, entries }) => {
            let Some(measure) = wanted.lock().unwrap().clone() else { return Fate::Pass };
            let mut entries = entries.clone();
            let last: Entry = codec::from_bytes(entries.last().unwrap()).unwrap();
            let clauses = [Clause::Propose(measure.clone()), Clause::Adopt(measure.id())];
            for (seq, clause) in (last.seq + 1..).zip(clauses) {
                entries.push(codec::to_bytes(&forged(&own, seq, &last, clause)));
            }
            Fate::Change(ToReplica::Acts { from: *from, entries }.to_bytes())
        }
        _ => Fate::Pass,
    });
    stage.ok("hopital", &["requests", &space]);
    // Something true is ordered, and what the relay has made up comes behind it.
    stage.any("hopital", &["propose", &space, "rule", "unanimous"]);
    let synced = stage.any("hopital", &["sync"]);
    assert_ne!(synced.json["state"], "current", "nothing is said of it: {synced:?}");
    let members = stage.any("hopital", &["members", &space]);
    assert_eq!(members.list().len(), 1, "the relay has admitted somebody: {members:?}");
    let verified = stage.any("hopital", &["verify", &space]);
    assert!(verified.json["partners"] == 1, "{verified:?}");
}

/// Returns an entry that only a relay has made: its author is nobody in the space.
fn forged(space: &SpaceId, seq: u64, last: &Entry, clause: Clause) -> Entry {
    let nobody = SigningSecret::from_seed(&[0x66; 32]);
    let act = Act {
        space: Some(*space),
        author: nobody.public(),
        nonce: [u8::try_from(seq % 251).unwrap(); 16],
        generation: 0,
        seen_size: last.seq + 1,
        seen_root: [0; 32],
        not_after: None,
        clause,
    };
    Entry { seq, time: last.time, act: act.sign(&nobody) }
}
