//! What a document is made of: the journal's envelopes and this device's outbox.

use protocol::codec;
use protocol::envelope::Envelope;
use protocol::id::{DeviceId, DocumentId, PartnerId, SpaceId};
use protocol::journal::JournalEntry;

use super::{Delivery, Opened, Opener, arrivals};
use crate::admission::ActorRule;
use crate::kinds::Catalogue;
use crate::replica::outbox::Outbox;
use crate::replica::records;
use crate::replica::space::number_of;
use crate::replica::step::Step;

/// Where a document's changes come from.
pub(in crate::replica) struct Sources<'a> {
    pub(in crate::replica) catalogue: Catalogue,
    pub(in crate::replica) opener: Opener<'a>,
    pub(in crate::replica) outbox: &'a Outbox,
    pub(in crate::replica) own: ActorRule,
    pub(in crate::replica) partner: PartnerId,
    pub(in crate::replica) device: DeviceId,
    /// How many entries of the journal were taken: what every open document has seen.
    pub(in crate::replica) size: u64,
}

/// Gathers what the journal brings to a document from a position on.
pub(super) fn ordered(
    step: &Step<'_, '_>,
    space: &SpaceId,
    id: &DocumentId,
    from: u64,
    sources: &Sources<'_>,
) -> Vec<Delivery> {
    let envelope_at = |position: u64| {
        let bytes = step.get(&records::entry(space, position))?;
        let entry = codec::from_bytes::<JournalEntry>(&bytes).ok()?;
        Envelope::parse(&entry.envelope).ok()
    };
    let places = step.scan_from(&records::places(space, id), records::place(space, id, from));
    let envelopes = places.filter_map(|(key, _)| envelope_at(number_of(&key)?));
    let opened = envelopes.filter_map(|envelope| match sources.opener.reopen(&envelope) {
        Ok(Opened::Delivery(delivery)) => Some(delivery),
        Ok(Opened::Notices(..)) | Err(_) => None,
    });
    opened.collect()
}

pub(super) fn own_deliveries(
    space: &SpaceId,
    id: &DocumentId,
    sources: &Sources<'_>,
) -> Vec<Delivery> {
    let own = arrivals(sources.outbox.changes_of(id), sources.own);
    let writers = Vec::new();
    let mut deliveries = vec![Delivery { document: *id, arrivals: own, adopted_by: None, writers }];
    for lot in sources.outbox.lots_of(id) {
        let taken_up_by = (lot.from != sources.device).then_some(sources.partner);
        deliveries.push(lot.delivery(space, taken_up_by));
    }
    deliveries
}
