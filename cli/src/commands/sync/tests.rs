//! What people read of an exchange, space by space.

use super::*;
use crate::question::drawn;
use client_core::replica::SpaceSync;

fn space(title: &str, state: &str, pending: usize) -> SpaceSynced {
    SpaceSynced {
        space: "3fa94b12".repeat(8),
        title: title.to_owned(),
        state: state.to_owned(),
        sent: 0,
        received: 0,
        pending,
        quarantined: 0,
        reason: None,
        refused: None,
    }
}

fn synced(spaces: Vec<SpaceSynced>, barred: Vec<BarredFrom>) -> Synced {
    let pending = spaces.iter().map(|space| space.pending).sum();
    let state = "current".to_owned();
    Synced { sent: 0, received: 0, pending, quarantined: 0, state, spaces, barred }.told()
}

fn barred(state: &str, kept: usize) -> Synced {
    let from = BarredFrom {
        space: "3fa94b12".repeat(8),
        title: "PTSM".to_owned(),
        state: state.to_owned(),
        until: None,
        until_ms: (state == "suspended").then_some(1_795_348_800_000),
        kept,
    };
    synced(vec![space("PTSM", state, kept)], vec![from])
}

#[test]
fn a_suspended_machine_is_told_until_when_and_that_its_edits_are_kept() {
    let synced = barred("suspended", 2);
    assert_eq!((synced.state.as_str(), synced.exit()), ("suspended", Exit::Unreachable));
    let french = drawn(&synced, Lang::Fr);
    assert!(french.contains("jusqu'au 22 novembre 2026"), "{french}");
    assert!(french.contains("2 modifications sont gardées ici"), "{french}");
    assert!(!french.contains("à jour"), "{french}");
    let english = drawn(&synced, Lang::En);
    assert!(english.contains("suspended this device until 22 November 2026"), "{english}");
}

#[test]
fn a_revoked_machine_is_told_what_to_do_with_its_edits() {
    let french = drawn(&barred("revoked", 1), Lang::Fr);
    assert!(french.contains("révoqué cet appareil"), "{french}");
    assert!(french.contains("liaison quarantine export"), "{french}");
    let left = drawn(&barred("left", 0), Lang::Fr);
    assert!(left.contains("votre organisation est partie"), "{left}");
}

#[test]
fn several_spaces_are_told_one_by_one() {
    let both = vec![space("PTSM", "current", 0), space("CLSM", "unreachable", 2)];
    let synced = synced(both, Vec::new());
    assert_eq!((synced.state.as_str(), synced.exit()), ("unreachable", Exit::Unreachable));
    let french = drawn(&synced, Lang::Fr);
    let line = |title: &str| french.lines().find(|line| line.contains(title)).unwrap_or_default();
    assert!(line("PTSM").ends_with("à jour"), "{french}");
    assert!(line("CLSM").ends_with("relais injoignable"), "{french}");
    assert!(french.contains("Le relais de « CLSM » n'a pas pu être joint"), "{french}");
    assert_eq!(
        synced.in_short(Lang::Fr),
        "« PTSM » : à jour, rien à envoyer · « CLSM » : relais injoignable, 2 à envoyer"
    );
    assert_eq!(synced.name_among_several("none", Lang::Fr), None);
    let json = serde_json::to_value(&synced).unwrap_or_default();
    assert_eq!(
        (&json["spaces"][1]["title"], &json["spaces"][1]["pending"]),
        (&"CLSM".into(), &2.into())
    );
}

#[test]
fn a_relay_that_takes_nothing_is_not_said_to_be_up_to_date() {
    let mut held = space("PTSM", "refused", 3);
    held.reason = Some("quota".to_owned());
    let synced = synced(vec![held], Vec::new());
    assert_eq!((synced.state.as_str(), synced.exit()), ("refused", Exit::Unreachable));
    let french = drawn(&synced, Lang::Fr);
    assert!(french.contains("quota atteint pour l'heure"), "{french}");
    assert!(french.contains("3 envois attendent ici"), "{french}");
    assert!(french.contains("→ "), "what to do: {french}");
    assert!(!french.contains("à jour"), "{french}");
    assert!(synced.in_short(Lang::Fr).contains("quota"), "{}", synced.in_short(Lang::Fr));
    let english = drawn(&synced, Lang::En);
    assert!(english.contains("3 items wait here"), "{english}");
}

#[test]
fn a_decision_refused_for_good_is_told_once_and_is_a_refusal() {
    let mut one = space("PTSM", "current", 0);
    one.refused = Some("stale-generation".to_owned());
    let synced = synced(vec![one], Vec::new());
    assert_eq!(synced.exit(), Exit::Refused);
    let french = drawn(&synced, Lang::Fr);
    assert!(french.contains("les garants ou la règle ont changé depuis"), "{french}");
    assert!(french.contains("liaison requests 3fa94b12"), "{french}");
}

#[test]
fn a_relay_that_answers_is_not_said_to_be_away_nor_what_it_holds_back_to_be_lost() {
    use protocol::env::Timestamp;
    use protocol::refusal::Refusal;
    let view = SpaceView {
        space: protocol::id::SpaceId::new([3; 32]),
        title: "PTSM".to_owned(),
        kind: None,
        role: None,
        membership: "active",
        guarantors: 3,
        rule: None,
        removal: client_core::replica::Voices::default(),
        change: client_core::replica::Voices::default(),
        decision: client_core::replica::Voices::default(),
        documents: 0,
        pending: 1,
        quarantined: 0,
        link: LinkState::Unreachable,
        held_back: Some(Refusal::StorageFailed),
        latest: Some(Timestamp::from_ms(1)),
        relay_url: String::new(),
        device: protocol::id::DeviceId::new([4; 32]),
        device_state: "active",
        suspended_until: None,
        awaits_key: false,
        closed: None,
    };
    let keyless =
        SpaceView { link: LinkState::Current, held_back: None, awaits_key: true, ..view.clone() };
    let refused = Some(Refusal::StorageFailed);
    let one = SpaceSync { view, sent: 0, received: 0, refused };
    // As the replica reports it: the relay's refusal ended the link.
    let spaces = vec![one.into()];
    let away = LinkState::Unreachable.name().to_owned();
    let synced = Synced { state: away, ..synced(spaces, Vec::new()) }.told();
    let french = drawn(&synced, Lang::Fr);
    assert!(french.contains("refusé par le relais"), "{french}");
    assert!(!french.contains("injoignable") && !french.contains("refusé une décision"), "{french}");
    assert!(french.contains("1 envoi attend ici et partira dès que le relais le"), "{french}");
    assert_eq!(synced.exit(), Exit::Unreachable);
    waits_for_its_key(&keyless);
}

fn waits_for_its_key(view: &SpaceView) {
    let synced = synced(vec![view.into()], Vec::new());
    assert_eq!((synced.state.as_str(), synced.exit()), ("awaiting-key", Exit::Done));
    let french = drawn(&synced, Lang::Fr);
    assert!(french.contains("en attente de la clé"), "{french}");
    assert!(!french.contains("à jour"), "{french}");
}
