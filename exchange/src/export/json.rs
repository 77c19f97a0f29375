//! Everything a partner may see, as one JSON file that can be read back.
//!
//! Each document has the form of `doc show --json`, so that a person learns one shape; around
//! them stand the space and a manifest of digests. Nothing is cleaned or hidden here: this is what
//! a partner takes along when it leaves.

use serde_json::{Map, Value, json};

use super::Unwritten;
use super::csv::digest;

/// The revision of the form of the file.
pub const REVISION: u64 = 1;
/// The key by which a file says that it is one of these.
pub const KEY: &str = "liaison-export";

/// Writes documents as one file, each with its digest.
///
/// # Errors
/// A document that is no object or has no id, which no caller gives.
pub fn write(space: &str, title: &str, documents: Vec<Value>) -> Result<Vec<u8>, Unwritten> {
    let mut manifest = Map::new();
    for document in &documents {
        let id = document.get("document").and_then(Value::as_str);
        let id = id.ok_or_else(|| Unwritten::new("json", "a document without an id"))?;
        manifest.insert(id.to_owned(), Value::String(digest_of(document)));
    }
    let whole = json!({
        KEY: REVISION,
        "space": space,
        "title": title,
        "documents": documents,
        "manifest": manifest,
    });
    let mut bytes =
        serde_json::to_vec_pretty(&whole).map_err(|error| Unwritten::new("json", error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Returns the digest of a document: SHA-256 of its compact JSON with the keys of every object in
/// the order of their letters.
#[must_use]
pub fn digest_of(document: &Value) -> String {
    digest(sorted(document).to_string().as_bytes())
}

/// Returns the same value with sorted keys, whatever order the library keeps them in.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut keys: Vec<&String> = object.keys().collect();
            keys.sort();
            keys.into_iter().map(|key| (key.clone(), sorted(&object[key]))).collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_document_stands_with_its_digest() {
        let document =
            json!({"document": "ab", "title": "=1+1 <script>\u{0}", "fields": {"b": 1, "a": 2}});
        let bytes = write("cd", "PTSM", vec![document.clone()]).unwrap();
        let read: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read[KEY], json!(1));
        assert_eq!(read["documents"][0], document, "nothing is changed");
        let text = r#"{"document":"ab","fields":{"a":2,"b":1},"title":"=1+1 <script>\u0000"}"#;
        assert_eq!(read["manifest"]["ab"], json!(digest(text.as_bytes())));
        assert!(write("cd", "PTSM", vec![json!({"title": "x"})]).is_err());
    }
}
