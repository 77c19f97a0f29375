//! The directory of a space: names and labels, which the register never holds.
//!
//! Small notices, sealed like documents and ordered by the journal: the last one under a key
//! stands. An organisation writes its own lines; others may hand on a line only while it is
//! missing, so that a newcomer without the past still learns who is there.

use std::collections::BTreeMap;

use protocol::codec::{self, Decode, DecodeError, Encode, Reader, Text, Writer};
use protocol::id::{DeviceId, PartnerId};
use protocol::register::Roster;

/// Bytes of one text of a notice.
const TEXT_BYTES_MAX: usize = 1_024;
/// Notices in one envelope.
const NOTICES_MAX: usize = 4_096;

/// Lines about invitations that stand at a time.
const INVITATIONS_MAX: usize = 1_024;

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

/// The lines that stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Directory {
    lines: BTreeMap<Topic, (String, bool)>,
}

impl Directory {
    /// Takes a notice by an organisation; refuses lines about others unless handed on, and
    /// lines about nobody in the register.
    pub(super) fn take(&mut self, author: PartnerId, roster: &Roster, notice: Notice) {
        let about = match &notice.topic {
            Topic::Title => Some(author),
            Topic::Invitation(_) if self.invitations() < INVITATIONS_MAX => Some(author),
            Topic::Invitation(_) => None,
            Topic::Partner(partner) => roster.partner(partner).map(|_| *partner),
            Topic::Device(device) => roster.device(device).map(|device| device.partner),
        };
        let Some(about) = about else {
            return;
        };
        let own = about == author;
        let standing_is_own = self.lines.get(&notice.topic).is_some_and(|(_, own)| *own);
        if own && !notice.handed_on {
            self.lines.insert(notice.topic, (notice.text, true));
        } else if notice.handed_on && !standing_is_own {
            self.lines.insert(notice.topic, (notice.text, false));
        }
    }

    fn invitations(&self) -> usize {
        self.lines.keys().filter(|topic| matches!(topic, Topic::Invitation(_))).count()
    }

    pub(super) fn get(&self, topic: &Topic) -> Option<&str> {
        self.lines.get(topic).map(|(text, _)| text.as_str())
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

    /// Returns every line that says who is there, to be handed on to a newcomer. What opens
    /// the profiles of others who were asked is not for it.
    pub(super) fn all(&self) -> Vec<Notice> {
        let line = |(topic, (text, _)): (&Topic, &(String, bool))| Notice {
            topic: topic.clone(),
            text: text.clone(),
            handed_on: true,
        };
        let names = self.lines.iter();
        names.filter(|(topic, _)| !matches!(topic, Topic::Invitation(_))).map(line).collect()
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
        let (code, id): (u64, &[u8]) = match &self.topic {
            Topic::Title => (1, &[]),
            Topic::Partner(partner) => (2, partner.bytes()),
            Topic::Device(device) => (3, device.bytes()),
            Topic::Invitation(tag) => (4, tag),
        };
        out.uint(code);
        out.bytes(id);
        Text(&self.text).encode(out);
        out.uint(u64::from(self.handed_on));
    }
}

impl Decode for Notice {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(4)? != 4 {
            return Err(DecodeError::Malformed);
        }
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
        Ok(Self { topic, text, handed_on })
    }
}

impl Encode for Directory {
    fn encode(&self, out: &mut Writer) {
        let line = |(topic, (text, own)): (&Topic, &(String, bool))| Notice {
            topic: topic.clone(),
            text: text.clone(),
            handed_on: !own,
        };
        out.list(&self.lines.iter().map(line).collect::<Vec<_>>());
    }
}

impl Decode for Directory {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let lines: Vec<Notice> = input.list(1_000_000)?;
        let line = |n: Notice| (n.topic, (n.text, !n.handed_on));
        Ok(Self { lines: lines.into_iter().map(line).collect() })
    }
}
