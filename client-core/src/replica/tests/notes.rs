//! Checkpoints that nobody has signed, in files that anybody can write.

use protocol::bundle::{Item, Reader, Writer};
use protocol::checkpoint::{Checkpoint, Log};
use protocol::crypto::SigningSecret;
use protocol::id::SpaceId;
use protocol::register::{DeviceRole, Role, Rule, Threshold};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::stories::{new_convention, show};
use super::town::Town;
use crate::replica::{Command, LinkState, Reply};

/// Writes what a space's relay would say of an endless log, with somebody else's signature.
fn forged(space: SpaceId, log: Log) -> Item {
    let nobody = SigningSecret::generate(&mut ChaCha20Rng::from_seed([77; 32]));
    Item::Checkpoint(Checkpoint { space, log, size: u64::MAX, root: [6; 32] }.sign(&nobody))
}

fn synced(town: &mut Town, house: usize) -> LinkState {
    let reply = town.ask(house, Command::Sync { space: None }).unwrap();
    let Reply::Synced(synced) = reply else { panic!("{reply:?}") };
    synced.state
}

#[test]
fn a_forged_note_shuts_no_newcomer_out() {
    let mut town = Town::new(&["A"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let invite = Command::Invite { space, role: Role::Guarantor, history: None };
    let Reply::Invited(invited) = town.ask(0, invite).unwrap() else { panic!() };
    let newcomer = town.build("B");
    let join = Command::Join { invitation: invited.invitation };
    let Reply::Joined(joined) = town.ask(newcomer, join).unwrap() else { panic!() };
    let mut writer = Writer::new(&space);
    writer.put(&forged(space, Log::Register));
    writer.put(&forged(space, Log::Journal));
    let _read = town.ask(newcomer, Command::ReadBundle { file: writer.finish() });
    town.reboot(newcomer);
    let approve = Command::Approve { space, proposal: joined.request.unwrap() };
    town.ask(0, approve).unwrap();
    town.sync_all();
    assert_eq!(synced(&mut town, newcomer), LinkState::Current);
    assert!(town.houses[newcomer].replica.spaces[&space].size(Log::Register) > 1);
}

#[test]
fn a_forged_note_of_a_journal_that_is_not_here_is_not_kept() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    let second = town.build("portable");
    let reply = town.ask(second, Command::DeviceRequest).unwrap();
    let Reply::DeviceRequest { request, .. } = reply else { panic!("{reply:?}") };
    let add = Command::DeviceAdd { space, request, role: DeviceRole::Editor };
    let Reply::DeviceAdded { welcome, .. } = town.ask(1, add).unwrap() else { panic!() };
    for house in 0..second {
        town.ask(house, Command::Sync { space: None }).unwrap();
    }
    town.relay_up = false;
    town.ask(second, Command::Join { invitation: welcome }).unwrap();
    let reply = town.ask(1, Command::WriteBundle { space }).unwrap();
    let Reply::File { bytes, .. } = reply else { panic!("{reply:?}") };
    let mut writer = Writer::new(&space);
    let mut notes = 0;
    for item in Reader::new(&bytes).unwrap().map(Result::unwrap) {
        notes += usize::from(matches!(item, Item::Checkpoint(_)));
        match item {
            // A courier keeps the register and drops what is written.
            Item::Envelope(_) => {}
            Item::Checkpoint(_) if notes == 2 => writer.put(&forged(space, Log::Journal)),
            item => writer.put(&item),
        }
    }
    assert_eq!(notes, 2, "a bundle has a note of either log");
    town.ask(second, Command::ReadBundle { file: writer.finish() }).unwrap();
    town.reboot(second);
    town.relay_up = true;
    town.sync_all();
    town.sync_all();
    assert_eq!(synced(&mut town, second), LinkState::Current);
    assert!(!show(&mut town, second, document).content.sections.is_empty());
}
