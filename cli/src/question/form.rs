//! The JSON forms of what serde has no form of its own for.

/// A file's bytes: base64 (RFC 4648 §4).
pub(crate) mod file_form {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    /// Writes the bytes.
    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    /// Reads the bytes.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(input)?;
        BASE64_STANDARD.decode(text).map_err(D::Error::custom)
    }

    #[cfg(test)]
    mod tests {
        #![allow(clippy::unwrap_used)]

        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        struct Carried {
            #[serde(with = "super")]
            file: Vec<u8>,
        }

        #[test]
        fn bytes_come_back_as_they_went() {
            for file in [vec![], vec![0, 255, 10], b"colis".to_vec()] {
                let carried = Carried { file };
                let text = serde_json::to_string(&carried).unwrap();
                assert_eq!(serde_json::from_str::<Carried>(&text).unwrap(), carried);
            }
            let text = serde_json::to_string(&Carried { file: vec![251, 255] }).unwrap();
            assert_eq!(text, r#"{"file":"+/8="}"#, "the usual alphabet, with its padding");
            assert!(serde_json::from_str::<Carried>(r#"{"file":"*"}"#).is_err());
        }
    }
}

/// A language, by its two-letter code.
pub(crate) mod lang_form {
    use console::Lang;
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    /// Returns the language of whoever names none.
    pub(crate) fn usual() -> Lang {
        Lang::Fr
    }

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
            for (lang, text) in [(Lang::Fr, r#"{"lang":"fr"}"#), (Lang::En, r#"{"lang":"en"}"#)] {
                assert_eq!(serde_json::to_string(&Asked { lang }).unwrap(), text);
                assert_eq!(serde_json::from_str::<Asked>(text).unwrap(), Asked { lang });
            }
            assert!(serde_json::from_str::<Asked>(r#"{"lang":"tlh"}"#).is_err());
        }
    }
}
