//! Typed values: what people type, what is stored, what is shown.
//!
//! Each type has one stored spelling, so that two people who mean the same value write the
//! same bytes and no conflict is shown. Reading is generous with French habits (`01/03/2026`,
//! `12 500,50 €`, `oui`) and never guesses.

use super::{Choice, FieldType, Language, Wording};

/// Characters of a one-line text.
const TEXT_CHARS_MAX: usize = 2_000;
/// Characters of the name of an organisation.
const PARTNER_CHARS_MAX: usize = 200;
/// Digits of an amount before the decimal mark: below a thousand billion euros.
const AMOUNT_DIGITS_MAX: usize = 12;
/// Digits of a whole number.
const INTEGER_DIGITS_MAX: usize = 15;

/// Why a text is no value of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueRefusal {
    /// Nothing but blanks; a field is emptied by clearing it.
    Empty,
    /// Longer than the bound, in characters.
    TooLong(usize),
    /// A line break or a control character in a one-line value.
    ControlCharacter,
    /// Not a day of the calendar.
    NotADate,
    /// Not a sum of euros.
    NotAnAmount,
    /// Not a whole number.
    NotAnInteger,
    /// Neither yes nor no.
    NotABoolean,
    /// None of the codes, which are listed.
    NotAChoice(Vec<&'static str>),
}

impl ValueRefusal {
    /// Returns a sentence for the person who typed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let fixed = |fr, en| Wording { fr, en }.get(language).to_owned();
        match self {
            Self::Empty => fixed(
                "La valeur est vide : pour vider le champ, effacez-le.",
                "The value is empty: to empty the field, clear it.",
            ),
            Self::TooLong(max) => match language {
                Language::French => format!("La valeur dépasse {max} caractères."),
                Language::English => format!("The value is longer than {max} characters."),
            },
            Self::ControlCharacter => fixed(
                "La valeur tient sur une ligne, sans caractère de contrôle.",
                "The value is one line without control characters.",
            ),
            Self::NotADate => fixed(
                "Une date s'écrit AAAA-MM-JJ ou JJ/MM/AAAA et doit exister.",
                "A date is written YYYY-MM-DD or DD/MM/YYYY and must exist.",
            ),
            Self::NotAnAmount => fixed(
                "Un montant s'écrit en euros, avec au plus deux décimales : 12 500,50.",
                "An amount is in euros with at most two decimals: 12500.50.",
            ),
            Self::NotAnInteger => {
                fixed("Un nombre entier est attendu.", "A whole number is expected.")
            }
            Self::NotABoolean => fixed("Répondez par oui ou non.", "Answer yes or no."),
            Self::NotAChoice(codes) => match language {
                Language::French => format!("Valeurs possibles : {}.", codes.join(", ")),
                Language::English => format!("Possible values: {}.", codes.join(", ")),
            },
        }
    }
}

impl FieldType {
    /// Reads what a person typed and returns the stored spelling.
    ///
    /// # Errors
    /// Says why the text is no value of this type.
    pub fn read(self, typed: &str) -> Result<String, ValueRefusal> {
        if self == Self::Prose {
            return Ok(typed.to_owned());
        }
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(ValueRefusal::Empty);
        }
        match self {
            Self::Text => read_line(typed, TEXT_CHARS_MAX),
            Self::Prose => Ok(typed.to_owned()),
            Self::Date => read_date(typed).ok_or(ValueRefusal::NotADate),
            Self::Amount => read_amount(typed).ok_or(ValueRefusal::NotAnAmount),
            Self::Integer => read_integer(typed).ok_or(ValueRefusal::NotAnInteger),
            Self::Boolean => read_boolean(typed).ok_or(ValueRefusal::NotABoolean),
            Self::Partner => read_partner(typed),
            Self::Choice(choices) => read_choice(typed, choices),
        }
    }

    /// Returns a stored value as people write it in one language.
    ///
    /// A value of another spelling, which only a faulty program can have stored, is shown as
    /// it is.
    #[must_use]
    pub fn show(self, stored: &str, language: Language) -> String {
        match self {
            Self::Text | Self::Prose | Self::Partner | Self::Integer => stored.to_owned(),
            Self::Date => show_date(stored, language),
            Self::Amount => show_amount(stored, language),
            Self::Boolean => match (stored, language) {
                ("true", Language::French) => "oui".to_owned(),
                ("false", Language::French) => "non".to_owned(),
                ("true", Language::English) => "yes".to_owned(),
                ("false", Language::English) => "no".to_owned(),
                _ => stored.to_owned(),
            },
            Self::Choice(choices) => choices
                .iter()
                .find(|choice| choice.code == stored)
                .map_or(stored, |choice| choice.label.get(language))
                .to_owned(),
        }
    }
}

fn read_line(typed: &str, chars_max: usize) -> Result<String, ValueRefusal> {
    if typed.chars().any(char::is_control) {
        return Err(ValueRefusal::ControlCharacter);
    }
    if typed.chars().count() > chars_max {
        return Err(ValueRefusal::TooLong(chars_max));
    }
    Ok(typed.to_owned())
}

/// An id is kept in lower case; a name is kept as typed.
fn read_partner(typed: &str) -> Result<String, ValueRefusal> {
    let line = read_line(typed, PARTNER_CHARS_MAX)?;
    let is_id = line.len() == 32 && line.chars().all(|c| c.is_ascii_hexdigit());
    Ok(if is_id { line.to_ascii_lowercase() } else { line })
}

/// Reads `YYYY-MM-DD` or `DD/MM/YYYY`, also with dots.
fn read_date(typed: &str) -> Option<String> {
    let (year, month, day) = if typed.contains('-') {
        let mut parts = typed.split('-');
        let ymd = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some(ymd)?
    } else {
        let mut parts = typed.split(['/', '.']);
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some((year, month, day))?
    };
    let year = digits(year, 4..=4)?;
    let month = digits(month, 1..=2)?;
    let day = digits(day, 1..=2)?;
    (day >= 1 && day <= days_in(year, month)?).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let plain = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Returns the days of a month in the Gregorian calendar.
fn days_in(year: u32, month: u32) -> Option<u32> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Returns the year, the month and the day of a stored date.
pub(crate) fn date_parts(stored: &str) -> Option<(u32, u32, u32)> {
    let mut parts = stored.split('-');
    let year = digits(parts.next()?, 4..=4)?;
    let month = digits(parts.next()?, 2..=2)?;
    let day = digits(parts.next()?, 2..=2)?;
    (parts.next().is_none() && day >= 1 && day <= days_in(year, month)?)
        .then_some((year, month, day))
}

/// Returns the whole months from one stored date to another, the last day included: from the
/// first of March to the last day of the next February is twelve.
pub(crate) fn months_between(from: &str, to: &str) -> Option<u32> {
    let (from_year, from_month, from_day) = date_parts(from)?;
    let (to_year, to_month, to_day) = date_parts(to)?;
    // The day after the last one, so that a full month counts as one.
    let last = days_in(to_year, to_month)?;
    let (end_month, end_day) =
        if to_day == last { (to_month + 1, 1) } else { (to_month, to_day + 1) };
    let months = (to_year * 12 + end_month).checked_sub(from_year * 12 + from_month)?;
    if end_day >= from_day { Some(months) } else { months.checked_sub(1) }
}

/// Tells whether a character only groups digits: blanks, the no-break ones included.
fn groups_digits(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Reads euros with a comma or a point, blanks between groups and an optional sign.
fn read_amount(typed: &str) -> Option<String> {
    let typed = typed.trim_end_matches("EUR").trim_end_matches('€');
    let compact: String = typed.chars().filter(|c| !groups_digits(*c)).collect();
    let (negative, unsigned) = match compact.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, compact.as_str()),
    };
    let (whole, cents) = unsigned.split_once([',', '.']).unwrap_or((unsigned, ""));
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    // A mark without decimals after it, or three of them, may be an English thousands mark.
    let marked = unsigned.len() > whole.len();
    if whole.is_empty() || !plain(whole) || !plain(cents) || cents.len() > 2 {
        return None;
    }
    if marked && cents.is_empty() {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > AMOUNT_DIGITS_MAX {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let zero = whole == "0" && cents.bytes().all(|b| b == b'0');
    let sign = if negative && !zero { "-" } else { "" };
    Some(format!("{sign}{whole}.{cents:0<2}"))
}

fn read_integer(typed: &str) -> Option<String> {
    let compact: String = typed.chars().filter(|c| !groups_digits(*c)).collect();
    let (negative, number) = match compact.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, compact.as_str()),
    };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = number.trim_start_matches('0');
    if number.len() > INTEGER_DIGITS_MAX {
        return None;
    }
    match (number.is_empty(), negative) {
        (true, _) => Some("0".to_owned()),
        (false, true) => Some(format!("-{number}")),
        (false, false) => Some(number.to_owned()),
    }
}

fn read_boolean(typed: &str) -> Option<String> {
    let answer = match typed.to_lowercase().as_str() {
        "oui" | "yes" | "true" | "vrai" | "1" => "true",
        "non" | "no" | "false" | "faux" | "0" => "false",
        _ => return None,
    };
    Some(answer.to_owned())
}

/// A choice is named by its code or by its label in either language.
fn read_choice(typed: &str, choices: &'static [Choice]) -> Result<String, ValueRefusal> {
    let wanted = typed.to_lowercase();
    let means = |choice: &&Choice| {
        choice.code == wanted
            || choice.label.fr.to_lowercase() == wanted
            || choice.label.en.to_lowercase() == wanted
    };
    match choices.iter().find(means) {
        Some(choice) => Ok(choice.code.to_owned()),
        None => Err(ValueRefusal::NotAChoice(choices.iter().map(|c| c.code).collect())),
    }
}

fn show_date(stored: &str, language: Language) -> String {
    match (date_parts(stored), language) {
        (Some((year, month, day)), Language::French) => format!("{day:02}/{month:02}/{year:04}"),
        (Some(_), Language::English) | (None, _) => stored.to_owned(),
    }
}

/// French groups digits with a narrow no-break space and writes the sign after the sum.
fn show_amount(stored: &str, language: Language) -> String {
    let (sign, unsigned) = match stored.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", stored),
    };
    let Some((whole, cents)) = unsigned.split_once('.') else {
        return stored.to_owned();
    };
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
    match language {
        Language::French => format!("{sign}{grouped},{cents}\u{a0}€"),
        Language::English => format!("{sign}€{grouped}.{cents}"),
    }
}
