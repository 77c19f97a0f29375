//! The JSON form of a language, by its two-letter code.

use console::Lang;
use serde::de::{Deserialize as _, Deserializer, Error as _};
use serde::ser::Serializer;

/// Writes the code.
pub(crate) fn serialize<S: Serializer>(lang: &Lang, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(lang.code())
}

/// Reads the code.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Lang, D::Error> {
    let code = String::deserialize(input)?;
    let langs = [Lang::Fr, Lang::En];
    let found = langs.into_iter().find(|lang| lang.code() == code);
    found.ok_or_else(|| D::Error::custom("the language is fr or en"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Asked {
        #[serde(with = "super")]
        lang: Lang,
    }

    #[test]
    fn a_language_is_its_code() {
        for (lang, text) in [
            (Lang::Fr, r#"{"lang":"fr"}"#),
            (Lang::En, r#"{"lang":"en"}"#),
        ] {
            assert_eq!(serde_json::to_string(&Asked { lang }).unwrap(), text);
            assert_eq!(serde_json::from_str::<Asked>(text).unwrap(), Asked { lang });
        }
        assert!(serde_json::from_str::<Asked>(r#"{"lang":"tlh"}"#).is_err());
    }
}
