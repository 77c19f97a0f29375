//! What organisations are called, when a further machine comes and when one is renamed.
#![allow(clippy::unwrap_used)]

use protocol::id::SpaceId;
use protocol::register::{DeviceRole, Rule, Threshold};

use super::town::Town;
use crate::replica::{Command, Reply};

/// Takes a machine that was made for an organisation of some name into that of a house.
fn further_machine(town: &mut Town, space: SpaceId, of: usize, name: &str) -> usize {
    let machine = town.build(name);
    let Reply::DeviceRequest { request, .. } = town.ask(machine, Command::DeviceRequest).unwrap()
    else {
        panic!()
    };
    let role = DeviceRole::Editor;
    let added = town.ask(of, Command::DeviceAdd { space, request, role }).unwrap();
    let Reply::DeviceAdded { welcome, .. } = added else { panic!() };
    town.ask(machine, Command::Join { invitation: welcome }).unwrap();
    town.sync_all();
    machine
}

/// What a house reads of the organisation of another.
fn read(town: &mut Town, space: SpaceId, reader: usize, of: usize) -> (String, Vec<String>) {
    let partner = town.houses[of].replica.overview().partner;
    let Reply::Members(members) = town.ask(reader, Command::Members { space }).unwrap() else {
        panic!()
    };
    let found = members.into_iter().find(|member| member.partner == partner).unwrap();
    (found.name, found.devices.into_iter().map(|device| device.label).collect())
}

#[test]
fn a_further_machine_does_not_rename_its_organisation() {
    let mut town = Town::new(&["A", "Les Hirondelles"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let machine = further_machine(&mut town, space, 1, "Les hirondelles (portable)");
    for reader in [0, 1, machine] {
        let (name, mut labels) = read(&mut town, space, reader, 1);
        labels.sort();
        assert_eq!(name, "Les Hirondelles", "read by {reader}");
        let both = ["poste de Les Hirondelles", "poste de Les hirondelles (portable)"];
        assert_eq!(labels, both, "read by {reader}");
    }
    assert_eq!(town.houses[machine].replica.overview().name, "Les Hirondelles");
}

#[test]
fn a_person_renames_an_organisation_from_any_machine_and_blank_is_no_name() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let machine = further_machine(&mut town, space, 1, "B bis");
    for blank in ["", "  ", &"x".repeat(1_025)] {
        assert!(town.ask(machine, Command::Rename { name: blank.to_owned() }).is_err());
    }
    let rename = Command::Rename { name: " Association B ".to_owned() };
    let Reply::Renamed { name, spaces } = town.ask(machine, rename).unwrap() else { panic!() };
    assert_eq!((name.as_str(), spaces), ("Association B", vec![space]));
    town.sync_all();
    for reader in [0, 1, machine] {
        assert_eq!(read(&mut town, space, reader, 1).0, "Association B", "read by {reader}");
    }
    assert_eq!(read(&mut town, space, 1, 0).0, "A");
    assert_eq!(town.houses[1].replica.overview().name, "Association B");
}
