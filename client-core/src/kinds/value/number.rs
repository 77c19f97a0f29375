//! Sums, whole numbers and decimal numbers: what people type and what is stored.
//!
//! Nothing is rounded on the way in, and nothing is ever held as floating point.

use super::Language;

/// Digits of an amount or a number before the decimal mark: below a thousand billion.
const WHOLE_DIGITS_MAX: usize = 12;
/// Digits of a whole number.
const INTEGER_DIGITS_MAX: usize = 15;
/// Decimals of an amount.
const CENTS_DIGITS: usize = 2;
/// Decimals of a number.
const DECIMALS_MAX: usize = 6;

/// A number as typed, taken apart: digits only, no zero in front.
struct Parts {
    negative: bool,
    whole: String,
    decimals: String,
}

impl Parts {
    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.decimals.bytes().all(|b| b == b'0')
    }

    fn sign(&self) -> &'static str {
        if self.negative && !self.is_zero() { "-" } else { "" }
    }

    fn whole(&self) -> &str {
        if self.whole.is_empty() { "0" } else { &self.whole }
    }
}

/// Tells whether a character only groups digits: blanks, the no-break ones included.
pub(super) fn groups_digits(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Reads a comma or a point, blanks between groups and an optional sign.
fn parts(typed: &str, decimals_max: usize) -> Option<Parts> {
    let compact: String = typed.chars().filter(|c| !groups_digits(*c)).collect();
    let (negative, unsigned) = match compact.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, compact.as_str()),
    };
    let (whole, decimals) = match unsigned.split_once([',', '.']) {
        // A mark without decimals after it may be the mark of something else.
        Some((_, "")) => return None,
        Some(both) => both,
        None => (unsigned, ""),
    };
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(decimals) || decimals.len() > decimals_max {
        return None;
    }
    let (whole, decimals) = (whole.trim_start_matches('0').to_owned(), decimals.to_owned());
    Some(Parts { negative, whole, decimals })
}

/// Reads euros; three decimals may be an English thousands mark and are refused.
pub(super) fn read_amount(typed: &str) -> Option<String> {
    let typed = typed.trim_end_matches("EUR").trim_end_matches('€');
    let parts = parts(typed, CENTS_DIGITS).filter(|p| p.whole.len() <= WHOLE_DIGITS_MAX)?;
    Some(format!("{}{}.{:0<2}", parts.sign(), parts.whole(), parts.decimals))
}

/// Reads a whole number.
pub(super) fn read_integer(typed: &str) -> Option<String> {
    if typed.contains([',', '.']) {
        return None;
    }
    let parts = parts(typed, 0).filter(|p| p.whole.len() <= INTEGER_DIGITS_MAX)?;
    Some(format!("{}{}", parts.sign(), parts.whole()))
}

/// Reads a decimal number; a comma or a point is the decimal mark, never a thousands mark.
pub(super) fn read_number(typed: &str) -> Option<String> {
    let parts = parts(typed, DECIMALS_MAX).filter(|p| p.whole.len() <= WHOLE_DIGITS_MAX)?;
    let decimals = parts.decimals.trim_end_matches('0');
    let mark = if decimals.is_empty() { "" } else { "." };
    Some(format!("{}{}{mark}{decimals}", parts.sign(), parts.whole()))
}

/// Returns a stored amount, number or whole number in millionths.
pub(crate) fn millionths(stored: &str) -> Option<i128> {
    let parts = parts(stored, DECIMALS_MAX).filter(|p| p.whole.len() <= INTEGER_DIGITS_MAX)?;
    let digits = format!("{}{:0<width$}", parts.whole, parts.decimals, width = DECIMALS_MAX);
    let number: i128 = digits.parse().ok()?;
    Some(if parts.negative { -number } else { number })
}

/// Returns millionths as the stored spelling of a number.
pub(crate) fn from_millionths(number: i128) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let digits = format!("{:07}", number.unsigned_abs());
    let (whole, decimals) = digits.split_at(digits.len() - DECIMALS_MAX);
    let decimals = decimals.trim_end_matches('0');
    let mark = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{whole}{mark}{decimals}")
}

/// Groups the digits of a whole number by three.
fn grouped(whole: &str, language: Language) -> String {
    let mark = match language {
        Language::French => '\u{202f}',
        Language::English => ',',
    };
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(mark);
        }
        grouped.push(digit);
    }
    grouped
}

fn unsigned(stored: &str) -> (&'static str, &str) {
    match stored.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", stored),
    }
}

/// French groups digits with a narrow no-break space and writes the sign after the sum.
pub(super) fn show_amount(stored: &str, language: Language) -> String {
    let (sign, unsigned) = unsigned(stored);
    let Some((whole, cents)) = unsigned.split_once('.') else {
        return stored.to_owned();
    };
    let grouped = grouped(whole, language);
    match language {
        Language::French => format!("{sign}{grouped},{cents}\u{a0}€"),
        Language::English => format!("{sign}€{grouped}.{cents}"),
    }
}

/// Shows a stored number with the decimal mark of the language.
pub(super) fn show_number(stored: &str, language: Language) -> String {
    if millionths(stored).is_none() {
        return stored.to_owned();
    }
    let (sign, unsigned) = unsigned(stored);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let grouped = grouped(whole, language);
    match (language, decimals) {
        (_, "") => format!("{sign}{grouped}"),
        (Language::French, decimals) => format!("{sign}{grouped},{decimals}"),
        (Language::English, decimals) => format!("{sign}{grouped}.{decimals}"),
    }
}
