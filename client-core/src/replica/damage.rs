//! What becomes of records that cannot be read: a decision by family of record, and its account.
//!
//! The shell says which keys it cannot read; [`Plan::of_all`] decides from the keys alone what is
//! dropped, what is made again and what is lost. Nothing here reads or writes: a refusal has
//! touched nothing. `mend` carries a plan out.

use std::collections::{BTreeMap, BTreeSet};

use protocol::codec::{self, Decode, DecodeError, Encode, Reader, Writer};
use protocol::id::{DocumentId, SpaceId};

use super::machine::LoadError;
use super::records;

/// Keys that a repair notes until it is done, and the bytes of one.
const NOTED_MAX: usize = 10_000;
const KEY_BYTES_MAX: usize = 256;

/// A family of records, as a person may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Who this replica is.
    Home,
    /// What this replica is in a space.
    Membership,
    /// Decisions: entries of the register.
    Register,
    /// Edits received: entries of the journal.
    Journal,
    /// What follows from both logs: how far everybody is, what concerns which document.
    Index,
    /// A document as last saved.
    Saved,
    /// What a document brings to the figures, as last worked out.
    Figures,
    /// What was written here and is in no journal.
    Outbox,
    /// Sealed envelopes on their way.
    Flight,
    /// Decisions on their way.
    Errand,
    /// The relay's mailbox and last checkpoints, as seen here.
    Mailbox,
    /// Envelopes that came by file.
    Loose,
}

/// What is done about records that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// Made again from what is here: nothing is missing.
    Rebuilt,
    /// Taken out; the relay or a bundle brings them again, and what stands behind is gone on with.
    Fetched,
    /// Found whole in a sealed envelope on its way.
    Recovered,
    /// Nothing holds it any more.
    Lost,
}

/// Records of one family that could not be read, and what is done about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The space.
    pub space: SpaceId,
    /// Its title, as far as it is known here.
    pub title: String,
    /// The family.
    pub family: Family,
    /// How many.
    pub records: usize,
    /// What is done.
    pub remedy: Remedy,
    /// The document they belong to, when that is known.
    pub document: Option<DocumentId>,
}

/// The account of a repair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repair {
    /// What was found, and what is done about it.
    pub damages: Vec<Damage>,
    /// Keys of records that are taken out, or may be later, to be set aside for an expert before.
    pub aside: BTreeSet<Vec<u8>>,
}

impl Repair {
    /// Notes damage, unless there is none.
    pub(super) fn note(&mut self, damage: Damage) {
        if damage.records > 0 {
            self.damages.push(damage);
        }
    }
}

/// Returns the family of a record, and the space it is of.
#[must_use]
pub fn family_of(key: &[u8]) -> Option<(Family, Option<SpaceId>)> {
    if key == records::HOME {
        return Some((Family::Home, None));
    }
    let (letter, rest) = key.split_first()?;
    let space = SpaceId::from_slice(rest.get(..SpaceId::SIZE)?)?;
    let family = match letter {
        b'm' => Family::Membership,
        b'r' => Family::Register,
        b'j' => Family::Journal,
        b'J' | b'M' | b'U' | b'x' | b'D' | b'k' | b'f' | b'u' | b'w' | b'y' | b'z' => Family::Index,
        b'd' => Family::Saved,
        b'c' => Family::Figures,
        b'o' => Family::Outbox,
        b'e' => Family::Flight,
        b'a' => Family::Errand,
        b'b' | b'n' => Family::Mailbox,
        b'p' => Family::Loose,
        _ => return None,
    };
    Some((family, Some(space)))
}

/// What becomes of the records of one space.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Plan {
    /// The register is kept up to here.
    pub(super) acts_until: Option<u64>,
    /// The journal is kept up to here.
    pub(super) entries_until: Option<u64>,
    /// What follows from both logs is made again.
    pub(super) rebuild: bool,
    /// The present life of this store ends: a number may have been used that it forgets.
    pub(super) new_life: bool,
    /// Items of the outbox that cannot be read.
    pub(super) items: BTreeSet<u64>,
    /// Whether an envelope on its way cannot be read: what it held waits in the outbox still.
    pub(super) flights: bool,
    /// The records themselves, which are deleted.
    pub(super) unreadable: BTreeSet<Vec<u8>>,
    /// Those that a repair cut short had found, and has deleted already.
    gone: BTreeSet<Vec<u8>>,
}

/// Keys of records that could not be read, as a repair notes them until it is done.
struct Noted(Vec<Vec<u8>>);

impl Encode for Noted {
    fn encode(&self, out: &mut Writer) {
        out.array(self.0.len());
        self.0.iter().for_each(|key| out.bytes(key));
    }
}

impl Decode for Noted {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut keys = Vec::new();
        for _ in 0..input.array(NOTED_MAX)? {
            keys.push(input.bytes(KEY_BYTES_MAX)?.to_vec());
        }
        Ok(Self(keys))
    }
}

impl Plan {
    /// Decides what becomes of every record that cannot be read.
    ///
    /// # Errors
    /// Names what nothing can make again: nothing is then to be touched.
    pub(super) fn of_all(
        unreadable: &BTreeSet<Vec<u8>>,
    ) -> Result<BTreeMap<SpaceId, Self>, LoadError> {
        let mut plans: BTreeMap<SpaceId, Self> = BTreeMap::new();
        for key in unreadable {
            match family_of(key) {
                Some((Family::Home, _)) => return Err(LoadError::Damaged("home")),
                Some((Family::Membership, _)) => return Err(LoadError::Damaged("membership")),
                Some((family, Some(space))) => {
                    let plan = plans.entry(space).or_default();
                    plan.take(family, key).ok_or(LoadError::Damaged("unknown"))?;
                }
                Some((_, None)) | None => return Err(LoadError::Damaged("unknown")),
            }
        }
        Ok(plans)
    }

    /// Goes on with a rebuilding that was cut short: what was cut then is not known any more,
    /// so something was. What had been found unreadable was noted, and belongs to the account.
    pub(super) fn resumed(mut self, noted: &[u8]) -> Self {
        let keys = codec::from_bytes::<Noted>(noted).map_or_else(|_| Vec::new(), |noted| noted.0);
        for key in keys {
            if let Some((family, _)) = family_of(&key).filter(|_| !self.unreadable.contains(&key))
                && self.take(family, &key).is_some()
            {
                self.unreadable.remove(&key);
                self.gone.insert(key);
            }
        }
        (self.rebuild, self.new_life) = (true, true);
        self.entries_until = self.entries_until.or(Some(u64::MAX));
        self
    }

    /// Returns what a repair that is cut short must know when it goes on: edits first.
    pub(super) fn noted(&self) -> Vec<u8> {
        let is_edit = |key: &&Vec<u8>| family_of(key).is_some_and(|(of, _)| of == Family::Outbox);
        let all = || self.unreadable.iter().chain(&self.gone);
        let keys = all().filter(is_edit).chain(all().filter(|key| !is_edit(key)));
        codec::to_bytes(&Noted(keys.take(NOTED_MAX).cloned().collect()))
    }

    fn take(&mut self, family: Family, key: &[u8]) -> Option<()> {
        let least = |until: Option<u64>, number: u64| Some(until.unwrap_or(number).min(number));
        let number_of = |key: &[u8]| {
            let (_, number) = key.split_at_checked(1 + SpaceId::SIZE)?;
            Some(u64::from_be_bytes(number.try_into().ok()?))
        };
        match family {
            Family::Register => self.acts_until = least(self.acts_until, number_of(key)?),
            Family::Journal => self.entries_until = least(self.entries_until, number_of(key)?),
            Family::Outbox => _ = self.items.insert(number_of(key)?),
            Family::Flight => self.flights = true,
            Family::Index => {}
            // Nothing of this life is numbered by these.
            Family::Saved | Family::Figures | Family::Errand | Family::Mailbox | Family::Loose => {
                self.unreadable.insert(key.to_vec());
                return Some(());
            }
            Family::Home | Family::Membership => return None,
        }
        let from_logs = matches!(family, Family::Register | Family::Journal | Family::Index);
        self.rebuild |= from_logs;
        self.new_life = true;
        self.unreadable.insert(key.to_vec());
        Some(())
    }

    /// Counts the records of one family that cannot be read.
    pub(super) fn count(&self, family: Family) -> usize {
        let of = |key: &&Vec<u8>| family_of(key).is_some_and(|(found, _)| found == family);
        self.unreadable.iter().chain(&self.gone).filter(of).count()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use protocol::id::{DeviceId, EnvelopeId, Incarnation};

    use super::*;

    const SPACE: SpaceId = SpaceId::new([7; 32]);

    fn plan(keys: &[Vec<u8>]) -> Plan {
        let unreadable = keys.iter().cloned().collect();
        Plan::of_all(&unreadable).unwrap().remove(&SPACE).unwrap()
    }

    #[test]
    fn logs_are_dropped_from_the_first_unreadable_record_on() {
        let plan = plan(&[
            records::act(&SPACE, 9),
            records::act(&SPACE, 4),
            records::entry(&SPACE, 300),
            records::entry(&SPACE, 17),
        ]);
        assert_eq!((plan.acts_until, plan.entries_until), (Some(4), Some(17)));
        assert!(plan.rebuild && plan.new_life);
        assert_eq!((plan.count(Family::Register), plan.count(Family::Journal)), (2, 2));
    }

    #[test]
    fn what_follows_from_the_logs_is_made_again_and_nothing_is_dropped_for_it() {
        let document = DocumentId::new([3; 16]);
        let (device, life) = (DeviceId::new([2; 32]), Incarnation::new([1; 16]));
        for key in [
            records::journal(&SPACE),
            records::mark(&SPACE, &device, &life),
            records::usage(&SPACE, &device),
            records::place(&SPACE, &document, 5),
            records::document(&SPACE, &document),
            records::locked_one(&SPACE, 5),
            records::directory(&SPACE),
            records::unlocking(&SPACE),
            records::doubled(&SPACE),
            records::rebuilding(&SPACE),
        ] {
            let plan = plan(std::slice::from_ref(&key));
            assert!(plan.rebuild && plan.new_life, "{key:?}");
            assert_eq!((plan.acts_until, plan.entries_until), (None, None));
            assert!(plan.items.is_empty() && !plan.flights);
        }
    }

    #[test]
    fn a_cache_ends_no_life() {
        let document = DocumentId::new([3; 16]);
        let plan = plan(&[
            records::saved(&SPACE, &document),
            records::figures(&SPACE, &document),
            records::mailbox(&SPACE),
            records::heads(&SPACE),
            records::errand(&SPACE, 1),
            records::loose_one(&SPACE, &EnvelopeId::new([5; 32])),
        ]);
        assert!(!plan.rebuild && !plan.new_life);
        assert_eq!(plan.unreadable.len(), 6);
    }

    #[test]
    fn what_was_on_its_way_ends_the_life_that_numbered_it() {
        let plan = plan(&[records::unsent(&SPACE, 12), records::flight(&SPACE, 3)]);
        assert!(plan.new_life && plan.flights && !plan.rebuild);
        assert_eq!(plan.items, BTreeSet::from([12]));
    }

    #[test]
    fn what_nothing_can_make_again_is_refused() {
        let cases = [
            (records::HOME.to_vec(), "home"),
            (records::membership(&SPACE), "membership"),
            (b"?".to_vec(), "unknown"),
            ([b"q".as_slice(), SPACE.bytes()].concat(), "unknown"),
            (records::acts(&SPACE)[..20].to_vec(), "unknown"),
        ];
        for (key, what) in cases {
            let unreadable = [key, records::journal(&SPACE)].into_iter().collect();
            assert_eq!(Plan::of_all(&unreadable), Err(LoadError::Damaged(what)));
        }
    }
}
