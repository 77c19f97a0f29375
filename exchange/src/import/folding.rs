//! Words as they are compared: without case, accents, punctuation or doubled blanks.
//!
//! Only ever for finding what a person meant by a heading or a name, never for what is stored.

/// Returns a text in lower case, accents folded, with single blanks for all that is neither a
/// letter nor a digit; `N°`, `no.` and `n º` come out alike.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '°' | 'º' => folded.push('o'),
            '%' => folded.push_str(" pourcent "),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            // Combining accents, as files made on a Mac have them.
            '\u{300}'..='\u{36f}' => {}
            c if c.is_alphanumeric() => folded.push(plain(c)),
            _ => folded.push(' '),
        }
    }
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ")
}

/// Returns a small letter without its accent, for the letters that French has.
fn plain(c: char) -> char {
    match c {
        'à' | 'â' | 'ä' | 'á' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' | 'ì' => 'i',
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' => 'o',
        'û' | 'ü' | 'ù' | 'ú' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn headings_are_compared_without_case_accents_or_marks() {
        for (typed, same) in [
            ("Échéance", "echeance"),
            ("  ÉCHÉANCE :", "echeance"),
            ("E\u{301}che\u{301}ance", "echeance"),
            ("N°", "no"),
            ("n º", "n o"),
            ("Budget prévisionnel (€)", "budget previsionnel"),
            ("Fin\nprévue", "fin prevue"),
            ("actions à mettre en œuvre", "actions a mettre en oeuvre"),
            ("", ""),
        ] {
            assert_eq!(folded(typed), same, "{typed}");
        }
    }
}
