//! Bundles come back as written, and a damaged one says so after what stands.
#![allow(clippy::unwrap_used)]

use super::*;

fn sample() -> Vec<u8> {
    let mut writer = Writer::new(&SpaceId::new([7; 32]));
    writer.put(&Item::Act(vec![1, 2, 3]));
    writer.put(&Item::Envelope(vec![4; 300]));
    writer.put(&Item::Checkpoint("note".to_owned()));
    writer.put(&Item::Wraps(DeviceId::new([5; 32]), vec![6; 40]));
    writer.finish()
}

#[test]
fn a_bundle_comes_back_as_written() {
    let file = sample();
    let reader = Reader::new(&file).unwrap();
    assert_eq!(reader.space(), SpaceId::new([7; 32]));
    let items: Vec<_> = reader.map(Result::unwrap).collect();
    assert_eq!(items[0], Item::Act(vec![1, 2, 3]));
    assert_eq!(items[3], Item::Wraps(DeviceId::new([5; 32]), vec![6; 40]));
    assert_eq!(items.len(), 4);
}

#[test]
fn a_bundle_cut_or_altered_anywhere_says_so() {
    let file = sample();
    for cut in 0..file.len() {
        let sound = Reader::new(&file[..cut]).is_ok_and(|mut r| r.all(|item| item.is_ok()));
        assert!(!sound, "cut at {cut}");
    }
    for at in MAGIC.len()..file.len() {
        let mut altered = file.clone();
        altered[at] ^= 1;
        let sound = Reader::new(&altered).is_ok_and(|mut r| r.all(|item| item.is_ok()));
        assert!(!sound, "altered at {at}");
    }
}

#[test]
fn t18_no_bytes_make_a_reader_panic_or_allocate_what_is_not_there() {
    let mut file = sample();
    let header = MAGIC.len() + SpaceId::SIZE;
    file[header..header + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    let items: Vec<_> = Reader::new(&file).unwrap().collect();
    assert_eq!(items, vec![Err(BundleError::Damaged)]);
    assert!(Reader::new(b"PK\x03\x04").is_err());
}
