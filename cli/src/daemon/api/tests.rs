//! What is said of a wrong question, and that `docs/api.md` names every question and its keys.
#![allow(clippy::unwrap_used)]

use super::*;
use serde::de::value::Error;
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::collections::BTreeSet;

fn wrong(question: &str) -> Failure {
    #[derive(Debug, Deserialize)]
    struct Asked {
        #[serde(rename = "space")]
        _space: String,
    }
    not_understood(&serde_json::from_str::<Asked>(question).unwrap_err())
}

#[test]
fn a_wrong_question_is_told_in_words_and_not_taken_for_another_version() {
    for (question, told) in [
        ("{}", "il manque à cette question la clé « space »"),
        (r#"{"space": 3}"#, "une valeur n'a pas la forme attendue (ligne 1"),
        (r#"{"space": "3fa"#, "la question n'est pas du JSON"),
        ("bonjour", "la question n'est pas du JSON"),
    ] {
        let failure = wrong(question);
        let french = failure.message.in_lang(Lang::Fr);
        assert!(french.starts_with(told), "{question}: {french}");
        assert!(failure.hint.unwrap().in_lang(Lang::Fr).contains("docs/api.md"));
    }
}

/// Finds out the keys of a type by offering it nothing: what it would read is noted. A type with
/// flattened parts asks for any keys, and tells none.
struct Keys<'a>(&'a mut BTreeSet<&'static str>);

impl<'de> Deserializer<'de> for Keys<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        keys: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.extend(keys);
        Err(Error::custom("noted"))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("no keys"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de> SeqAccess<'de> for Keys<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        seed.deserialize(Keys(self.0)).map(Some)
    }
}

fn keys_of<T: for<'de> Deserialize<'de>>() -> BTreeSet<&'static str> {
    let mut keys = BTreeSet::new();
    assert!(T::deserialize(Keys(&mut keys)).is_err(), "it was offered nothing");
    keys
}

/// Compares the table of `docs/api.md` with each question met.
struct Table {
    text: String,
    rows: usize,
}

/// Returns what stands between backquotes.
fn quoted(cell: &str) -> BTreeSet<&str> {
    cell.split('`').skip(1).step_by(2).map(|key| key.trim_end_matches('?')).collect()
}

impl commands::Visitor for Table {
    fn meet<Q: Question>(&mut self) {
        let begins = format!("| `{}` |", Q::PATH);
        let row = self.text.lines().find(|line| line.starts_with(&begins));
        let row = row.unwrap_or_else(|| panic!("docs/api.md has no row for {}", Q::PATH));
        let cells: Vec<&str> = row.split('|').collect();
        assert_eq!(quoted(cells[2]), keys_of::<Q>(), "keys of {}", Q::PATH);
        let told = quoted(cells[3]);
        let missing: Vec<_> = keys_of::<Q::Answer>().into_iter().collect();
        let missing: Vec<_> = missing.into_iter().filter(|key| !told.contains(key)).collect();
        assert!(missing.is_empty(), "answer of {}: {missing:?}", Q::PATH);
        self.rows += 1;
    }
}

#[test]
fn the_document_of_the_api_names_every_question_and_its_keys() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md");
    let mut table = Table { text: std::fs::read_to_string(path).unwrap(), rows: 0 };
    commands::each_question(&mut table);
    let listed = table.text.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(table.rows, listed, "a row is of no question");
}
