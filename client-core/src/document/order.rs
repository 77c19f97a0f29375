//! Order keys: short strings between which there is always room for another.
//!
//! Sections and list items carry one each and are shown sorted by key, then by id. Moving is
//! writing a new key, so a concurrent edit inside a moved section is kept (`sync.md` C21).
//! Keys come from other replicas too: anything that is no key of ours still sorts somewhere.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Bytes of a received key that are looked at; a longer one is treated as if it ended there.
const KEY_BYTES_MAX: usize = 256;

/// Returns `count` keys in ascending order with room around each.
pub(crate) fn spread(count: usize) -> Vec<String> {
    let mut keys: Vec<String> = Vec::with_capacity(count);
    for _ in 0..count {
        let next = between(keys.last().map(String::as_str), None);
        keys.push(next);
    }
    keys
}

/// Returns a key after `low` and before `high`, where `None` is an open end.
///
/// When there is no room, because the two are equal or were written by another program, the
/// key still comes after `low`.
pub(crate) fn between(low: Option<&str>, high: Option<&str>) -> String {
    let low = digits_of(low.unwrap_or_default());
    let high = high.map(digits_of).filter(|high| *high > low && !is_zero_tail(&low, high));
    let key = match high {
        Some(high) => middle(&low, &high),
        None => after(&low),
    };
    key.into_iter().map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Reads a key as digits; a byte that is no digit counts as the nearest one below it.
fn digits_of(key: &str) -> Vec<u8> {
    key.bytes().take(KEY_BYTES_MAX).map(digit_of).collect()
}

fn digit_of(byte: u8) -> u8 {
    let at = DIGITS.partition_point(|digit| *digit <= byte);
    u8::try_from(at.saturating_sub(1)).unwrap_or(0)
}

/// Tells whether `high` is `low` followed by zeros only: nothing fits between the two.
fn is_zero_tail(low: &[u8], high: &[u8]) -> bool {
    high.strip_prefix(low).is_some_and(|tail| tail.iter().all(|digit| *digit == 0))
}

/// Returns a key after `low`, one longer only when `low` is all last digits.
fn after(low: &[u8]) -> Vec<u8> {
    let last = 61;
    match low.iter().position(|digit| *digit < last) {
        Some(at) => {
            let mut key = low[..=at].to_vec();
            key[at] += 1;
            key
        }
        None => {
            let mut key = low.to_vec();
            key.push(1);
            key
        }
    }
}

/// Returns a key strictly between two keys of which the second is greater and no zero tail.
fn middle(low: &[u8], high: &[u8]) -> Vec<u8> {
    let mut key = Vec::new();
    let mut below_high = false;
    for at in 0.. {
        let floor = low.get(at).copied().unwrap_or(0);
        let ceiling = if below_high { 62 } else { high.get(at).copied().unwrap_or(0) };
        if ceiling > floor + 1 {
            key.push(floor + (ceiling - floor) / 2);
            return key;
        }
        below_high |= ceiling > floor;
        key.push(floor);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_always_leave_room() {
        let mut keys = spread(12);
        assert!(keys.is_sorted());
        // Always into the same gap, then always at both ends.
        for round in 0..300 {
            let at = [1, 0, keys.len()][round % 3];
            let low = at.checked_sub(1).map(|i| keys[i].clone());
            let high = keys.get(at).cloned();
            let key = between(low.as_deref(), high.as_deref());
            assert!(low.as_ref().is_none_or(|low| *low < key), "{low:?} {key} {high:?}");
            assert!(high.as_ref().is_none_or(|high| key < *high), "{low:?} {key} {high:?}");
            keys.insert(at, key);
        }
        assert!(keys.iter().all(|key| key.len() < 60), "{keys:?}");
    }

    #[test]
    fn foreign_keys_never_panic_and_stay_after_the_lower() {
        let odd = ["", "0", "00", "zzz", "é~", "\u{0}", "V", "V0", "V00", "~~~~"];
        for low in odd {
            for high in odd {
                let key = between(Some(low), Some(high));
                assert!(!key.is_empty());
                if low.bytes().all(|b| DIGITS.contains(&b)) {
                    assert!(key.as_str() > low, "{low} {key} {high}");
                }
            }
        }
        assert!(between(Some(&"z".repeat(10_000)), None).len() <= KEY_BYTES_MAX + 1);
    }

    #[test]
    fn appending_stays_short() {
        let keys = spread(500);
        assert!(keys.iter().all(|key| key.len() <= 9), "{:?}", keys.last());
    }
}
