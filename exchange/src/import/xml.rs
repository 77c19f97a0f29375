//! Small readings of XML that several formats share.

use quick_xml::events::{BytesRef, BytesStart};

/// Returns an attribute by its whole name, its entities replaced.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|attribute| attribute.key.as_ref() == name)?;
    Some(match quick_xml::escape::unescape(&found.value) {
        Ok(value) => value.into_owned(),
        Err(_) => found.value.clone().into_owned(),
    })
}

/// Returns the character that a reference stands for: `&amp;`, `&#233;`; nothing for others, so
/// that no file can make a short name stand for a long text.
pub(super) fn character(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => character.to_string(),
        Ok(None) | Err(_) => match reference.xml10_content().as_ref() {
            "amp" => "&".to_owned(),
            "lt" => "<".to_owned(),
            "gt" => ">".to_owned(),
            "quot" => "\"".to_owned(),
            "apos" => "'".to_owned(),
            _ => String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_stands_for_one_character_or_nothing() {
        for (reference, stands) in
            [("amp", "&"), ("apos", "'"), ("#233", "é"), ("#xE9", "é"), ("lol9", ""), ("#x", "")]
        {
            assert_eq!(character(&BytesRef::new(reference)), stands, "{reference}");
        }
    }

    #[test]
    fn an_attribute_is_read_by_its_whole_name() {
        let element = BytesStart::from_content(r#"w:a w:val="x &amp; y" val="z""#, 3);
        assert_eq!(attribute(&element, "w:val").as_deref(), Some("x & y"));
        assert_eq!(attribute(&element, "val").as_deref(), Some("z"));
        assert_eq!(attribute(&element, "w:va"), None);
    }
}
