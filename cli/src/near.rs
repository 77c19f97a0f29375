//! What somebody may have meant: names that exist, the nearest to what was typed first.

use console::Text;
use exchange::import::folded;

/// Names listed at most.
const SHOWN_MAX: usize = 12;
/// Likeness (Jaro–Winkler, 0 to 1) from which a name is taken for a slip of the hand.
const LIKENESS_MIN: f64 = 0.8;

/// Returns the advice for an unknown name: the one it resembles, else those that exist.
///
/// Each name stands with its other spellings, such as a label; only the name is shown.
pub(crate) fn advice<'a>(
    typed: &str,
    names: impl Iterator<Item = (&'a str, Vec<&'a str>)>,
) -> Option<Text> {
    let names: Vec<(&str, Vec<&str>)> = names.collect();
    let typed = folded(typed);
    let likeness = |(name, others): &(&str, Vec<&str>)| {
        let spellings = others.iter().chain([name]);
        spellings.map(|one| strsim::jaro_winkler(&typed, &folded(one))).fold(0.0, f64::max)
    };
    let nearest = names.iter().map(|name| (likeness(name), name.0));
    let nearest = nearest.max_by(|one, other| one.0.total_cmp(&other.0));
    if let Some((_, name)) = nearest.filter(|(likeness, _)| *likeness >= LIKENESS_MIN) {
        return Some(Text::new(format!("peut-être : {name}"), format!("perhaps: {name}")));
    }
    listed(names.iter().map(|(name, _)| (*name).to_owned()))
}

/// Returns the advice that lists what exists; nothing when there is nothing.
pub(crate) fn listed(names: impl Iterator<Item = String>) -> Option<Text> {
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        return None;
    }
    let more = if names.len() > SHOWN_MAX { ", …" } else { "" };
    let list = names.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>().join(", ");
    Some(Text::new(format!("au choix : {list}{more}"), format!("one of: {list}{more}")))
}

/// Tells whether two names are the same but for capitals, accents and marks between words.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    let plain = folded(one);
    // A name of nothing but marks is compared as it stands.
    !one.is_empty() && (one == other || (!plain.is_empty() && plain == folded(other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::Lang;

    fn french(typed: &str) -> String {
        let names = [("date_effet", vec!["Date d'effet"]), ("montant", vec!["Montant annuel (€)"])];
        let advice = advice(typed, names.into_iter());
        advice.map(|advice| advice.in_lang(Lang::Fr).to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_slip_finds_the_name_and_nonsense_lists_them_all() {
        for typed in ["date_efet", "Date d'effet", "DATE-EFFET", "date effet"] {
            assert_eq!(french(typed), "peut-être : date_effet", "{typed}");
        }
        assert_eq!(french("zzz"), "au choix : date_effet, montant");
        assert_eq!(advice("x", std::iter::empty()), None);
    }

    #[test]
    fn names_are_the_same_but_for_capitals_accents_and_marks() {
        for (one, other) in [("Toit & Repères", "toit & reperes"), ("Œuvre", " oeuvre"), ("—", "—")]
        {
            assert!(same(one, other), "{one}");
        }
        for (one, other) in [("", ""), ("—", "…"), ("CH Nord 1", "CH Nord 2")] {
            assert!(!same(one, other), "{one}");
        }
    }

    #[test]
    fn a_long_list_is_cut() {
        let names = (0..SHOWN_MAX + 1).map(|number| number.to_string());
        let text = listed(names).map(|text| text.in_lang(Lang::En).to_owned());
        assert!(text.is_some_and(|text| text.ends_with(", 11, …")));
    }
}
