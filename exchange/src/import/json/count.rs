//! Counts the values of a file without keeping any.
//!
//! Two characters of a file may stand for a value that takes a hundred bytes of memory. Nothing is
//! built here; a file that has too many is read no further than the first that is too many.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Returns how many values a file has, at any depth; `most + 1` for every file that has more.
///
/// # Errors
/// What is no JSON.
pub(super) fn values(bytes: &[u8], most: usize) -> Result<usize, serde_json::Error> {
    let mut met = 0;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Counter { met: &mut met, most }.deserialize(&mut reader);
    match read {
        _ if met > most => Ok(met),
        Ok(()) => reader.end().map(|()| met),
        Err(error) => Err(error),
    }
}

/// Counts a value, and those inside it.
struct Counter<'a> {
    met: &'a mut usize,
    most: usize,
}

impl Counter<'_> {
    fn inner(&mut self) -> Counter<'_> {
        Counter { met: self.met, most: self.most }
    }
}

impl<'de> DeserializeSeed<'de> for Counter<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        *self.met += 1;
        if *self.met > self.most {
            return Err(D::Error::custom("too many values"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Counter<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.inner())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(self.inner())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::values;

    #[test]
    fn every_value_counts_and_the_first_too_many_ends_it() {
        let file = br#"{"a": [1, -2, 3.5, "x\n", null, true], "b": {"c": {}}}"#;
        assert_eq!(values(file, 100).unwrap(), 10);
        assert_eq!(values(file, 10).unwrap(), 10);
        assert_eq!(values(file, 9).unwrap(), 10, "one more than the most");
        // What stands behind it is not read: it is no JSON.
        assert_eq!(values(b"[1, 2, 3, oh", 2).unwrap(), 3);
        for bad in ["[1, 2", "[1] 2", "", "{\"a\"}"] {
            assert!(values(bad.as_bytes(), 100).is_err(), "{bad}");
        }
    }
}
