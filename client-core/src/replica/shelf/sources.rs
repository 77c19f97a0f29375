//! What a document is made of: the journal's envelopes and this device's outbox.

use protocol::codec;
use protocol::envelope::Envelope;
use protocol::id::{DeviceId, DocumentId, PartnerId, SpaceId};

use super::{Delivery, Opened, Opener, arrivals};
use crate::admission::ActorRule;
use crate::kinds::Catalogue;
use crate::replica::outbox::Outbox;
use crate::replica::records;
use crate::replica::space::number_of;
use crate::replica::step::{Step, next_key};

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
    let mut deliveries = Vec::new();
    let prefix = records::places(space, id);
    let mut next = records::place(space, id, from);
    loop {
        let page = step.page(&prefix, &next, 1_000);
        for (key, _) in &page {
            let entry = number_of(key).and_then(|at| step.get(&records::entry(space, at)));
            let entry = entry.and_then(|bytes| {
                codec::from_bytes::<protocol::journal::JournalEntry>(&bytes).ok()
            });
            let envelope = entry.and_then(|entry| Envelope::parse(&entry.envelope).ok());
            if let Some(Ok(Opened::Delivery(delivery))) =
                envelope.map(|envelope| sources.opener.reopen(&envelope))
            {
                deliveries.push(delivery);
            }
        }
        match page.last() {
            Some((key, _)) if page.len() == 1_000 => next = next_key(key),
            Some(_) | None => return deliveries,
        }
    }
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
