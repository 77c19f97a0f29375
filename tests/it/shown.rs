//! T54 with the two programs: what a person is shown is read from the very bytes that are signed,
//! and whoever stands between can make it neither say nor sign something else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use protocol::codec;
use protocol::invitation::JoinRequest;
use protocol::register::{Act, Approval, Clause, Entry, Measure, Role, Rule, Threshold};
use protocol::wire::{ToRelay, ToReplica};
use serde_json::Value;

use crate::programs::{Fate, Passing, Stage, Tap, Typed};

/// A space of one, behind a tap on the line of everybody.
fn tapped(name: &str) -> (Stage, Tap, String) {
    let mut stage = Stage::new(name);
    stage.start_relay();
    let tap = Tap::on(&stage.address("relais"));
    for home in ["hopital", "association", "intrus"] {
        stage.settle(home, home);
    }
    let found = ["space", "found", "Pangolin", "--relay", tap.url()];
    let space = stage.ok("hopital", &found).text("space");
    (stage, tap, space)
}

fn ask(stage: &Stage, space: &str, newcomer: &str) -> Typed {
    let invited = stage.ok("hopital", &["invite", space, "--role", "member"]);
    stage.ok(newcomer, &["join", &invited.text("invitation")])
}

fn listed(stage: &Stage, space: &str, proposal: &str) -> Option<Value> {
    let requests = stage.ok("hopital", &["requests", space]);
    requests.list().iter().find(|line| line["proposal"] == proposal).cloned()
}

/// The approval that leaves names the measure whose bytes were shown: the same applicant, the
/// same eight words, the same role.
#[test]
fn t54_the_approval_signs_the_bytes_that_were_shown() {
    let (stage, tap, space) = tapped("t54-bytes");
    let joined = ask(&stage, &space, "association");
    let approved: Arc<Mutex<Vec<Approval>>> = Arc::default();
    let measures: Arc<Mutex<Vec<Measure>>> = Arc::default();
    let (seen, voted_on) = (Arc::clone(&approved), Arc::clone(&measures));
    tap.handle(move |passing| {
        if let Passing::Up(ToRelay::Approve(approval)) = passing {
            seen.lock().unwrap().push(approval.clone());
        }
        if let Passing::Up(ToRelay::Submit { act, .. }) = passing
            && let Clause::Propose(measure) = act.prove().unwrap().act.clause
        {
            voted_on.lock().unwrap().push(measure);
        }
        Fate::Pass
    });
    let request = joined.text("request");
    let line = listed(&stage, &space, &request).expect("the request is listed");
    assert_eq!(line["words"], joined.json["words"]);
    for unasked in [
        stage.any("hopital", &["approve", &space, &request]).json.to_string(),
        stage.said("hopital", &["approve", &space, &request]),
    ] {
        assert!(unasked.contains("huit mots sont à comparer"), "{unasked}");
    }
    assert!(approved.lock().unwrap().is_empty(), "and nothing was signed");
    let said = stage.said("hopital", &["approve", &space, &request, "--yes"]);
    for word in joined.json["words"].as_array().unwrap() {
        assert!(said.contains(word.as_str().unwrap()), "{word} is not shown: {said}");
    }
    let (approved, measures) = (approved.lock().unwrap(), measures.lock().unwrap());
    let (approval, measure) = (approved.first().unwrap(), measures.first().unwrap());
    assert_eq!(approval.proposal.to_string(), request);
    assert_eq!(measure.id(), approval.proposal, "it signs what it has proposed");
    let Measure::Admit(admission) = measure else { panic!("{measure:?}") };
    assert_eq!(admission.role.name(), line["role"]);
    assert_eq!(admission.card.partner.to_string(), line["partner"]);
    let again = stage.said("hopital", &["approve", &space, &request]);
    assert!(again.contains("déjà adopté") && !again.contains("huit mots"), "{again}");
}

/// A relay that puts another key into a request, or gives the stored act other words, is not
/// believed: nothing altered is shown, nothing of it is signed.
#[test]
fn t54_an_altered_request_is_not_shown_and_not_signed() {
    let (stage, tap, space) = tapped("t54-altered");
    let joined = ask(&stage, &space, "association");
    let request = joined.text("request");
    let altered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&altered);
    tap.handle(move |passing| match passing {
        Passing::Down(ToReplica::Mailbox { requests, approvals }) if !requests.is_empty() => {
            count.fetch_add(1, Ordering::SeqCst);
            let requests = requests.iter().map(with_another_role).collect();
            let mailbox = ToReplica::Mailbox { requests, approvals: approvals.clone() };
            Fate::Change(mailbox.to_bytes())
        }
        _ => Fate::Pass,
    });
    assert_eq!(listed(&stage, &space, &request), None, "an altered request is shown");
    let requests = stage.ok("hopital", &["requests", &space]);
    assert!(requests.list().is_empty(), "{requests:?}");
    assert!(altered.load(Ordering::SeqCst) > 0, "nothing was altered");
    let refused = stage.any("hopital", &["approve", &space, &request, "--yes"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    tap.handle(|_| Fate::Pass);
    let line = listed(&stage, &space, &request).expect("the true request is listed");
    assert_eq!(line["words"], joined.json["words"]);
}

/// Somebody else's whole request, rightly signed, in place of the one that a person expects: it
/// comes with other words, and the vote that a person types does not reach it.
#[test]
fn t54_a_request_put_in_the_place_of_another_shows_other_words() {
    let (stage, tap, space) = tapped("t54-swapped");
    let expected = ask(&stage, &space, "association");
    let intruder = ask(&stage, &space, "intrus");
    let (wanted, other) = (expected.text("request"), intruder.text("request"));
    let hidden = wanted.clone();
    tap.handle(move |passing| match passing {
        Passing::Down(ToReplica::Mailbox { requests, approvals }) => {
            let kept = requests.iter().filter(|r| r.id().to_string() != hidden).cloned();
            let requests = kept.collect();
            let mailbox = ToReplica::Mailbox { requests, approvals: approvals.clone() };
            Fate::Change(mailbox.to_bytes())
        }
        _ => Fate::Pass,
    });
    let line = listed(&stage, &space, &other).expect("the other request is listed");
    assert_ne!(line["words"], expected.json["words"], "two requests, the same eight words");
    let missed = stage.any("hopital", &["approve", &space, &wanted, "--yes"]);
    assert_eq!(missed.status, 1, "the vote went elsewhere: {missed:?}");
    let lines = stage.ok("hopital", &["requests", &space]).list();
    assert!(lines.iter().all(|line| line["approvals"] == 0), "{lines:?}");
}

/// A proposal whose stored bytes the relay has altered stops the replica: the measure it would
/// show is not the one that was signed.
#[test]
fn t54_an_altered_proposal_is_refused_before_it_is_shown() {
    let (stage, tap, space) = tapped("t54-proposal");
    let propose = ["propose", &space, "rule", "unanimous"];
    let proposal = stage.ok("hopital", &propose).text("proposal");
    // A second machine of the organisation reads the register from its start.
    let asked = stage.ok("association", &["device", "request"]);
    let added = stage.ok("hopital", &["device", "add", &space, &asked.text("request"), "--yes"]);
    let altered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&altered);
    tap.handle(move |passing| match passing {
        Passing::Down(ToReplica::Acts { from, entries }) => {
            let change = |bytes: &Vec<u8>| with_another_rule(bytes, &count);
            let entries = entries.iter().map(change).collect();
            Fate::Change(ToReplica::Acts { from: *from, entries }.to_bytes())
        }
        _ => Fate::Pass,
    });
    stage.any("association", &["join", &added.text("welcome")]);
    stage.any("association", &["sync"]);
    assert!(altered.load(Ordering::SeqCst) > 0, "nothing was altered");
    let requests = stage.any("association", &["requests", &space]);
    let shown = requests.list().iter().any(|line| line["proposal"] == proposal.as_str());
    assert!(!shown, "{requests:?}");
    assert!(!requests.json.to_string().contains("two-thirds"), "{requests:?}");
}

fn with_another_role(request: &JoinRequest) -> JoinRequest {
    let mut other = request.clone();
    other.admission.role = Role::Guarantor;
    other
}

/// Returns a stored entry whose proposal, if it is one, asks for another rule under the same
/// signature.
fn with_another_rule(bytes: &[u8], count: &AtomicUsize) -> Vec<u8> {
    let mut entry: Entry = codec::from_bytes(bytes).unwrap();
    let mut act: Act = entry.act.prove().unwrap().act;
    if let Clause::Propose(Measure::ChangeRule(rule)) = &mut act.clause {
        count.fetch_add(1, Ordering::SeqCst);
        *rule = Rule::same(Threshold::TwoThirds);
        entry.act.body = codec::to_bytes(&act);
    }
    codec::to_bytes(&entry)
}
