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

/// Endings by which one word is written for both genders, or for one and several.
const ENDINGS: [&str; 12] =
    ["(e)(s)", "(e)s", "(es)", "(e)", "(s)", "(ne)", "·e·s", "·es", "·e", "·s", ".e.s", ".e"];

/// Returns a text without the endings that stand for both genders or for several: `Terminé(e)`,
/// `Pilote(s)`.
#[must_use]
pub(super) fn inclusive(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let bare = word.trim_end();
        let blank = &word[bare.len()..];
        let lower = bare.to_lowercase();
        let ending = ENDINGS.iter().find(|ending| lower.ends_with(*ending));
        let kept = bare.len() - ending.map_or(0, |ending| ending.len());
        match bare.get(..kept) {
            Some(stem) if !stem.is_empty() => format!("{stem}{blank}"),
            Some(_) | None => word.to_owned(),
        }
    });
    words.collect()
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
    use super::{folded, inclusive};

    #[test]
    fn endings_for_both_genders_are_left_out() {
        for (typed, same) in [
            ("Terminé(e)", "Terminé"),
            ("Pilote(s) de l'action", "Pilote de l'action"),
            ("Référent(e)s", "Référent"),
            ("Terminé·e", "Terminé"),
            ("Engagé.e.s", "Engagé"),
            ("Budget (€)", "Budget (€)"),
            ("(e)", "(e)"),
            ("İ(e)", "İ"),
        ] {
            assert_eq!(inclusive(typed), same, "{typed}");
        }
    }

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
