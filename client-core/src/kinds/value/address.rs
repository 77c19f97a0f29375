//! Addresses of the web and of mail, telephone numbers, and numbers of national registers.
//!
//! The checks are light: they catch what was mistyped, and never tell whether an address
//! exists. Nothing here opens anything.

use super::Language;

/// Characters of an address of the web.
const LINK_CHARS_MAX: usize = 2_000;
/// Characters of an address for mail (RFC 5321, 4.5.3.1).
const EMAIL_CHARS_MAX: usize = 254;
/// Digits of a number with the sign of a country (E.164).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of a short number: 15, 114, 3114.
const SHORT_DIGITS: std::ops::RangeInclusive<usize> = 2..=6;
/// La Poste, whose sites are checked by the sum of their digits rather than by Luhn.
const LA_POSTE: &str = "356000000";

/// Reads an `http` or `https` address. One that names a user before the host is refused: such
/// an address pretends to lead elsewhere.
pub(super) fn read_link(typed: &str) -> Option<String> {
    let (scheme, rest) = typed.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split(['/', '?', '#']).next()?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>\"`\\^{}|".contains(c);
    let in_host = |c: char| c.is_alphanumeric() || ".-:[]".contains(c);
    let formed = ["http", "https"].contains(&scheme.as_str())
        && host.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        && host.chars().all(in_host)
        && !rest.contains(odd)
        && typed.chars().count() <= LINK_CHARS_MAX;
    formed.then(|| format!("{scheme}://{rest}"))
}

/// Reads an address for mail; the part after the sign is kept in lower case.
pub(super) fn read_email(typed: &str) -> Option<String> {
    let (mailbox, host) = typed.split_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let formed = !mailbox.is_empty()
        && !mailbox.starts_with('.')
        && !mailbox.ends_with('.')
        && !mailbox.contains("..")
        && !mailbox.contains(odd)
        && host.contains('.')
        && host.split('.').all(label)
        && typed.chars().count() <= EMAIL_CHARS_MAX;
    formed.then(|| format!("{mailbox}@{}", host.to_lowercase()))
}

/// Reads a telephone number: `06 12 34 56 78`, `+33 (0)6 12 34 56 78`, `3114`, or one of
/// another country with its sign.
pub(super) fn read_phone(typed: &str) -> Option<String> {
    let typed = typed.replace("(0)", "");
    let compact: String =
        typed.chars().filter(|c| !c.is_whitespace() && !".-()/".contains(*c)).collect();
    let international = compact.strip_prefix('+').or_else(|| compact.strip_prefix("00"));
    let digits = international.unwrap_or(&compact);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let national = |rest: &str| rest.len() == 9 && !rest.starts_with('0');
    match (international.is_some(), digits.strip_prefix("33"), digits.strip_prefix('0')) {
        (true, Some(rest), _) => national(rest).then(|| format!("0{rest}")),
        (true, None, None) => PHONE_DIGITS.contains(&digits.len()).then(|| format!("+{digits}")),
        (false, _, Some(rest)) => national(rest).then(|| format!("0{rest}")),
        (false, _, None) => SHORT_DIGITS.contains(&digits.len()).then(|| digits.to_owned()),
        (true, None, Some(_)) => None,
    }
}

/// Reads a SIRET: fourteen digits that pass Luhn's check, blanks left out.
pub(super) fn read_siret(typed: &str) -> Option<String> {
    let digits = register_digits(typed, 14)?;
    let sum: u32 = digits.bytes().map(|b| u32::from(b - b'0')).sum();
    let of_la_poste = digits.starts_with(LA_POSTE) && sum.is_multiple_of(5);
    (passes_luhn(&digits) || of_la_poste).then_some(digits)
}

/// Reads a SIREN: nine digits that pass Luhn's check, blanks left out.
pub(super) fn read_siren(typed: &str) -> Option<String> {
    register_digits(typed, 9).filter(|digits| passes_luhn(digits))
}

/// Reads a FINESS number: nine signs, of which the second may be a letter (Corsica).
pub(super) fn read_finess(typed: &str) -> Option<String> {
    let compact: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let number = compact.to_ascii_uppercase();
    let sign = |(at, b): (usize, u8)| b.is_ascii_digit() || at == 1 && b.is_ascii_uppercase();
    (number.len() == 9 && number.bytes().enumerate().all(sign)).then_some(number)
}

fn register_digits(typed: &str, length: usize) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == length && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// Doubles every second digit from the right and adds up: the sum must end in zero.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = digit * 2;
            if at.is_multiple_of(2) {
                digit
            } else if doubled > 9 {
                doubled - 9
            } else {
                doubled
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Shows a stored telephone number, a French one by pairs.
pub(super) fn show_phone(stored: &str, language: Language) -> String {
    if stored.len() != 10 || !stored.bytes().all(|b| b.is_ascii_digit()) {
        return stored.to_owned();
    }
    let pairs = |digits: &str| {
        let pairs = digits.as_bytes().chunks(2).map(String::from_utf8_lossy);
        pairs.collect::<Vec<_>>().join(" ")
    };
    match language {
        Language::French => pairs(stored),
        Language::English => format!("+33 {} {}", &stored[1..2], pairs(&stored[2..])),
    }
}

/// Shows a stored SIRET or SIREN by groups of three, the number of the site last.
pub(super) fn show_register(stored: &str) -> String {
    if ![9, 14].contains(&stored.len()) || !stored.bytes().all(|b| b.is_ascii_digit()) {
        return stored.to_owned();
    }
    let (siren, site) = stored.split_at(9);
    let gap = if site.is_empty() { "" } else { " " };
    format!("{} {} {}{gap}{site}", &siren[..3], &siren[3..6], &siren[6..])
}
