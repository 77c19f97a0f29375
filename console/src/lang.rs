//! The two languages of the programs, and texts that exist in both.
//!
//! French comes first because it is the language of the people who work with this. A [`Text`]
//! cannot be built from one language alone, so a sentence cannot be forgotten in the other.

use clap::builder::PossibleValue;
use std::borrow::Cow;

/// The language a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    /// French, the default.
    Fr,
    /// English, complete.
    En,
}

impl Lang {
    /// Returns the language that the process's locale asks for, French when it asks for nothing.
    #[must_use]
    pub fn from_process() -> Self {
        Self::from_locale(|name| std::env::var(name).ok())
    }

    /// Returns the language that a locale asks for, `read` giving the value of a variable.
    ///
    /// POSIX (XBD §8.2) lets the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not
    /// empty decide. Only English is looked for: `C`, `POSIX` and every other language fall back
    /// to French.
    #[must_use]
    pub fn from_locale(read: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(read)
            .find(|value| !value.is_empty())
            .unwrap_or_default();
        let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("en") { Self::En } else { Self::Fr }
    }

    /// Returns the two-letter code that `--lang` accepts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }
}

/// The codes alone: a sentence beside each would make `clap` draw every help in its long form.
impl clap::ValueEnum for Lang {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Fr, Self::En]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.code()))
    }
}

/// A sentence or a label in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    fr: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Text {
    /// Returns a fixed text; usable in constants and tables.
    #[must_use]
    pub const fn of(fr: &'static str, en: &'static str) -> Self {
        Self { fr: Cow::Borrowed(fr), en: Cow::Borrowed(en) }
    }

    /// Returns a composed text, usually from two `format!`.
    #[must_use]
    pub fn new(fr: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }

    /// Returns a text that is the same in both languages: a name, an address, a number.
    #[must_use]
    pub fn same(word: impl Into<Cow<'static, str>>) -> Self {
        let word = word.into();
        Self { fr: word.clone(), en: word }
    }

    /// Returns the words to show to a reader of `lang`.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang_of(variables: &[(&str, &str)]) -> Lang {
        Lang::from_locale(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_locale_decides_and_french_is_the_default() {
        assert_eq!(lang_of(&[]), Lang::Fr);
        assert_eq!(lang_of(&[("LANG", "C.UTF-8")]), Lang::Fr);
        assert_eq!(lang_of(&[("LANG", "de_DE.UTF-8")]), Lang::Fr);
        assert_eq!(lang_of(&[("LANG", "en_GB.UTF-8")]), Lang::En);
        assert_eq!(lang_of(&[("LANG", "en")]), Lang::En);
    }

    #[test]
    fn lc_all_wins_over_lang_and_an_empty_variable_is_as_unset() {
        assert_eq!(lang_of(&[("LC_ALL", "fr_FR"), ("LANG", "en_US")]), Lang::Fr);
        assert_eq!(lang_of(&[("LC_ALL", ""), ("LC_MESSAGES", "en_US")]), Lang::En);
        assert_eq!(lang_of(&[("LC_MESSAGES", "en_US"), ("LANG", "fr_FR")]), Lang::En);
    }

    #[test]
    fn a_text_answers_in_the_language_asked() {
        let text = Text::of("refusé", "refused");
        assert_eq!(text.in_lang(Lang::Fr), "refusé");
        assert_eq!(text.in_lang(Lang::En), "refused");
        assert_eq!(Text::same("x").in_lang(Lang::Fr), "x");
    }
}
