//! Typed values: what people type, what is stored, what is shown.
//!
//! Each type has one stored spelling, so that two people who mean the same value write the
//! same bytes and no conflict is shown. Reading is generous with French habits (`01/03/2026`,
//! `12 500,50 €`, `oui`) and never guesses.

use protocol::id::DocumentId;

use super::{Choice, FieldType, Language, Wording, words};

mod address;
mod calendar;
mod number;
#[cfg(test)]
mod tests;

pub(crate) use calendar::{date_parts, months_between};
pub(crate) use number::{from_millionths, millionths};

/// Characters of a one-line text.
const TEXT_CHARS_MAX: usize = 2_000;
/// Characters of the name of an organisation.
const PARTNER_CHARS_MAX: usize = 200;

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
    /// Not a day with a time.
    NotADateTime,
    /// Not a year.
    NotAYear,
    /// Neither a year nor a half, a quarter or a month of one.
    NotAPeriod,
    /// Not a whole number.
    NotAnInteger,
    /// Not a decimal number.
    NotANumber,
    /// Neither yes nor no.
    NotABoolean,
    /// None of the codes, which are listed.
    NotAChoice(Vec<&'static str>),
    /// Not an address of the web.
    NotALink,
    /// Not an address for mail.
    NotAnEmail,
    /// Not a telephone number.
    NotAPhone,
    /// Not a SIRET.
    NotASiret,
    /// Not a SIREN.
    NotASiren,
    /// Not a FINESS number.
    NotAFiness,
    /// Not the id of a document.
    NotADocument,
    /// A row is no value: it is added with its columns.
    Rows,
}

impl ValueRefusal {
    /// Returns a sentence for the person who typed.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::TooLong(max), Language::French) => {
                format!("La valeur dépasse {max} caractères.")
            }
            (Self::TooLong(max), Language::English) => {
                format!("The value is longer than {max} characters.")
            }
            (Self::NotAChoice(codes), Language::French) => {
                format!("Valeurs possibles : {}.", codes.join(", "))
            }
            (Self::NotAChoice(codes), Language::English) => {
                format!("Possible values: {}.", codes.join(", "))
            }
            (fixed, language) => fixed.sentence().get(language).to_owned(),
        }
    }

    /// Returns what is said without figures.
    const fn sentence(&self) -> Wording {
        match self {
            Self::Empty => words(
                "La valeur est vide : pour vider le champ, effacez-le.",
                "The value is empty: to empty the field, clear it.",
            ),
            Self::TooLong(_) => words("La valeur est trop longue.", "The value is too long."),
            Self::ControlCharacter => words(
                "La valeur tient sur une ligne, sans caractère de contrôle.",
                "The value is one line without control characters.",
            ),
            Self::NotADate => words(
                "Une date s'écrit AAAA-MM-JJ ou JJ/MM/AAAA et doit exister.",
                "A date is written YYYY-MM-DD or DD/MM/YYYY and must exist.",
            ),
            Self::NotADateTime => words(
                "Une date et une heure s'écrivent JJ/MM/AAAA 9h30.",
                "A date and a time are written YYYY-MM-DD 09:30.",
            ),
            Self::NotAYear => words("Une année a quatre chiffres.", "A year has four digits."),
            Self::NotAPeriod => words(
                "Une période s'écrit 2026, S1 2026, T2 2026 ou juin 2026.",
                "A period is written 2026, S1 2026, Q2 2026 or June 2026.",
            ),
            Self::NotAnAmount => words(
                "Un montant s'écrit en euros, avec au plus deux décimales : 12 500,50.",
                "An amount is in euros with at most two decimals: 12500.50.",
            ),
            Self::NotAnInteger => {
                words("Un nombre entier est attendu.", "A whole number is expected.")
            }
            Self::NotANumber => words(
                "Un nombre a au plus six décimales et s'écrit sans unité : 12,5.",
                "A number has at most six decimals and no unit: 12.5.",
            ),
            Self::NotABoolean => words("Répondez par oui ou non.", "Answer yes or no."),
            Self::NotAChoice(_) => words("Ce code n'existe pas.", "There is no such code."),
            Self::NotALink
            | Self::NotAnEmail
            | Self::NotAPhone
            | Self::NotASiret
            | Self::NotASiren
            | Self::NotAFiness => self.sentence_of_address(),
            Self::NotADocument => words(
                "Un document est désigné par son identifiant : 32 chiffres hexadécimaux.",
                "A document is named by its id: 32 hexadecimal digits.",
            ),
            Self::Rows => {
                words("Une ligne s'ajoute avec ses colonnes.", "A row is added with its columns.")
            }
        }
    }

    /// Returns what is said of an address or of a number in a register; of the rest, that it
    /// is no value.
    const fn sentence_of_address(&self) -> Wording {
        match self {
            Self::NotALink => words(
                "Une adresse commence par https:// ou http://.",
                "An address begins with https:// or http://.",
            ),
            Self::NotAnEmail => words(
                "Une adresse électronique s'écrit nom@domaine.fr.",
                "An address for mail is written name@domain.org.",
            ),
            Self::NotAPhone => words(
                "Un numéro s'écrit 06 12 34 56 78, 3114 ou +32 2 123 45 67.",
                "A number is written 06 12 34 56 78, 3114 or +32 2 123 45 67.",
            ),
            Self::NotASiret => words(
                "Un SIRET a 14 chiffres, dont le dernier vérifie les autres.",
                "A SIRET has 14 digits of which the last checks the others.",
            ),
            Self::NotASiren => words(
                "Un SIREN a 9 chiffres, dont le dernier vérifie les autres.",
                "A SIREN has 9 digits of which the last checks the others.",
            ),
            Self::NotAFiness => words(
                "Un numéro FINESS a 9 chiffres ; le deuxième signe peut être une lettre.",
                "A FINESS number has 9 digits; the second sign may be a letter.",
            ),
            Self::Empty
            | Self::TooLong(_)
            | Self::ControlCharacter
            | Self::NotADate
            | Self::NotADateTime
            | Self::NotAYear
            | Self::NotAPeriod
            | Self::NotAnAmount
            | Self::NotAnInteger
            | Self::NotANumber
            | Self::NotABoolean
            | Self::NotAChoice(_)
            | Self::NotADocument
            | Self::Rows => words("Ce n'est pas une valeur.", "This is no value."),
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
            Self::Date => calendar::read_date(typed).ok_or(ValueRefusal::NotADate),
            Self::DateTime => calendar::read_date_time(typed).ok_or(ValueRefusal::NotADateTime),
            Self::Year => calendar::read_year(typed).ok_or(ValueRefusal::NotAYear),
            Self::Period => calendar::read_period(typed).ok_or(ValueRefusal::NotAPeriod),
            Self::Amount => number::read_amount(typed).ok_or(ValueRefusal::NotAnAmount),
            Self::Integer => number::read_integer(typed).ok_or(ValueRefusal::NotAnInteger),
            Self::Number => number::read_number(typed).ok_or(ValueRefusal::NotANumber),
            Self::Boolean => read_boolean(typed).ok_or(ValueRefusal::NotABoolean),
            Self::Partner => read_partner(typed),
            Self::Choice(choices) => read_choice(typed, choices),
            Self::Link => address::read_link(typed).ok_or(ValueRefusal::NotALink),
            Self::Email => address::read_email(typed).ok_or(ValueRefusal::NotAnEmail),
            Self::Phone => address::read_phone(typed).ok_or(ValueRefusal::NotAPhone),
            Self::Siret => address::read_siret(typed).ok_or(ValueRefusal::NotASiret),
            Self::Siren => address::read_siren(typed).ok_or(ValueRefusal::NotASiren),
            Self::Finess => address::read_finess(typed).ok_or(ValueRefusal::NotAFiness),
            Self::Document(_) => read_document(typed).ok_or(ValueRefusal::NotADocument),
            Self::Rows(_) => Err(ValueRefusal::Rows),
        }
    }

    /// Returns a stored value as people write it in one language.
    ///
    /// A value of another spelling, which only a faulty program can have stored, is shown as
    /// it is.
    #[must_use]
    pub fn show(self, stored: &str, language: Language) -> String {
        match self {
            Self::Text
            | Self::Prose
            | Self::Partner
            | Self::Integer
            | Self::Year
            | Self::Link
            | Self::Email
            | Self::Finess
            | Self::Document(_)
            | Self::Rows(_) => stored.to_owned(),
            Self::Date => calendar::show_date(stored, language),
            Self::DateTime => calendar::show_date_time(stored, language),
            Self::Period => calendar::show_period(stored, language),
            Self::Amount => number::show_amount(stored, language),
            Self::Number => number::show_number(stored, language),
            Self::Phone => address::show_phone(stored, language),
            Self::Siret | Self::Siren => address::show_register(stored),
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

    /// Returns what stored values sort by: time, the order of the codes, or the letters.
    pub(crate) fn order(self, stored: &str) -> String {
        match self {
            Self::Period => calendar::period_order(stored),
            Self::Choice(choices) => {
                let place = choices.iter().position(|choice| choice.code == stored);
                format!("{:06} {stored}", place.unwrap_or(choices.len()))
            }
            Self::Text
            | Self::Prose
            | Self::Date
            | Self::DateTime
            | Self::Year
            | Self::Amount
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Partner
            | Self::Link
            | Self::Email
            | Self::Phone
            | Self::Siret
            | Self::Siren
            | Self::Finess
            | Self::Document(_)
            | Self::Rows(_) => stored.to_owned(),
        }
    }
}

/// Reads a whole id; what stands for one, such as its beginning, is found by the caller.
fn read_document(typed: &str) -> Option<String> {
    let id = typed.to_ascii_lowercase().parse::<DocumentId>().ok()?;
    Some(id.to_string())
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
