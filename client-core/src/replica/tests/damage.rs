//! Stories of stores whose records rot: what can be had again is, the rest is named.

use protocol::id::{DocumentId, SpaceId};
use protocol::register::{Measure, Role, Rule, Threshold};

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::document::Edit;
use crate::replica::{Alarm, Command, Family, LoadError, Remedy, Repair, Reply, family_of};

/// Two houses with one convention; house 1 is the one whose disk rots.
struct Case {
    town: Town,
    space: SpaceId,
    document: DocumentId,
    section: String,
}

impl Case {
    fn new() -> Self {
        let mut town = Town::new(&["A", "B"]);
        let space = town.circle("PTSM", Rule::same(Threshold::Majority));
        let document = new_convention(&mut town, 0, space);
        town.sync_all();
        let section = show(&mut town, 0, document).content.sections[0].id.clone();
        let mut case = Self { town, space, document, section };
        for word in ["un", "deux", "trois"] {
            for house in [0, 1] {
                case.append(house, &format!("{word}-de-{house}"));
            }
            case.town.sync_all();
        }
        case
    }

    fn append(&mut self, house: usize, word: &str) {
        let (place, text) = (self.section.clone(), format!("{word} "));
        edit(&mut self.town, house, self.document, Edit::AppendText { place, text });
    }

    fn text(&mut self, house: usize) -> String {
        show(&mut self.town, house, self.document).content.sections[0].text.clone()
    }

    /// Returns the keys of a family on the disk of house 1.
    fn keys(&self, family: Family) -> Vec<Vec<u8>> {
        let of = |key: &&Vec<u8>| family_of(key).is_some_and(|(found, _)| found == family);
        self.town.houses[1].disk.keys().filter(of).cloned().collect()
    }

    fn rot(&mut self, keys: &[Vec<u8>]) -> Repair {
        self.town.reboot_without(1, keys).unwrap()
    }

    /// Everybody shows each of these words once, and house 1 verifies.
    fn ends_well(&mut self, words: &[&str]) {
        self.town.sync_all();
        self.append(1, "ensuite-de-1");
        self.append(0, "ensuite-de-0");
        for _ in 0..2 {
            self.town.sync_all();
        }
        let text = self.text(0);
        let common = ["un", "deux", "trois", "ensuite"];
        let common: Vec<String> =
            common.iter().flat_map(|w| [format!("{w}-de-0"), format!("{w}-de-1")]).collect();
        for word in common.iter().map(String::as_str).chain(words.iter().copied()) {
            assert_eq!(text.matches(word).count(), 1, "{word} in: {text}");
        }
        assert_eq!(self.text(1), text);
        let verify = Command::Verify { space: self.space };
        let Reply::Verified(report) = self.town.ask(1, verify).unwrap() else { panic!() };
        assert!(report.valid, "{report:?}");
        let Reply::Synced(synced) = self.town.ask(1, Command::Sync { space: None }).unwrap() else {
            panic!()
        };
        assert_eq!(synced.pending, 0);
    }
}

fn remedies(repair: &Repair) -> Vec<(Family, Remedy)> {
    repair.damages.iter().map(|damage| (damage.family, damage.remedy)).collect()
}

/// Any one record may rot, with edits waiting, sealed or carried by file: nothing that anybody
/// else has, or that stands in two places, is missing afterwards.
#[test]
fn any_one_record_may_rot() {
    let case = || {
        let mut case = Case::new();
        // Saved as it is, and touched by nothing later.
        new_convention(&mut case.town, 1, case.space);
        case.town.sync_all();
        case.town.ask(1, Command::Rest).unwrap();
        case.town.relay_up = false;
        let invite = Command::Invite { space: case.space, role: Role::Member, history: None };
        case.town.ask(1, invite).unwrap();
        case.town.relay_up = true;
        case.append(1, "scellé");
        let write = Command::WriteBundle { space: case.space };
        // Sealed by this, and on its way from then on.
        case.town.ask(1, write.clone()).unwrap();
        case.append(0, "par-fichier");
        let Reply::File { bytes, .. } = case.town.ask(0, write).unwrap() else { panic!() };
        case.town.ask(1, Command::ReadBundle { file: bytes }).unwrap();
        case.append(1, "écrit");
        case.town.ask(1, Command::Rest).unwrap();
        case
    };
    let keys: Vec<Vec<u8>> = case().town.houses[1].disk.keys().cloned().collect();
    let mut families = std::collections::BTreeSet::new();
    for key in keys {
        let (family, _) = family_of(&key).unwrap();
        if matches!(family, Family::Home | Family::Membership) {
            continue;
        }
        families.insert(family);
        let mut case = case();
        let unsent = case.town.houses[1].disk.keys().filter(|k| k[0] == b'o').count();
        assert!(unsent >= 2);
        let repair = case.rot(std::slice::from_ref(&key));
        assert_eq!(repair.damages.len(), 1, "{key:?}: {repair:?}");
        assert!(repair.aside.contains(&key));
        let lost = (Family::Outbox, Remedy::Lost);
        if remedies(&repair) == [lost] {
            // The last edit stood nowhere else.
            case.ends_well(&["par-fichier", "scellé"]);
        } else {
            case.ends_well(&["par-fichier", "scellé", "écrit"]);
        }
    }
    let met: Vec<Family> = families.into_iter().collect();
    assert!(met.contains(&Family::Register) && met.contains(&Family::Journal), "{met:?}");
    assert!(met.contains(&Family::Index) && met.contains(&Family::Saved), "{met:?}");
    assert!(met.contains(&Family::Outbox) && met.contains(&Family::Flight), "{met:?}");
    assert!(met.contains(&Family::Mailbox) && met.contains(&Family::Loose), "{met:?}");
    assert!(met.contains(&Family::Errand), "{met:?}");
}

/// A rotten entry takes no document away: as last saved, or as far as the entries go that stand
/// before it, it is there at once.
#[test]
fn without_a_relay_documents_are_there() {
    let mut case = Case::new();
    case.town.ask(1, Command::Rest).unwrap();
    let entries = case.keys(Family::Journal);
    case.town.relay_up = false;
    let repair = case.rot(&entries[..1]);
    assert_eq!(remedies(&repair), [(Family::Journal, Remedy::Fetched)]);
    assert_eq!(repair.damages[0].records, 1);
    assert_eq!(repair.damages[0].title, "PTSM");
    let text = case.text(1);
    assert!(text.contains("un-de-0") && text.contains("trois-de-1"), "{text}");
    let both = [entries.last().unwrap().clone(), case.keys(Family::Saved)[0].clone()];
    case.town.relay_up = true;
    case.ends_well(&[]);
    case.town.relay_up = false;
    case.rot(&both);
    let text = case.text(1);
    assert!(text.contains("un-de-0") && text.contains("deux-de-1"), "{text}");
    case.append(1, "sans-relais");
    assert!(case.text(1).contains("sans-relais"));
    case.town.relay_up = true;
    case.town.sync_all();
    case.town.sync_all();
    assert!(case.text(0).contains("sans-relais"));
    assert_eq!(case.text(0), case.text(1));
}

/// What was forgotten numbers nothing again: not for the relay, and not by file.
#[test]
fn no_number_is_used_again() {
    let mut case = Case::new();
    let entries = case.keys(Family::Journal);
    case.town.relay_up = false;
    case.rot(&entries[entries.len() - 2..]);
    case.append(1, "entre-temps");
    let flights = case.keys(Family::Flight);
    case.town.ask(1, Command::WriteBundle { space: case.space }).unwrap();
    assert_eq!(case.keys(Family::Flight), flights, "nothing is sealed in the life that ended");
    let life = |case: &Case| case.town.houses[1].replica.spaces[&case.space].me.incarnation;
    let before = life(&case);
    case.town.relay_up = true;
    case.ends_well(&["entre-temps"]);
    assert_ne!(life(&case), before);
    assert!(!case.town.houses[1].replica.spaces[&case.space].doubled);
}

/// Both logs gone from the charter on, and everything that follows from them.
#[test]
fn a_space_of_which_only_the_membership_is_left_comes_back() {
    let mut case = Case::new();
    case.append(1, "en-attente");
    let mut keys = Vec::new();
    for family in [Family::Register, Family::Journal, Family::Index, Family::Mailbox] {
        keys.extend(case.keys(family));
    }
    let repair = case.rot(&keys);
    assert!(remedies(&repair).contains(&(Family::Register, Remedy::Fetched)));
    case.ends_well(&["en-attente"]);
}

/// A bundle brings back what was dropped, without any relay.
#[test]
fn a_bundle_brings_back_what_was_dropped() {
    let mut case = Case::new();
    let entries = case.keys(Family::Journal);
    case.town.relay_up = false;
    case.rot(&entries[1..2]);
    assert_eq!(case.keys(Family::Journal).len(), entries.len() - 1);
    let write = Command::WriteBundle { space: case.space };
    let Reply::File { bytes, .. } = case.town.ask(0, write).unwrap() else { panic!() };
    case.town.ask(1, Command::ReadBundle { file: bytes }).unwrap();
    assert_eq!(case.keys(Family::Journal), entries);
    assert_eq!(case.text(1), case.text(0));
    case.append(1, "d'après-le-colis");
    case.town.relay_up = true;
    case.ends_well(&["d'après-le-colis"]);
}

/// What can be read behind a rotten record stays, and is gone on with as soon as what is missing
/// is here, even from somebody who has nothing of the rest.
#[test]
fn what_stands_behind_is_gone_on_with() {
    for family in [Family::Journal, Family::Register] {
        let mut case = Case::new();
        let write = Command::WriteBundle { space: case.space };
        let Reply::File { bytes: early, .. } = case.town.ask(0, write.clone()).unwrap() else {
            panic!()
        };
        let measure = Measure::ChangeRule(Rule::USUAL);
        case.town.ask(0, Command::Propose { space: case.space, measure }).unwrap();
        for word in ["quatre", "cinq"] {
            case.append(0, word);
            case.town.sync_all();
        }
        case.town.ask(1, Command::Rest).unwrap();
        let (entries, acts) = (case.keys(Family::Journal), case.keys(Family::Register));
        // The cache of the document rots too, and the relay is dead for good.
        case.town.relay_up = false;
        let saved = case.keys(Family::Saved);
        let rotten = case.keys(family)[1].clone();
        case.rot(&[rotten.clone(), saved[0].clone()]);
        for key in entries.iter().chain(&acts).filter(|key| **key != rotten) {
            assert!(case.town.houses[1].disk.contains_key(key), "a readable record is gone");
        }
        // Nobody takes what stands behind for a part of the logs.
        let verify = Command::Verify { space: case.space };
        let Reply::Verified(report) = case.town.ask(1, verify.clone()).unwrap() else { panic!() };
        assert!(report.valid, "{report:?}");
        let Reply::File { bytes, .. } = case.town.ask(1, write).unwrap() else { panic!() };
        assert!(bytes.len() < early.len());
        case.town.reboot(1);
        case.town.ask(1, Command::ReadBundle { file: early }).unwrap();
        assert_eq!(case.keys(Family::Journal), entries);
        assert_eq!(case.keys(Family::Register), acts);
        let Reply::Verified(report) = case.town.ask(1, verify).unwrap() else { panic!() };
        assert!(report.valid, "{report:?}");
        assert_eq!((report.acts, report.envelopes), (acts.len() as u64, entries.len() as u64));
        assert_eq!(case.text(1), case.text(0));
        case.town.relay_up = true;
        case.ends_well(&["quatre", "cinq"]);
    }
}

/// Beside a cut log nothing tells yet what builds upon a lost edit: it is taken out, and said,
/// when the log is whole again.
#[test]
fn a_lost_edit_beside_a_cut_log_is_told_later() {
    let mut case = Case::new();
    case.town.relay_up = false;
    for word in ["perdu", "dessus", "au-dessus"] {
        case.append(1, word);
    }
    let unsent = case.keys(Family::Outbox);
    let entry = case.keys(Family::Journal).pop().unwrap();
    let repair = case.rot(&[unsent[0].clone(), entry]);
    assert!(unsent.iter().all(|key| repair.aside.contains(key)), "{repair:?}");
    assert!(remedies(&repair).contains(&(Family::Outbox, Remedy::Lost)));
    case.town.reboot(1);
    case.town.relay_up = true;
    case.town.sync_all();
    assert!(case.town.houses[1].alarms.contains(&Alarm::EditsLost));
    assert!(case.keys(Family::Outbox).is_empty());
    case.append(1, "nouveau");
    case.ends_well(&["nouveau"]);
    assert!(!case.text(0).contains("dessus"));
}

/// An edit that stood in the outbox only is lost, and so is what builds upon it: both are named
/// with their document, and nothing waits for them for ever.
#[test]
fn a_lost_edit_is_named_and_holds_nothing_up() {
    let mut case = Case::new();
    case.town.relay_up = false;
    case.append(1, "perdu");
    case.append(1, "dessus");
    case.append(1, "au-dessus");
    let unsent = case.keys(Family::Outbox);
    assert_eq!(unsent.len(), 3);
    let repair = case.rot(&unsent[..1]);
    let lost: usize = repair.damages.iter().map(|damage| damage.records).sum();
    assert_eq!(lost, 3, "{repair:?}");
    for damage in &repair.damages {
        assert_eq!((damage.family, damage.remedy), (Family::Outbox, Remedy::Lost));
        assert_eq!(damage.document, Some(case.document));
    }
    assert_eq!(repair.aside.len(), 3, "for an expert");
    assert!(!case.text(1).contains("dessus"));
    case.append(1, "nouveau");
    case.town.relay_up = true;
    case.ends_well(&["nouveau"]);
}

/// A repair cut short by a crash is done again by the next start.
#[test]
fn a_repair_that_was_cut_short_is_done_again() {
    let mut case = Case::new();
    let mut marker = vec![b'w'];
    marker.extend_from_slice(case.space.bytes());
    let last = case.keys(Family::Journal).pop().unwrap();
    let disk = &mut case.town.houses[1].disk;
    disk.insert(marker.clone(), Vec::new());
    disk.remove(&last);
    case.rot(&[]);
    assert!(!case.town.houses[1].disk.contains_key(&marker));
    case.ends_well(&[]);
}

/// The power may fail between any two stores of a repair: an edit that stands in a sealed
/// envelope is there afterwards all the same.
#[test]
fn a_power_cut_within_a_repair_loses_no_edit() {
    for stores in 1.. {
        let mut case = Case::new();
        case.town.relay_up = false;
        case.append(1, "scellé");
        case.town.ask(1, Command::WriteBundle { space: case.space }).unwrap();
        case.town.ask(1, Command::Rest).unwrap();
        let mut keys = case.keys(Family::Outbox);
        assert_eq!(keys.len(), 1);
        keys.extend(case.keys(Family::Index).into_iter().filter(|key| key[0] == b'J'));
        let whole = case.town.cut_repair(1, &keys, stores);
        let repair = case.rot(&[]);
        if !whole {
            let recovered = (Family::Outbox, Remedy::Recovered);
            assert!(remedies(&repair).contains(&recovered), "after {stores}: {repair:?}");
        }
        case.town.relay_up = true;
        case.ends_well(&["scellé"]);
        if whole {
            assert!(stores > 3, "the repair leaves in several stores");
            return;
        }
    }
}

/// What a repair found lost, and could not say before the power failed, the next start says.
#[test]
fn a_power_cut_within_a_repair_hides_no_loss() {
    for stores in 1.. {
        let mut case = Case::new();
        case.town.relay_up = false;
        case.append(1, "perdu");
        case.town.ask(1, Command::Rest).unwrap();
        let mut keys = case.keys(Family::Outbox);
        assert_eq!(keys.len(), 1);
        keys.extend(case.keys(Family::Index).into_iter().filter(|key| key[0] == b'J'));
        let whole = case.town.cut_repair(1, &keys, stores);
        let repair = case.rot(&[]);
        if !whole {
            let lost = (Family::Outbox, Remedy::Lost);
            assert!(remedies(&repair).contains(&lost), "after {stores}: {repair:?}");
        }
        case.town.relay_up = true;
        case.ends_well(&[]);
        if whole {
            return;
        }
    }
}

#[test]
fn what_nothing_can_make_again_is_refused_and_nothing_is_touched() {
    for (family, what) in [(Family::Home, "home"), (Family::Membership, "membership")] {
        let mut case = Case::new();
        let before = case.town.houses[1].disk.clone();
        let mut keys = case.keys(family);
        keys.extend(case.keys(Family::Journal));
        let refused = case.town.reboot_without(1, &keys).unwrap_err();
        assert_eq!(refused, LoadError::Damaged(what));
        assert_eq!(case.town.houses[1].disk, before);
    }
}
