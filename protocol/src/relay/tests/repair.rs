//! Damaged records: found before anything is signed, given back, never taken on a giver's word.

use super::world::{Disk, Given, World, policy, ready};
use super::*;
use crate::codec::{from_bytes, to_bytes};
use crate::fixture::{Circle, at};
use crate::register::Entry;

const FROM_START: ToRelay = ToRelay::Follow { register_from: 0, journal_from: 0 };

/// A relay that holds two acts and three envelopes, and what honest replicas hold of them.
fn kept() -> (World, Circle, Disk) {
    let (mut world, circle, link) = ready(3);
    for envelope in &circle.envelopes(0, 3) {
        world.push(link, envelope).unwrap();
    }
    let copy = world.disk.clone();
    (world, circle, copy)
}

fn flip(world: &mut World, key: &[u8]) {
    let value = world.disk.get_mut(key).unwrap();
    let middle = value.len() / 2;
    value[middle] ^= 1;
}

fn give(copy: &Disk, circle: &Circle, log: Log, position: u64) -> ToRelay {
    let item = copy[&records::entry(&circle.space(), log, position)].clone();
    ToRelay::Give { log, position, item }
}

fn wanted(messages: &[ToReplica]) -> Vec<(Log, u64)> {
    let of = |message: &ToReplica| match message {
        ToReplica::Wanted { log, position } => Some((*log, *position)),
        _ => None,
    };
    messages.iter().filter_map(of).collect()
}

/// T23: one flipped bit in a stored act is found at load; nothing is signed until a replica
/// has given the act back.
#[test]
fn t23_a_flipped_bit_in_the_register_is_found_before_signing_and_repaired() {
    for damaged in [0, 1] {
        let (mut world, circle, copy) = kept();
        flip(&mut world, &records::entry(&circle.space(), Log::Register, damaged));
        let mut world = world.restart();
        let record = Some((Log::Register, damaged));
        let event = Event::Damaged { space: circle.space(), record };
        assert!(world.events.contains(&event));
        let (link, welcome) = world.join(circle.space(), &circle.orgs[0].machine.sign);
        assert_eq!(welcome.register.note, "", "nothing is signed over a damaged register");
        assert_eq!(welcome.journal.note, "");
        assert_eq!(wanted(&world.heard(link)), [(Log::Register, damaged)]);
        assert_ne!(world.push(link, &circle.envelopes(0, 4)[3]).map_err(|e| e.0), Ok(3));
        // A giver is not believed: the item must have the stored leaf hash.
        let mut forged: Entry =
            from_bytes(&copy[&records::entry(&circle.space(), Log::Register, damaged)]).unwrap();
        forged.time = at(5);
        let item = to_bytes(&forged);
        let lie = ToRelay::Give { log: Log::Register, position: damaged, item };
        let heard = world.ask(link, &lie);
        let refused = ToReplica::Refused {
            of: Subject::Give,
            refusal: Refusal::BadSignature,
            detail: damaged,
        };
        assert_eq!(heard, [refused]);
        world.say(link, &give(&copy, &circle, Log::Register, damaged));
        assert_eq!(world.relay.next_timeout(), Some(Instant::default()), "folded again at once");
        world.input(Input::Timeout);
        assert_eq!(world.disk, copy);
        let heard = world.heard(link);
        let Some(ToReplica::Welcome(welcome)) = heard.last() else { panic!("{heard:?}") };
        assert_eq!((welcome.standing, welcome.register.size), (Standing::Member, 2));
        assert_ne!(welcome.register.note, "");
        assert_eq!(world.push(link, &circle.envelopes(0, 4)[3]), Ok(3));
    }
}

/// T23: the same for an act whose leaf is gone too: the root decides in the end.
#[test]
fn t23_an_altered_act_without_its_leaf_does_not_get_past_the_root() {
    let (mut world, circle, copy) = kept();
    let space = circle.space();
    let key = records::entry(&space, Log::Register, 1);
    let mut altered: Entry = from_bytes(&world.disk[&key]).unwrap();
    altered.time = at(101);
    world.disk.insert(key, to_bytes(&altered));
    world.disk.remove(&records::leaf(&space, Log::Register, 1));
    let mut world = world.restart();
    assert!(world.events.contains(&Event::Damaged { space, record: None }));
    let (link, welcome) = world.join(space, &circle.orgs[0].machine.sign);
    assert_eq!(welcome.register.note, "");
    let refused = world.push(link, &circle.envelopes(0, 4)[3]);
    assert_eq!(refused, Err((Refusal::UnderRepair, 3)));
    let damages = verify(&world.disk, &space).damages;
    assert_eq!(damages, [Damage::Entry { log: Log::Register, position: 1 }]);
    assert!(verify(&copy, &space).is_whole());
}

/// A follower waits before an envelope that cannot be read; whoever has it gives it back.
#[test]
fn an_unreadable_envelope_is_asked_for_and_streams_go_on() {
    let (mut world, circle, copy) = kept();
    let lost = records::entry(&circle.space(), Log::Journal, 1);
    world.disk.remove(&lost);
    let reader = world.member(&circle, 1);
    world.say(reader, &FROM_START);
    let heard = world.heard(reader);
    assert_eq!(wanted(&heard), [(Log::Journal, 1)]);
    let mut given = Given::default();
    given.take(heard);
    assert_eq!(given.envelopes.len(), 1);
    assert!(given.heads.is_none(), "no head before everything below it was sent");
    // The space is still served: what is signed is known to be right.
    let (author, _) = world.join(circle.space(), &circle.orgs[0].machine.sign);
    assert_eq!(world.push(author, &circle.envelopes(0, 4)[3]), Ok(3));
    let other = copy[&records::entry(&circle.space(), Log::Journal, 2)].clone();
    let lie = ToRelay::Give { log: Log::Journal, position: 1, item: other };
    let heard = world.ask(author, &lie);
    assert!(matches!(heard[..], [ToReplica::Refused { refusal: Refusal::Gap, .. }]));
    world.say(author, &give(&copy, &circle, Log::Journal, 1));
    assert_eq!(world.disk[&lost], copy[&lost]);
    given.take(world.heard(reader));
    assert_eq!(given.envelopes.len(), 4);
    assert_eq!(given.heads.unwrap().1.size, 4);
}

#[test]
fn nothing_is_taken_that_was_not_asked_for() {
    let (mut world, circle, copy) = kept();
    let link = world.member(&circle, 0);
    let heard = world.ask(link, &give(&copy, &circle, Log::Register, 1));
    assert!(matches!(heard[..], [ToReplica::Refused { refusal: Refusal::AlreadySo, .. }]));
    assert_eq!(world.disk, copy);
}

/// The long walk finds what a load does not read.
#[test]
fn the_walk_finds_every_sort_of_damage() {
    let (world, circle, _) = kept();
    let space = circle.space();
    let device = circle.orgs[0].machine.id();
    let incarnation = crate::fixture::incarnation(0);
    let spoil = |key: Vec<u8>| {
        let mut disk = world.disk.clone();
        let value = disk.get_mut(&key).unwrap();
        let last = value.len() - 1;
        value[last] ^= 1;
        verify(&disk, &space).damages
    };
    for log in Log::ALL {
        let entry = Damage::Entry { log, position: 1 };
        assert_eq!(spoil(records::entry(&space, log, 1)), [entry]);
        assert_eq!(spoil(records::leaf(&space, log, 1)), [entry]);
        assert_eq!(spoil(records::head(&space, log)), [Damage::Root(log)]);
    }
    let mark = records::mark(&space, &device, &incarnation);
    assert_eq!(spoil(mark), [Damage::Mark { device, incarnation }]);
}

/// T17: a register newer than the program stops the load, with the space's name.
#[test]
fn t17_a_relay_does_not_start_over_a_newer_register() {
    let (mut world, circle, _) = kept();
    let space = circle.space();
    let mut out = crate::codec::Writer::new();
    out.map(1);
    out.field(0, &2);
    let body = out.finish();
    let signature = crate::crypto::Signature([0; 64]);
    let act = crate::register::SignedAct { body, signature, approvals: vec![] };
    let entry = to_bytes(&Entry { seq: 2, time: at(500), act });
    let leaf = crate::tree::leaf_hash(&entry).to_vec();
    world.disk.insert(records::leaf(&space, Log::Register, 2), leaf);
    world.disk.insert(records::entry(&space, Log::Register, 2), entry);
    let head = space::RegisterHead { size: 3, root: [0; 32] };
    world.disk.insert(records::head(&space, Log::Register), to_bytes(&head));
    let fault = World::over(policy(&circle), &circle.relay, world.disk).err();
    assert_eq!(fault, Some(LoadFault { space, code: 2 }));
    let text = fault.unwrap().to_string();
    assert!(text.contains("newer than this program"), "{text}");
}
