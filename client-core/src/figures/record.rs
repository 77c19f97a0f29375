//! A contribution as it is kept beside a document, so that nothing is opened to add up again.
//!
//! It is a cache of this machine's own making and is never trusted blindly: bytes of another
//! version of the tables, of another document or of no contribution at all read as nothing, and
//! the document is opened again. Decoding is bounded and never panics.

use protocol::codec::{
    Bytes, Decode, DecodeError, Encode, Reader, Text, Writer, from_bytes, to_bytes,
};
use protocol::id::{DocumentId, PartnerId};

use super::contribution::{
    ACTIVITY_MAX, ACTIVITY_PLACES_MAX, Activity, Came, Contribution, FundingFigures, MeetingDay,
    Presence, Progress, Reports, Settled, SheetFigures, THINGS_MAX, Thing,
};
use super::day::Day;
use super::reading::LINES_MAX;
use crate::kinds::Catalogue;
use crate::kinds::parts::{Matter, Standing};

/// Version of this format and of how a contribution is made.
const FORMAT: u64 = 1;
/// Bytes of one text: longer ones are cut when a contribution is made, but for ids of rows.
const TEXT_BYTES_MAX: usize = 16 * 1024;

/// Returns a number that changes with the parts that fields play, and with how they are read:
/// a contribution made under another one is made again.
#[must_use]
pub fn fingerprint(catalogue: Catalogue) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ FORMAT;
    for kind in catalogue.all() {
        let told = format!("{} {} {:?}", kind.name, kind.revision, kind.parts);
        for byte in told.bytes() {
            // FNV-1a: nobody gains by two tables with one number.
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// A contribution with what it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// By which tables it was made.
    pub(crate) tables: u64,
    /// The document.
    pub(crate) document: DocumentId,
    /// How much of the journal it covers.
    pub(crate) covered: u64,
    /// What the document brings.
    pub(crate) contribution: Contribution,
}

impl Kept {
    /// Returns the bytes to keep.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// Reads what was kept of a document; `None` is anything else.
    pub(crate) fn read(bytes: &[u8], document: &DocumentId, tables: u64) -> Option<Self> {
        let kept: Self = from_bytes(bytes).ok()?;
        (kept.tables == tables && kept.document == *document).then_some(kept)
    }
}

impl Encode for Kept {
    fn encode(&self, out: &mut Writer) {
        out.array(5);
        out.uint(FORMAT);
        out.uint(self.tables);
        self.document.encode(out);
        out.uint(self.covered);
        self.contribution.encode(out);
    }
}

impl Decode for Kept {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        items(input, 5)?;
        match input.uint()? {
            FORMAT => {}
            other => return Err(DecodeError::Unknown(other)),
        }
        Ok(Self {
            tables: input.uint()?,
            document: DocumentId::decode(input)?,
            covered: input.uint()?,
            contribution: Contribution::decode(input)?,
        })
    }
}

/// Reads the head of an array of exactly so many items.
fn items(input: &mut Reader<'_>, count: usize) -> Result<(), DecodeError> {
    if input.array(count)? == count { Ok(()) } else { Err(DecodeError::Malformed) }
}

fn text(input: &mut Reader<'_>) -> Result<String, DecodeError> {
    Ok(input.text(TEXT_BYTES_MAX)?.to_owned())
}

fn texts(out: &mut Writer, texts: &[String]) {
    out.array(texts.len());
    for one in texts {
        Text(one).encode(out);
    }
}

fn read_texts(input: &mut Reader<'_>, max: usize) -> Result<Vec<String>, DecodeError> {
    let mut texts = Vec::new();
    for _ in 0..input.array(max)? {
        texts.push(text(input)?);
    }
    Ok(texts)
}

fn number32(input: &mut Reader<'_>) -> Result<u32, DecodeError> {
    u32::try_from(input.uint()?).map_err(|_| DecodeError::TooLarge)
}

/// Writes a value that may be missing, as a list of none or one.
fn maybe<T>(out: &mut Writer, value: Option<&T>, write: impl FnOnce(&T, &mut Writer)) {
    out.array(usize::from(value.is_some()));
    if let Some(value) = value {
        write(value, out);
    }
}

fn read_maybe<T>(
    input: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    match input.array(1)? {
        0 => Ok(None),
        _ => read(input).map(Some),
    }
}

/// Writes a value with how far it is settled: nothing, one, or an empty list within the list.
fn put<T>(out: &mut Writer, value: &Settled<T>, write: impl FnOnce(&T, &mut Writer)) {
    match value {
        Settled::Nothing => out.array(0),
        Settled::One(value) => {
            out.array(1);
            write(value, out);
        }
        Settled::ToSettle => {
            out.array(2);
            out.uint(0);
            out.uint(0);
        }
    }
}

fn take<T>(
    input: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Settled<T>, DecodeError> {
    match input.array(2)? {
        0 => Ok(Settled::Nothing),
        1 => read(input).map(Settled::One),
        _ => match (input.uint()?, input.uint()?) {
            (0, 0) => Ok(Settled::ToSettle),
            (_, _) => Err(DecodeError::Malformed),
        },
    }
}

fn put_text(out: &mut Writer, value: &Settled<String>) {
    put(out, value, |value, out| Text(value).encode(out));
}

fn put_standing(out: &mut Writer, value: Settled<Standing>) {
    put(out, &value, |value, out| out.uint(place_of(&Standing::ALL, value)));
}

fn put_cents(out: &mut Writer, value: Settled<i64>) {
    // Sign and size, so that the shortest spelling is the only one.
    put(out, &value, |value, out| {
        out.array(2);
        out.uint(u64::from(*value < 0));
        out.uint(value.unsigned_abs());
    });
}

fn take_cents(input: &mut Reader<'_>) -> Result<Settled<i64>, DecodeError> {
    take(input, |input| {
        items(input, 2)?;
        let (sign, size) = (input.uint()?, input.uint()?);
        let size = i64::try_from(size).map_err(|_| DecodeError::TooLarge)?;
        match sign {
            0 => Ok(size),
            1 => Ok(-size),
            _ => Err(DecodeError::Malformed),
        }
    })
}

fn day(input: &mut Reader<'_>) -> Result<Day, DecodeError> {
    Day::numbered(input.uint()?).ok_or(DecodeError::TooLarge)
}

fn place_of<T: PartialEq>(all: &[T], one: &T) -> u64 {
    all.iter().position(|other| other == one).map_or(u64::MAX, |place| place as u64)
}

fn at_place<T: Copy>(all: &[T], place: u64) -> Result<T, DecodeError> {
    let place = usize::try_from(place).map_err(|_| DecodeError::TooLarge)?;
    all.get(place).copied().ok_or(DecodeError::Malformed)
}

fn standing(input: &mut Reader<'_>) -> Result<Settled<Standing>, DecodeError> {
    take(input, |input| at_place(&Standing::ALL, input.uint()?))
}

impl Encode for Contribution {
    fn encode(&self, out: &mut Writer) {
        out.array(10);
        Text(&self.kind).encode(out);
        Text(&self.title).encode(out);
        out.uint(self.to_settle.into());
        out.list(&self.things);
        maybe(out, self.sheet.as_ref(), Encode::encode);
        maybe(out, self.funding.as_ref(), Encode::encode);
        out.list(&self.meetings);
        out.list(&self.presences);
        maybe(out, self.college.as_ref(), |(partner, college), out| {
            out.array(2);
            Text(partner).encode(out);
            Text(college).encode(out);
        });
        out.list(&self.activity);
    }
}

impl Decode for Contribution {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        items(input, 10)?;
        Ok(Self {
            kind: text(input)?,
            title: text(input)?,
            to_settle: number32(input)?,
            things: input.list(THINGS_MAX)?,
            sheet: read_maybe(input, SheetFigures::decode)?,
            funding: read_maybe(input, FundingFigures::decode)?,
            meetings: input.list(THINGS_MAX)?,
            presences: input.list(THINGS_MAX)?,
            college: read_maybe(input, |input| {
                items(input, 2)?;
                Ok((text(input)?, text(input)?))
            })?,
            activity: input.list(ACTIVITY_MAX)?,
        })
    }
}

impl Encode for Thing {
    fn encode(&self, out: &mut Writer) {
        out.array(7);
        out.uint(place_of(&Matter::ALL, &self.matter));
        maybe(out, self.row.as_ref(), |row, out| Text(row).encode(out));
        Text(&self.code).encode(out);
        Text(&self.label).encode(out);
        put(out, &self.due, |due, out| out.uint(due.number().into()));
        put_text(out, &self.responsible);
        put_standing(out, self.standing);
    }
}

impl Decode for Thing {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        items(input, 7)?;
        Ok(Self {
            matter: at_place(&Matter::ALL, input.uint()?)?,
            row: read_maybe(input, text)?,
            code: text(input)?,
            label: text(input)?,
            due: take(input, day)?,
            responsible: take(input, text)?,
            standing: standing(input)?,
        })
    }
}

impl Encode for SheetFigures {
    fn encode(&self, out: &mut Writer) {
        out.array(7);
        Text(&self.code).encode(out);
        put_text(out, &self.lead);
        put_standing(out, self.standing);
        let (how, percent) = match self.progress {
            Progress::Unknown => (0, 0),
            Progress::Chosen(percent) => (1, percent),
            Progress::Computed(percent) => (2, percent),
            Progress::ToSettle => (3, 0),
        };
        out.array(2);
        out.uint(how);
        out.uint(percent.into());
        maybe(out, self.plan.as_ref(), |plan, out| Text(plan).encode(out));
        texts(out, &self.priorities);
        let since = match self.reports {
            Reports::NotExpected => Settled::Nothing,
            Reports::Since(day) => Settled::One(day),
            Reports::Never => Settled::ToSettle,
        };
        put(out, &since, |day, out| out.uint(day.number().into()));
    }
}

impl Decode for SheetFigures {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        items(input, 7)?;
        let (code, lead, standing) = (text(input)?, take(input, text)?, standing(input)?);
        items(input, 2)?;
        let (how, percent) = (input.uint()?, input.uint()?);
        let percent = u8::try_from(percent).ok().filter(|percent| *percent <= 100);
        let percent = percent.ok_or(DecodeError::TooLarge)?;
        let progress = match (how, percent) {
            (0, 0) => Progress::Unknown,
            (1, percent) => Progress::Chosen(percent),
            (2, percent) => Progress::Computed(percent),
            (3, 0) => Progress::ToSettle,
            (_, _) => return Err(DecodeError::Malformed),
        };
        let plan = read_maybe(input, text)?;
        let priorities = read_texts(input, LINES_MAX)?;
        let reports = match take(input, day)? {
            Settled::Nothing => Reports::NotExpected,
            Settled::One(day) => Reports::Since(day),
            Settled::ToSettle => Reports::Never,
        };
        Ok(Self { code, lead, standing, progress, plan, priorities, reports })
    }
}

impl Encode for FundingFigures {
    fn encode(&self, out: &mut Writer) {
        out.array(9);
        Text(&self.code).encode(out);
        put_text(out, &self.source);
        put_text(out, &self.beneficiary);
        put_standing(out, self.standing);
        for amount in [self.asked, self.granted, self.paid, self.used] {
            put_cents(out, amount);
        }
        texts(out, &self.sheets);
    }
}

impl Decode for FundingFigures {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        items(input, 9)?;
        Ok(Self {
            code: text(input)?,
            source: take(input, text)?,
            beneficiary: take(input, text)?,
            standing: standing(input)?,
            asked: take_cents(input)?,
            granted: take_cents(input)?,
            paid: take_cents(input)?,
            used: take_cents(input)?,
            sheets: read_texts(input, LINES_MAX)?,
        })
    }
}

impl Encode for MeetingDay {
    fn encode(&self, out: &mut Writer) {
        out.array(4);
        out.uint(self.day.number().into());
        for one in [&self.at, &self.body, &self.label] {
            Text(one).encode(out);
        }
    }
}

impl Decode for MeetingDay {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        items(input, 4)?;
        Ok(Self { day: day(input)?, at: text(input)?, body: text(input)?, label: text(input)? })
    }
}

const CAME: [Came; 4] = [Came::Here, Came::Away, Came::Uncounted, Came::ToSettle];

impl Encode for Presence {
    fn encode(&self, out: &mut Writer) {
        out.array(5);
        out.uint(self.year.into());
        for one in [&self.body, &self.partner, &self.college] {
            Text(one).encode(out);
        }
        out.uint(place_of(&CAME, &self.came));
    }
}

impl Decode for Presence {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        items(input, 5)?;
        Ok(Self {
            year: number32(input)?,
            body: text(input)?,
            partner: text(input)?,
            college: text(input)?,
            came: at_place(&CAME, input.uint()?)?,
        })
    }
}

impl Encode for Activity {
    fn encode(&self, out: &mut Writer) {
        out.array(4);
        out.uint(self.day.number().into());
        maybe(out, self.partner.as_ref(), |partner, out| Bytes(partner.bytes()).encode(out));
        out.uint(self.changes.into());
        texts(out, &self.places);
    }
}

impl Decode for Activity {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        items(input, 4)?;
        Ok(Self {
            day: day(input)?,
            partner: read_maybe(input, |input| Ok(PartnerId::new(input.fixed()?)))?,
            changes: number32(input)?,
            places: read_texts(input, ACTIVITY_PLACES_MAX)?,
        })
    }
}
