//! Sums and numbers as they stand in other people's cells: grouped by dots, by blanks or by
//! apostrophes, with the currency in letters or by thousands.
//!
//! A mark is only taken for a grouping where it can be nothing else; `12.500` may be either.

/// Returns a number with a point for its decimals and no other mark; `None` for what is none, or
/// may be two.
pub(super) fn plain(typed: &str, is_sum: bool) -> Option<String> {
    let compact: String = typed.chars().filter(|c| !is_grouping_blank(*c)).collect();
    let (number, thousands) = if is_sum { without_currency(&compact) } else { (&*compact, false) };
    let (sign, unsigned) = match number.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, decimals) = parted(unsigned)?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(&whole) || !digits(decimals) {
        return None;
    }
    if thousands {
        // Three decimals of thousands are units; more are no sum.
        return (decimals.len() <= 3).then(|| format!("{sign}{whole}{decimals:0<3}"));
    }
    let mark = if decimals.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{mark}{decimals}"))
}

/// Takes a number apart at the mark before its decimals, and takes out those that group it.
fn parted(number: &str) -> Option<(String, &str)> {
    let marks: Vec<(usize, char)> = number.char_indices().filter(|(_, c)| is_mark(*c)).collect();
    let Some((last, mark)) = marks.last().copied() else {
        return Some((number.to_owned(), ""));
    };
    let same = marks.iter().filter(|(_, one)| *one == mark).count();
    if same == marks.len() && same > 1 {
        // `1.250.000`: one sort of mark, and several of them.
        return Some((ungrouped(number, mark)?, ""));
    }
    let (whole, decimals) = (&number[..last], &number[last + 1..]);
    match marks.first() {
        _ if same > 1 => None,
        Some((_, group)) if *group != mark => Some((ungrouped(whole, *group)?, decimals)),
        Some(_) | None => Some((whole.to_owned(), decimals)),
    }
}

/// Returns the digits of a whole number whose groups of three stand between marks.
fn ungrouped(whole: &str, mark: char) -> Option<String> {
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let threes = groups.clone().all(|group| group.len() == 3);
    (threes && (1..=3).contains(&first.len())).then(|| whole.replace(mark, ""))
}

/// Takes off the currency; tells whether it counts by thousands.
fn without_currency(sum: &str) -> (&str, bool) {
    for thousands in ["k€", "K€", "keuros"] {
        if let Some(number) = sum.strip_suffix(thousands) {
            return (number, true);
        }
    }
    let currencies = ["€", "euros", "Euros", "euro", "EUR", "eur"];
    let number = currencies.iter().find_map(|currency| sum.strip_suffix(currency));
    (number.unwrap_or(sum).trim_start_matches('€'), false)
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',')
}

fn is_grouping_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '’' | '\u{feff}' | '\u{200b}')
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_that_group_are_told_from_the_one_before_the_decimals() {
        for (typed, read) in [
            ("12.500,50 €", Some("12500.50")),
            ("12,500.50", Some("12500.50")),
            ("1.250.000 €", Some("1250000")),
            ("1.250.000,5", Some("1250000.5")),
            ("12 500,50 euros", Some("12500.50")),
            ("€ 12 500", Some("12500")),
            ("12’500", Some("12500")),
            ("-12.500,50 €", Some("-12500.50")),
            ("12 k€", Some("12000")),
            ("12,5 K€", Some("12500")),
            ("0,0005 k€", None),
            ("12.50.00", None),
            ("1,2,3", None),
            ("1.250,50.5", None),
            ("12.5000,50", None),
            ("1234.500,50", None),
            ("douze €", None),
            ("€", None),
            ("12k", None),
        ] {
            assert_eq!(plain(typed, true).as_deref(), read, "{typed}");
        }
        assert_eq!(plain("12.500,5", false).as_deref(), Some("12500.5"));
        assert_eq!(plain("12 €", false), None, "a number has no currency");
    }
}
