//! What nobody outside may read, and what who left may no longer read.

use client_core::replica::{Command, Reply};
use protocol::checkpoint::Log;
use protocol::codec;
use protocol::env::Records;
use protocol::envelope::{Envelope, OVERHEAD_BYTES};
use protocol::epoch::EpochSecret;
use protocol::id::EpochId;
use protocol::journal::JournalEntry;
use protocol::register::{Cause, History, Role};
use protocol::relay::records;
use tests::check;
use tests::operator::{entries_of, register_of};
use tests::story::Story;
use tests::world::{CANARY, holds_canary};

/// Returns every envelope that the relay stores.
fn envelopes(story: &Story) -> Vec<Envelope> {
    let disk = &story.world.relays[0].disk;
    let stored = |position| disk.get(&records::entry(&story.space, Log::Journal, position));
    (0..)
        .map_while(stored)
        .map(|bytes| codec::from_bytes::<JournalEntry>(&bytes).unwrap())
        .map(|entry| Envelope::parse(&entry.envelope).unwrap())
        .collect()
}

/// Returns the epochs whose secret lies in a machine's keystore.
fn epochs_held(story: &Story, machine: usize) -> Vec<EpochId> {
    let secrets = story.world.replicas[machine].disk.secrets();
    let register = register_of(&story.world.relays[0].disk, &story.space).unwrap();
    let opens = |previous: &EpochId, id: &EpochId| {
        secrets
            .values()
            .filter_map(|value| <&[u8; 32]>::try_from(value.as_slice()).ok())
            .any(|secret| EpochSecret::from_bytes(secret).id(&story.space, previous) == *id)
    };
    let epochs = register.roster().epochs().iter();
    epochs.filter(|epoch| opens(&epoch.previous, &epoch.id)).map(|epoch| epoch.id).collect()
}

/// A space in which everything that can hold a word of a person holds one.
fn talkative(seed: u64) -> Story {
    let mut story = Story::found(seed, 3, 1).unwrap();
    for document in story.documents.clone() {
        for by in 0..3 {
            story.write_word(by, document, by, by == 1);
        }
    }
    story.sync_all().unwrap();
    story
}

/// T58: after a whole scenario no word of a person lies in the records of the relay, and no
/// secret of a replica outside its keystore.
#[test]
fn t58_no_word_and_no_secret_lies_where_it_may_not() {
    let mut story = talkative(31);
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    for (_, value) in story.world.relays[0].disk.sim().records() {
        assert!(!holds_canary(&value));
    }
    for host in &story.world.replicas {
        let records = host.disk.sim().records();
        for secret in host.disk.secrets().values().filter(|secret| secret.len() == 32) {
            for value in records.values() {
                let found = value.windows(32).any(|window| window == secret.as_slice());
                assert!(!found, "a secret lies among the records");
            }
        }
    }
}

/// T59: the register of a space holds no name, no label, no title: ids, keys and commitments.
#[test]
fn t59_the_register_of_a_talkative_space_names_nobody() {
    let story = talkative(32);
    let entries = entries_of(&story.world.relays[0].disk, &story.space);
    assert!(entries.len() > 5);
    for entry in entries {
        let bytes = codec::to_bytes(&entry);
        assert!(!holds_canary(&bytes), "entry {} names somebody", entry.seq);
        for word in ["Partenaire", "poste", "PTSM", "convention"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "entry {} says {word}", entry.seq);
        }
    }
}

/// T60: with the relay's whole database in hand no document can be read: no secret in it opens
/// an envelope, and sizes come in Padmé buckets only.
#[test]
fn t60_a_dump_of_the_relay_reads_no_document() {
    let story = talkative(33);
    let records = story.world.relays[0].disk.sim().records();
    let mut candidates: Vec<[u8; 32]> = Vec::new();
    for value in records.values() {
        candidates.extend(value.windows(32).map(|window| <[u8; 32]>::try_from(window).unwrap()));
    }
    candidates.extend(
        records
            .keys()
            .filter_map(|key| key.get(key.len().checked_sub(32)?..))
            .map(|tail| <[u8; 32]>::try_from(tail).unwrap()),
    );
    let register = register_of(&story.world.relays[0].disk, &story.space).unwrap();
    // An epoch's id commits to its secret: a candidate that is the secret gives the id.
    for epoch in register.roster().epochs() {
        let opens = |candidate: &[u8; 32]| {
            EpochSecret::from_bytes(candidate).id(&story.space, &epoch.previous) == epoch.id
        };
        assert!(!candidates.iter().any(opens), "the relay holds the secret of an epoch");
    }
    let envelopes = envelopes(&story);
    assert!(envelopes.len() > 6);
    for envelope in envelopes {
        let size = envelope.bytes().len() - OVERHEAD_BYTES;
        assert_eq!(size, padme(size), "{size} bytes are in no bucket");
        assert!(!holds_canary(envelope.bytes()));
    }
}

/// The size that Padmé rounds to: the last bits beyond `log2 log2` of it are zero.
fn padme(size: usize) -> usize {
    if size < 2 {
        return size;
    }
    let exponent = usize::BITS - 1 - size.leading_zeros();
    let kept = u32::BITS - exponent.leading_zeros();
    let zeros = exponent.saturating_sub(kept);
    let mask = (1usize << zeros) - 1;
    (size + mask) & !mask
}

/// T44, with machines: who was given no past holds no key of it and shows none of it.
#[test]
fn t44_a_newcomer_without_the_past_reads_none_of_it() {
    let mut story = talkative(34);
    let before = register_of(&story.world.relays[0].disk, &story.space).unwrap();
    let old: Vec<EpochId> = before.roster().epochs().iter().map(|epoch| epoch.id).collect();
    let newcomer = story.admit(Role::Member, History::None).unwrap();
    story.come_to_rest().unwrap();
    let held = epochs_held(&story, newcomer);
    assert!(!held.is_empty(), "it reads what is written from now on");
    assert!(old.iter().all(|epoch| !held.contains(epoch)), "it holds a key of the past");
    for document in story.documents.clone() {
        if let Some(Ok(Reply::Document(view))) =
            story.call(newcomer, Command::Show { document, at: None })
        {
            let text: String = view.content.sections.iter().map(|s| s.text.as_str()).collect();
            assert!(!text.contains(CANARY), "it shows the past");
        }
    }
    check::judge(&mut story).unwrap();
}

/// T28, with machines: a stolen machine that was revoked gets no further key, and what it writes
/// enters nobody's document, by the relay or by file.
#[test]
fn t28_a_stolen_machine_reads_and_writes_nothing_more() {
    let mut story = talkative(35);
    let document = story.documents[0];
    let laptop = story.add_device(1).unwrap();
    story.sync_all().unwrap();
    let known = epochs_held(&story, laptop);
    let device = story.world.replicas[laptop].overview(&story.space).unwrap().device;
    let space = story.space;
    let revoke = Command::DeviceRevoke { space, device, cause: Cause::Stolen };
    assert!(matches!(story.call(1, revoke), Some(Ok(_))));
    for by in [0, 1, 2, 0, 1, 2] {
        story.call(by, Command::Sync { space: None });
    }
    // The thief goes on from what it has seen, and hands a file to a member directly.
    story.write_word(laptop, document, 0, false);
    if let Some(Ok(Reply::File { bytes, .. })) = story.call(laptop, Command::WriteBundle { space })
    {
        story.call(0, Command::ReadBundle { file: bytes });
    }
    story.write_word(0, document, 1, false);
    story.come_to_rest().unwrap();
    let held = epochs_held(&story, laptop);
    assert_eq!(held, known, "a revoked machine was given another key");
    let words: Vec<String> = story
        .saved
        .iter()
        .filter(|saved| saved.by == laptop)
        .filter_map(|saved| saved.word.clone())
        .collect();
    for by in 0..3 {
        let view = crate::convergence::shown(&mut story, by, document);
        let text: String = view.sections.iter().map(|s| s.text.as_str()).collect();
        assert!(words.iter().all(|word| !text.contains(word)), "machine {by} took it in");
    }
    check::judge(&mut story).unwrap();
}

#[test]
fn the_watch_finds_what_it_looks_for() {
    assert!(holds_canary(format!("xx{CANARY}17").as_bytes()));
    assert!(holds_canary(format!("Pango{CANARY}").as_bytes()));
    assert!(!holds_canary(b"Pangoli"));
    assert!(!holds_canary(b""));
}
