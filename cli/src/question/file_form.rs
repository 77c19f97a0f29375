//! The JSON form of a file's bytes: base64 (RFC 4648 §4).

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
        let text = serde_json::to_string(&Carried {
            file: vec![251, 255],
        })
        .unwrap();
        assert_eq!(
            text, r#"{"file":"+/8="}"#,
            "the usual alphabet, with its padding"
        );
        assert!(serde_json::from_str::<Carried>(r#"{"file":"*"}"#).is_err());
    }
}
