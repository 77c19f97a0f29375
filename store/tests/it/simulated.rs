//! The simulated disk: the same seed fails the same way, and never worse than a real one.

use store::{Batch, Faults, SimDisk, Store, StoreError};

fn one(number: u32) -> Batch {
    Batch::new().put(number.to_be_bytes(), vec![number as u8; 1000]).clone()
}

/// Plays a run and tells what happened at each step.
fn run(seed: u64, faults: Faults) -> (Vec<String>, usize) {
    let disk = SimDisk::seeded(seed, faults);
    let told = (0..500)
        .map(|number| match disk.apply(&one(number)) {
            Ok(()) => "done".to_string(),
            Err(error) => {
                disk.reopen();
                let there = disk.get(&number.to_be_bytes()).unwrap().is_some();
                format!("{error}, there: {there}")
            }
        })
        .collect();
    (told, disk.records().len())
}

#[test]
fn the_same_seed_fails_the_same_way() {
    let faults =
        Faults { full_per_million: 50_000, failure_per_million: 50_000, ..Faults::default() };
    let (told, held) = run(7, faults);
    assert_eq!((told.clone(), held), run(7, faults));
    assert_ne!(told, run(8, faults).0);
    let count = |what: &str| told.iter().filter(|line| line.contains(what)).count();
    assert!(count("no space") > 5 && count("there: true") > 2 && count("reopened") > 5);
    // What failed for good may be there or not, what was refused is not.
    assert_eq!(held, count("done") + count("there: true"));
    assert_eq!(run(7, Faults::default()), (vec!["done".to_string(); 500], 500));
}

#[test]
fn a_failed_disk_answers_nothing_until_reopened() {
    let faults = Faults { failure_per_million: 1_000_000, ..Faults::default() };
    let disk = SimDisk::seeded(1, faults);
    assert!(disk.apply(&one(1)).is_err());
    disk.set_faults(Faults::default());
    assert!(matches!(disk.apply(&one(2)), Err(StoreError::NeedsReopen { .. })));
    assert!(matches!(disk.get(b"k"), Err(StoreError::NeedsReopen { .. })));
    assert!(disk.scan(&[], &[], 1, 1).is_err());
    assert!(disk.stats().refusing.is_some());
    disk.reopen();
    disk.apply(&one(2)).unwrap();
}

#[test]
fn a_small_disk_fills_and_frees() {
    let disk = SimDisk::seeded(1, Faults { capacity_bytes: 50_000, ..Faults::default() });
    let refused = (0..).find(|number| disk.apply(&one(*number)).is_err()).unwrap();
    assert!((40..50).contains(&refused), "{refused}");
    assert_eq!(disk.apply(&one(refused)), Err(StoreError::Full));
    assert_eq!(disk.records().len(), refused as usize);
    disk.apply(Batch::new().delete(0_u32.to_be_bytes())).unwrap();
    disk.apply(&one(refused)).unwrap();
}

#[test]
fn a_flipped_bit_is_seen_and_healed_by_writing_again() {
    for bit in 0..(1000 + 10) * 8 {
        let disk = SimDisk::new();
        disk.apply(&one(1)).unwrap();
        assert!(disk.flip_bit(&1_u32.to_be_bytes(), bit));
        let error = disk.get(&1_u32.to_be_bytes()).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { key: Some(_), .. }), "{bit}: {error}");
    }
    let disk = SimDisk::new();
    disk.apply(Batch::new().put("k", vec![1; 100_000])).unwrap();
    disk.flip_bit(b"k", 100);
    assert!(disk.get(b"k").is_err());
    disk.apply(Batch::new().put("k", "short")).unwrap();
    assert_eq!(disk.get(b"k").unwrap(), Some(b"short".to_vec()));
    assert_eq!(disk.stats().records, 1);
    assert!(!disk.flip_bit(b"absent", 1));
}

#[test]
fn a_backup_forgets_and_a_clone_lives_its_own_life() {
    let disk = SimDisk::new();
    disk.apply(&one(1)).unwrap();
    let backup = disk.snapshot();
    disk.apply(&one(2)).unwrap();
    let twin = SimDisk::from_snapshot(&backup, 9, Faults::default());
    twin.apply(&one(3)).unwrap();
    let handle = disk.clone();
    handle.restore(&backup);
    let keys = |disk: &SimDisk| disk.records().into_keys().collect::<Vec<_>>();
    assert_eq!(keys(&disk), [1_u32.to_be_bytes().to_vec()]);
    assert_eq!(keys(&twin), [1_u32, 3].map(|number| number.to_be_bytes().to_vec()));
}

#[test]
fn what_is_damaged_can_be_had_as_it_lies() {
    let disk = SimDisk::new();
    for value_bytes in [0, 700, 100_000] {
        disk.apply(Batch::new().put("k", vec![7; value_bytes])).unwrap();
        let whole = disk.salvage(b"k").unwrap().unwrap();
        assert!(whole.len() > value_bytes);
        disk.flip_bit(b"k", 3);
        assert!(disk.get(b"k").is_err());
        let lying = disk.salvage(b"k").unwrap().unwrap();
        assert_eq!(lying.len(), whole.len());
        assert_eq!(lying[0], whole[0] ^ 8, "the flipped bit is there");
        assert_eq!(lying[1..], whole[1..]);
    }
    assert_eq!(disk.salvage(b"absent").unwrap(), None);
}
