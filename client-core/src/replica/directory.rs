//! The directory of a space: names and labels, which the register never holds.
//!
//! Small notices, sealed like documents and ordered by the journal: of an organisation's own lines
//! under a key the last one there stands, whenever it could be opened here. A further machine of an
//! organisation says no name of its own accord, only a person's command does. Others may hand on a
//! line, so that a newcomer without the past still learns who is there: it stands only while
//! there is no own one, and the first one there stands, so that nobody renames another. Lines
//! about invitations are each organisation's own, so that none takes up another's room.

use std::collections::BTreeMap;

use protocol::codec::{self, Decode, DecodeError, Encode, Reader, Text, Writer};
use protocol::id::{DeviceId, PartnerId};
use protocol::limits;
use protocol::register::Roster;

/// Bytes of one text of a notice.
pub(super) const TEXT_BYTES_MAX: usize = 1_024;
/// Notices in one envelope.
const NOTICES_MAX: usize = 4_096;
/// Lines of a directory as it is stored.
const LINES_MAX: usize = 1_000_000;
/// Who is named for a line that was stored without its author.
const NOBODY: PartnerId = PartnerId::new([0; PartnerId::SIZE]);

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    /// The title of the space.
    Title,
    /// The name of an organisation.
    Partner(PartnerId),
    /// The label of a device.
    Device(DeviceId),
    /// The key that opens the profile of whoever answers an invitation.
    Invitation([u8; 32]),
}

/// One line of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) topic: Topic,
    pub(super) text: String,
    /// Handed on by somebody else than the organisation it is about.
    pub(super) handed_on: bool,
}

/// What a line says, by whom and where.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    text: String,
    /// Written by the organisation that it is about.
    own: bool,
    /// The position of its envelope in the journal; a line stored without one goes last.
    place: Option<u64>,
    author: PartnerId,
}

/// The lines that stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Directory {
    lines: BTreeMap<Topic, Line>,
    /// By who made the invitation, then by its tag.
    invitations: BTreeMap<PartnerId, BTreeMap<[u8; 32], Line>>,
}

impl Directory {
    /// Takes a notice by an organisation, from an envelope at a position of the journal; refuses
    /// lines about others unless handed on, and lines about nobody in the register.
    ///
    /// What stands in the end follows from the positions, not from the order of the calls: a key
    /// that comes late opens old lines after new ones.
    pub(super) fn take(
        &mut self,
        position: u64,
        author: PartnerId,
        roster: &Roster,
        notice: Notice,
    ) {
        let about = match &notice.topic {
            Topic::Title | Topic::Invitation(_) => Some(author),
            Topic::Partner(partner) => roster.partner(partner).map(|_| *partner),
            Topic::Device(device) => roster.device(device).map(|device| device.partner),
        };
        let own = about == Some(author) && !notice.handed_on;
        if about.is_some() && (own || notice.handed_on) {
            let place = Some(position);
            self.put(notice.topic, Line { text: notice.text, own, place, author });
        }
    }

    /// Puts a line in its place, unless what stands there goes before it.
    fn put(&mut self, topic: Topic, line: Line) {
        let goes_before = |standing: &Line, line: &Line| match (standing.own, line.own) {
            (own, other) if own != other => own,
            (true, _) => standing.place > line.place,
            // The first that was handed on; one stored without its place goes last.
            (false, _) => standing.place.is_some_and(|at| line.place.is_none_or(|new| at <= new)),
        };
        let Topic::Invitation(tag) = topic else {
            if !self.lines.get(&topic).is_some_and(|standing| goes_before(standing, &line)) {
                self.lines.insert(topic, line);
            }
            return;
        };
        // Nobody hands on what opens the profiles of those who were asked.
        if !line.own {
            return;
        }
        let written = self.invitations.entry(line.author).or_default();
        if !written.get(&tag).is_some_and(|standing| goes_before(standing, &line)) {
            written.insert(tag, line);
        }
        if written.len() > limits::INVITATIONS_PER_PARTNER_MAX {
            // The relay has let the oldest expire long before as many are made again.
            let oldest = written.iter().min_by_key(|(tag, line)| (line.place, **tag));
            if let Some(oldest) = oldest.map(|(tag, _)| *tag) {
                written.remove(&oldest);
            }
        }
    }

    /// Returns what opens the profile of whoever answers an invitation of an organisation.
    pub(super) fn invitation(&self, sponsor: &PartnerId, tag: &[u8; 32]) -> Option<&str> {
        let line = |author| self.invitations.get(author)?.get(tag);
        line(sponsor).or_else(|| line(&NOBODY)).map(|line| line.text.as_str())
    }

    fn get(&self, topic: &Topic) -> Option<&str> {
        self.lines.get(topic).map(|line| line.text.as_str())
    }

    pub(super) fn title(&self) -> &str {
        self.get(&Topic::Title).unwrap_or_default()
    }

    pub(super) fn partner(&self, partner: &PartnerId) -> &str {
        self.get(&Topic::Partner(*partner)).unwrap_or_default()
    }

    pub(super) fn device(&self, device: &DeviceId) -> &str {
        self.get(&Topic::Device(*device)).unwrap_or_default()
    }

    /// Returns the line that an organisation wrote about itself under a key, with its position.
    pub(super) fn own(&self, topic: &Topic, author: &PartnerId) -> Option<(u64, Notice)> {
        let line = self.lines.get(topic).filter(|line| line.own && line.author == *author)?;
        let (topic, text) = (topic.clone(), line.text.clone());
        Some((line.place?, Notice { topic, text, handed_on: false }))
    }

    /// Returns every line that says who is there, to be handed on to a newcomer. What opens
    /// the profiles of others who were asked is not for it.
    pub(super) fn all(&self) -> Vec<Notice> {
        let line = |(topic, line): (&Topic, &Line)| Notice {
            topic: topic.clone(),
            text: line.text.clone(),
            handed_on: true,
        };
        self.lines.iter().map(line).collect()
    }
}

/// Reads the payload of a directory envelope.
pub(super) fn read_notices(bytes: &[u8]) -> Result<Vec<Notice>, DecodeError> {
    codec::from_bytes::<Notices>(bytes).map(|notices| notices.0)
}

/// Writes the payload of a directory envelope.
pub(super) fn write_notices(notices: &[Notice]) -> Vec<u8> {
    codec::to_bytes(&Notices(notices.to_vec()))
}

struct Notices(Vec<Notice>);

impl Encode for Notices {
    fn encode(&self, out: &mut Writer) {
        out.list(&self.0);
    }
}

impl Decode for Notices {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.list(NOTICES_MAX).map(Self)
    }
}

impl Encode for Notice {
    fn encode(&self, out: &mut Writer) {
        out.array(4);
        write_line(out, &self.topic, &self.text, self.handed_on);
    }
}

/// Writes the four items that a notice and a stored line begin with.
fn write_line(out: &mut Writer, topic: &Topic, text: &str, handed_on: bool) {
    let (code, id): (u64, &[u8]) = match topic {
        Topic::Title => (1, &[]),
        Topic::Partner(partner) => (2, partner.bytes()),
        Topic::Device(device) => (3, device.bytes()),
        Topic::Invitation(tag) => (4, tag),
    };
    out.uint(code);
    out.bytes(id);
    Text(text).encode(out);
    out.uint(u64::from(handed_on));
}

impl Decode for Notice {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(4)? != 4 {
            return Err(DecodeError::Malformed);
        }
        read_line(input)
    }
}

/// Reads the four items that a notice and a stored line begin with.
fn read_line(input: &mut Reader<'_>) -> Result<Notice, DecodeError> {
    let code = input.uint()?;
    let id = input.bytes(32)?;
    let invalid = DecodeError::Invalid("topic");
    let topic = match code {
        1 if id.is_empty() => Topic::Title,
        2 => Topic::Partner(PartnerId::from_slice(id).ok_or(invalid)?),
        3 => Topic::Device(DeviceId::from_slice(id).ok_or(invalid)?),
        4 => Topic::Invitation(id.try_into().map_err(|_| invalid)?),
        _ => return Err(invalid),
    };
    let text = input.text(TEXT_BYTES_MAX)?.to_owned();
    let handed_on = match input.uint()? {
        0 => false,
        1 => true,
        _ => return Err(DecodeError::Invalid("flag")),
    };
    Ok(Notice { topic, text, handed_on })
}

impl Encode for Directory {
    fn encode(&self, out: &mut Writer) {
        let count: usize = self.invitations.values().map(BTreeMap::len).sum();
        out.array(self.lines.len() + count);
        let mut put = |topic: &Topic, line: &Line| {
            out.array(if line.place.is_some() { 6 } else { 4 });
            write_line(out, topic, &line.text, !line.own);
            if let Some(place) = line.place {
                out.uint(place);
                line.author.encode(out);
            }
        };
        self.lines.iter().for_each(|(topic, line)| put(topic, line));
        for (tag, line) in self.invitations.values().flatten() {
            put(&Topic::Invitation(*tag), line);
        }
    }
}

impl Decode for Directory {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut directory = Self::default();
        for _ in 0..input.array(LINES_MAX)? {
            let items = input.array(6)?;
            let Notice { topic, text, handed_on } = read_line(input)?;
            let (place, author) = match items {
                4 => (None, NOBODY),
                6 => (Some(input.uint()?), PartnerId::decode(input)?),
                _ => return Err(DecodeError::Malformed),
            };
            directory.put(topic, Line { text, own: !handed_on, place, author });
        }
        Ok(directory)
    }
}

#[cfg(test)]
mod tests;
