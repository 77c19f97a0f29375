//! Key files: made once, for their owner alone, and never taken for one another.

use super::*;
use std::os::unix::fs::PermissionsExt as _;

const MADE: Timestamp = Timestamp::from_ms(1_700_000_000_000);

#[test]
fn a_key_is_read_back_and_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(LOG_KEY_FILE);
    let made = create(&path, KeyKind::Log, MADE).unwrap();
    let read = read(&path, KeyKind::Log).unwrap();
    assert_eq!(read.secret.public(), made.public());
    assert_eq!(read.made, MADE);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    let again = create(&path, KeyKind::Log, MADE).err().unwrap();
    assert_eq!(again.code, "key-not-written");
}

#[test]
fn a_key_of_the_other_kind_or_of_another_shape_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    create(&path, KeyKind::Operator, MADE).unwrap();
    assert_eq!(read(&path, KeyKind::Log).err().unwrap().code, "not-a-key");
    let whole = fs::read_to_string(&path).unwrap();
    for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..cut]).unwrap();
        assert_eq!(read(&path, KeyKind::Operator).err().unwrap().code, "not-a-key", "{cut}");
    }
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    create(&path, KeyKind::Log, MADE).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(read(&path, KeyKind::Log).err().unwrap().code, "key-open-to-others");
}
