//! Looks for what should not stand in a text: one pass, no state, no word of the text kept.
//!
//! The shapes are narrow on purpose: a warning that is wrong most of the time is read by nobody.

use super::Likeness;

/// Findings looked for in one text.
pub const FINDINGS_MAX: usize = 200;

/// Characters between the words that announce a date of birth and the date.
const GAP_CHARS_MAX: usize = 40;

/// Characters between the words that announce a number of the social security and the number.
const NUMBER_GAP_CHARS_MAX: usize = 24;

/// Blanks, dots and dashes between two groups of a number.
const BETWEEN_CHARS_MAX: usize = 3;

/// Characters of the longest word that is read, accents apart counted.
const WORD_CHARS_MAX: usize = 60;

/// What was found in a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) like: Likeness,
    /// The bytes of the text that it takes.
    pub(super) range: std::ops::Range<usize>,
    /// What is told of it: enough to find it, too little to repeat it.
    pub(super) masked: String,
}

/// Returns what a text holds, in its order; of persons only where a text is not there to name
/// any.
pub(super) fn look(text: &str, names_people: bool) -> Vec<Spot> {
    let mut spots = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        if at < from || spots.len() == FINDINGS_MAX {
            continue;
        }
        let before = text[..at].chars().next_back();
        if before.is_some_and(in_a_word) || !c.is_alphanumeric() {
            continue;
        }
        let rest = &text[at..];
        let found = health_number(rest)
            .or_else(|| announced_number(rest))
            .or_else(|| birth_date(rest))
            .or_else(|| if names_people { None } else { named_person(rest) });
        if let Some((like, length, masked)) = found {
            from = at + length;
            spots.push(Spot { like, range: at..from, masked });
        }
    }
    spots
}

type Found = (Likeness, usize, String);

/// A reader of the beginning of a text.
#[derive(Clone)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Takes exactly this many digits.
    fn digits(&mut self, count: usize) -> Option<&'a str> {
        let digits = self.text.as_bytes().get(self.at..self.at + count)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let taken = &self.text[self.at..self.at + count];
        self.at += count;
        Some(taken)
    }

    /// Takes one of a few characters, if it stands there.
    fn one_of(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        let stands = self.peek().is_some_and(wanted);
        if stands {
            self.bump();
        }
        stands
    }

    /// Takes the letters that stand there, as many as a word has.
    fn word(&mut self) -> &'a str {
        let start = self.at;
        for _ in 0..WORD_CHARS_MAX {
            if !self.one_of(|c| c.is_alphabetic() || is_mark(c)) {
                break;
            }
        }
        &self.text[start..self.at]
    }

    /// Takes blanks of one line; tells whether there was any.
    fn blanks(&mut self) -> bool {
        let start = self.at;
        while self.one_of(is_blank) {}
        self.at > start
    }

    fn at_word_end(&self) -> bool {
        !self.peek().is_some_and(char::is_alphanumeric)
    }
}

/// Tells whether a character is an accent that stands apart from its letter.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Tells whether a word goes on after a character. What is looked for begins with a word, so that
/// a text is read a bounded number of times whatever stands in it.
fn in_a_word(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Tells whether a character is a blank of one line.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n' && c != '\r'
}

/// The number of the social security (INSEE, *numéro d'inscription au répertoire*): sex, year and
/// month of birth, département (2A and 2B for Corsica), commune, rank, and a key of two digits
/// that may be left out. Blanks, dots and dashes stand between these groups only, which keeps
/// telephone numbers, SIRET and account numbers out.
fn health_number(text: &str) -> Option<Found> {
    let mut cursor = Cursor::new(text);
    let gap = |cursor: &mut Cursor<'_>| {
        for _ in 0..BETWEEN_CHARS_MAX {
            if !cursor.one_of(|c| is_blank(c) || matches!(c, '.' | '-')) {
                break;
            }
        }
    };
    let mut number = cursor.digits(1)?.to_owned();
    gap(&mut cursor);
    number.push_str(cursor.digits(2)?);
    gap(&mut cursor);
    let month = cursor.digits(2)?;
    number.push_str(month);
    gap(&mut cursor);
    number.push_str(&departement(&mut cursor)?);
    gap(&mut cursor);
    number.push_str(cursor.digits(3)?);
    gap(&mut cursor);
    number.push_str(cursor.digits(3)?);
    let short = cursor.clone();
    gap(&mut cursor);
    let keyed = cursor.digits(2).filter(|_| cursor.at_word_end());
    let sex = &number[..1];
    let month: u8 = month.parse().ok()?;
    let length = match keyed {
        Some(key) => {
            let number: u64 = number.parse().ok()?;
            let is_key = key.parse() == Ok(97 - number % 97);
            let known = "123478".contains(sex) && month >= 1;
            (is_key && known).then_some(cursor.at)?
        }
        // Without its key less is known: only what can be no other number.
        None => {
            let months = matches!(month, 1..=12 | 20 | 30..=42);
            ("12".contains(sex) && months && short.at_word_end()).then_some(short.at)?
        }
    };
    Some((Likeness::HealthNumber, length, format!("{sex} …")))
}

/// A number right after the words for it: « NIR », « sécurité sociale ». There it is one whatever
/// its key and its groups: who copied a digit wrong copied the others.
fn announced_number(text: &str) -> Option<Found> {
    // Most words are passed over by their first letter.
    let first = text.chars().next()?;
    matches!(first, 'n' | 'N' | 's' | 'S').then_some(())?;
    let mut cursor = Cursor::new(text);
    let mut next = |wanted: &str| {
        cursor.blanks();
        folded(cursor.word()) == wanted
    };
    match folded(Cursor::new(text).word()).as_str() {
        word @ ("nir" | "secu") => next(word),
        "securite" => next("securite") && next("sociale"),
        "social" => next("social") && next("security"),
        _ => false,
    }
    .then_some(())?;
    for _ in 0..NUMBER_GAP_CHARS_MAX {
        match cursor.peek()? {
            c if c.is_ascii_digit() => break,
            '.' | ';' | '!' | '?' | '\n' | '\r' => return None,
            _ => cursor.bump(),
        };
    }
    let sex = cursor.peek().filter(char::is_ascii_digit)?;
    let mut signs = 0;
    while signs <= NUMBER_SIGNS {
        let mut after = cursor.clone();
        for _ in 0..BETWEEN_CHARS_MAX {
            if signs == 0 || !after.one_of(|c| is_blank(c) || matches!(c, '.' | '-')) {
                break;
            }
        }
        // The letters of Corsica stand behind the year and the month.
        let letter = signs == 6;
        if !after.one_of(|c| c.is_ascii_digit() || letter && matches!(c, 'A' | 'B' | 'a' | 'b')) {
            break;
        }
        cursor = after;
        signs += 1;
    }
    let whole = matches!(signs, NUMBER_SIGNS_SHORT | NUMBER_SIGNS) && cursor.at_word_end();
    whole.then(|| (Likeness::HealthNumber, cursor.at, format!("{sex} …")))
}

/// Digits of a number of the social security, and of one without its key.
const NUMBER_SIGNS: usize = 15;
const NUMBER_SIGNS_SHORT: usize = 13;

/// Takes a département; Corsica counts as 19 and 18 in the key.
fn departement(cursor: &mut Cursor<'_>) -> Option<String> {
    if let Some(digits) = cursor.digits(2) {
        return (digits != "00").then(|| digits.to_owned());
    }
    cursor.one_of(|c| c == '2').then_some(())?;
    match cursor.bump()? {
        'A' | 'a' => Some("19".to_owned()),
        'B' | 'b' => Some("18".to_owned()),
        _ => None,
    }
}

/// A date after the words that announce a birth; a date alone is none.
fn birth_date(text: &str) -> Option<Found> {
    // Most words are passed over by their first letter.
    let first = text.chars().next()?;
    matches!(first, 'n' | 'N' | 'd' | 'D' | 'b' | 'B').then_some(())?;
    let mut cursor = Cursor::new(text);
    let announced = announced(&mut cursor)?;
    let said = text[..cursor.at].trim_end_matches([' ', ':', '\u{a0}']).to_owned();
    let mut chars = 0;
    loop {
        let c = cursor.peek()?;
        if c.is_ascii_digit() {
            break;
        }
        let ends = matches!(c, '.' | ';' | '!' | '?') || announced == Announced::Directly;
        if ends && !is_blank(c) || chars == GAP_CHARS_MAX {
            return None;
        }
        cursor.bump();
        chars += 1;
    }
    date(&mut cursor)?;
    Some((Likeness::BirthDate, cursor.at, format!("{said} …")))
}

/// How a date of birth is announced.
#[derive(PartialEq, Eq)]
enum Announced {
    /// The date comes next.
    Directly,
    /// A few words, blanks or a line end may stand between.
    Soon,
}

/// Takes « né le », « née à Lyon le », « date de naissance », « DDN », “born on”, “DOB”.
fn announced(cursor: &mut Cursor<'_>) -> Option<Announced> {
    let first = cursor.word();
    let plain = folded(first);
    let mut next = |wanted: &[&str]| {
        let blank = cursor.blanks();
        blank && wanted.contains(&folded(cursor.word()).as_str())
    };
    match plain.as_str() {
        "ddn" | "dob" => Some(Announced::Soon),
        "date" => (next(&["de", "of"]) && next(&["naissance", "birth"])).then_some(Announced::Soon),
        "born" => next(&["on"]).then_some(Announced::Directly),
        "ne" | "nee" => {
            if cursor.peek() == Some('(') {
                ["(e)", "(E)"]
                    .contains(&cursor.text.get(cursor.at..cursor.at + 3)?)
                    .then_some(())?;
                cursor.at += 3;
            }
            cursor.blanks().then_some(())?;
            match folded(cursor.word()).as_str() {
                "le" => Some(Announced::Directly),
                // « ne » without its accent is another word, before « à » as elsewhere.
                "a" if first != "ne" => le_after_a_place(cursor).then_some(Announced::Directly),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Takes the name of a town up to « le ».
fn le_after_a_place(cursor: &mut Cursor<'_>) -> bool {
    for _ in 0..6 {
        while cursor.one_of(|c| is_blank(c) || matches!(c, '-' | '\'' | '’' | ',' | '(' | ')')) {}
        let word = cursor.word();
        if word == "le" {
            return true;
        }
        let number = word.is_empty() && cursor.digits(2).is_some();
        if (word.is_empty() && !number) || cursor.at > 4 * GAP_CHARS_MAX {
            return false;
        }
    }
    false
}

/// Takes a day, a month and a year, in the forms that people write.
fn date(cursor: &mut Cursor<'_>) -> Option<()> {
    let number = |cursor: &mut Cursor<'_>| {
        let start = cursor.at;
        while cursor.at - start < 4 && cursor.one_of(|c| c.is_ascii_digit()) {}
        cursor.text[start..cursor.at].parse::<u32>().ok().map(|n| (n, cursor.at - start))
    };
    let (first, length) = number(cursor)?;
    let day_of = |day| (1..=31).contains(&day);
    let separated = |c| matches!(c, '/' | '.' | '-');
    if cursor.one_of(separated) {
        let (month, _) = number(cursor)?;
        cursor.one_of(separated).then_some(())?;
        let (last, last_length) = number(cursor)?;
        let year_first = length == 4 && day_of(last);
        let year_last = day_of(first) && matches!(last_length, 2 | 4);
        let sound = (1..=12).contains(&month) && (year_first || year_last);
        return (sound && cursor.at_word_end()).then_some(());
    }
    if first == 1 && folded(cursor.clone().word()) == "er" {
        cursor.word();
    }
    let spaced = cursor.blanks();
    if spaced && day_of(first) {
        if MONTHS.contains(&folded(cursor.clone().word()).as_str()) {
            cursor.word();
        } else {
            let (month, _) = number(cursor)?;
            (1..=12).contains(&month).then_some(())?;
        }
        cursor.one_of(|c| c == '.');
        cursor.blanks();
        let (_, length) = number(cursor)?;
        return (matches!(length, 2 | 4) && cursor.at_word_end()).then_some(());
    }
    None
}

const MONTHS: [&str; 30] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "janv",
    "fevr",
    "avr",
    "juil",
    "sept",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "december",
];

/// A title before a name, or the word « patient » before one.
fn named_person(text: &str) -> Option<Found> {
    let first = text.chars().next()?;
    matches!(first, 'M' | 'p' | 'P').then_some(())?;
    let mut cursor = Cursor::new(text);
    let title = cursor.word();
    let patient = match title {
        "M" | "MM" => {
            // Without its point, M is a letter like another.
            cursor.one_of(|c| c == '.').then_some(())?;
            false
        }
        "Mme" | "Mmes" | "Mlle" | "Mlles" | "Mr" | "Mrs" | "Ms" | "MME" | "MLLE" | "MR" => {
            cursor.one_of(|c| c == '.');
            false
        }
        _ if ["patient", "patiente"].contains(&folded(title).as_str()) => true,
        _ => return None,
    };
    let said = &text[..cursor.at];
    cursor.blanks().then_some(())?;
    let name = cursor.word();
    let initial = name.chars().next()?;
    if !initial.is_uppercase() || is_a_role(name, &cursor) {
        return None;
    }
    let letters = name.chars().count();
    let is_name = if patient {
        // Acronyms follow the word as often as names do: « patient ALD ».
        letters >= 2 && name.chars().nth(1).is_some_and(char::is_lowercase)
    } else {
        letters >= 2 || cursor.one_of(|c| matches!(c, '.' | '\'' | '’'))
    };
    let masked = format!("{said} {initial}…");
    (is_name && !(patient && NO_NAMES.contains(&name))).then_some((
        Likeness::NamedPerson,
        cursor.at,
        masked,
    ))
}

/// Tells whether a word after a title is that of an office: « M. le Préfet », « Mme La Maire ».
fn is_a_role(name: &str, after: &Cursor<'_>) -> bool {
    let mut after = after.clone();
    let role = match name {
        "Le" | "La" => {
            after.blanks();
            after.word()
        }
        "L" => {
            after.one_of(|c| matches!(c, '\'' | '’'));
            after.word()
        }
        name => name,
    };
    ROLES.contains(&folded(role).as_str())
}

/// Offices that follow a title in letters and minutes.
const ROLES: [&str; 18] = [
    "maire",
    "prefet",
    "prefete",
    "president",
    "presidente",
    "directeur",
    "directrice",
    "ministre",
    "depute",
    "deputee",
    "senateur",
    "senatrice",
    "inspecteur",
    "inspectrice",
    "recteur",
    "rectrice",
    "adjoint",
    "adjointe",
];

/// Words with a capital that follow « patient » and name nobody.
const NO_NAMES: [&str; 8] =
    ["Expert", "Experte", "Partenaire", "Ressource", "Traceur", "Adulte", "Alzheimer", "Covid"];

/// Returns a word in small letters without accents.
pub(crate) fn folded(word: &str) -> String {
    let plain = |c: char| match c {
        'à' | 'â' | 'ä' => Some('a'),
        'é' | 'è' | 'ê' | 'ë' => Some('e'),
        'î' | 'ï' => Some('i'),
        'ô' | 'ö' => Some('o'),
        'û' | 'ù' | 'ü' => Some('u'),
        'ç' => Some('c'),
        '\u{300}'..='\u{36f}' => None,
        other => Some(other),
    };
    word.chars().flat_map(char::to_lowercase).filter_map(plain).collect()
}
