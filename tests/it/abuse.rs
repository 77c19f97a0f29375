//! The list of abuse tests that must exist, by number, and those that need whole machines and
//! stand nowhere else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use client_core::replica::{Command, CommandError, LinkState, Reply};
use protocol::crypto::SigningSecret;
use protocol::refusal::Refusal;
use protocol::register::{Cause, Clause, Measure};
use protocol::wire::Standing;
use tests::chance::stream;
use tests::check;
use tests::operator::register_of;
use tests::story::Story;

/// The numbers of `security.md` §5 that concern what exists today.
const NUMBERS: [std::ops::RangeInclusive<u32>; 6] =
    [1..=18, 23..=25, 28..=36, 38..=50, 54..=62, 64..=64];

#[test]
fn every_abuse_test_of_the_list_exists_under_its_number() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found: BTreeSet<u32> = BTreeSet::new();
    let mut folders: Vec<PathBuf> =
        ["protocol", "client-core", "store", "server", "cli", "tests"].map(|f| root.join(f)).into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.extend(numbers(&std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let wanted = NUMBERS.into_iter().flatten();
    let missing: Vec<u32> = wanted.filter(|number| !found.contains(number)).collect();
    assert!(missing.is_empty(), "no test bears the numbers {missing:?}");
}

/// Returns the numbers in the names of tests: `fn t31_t32_…` bears two.
fn numbers(text: &str) -> Vec<u32> {
    let mut numbers = Vec::new();
    for line in text.lines().map(str::trim_start) {
        let Some(name) = line.strip_prefix("fn t").or_else(|| line.strip_prefix("async fn t"))
        else {
            continue;
        };
        for part in format!("t{name}").split('_') {
            match part.strip_prefix('t').and_then(|digits| digits.parse().ok()) {
                Some(number) => numbers.push(number),
                None => break,
            }
        }
    }
    numbers
}

#[test]
fn the_search_for_numbers_finds_what_is_there_and_no_more() {
    let text = "fn t07_a_rule() {}\n  async fn t31_t32_two() {}\nfn two_t9() {}\nfn take() {}\n";
    assert_eq!(numbers(text), [7, 31, 32]);
}

/// T48, with machines: a relay that took over the address but not the key learns nothing: no
/// replica proves itself to it, and none gives it an edit.
#[test]
fn t48_a_relay_with_another_key_is_told_nothing() {
    let mut story = Story::found(81, 3, 1).unwrap();
    let document = story.documents[0];
    story.world.kill_relay(0, false);
    let impostor = SigningSecret::generate(&mut stream(81, "impostor", 0));
    let own = std::mem::replace(&mut story.world.relays[0].secret, impostor);
    story.world.start_relay(0);
    story.write_word(1, document, 0, false);
    let telling = story.world.watch.telling;
    match story.call(1, Command::Sync { space: None }) {
        Some(Ok(Reply::Synced(report))) => {
            assert_eq!(report.state, LinkState::Refused);
            assert!(report.pending > 0);
        }
        answer => panic!("{answer:?}"),
    }
    assert_eq!(story.world.watch.telling, telling + 1, "more than a hello was said");
    story.world.kill_relay(0, false);
    story.world.relays[0].secret = own;
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}

/// T50 and T51, with machines: the operator suspends with its own key and with no other, and the
/// suspended machine's edits wait and are not lost.
#[test]
fn t50_t51_only_the_operator_suspends_and_nothing_is_lost_over_it() {
    let mut story = Story::found(82, 3, 1).unwrap();
    let (document, space) = (story.documents[0], story.space);
    let device = story.world.replicas[2].overview(&space).unwrap().device;
    let hour = std::time::Duration::from_secs(3_600);
    let until = |hours: u32, story: &Story| story.world.wall_now().after(hour * hours);
    let log_key = SigningSecret::from_seed(&story.world.relays[0].secret.seed());
    let seated = story.world.sit_down(0, space, &log_key).unwrap();
    assert_eq!(seated.standing, Standing::Stranger, "the log key is nobody in the space");
    let too_long = Clause::SuspendDevice(device, until(73, &story));
    assert_eq!(story.world.operate(0, space, too_long), Some(Err(Refusal::SuspensionTooLong)));
    let clause = Clause::SuspendDevice(device, until(2, &story));
    assert!(matches!(story.world.operate(0, space, clause), Some(Ok(_))));
    story.write_word(2, document, 0, false);
    for by in [0, 1, 2, 0, 1] {
        story.call(by, Command::Sync { space: None });
    }
    let register = register_of(&story.world.relays[0].disk, &space).unwrap();
    assert_eq!(register.roster().guarantors().len(), 3, "it still counts");
    let resumed = story.world.operate(0, space, Clause::ResumeDevice(device));
    assert!(matches!(resumed, Some(Ok(_))), "{resumed:?}");
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}

/// T64, with machines: one member's flood of proposals ends at its quota, and the others go on.
#[test]
fn t64_a_flood_of_proposals_stops_nobody_else() {
    let mut story = Story::found(83, 4, 1).unwrap();
    let space = story.space;
    let mut refused = 0;
    for machine in 0..4 {
        let partner = story.partner_of(machine).unwrap();
        for cause in [Cause::Decision, Cause::Retired, Cause::Lost] {
            let measure = Measure::Remove(partner, cause);
            match story.call(3, Command::Propose { space, measure }) {
                Some(Ok(_)) => {}
                Some(Err(CommandError::Refused(Refusal::TooManyProposals))) => refused += 1,
                answer => panic!("{answer:?}"),
            }
        }
    }
    assert!(refused > 0, "twelve proposals of one organisation were opened");
    let document = story.documents[0];
    story.write_word(0, document, 0, false);
    let partner = story.partner_of(1).unwrap();
    let measure = Measure::ChangeRole(partner, protocol::register::Role::Member);
    let answer = story.call(0, Command::Propose { space, measure });
    assert!(matches!(answer, Some(Ok(Reply::Vote(_)))), "{answer:?}");
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}
