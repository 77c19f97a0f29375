//! What a document looks to hold of a person cared for, as scripts and people read it.

use client_core::guard::Warning;
use client_core::kinds::Language;
use console::{Out, Text};
use serde::{Deserialize, Serialize};

/// Warnings told to a person one by one; `--json` gives all.
const TOLD_MAX: usize = 10;

/// One thing that was written and should perhaps not have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Warned {
    /// `title`, a field, a cell or a section.
    place: String,
    /// What it looks like: `health-number`, `birth-date` or `named-person`.
    like: String,
    /// Enough of it to find it.
    masked: String,
    /// The sentence in French.
    fr: String,
    /// The sentence in English.
    en: String,
}

impl Warned {
    pub(crate) fn of(warning: &Warning) -> Self {
        Self {
            place: warning.place.clone(),
            like: warning.like.name().to_owned(),
            masked: warning.masked.clone(),
            fr: warning.sentence(Language::French),
            en: warning.sentence(Language::English),
        }
    }

    pub(crate) fn all(warnings: &[Warning]) -> Vec<Self> {
        warnings.iter().map(Self::of).collect()
    }

    /// Returns what it is, in a sentence.
    pub(crate) fn sentence(&self) -> Text {
        Text::new(format!("{}.", self.fr), format!("{}.", self.en))
    }
}

/// What stands under warnings.
pub(crate) const READ_BY_ALL: Text = Text::of(
    "C'est écrit tel quel, et tous les partenaires de l'espace le lisent : n'y laissez rien qui \
     désigne une personne suivie.",
    "It is written as it is, and all partners of the space read it: leave nothing in it that \
     points to a person cared for.",
);

/// Says on stderr what was just written and looks like a person cared for.
pub(crate) fn tell(warnings: &[Warned], out: &mut Out) {
    if warnings.is_empty() || out.json() {
        return;
    }
    for warned in warnings.iter().take(TOLD_MAX) {
        out.note(&Text::new(
            format!("Attention : {}.", warned.fr),
            format!("Beware: {}.", warned.en),
        ));
    }
    if let Some(left) = warnings.len().checked_sub(TOLD_MAX).filter(|left| *left > 0) {
        out.note(&Text::new(
            format!("… et {left} de plus ; « liaison doc show » les montre."),
            format!("… and {left} more; “liaison doc show” shows them."),
        ));
    }
    out.note(&READ_BY_ALL);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use client_core::document::Edit;
    use client_core::guard;
    use client_core::kinds::Catalogue;
    use console::Lang;
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    /// A writer whose content is read afterwards.
    #[derive(Clone, Default)]
    struct Tape(Arc<Mutex<Vec<u8>>>);

    impl Write for Tape {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn told(text: &str, json: bool, lang: Lang) -> String {
        let kind = Catalogue::STANDARD.find("reunion").unwrap();
        let edit = Edit::WriteText { place: "synthese".to_owned(), text: text.to_owned() };
        let warnings = Warned::all(&guard::in_edit(kind, &edit));
        let tape = Tape::default();
        tell(&warnings, &mut Out::to(io::sink(), tape.clone(), json, lang));
        let bytes = tape.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_person_hears_of_it_on_stderr_and_never_the_number() {
        let text = "NIR 1 80 03 75 116 001 78 ; Mme Durand";
        let french = told(text, false, Lang::Fr);
        let wanted = "Attention : « Ce qu'il faut retenir » semble contenir un numéro de sécurité \
                      sociale (« 1 … »).";
        assert!(french.contains(wanted), "{french}");
        assert!(french.contains("une personne nommée (« Mme D… »)"), "{french}");
        assert!(!french.contains("116") && !french.contains("Durand"), "{french}");
        let english = told(text, false, Lang::En);
        assert!(english.contains("Beware: “What to remember” seems to hold"), "{english}");
        assert_eq!(told(text, true, Lang::Fr), "", "a script reads it in the answer");
        assert_eq!(told("Rien à signaler.", false, Lang::Fr), "");
        let flood = told(&"Mme Durand ".repeat(50), false, Lang::Fr);
        assert!(flood.contains("… et 40 de plus"), "{flood}");
    }
}
