//! Secret: no word of a space in the relay's records, and no key of an epoch with a machine that
//! was not among its recipients. What crosses the wire is looked at as it is sent.

use std::collections::BTreeSet;

use protocol::checkpoint::Log;
use protocol::codec;
use protocol::env::Records;
use protocol::epoch::EpochSecret;
use protocol::id::EpochId;
use protocol::journal::JournalEntry;
use protocol::register::Register;
use protocol::relay::records;

use crate::operator::register_of;
use crate::story::Story;
use crate::world::holds_canary;

pub(super) fn judge(story: &mut Story) -> Result<(), String> {
    let space = story.space;
    for relay in &story.world.relays {
        for (key, value) in relay.disk.sim().records() {
            if holds_canary(&key) || holds_canary(&value) {
                return Err(format!("a record of the relay shows it: {}", protocol::id::hex(&key)));
            }
        }
    }
    let disk = &story.world.relays[0].disk;
    let stored = |position| disk.get(&records::entry(&space, Log::Journal, position));
    let envelopes: Vec<JournalEntry> = (0..)
        .map_while(stored)
        .map_while(|bytes| codec::from_bytes::<JournalEntry>(&bytes).ok())
        .collect();
    for entry in envelopes {
        story.world.watch.sealed(&entry.envelope);
    }
    let register = register_of(&story.world.relays[0].disk, &space)
        .ok_or("the relay's register cannot be folded")?;
    for machine in 0..story.people.len() {
        keys_are_granted(story, machine, &register)?;
    }
    Ok(())
}

/// Every epoch whose key a machine holds must be one that it was wrapped for, opened, or was
/// given: tried by the commitment itself, whatever the keystore calls its secrets.
fn keys_are_granted(story: &Story, machine: usize, register: &Register) -> Result<(), String> {
    let host = &story.world.replicas[machine];
    let secrets: Vec<[u8; 32]> =
        host.disk.secrets().values().filter_map(|value| value.as_slice().try_into().ok()).collect();
    let device = host.overview(&story.space).map(|view| view.device);
    let mut held: BTreeSet<EpochId> = BTreeSet::new();
    for epoch in register.roster().epochs() {
        let opens = |secret: &[u8; 32]| {
            EpochSecret::from_bytes(secret).id(&story.space, &epoch.previous) == epoch.id
        };
        if secrets.iter().any(opens) {
            held.insert(epoch.id);
            let granted = device.is_some_and(|device| epoch.holders.contains_key(&device));
            if !granted {
                let who = story.show(machine);
                return Err(format!("holds the key of epoch {}: {who}", epoch.id.short()));
            }
        }
    }
    Ok(())
}
