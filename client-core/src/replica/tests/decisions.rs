//! Deciding while the relay is away, about oneself, and where no vote can be carried.

use std::time::Duration;

use protocol::id::{PartnerId, ProposalId, SpaceId};
use protocol::register::{Cause, Measure, Role, Rule, Threshold};
use protocol::wire::ToReplica;

use super::stories::{edit, new_convention};
use super::town::Town;
use crate::document::Edit;
use crate::replica::{
    Command, CommandError, LinkState, ProposalView, Reply, SpaceView, VoteReport, records,
};

/// Returns what a command gave and did not send.
fn unsent(reply: Result<Reply, CommandError>) -> Reply {
    match reply.unwrap() {
        Reply::Unsent { reply, link: LinkState::Unreachable, .. } => *reply,
        sent => panic!("{sent:?} was sent"),
    }
}

fn partner(town: &mut Town, house: usize, space: SpaceId) -> PartnerId {
    let Reply::Members(members) = town.ask(house, Command::Members { space }).unwrap() else {
        panic!()
    };
    members.iter().find(|member| member.own).unwrap().partner
}

fn view(town: &mut Town, house: usize) -> SpaceView {
    let Reply::Spaces(mut spaces) = town.ask(house, Command::Spaces).unwrap() else { panic!() };
    spaces.remove(0)
}

fn vote(reply: Result<Reply, CommandError>) -> VoteReport {
    let Reply::Vote(report) = reply.unwrap() else { panic!() };
    report
}

#[test]
fn what_is_asked_while_the_relay_is_away_is_given_and_kept() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let newcomer = town.build("D");
    town.relay_up = false;
    let invite = Command::Invite { space, role: Role::Member, history: None };
    let Reply::Invited(invited) = unsent(town.ask(0, invite)) else { panic!() };
    let join = Command::Join { invitation: invited.invitation };
    let Reply::Joined(joined) = unsent(town.ask(newcomer, join)) else { panic!() };
    assert_eq!(joined.words.len(), 8);
    let measure = Measure::ChangeRule(Rule::USUAL);
    let Reply::Vote(opened) = unsent(town.ask(1, Command::Propose { space, measure })) else {
        panic!()
    };
    assert_eq!((opened.approvals, opened.needed, opened.adopted), (1, 3, false));
    town.relay_up = true;
    town.sync_all();
    town.sync_all();
    let proposal = joined.request.unwrap();
    let Reply::Requests(views) = town.ask(0, Command::Requests { space }).unwrap() else {
        panic!()
    };
    let open = |id| views.iter().any(|view| view.proposal == id && view.state != "adopted");
    assert!(open(proposal) && open(opened.proposal), "{views:?}");
    town.relay_up = false;
    let approve = Command::Approve { space, proposal };
    let Reply::Vote(report) = unsent(town.ask(0, approve.clone())) else { panic!() };
    assert_eq!((report.approvals, report.needed, report.adopted), (1, 2, false));
    town.relay_up = true;
    town.sync_all();
    let report = vote(town.ask(1, Command::Approve { space, proposal }));
    assert!(report.adopted, "{report:?}");
}

#[test]
fn a_founding_that_reached_nobody_leaves_nothing() {
    let mut town = Town::new(&["A"]);
    town.relay_up = false;
    let found = Command::Found {
        title: "PTSM".to_owned(),
        url: "ws://127.0.0.1:1".to_owned(),
        ticket: None,
        kind: protocol::register::SpaceKind::Territory,
        rule: Rule::USUAL,
    };
    assert_eq!(town.ask(0, found).unwrap_err(), CommandError::Unreachable);
    let Reply::Spaces(spaces) = town.ask(0, Command::Spaces).unwrap() else { panic!() };
    assert!(spaces.is_empty());
}

#[test]
fn a_removal_that_cannot_be_carried_is_opened_and_says_so() {
    let mut town = Town::new(&["A", "B", "C", "D"]);
    let space = town.circle("PTSM", Rule::USUAL);
    assert_eq!((view(&mut town, 0).removal.needed, view(&mut town, 0).removal.able), (3, 3));
    let last = partner(&mut town, 3, space);
    town.ask(3, Command::Leave { space }).unwrap();
    town.sync_all();
    let removal = view(&mut town, 0).removal;
    assert_eq!((removal.needed, removal.able, removal.can_carry()), (3, 2, false));
    assert_eq!((view(&mut town, 3).membership, view(&mut town, 3).role), ("left", None));
    assert_ne!(last, partner(&mut town, 2, space));
    let measure = Measure::Remove(partner(&mut town, 2, space), Cause::Decision);
    let opened = vote(town.ask(0, Command::Propose { space, measure }));
    assert_eq!((opened.needed, opened.able), (3, 2), "opened all the same, and told");
    let Reply::Requests(views) = town.ask(1, Command::Requests { space }).unwrap() else {
        panic!()
    };
    let seen = views.iter().find(|view| view.proposal == opened.proposal).unwrap();
    assert_eq!((seen.needed, seen.able, seen.name.as_str()), (3, 2, "C"));
}

#[test]
fn an_organisation_without_a_machine_is_counted_and_cannot_vote() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::USUAL);
    let device = view(&mut town, 2).device;
    town.ask(2, Command::DeviceRevoke { space, device, cause: Cause::Lost }).unwrap();
    town.sync_all();
    let measure = Measure::ChangeRule(Rule::same(Threshold::Unanimous));
    let opened = vote(town.ask(0, Command::Propose { space, measure }));
    assert_eq!((opened.needed, opened.able), (3, 2), "a rule vote is told so too");
    let removal = view(&mut town, 0).removal;
    assert_eq!((removal.needed, removal.able), (3, 2), "the silent one can be voted out by two");
}

#[test]
fn an_organisation_has_no_voice_in_what_is_about_itself() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let own = partner(&mut town, 2, space);
    let removal = Measure::Remove(own, Cause::Decision);
    let opened = vote(town.ask(0, Command::Propose { space, measure: removal }));
    town.sync_all();
    let Reply::Requests(views) = town.ask(2, Command::Requests { space }).unwrap() else {
        panic!()
    };
    assert!(views.iter().any(|view| view.about_us && !view.approved_by_us), "{views:?}");
    let approve = Command::Approve { space, proposal: opened.proposal };
    match town.ask(2, approve).unwrap_err() {
        CommandError::Invalid { code: "own-vote", french, .. } => {
            assert!(french.contains("son propre retrait"), "{french}");
        }
        other => panic!("{other:?}"),
    }
    // It may ask the others for what is about itself, without a voice in it.
    let step_down = Measure::ChangeRole(own, Role::Member);
    let asked = vote(town.ask(2, Command::Propose { space, measure: step_down }));
    assert_eq!((asked.approvals, asked.able), (0, 2));
}

#[test]
fn who_wrote_what_is_new_is_told_without_the_relay() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let news = |town: &mut Town, house, since| {
        let Reply::News(news) = town.ask(house, Command::News { document, since }).unwrap() else {
            panic!()
        };
        news
    };
    let first = news(&mut town, 1, None);
    assert_eq!(first.title, "Accueil");
    assert_eq!(
        first.authors.iter().map(|a| (a.1.as_str(), a.2)).collect::<Vec<_>>(),
        [("A", false)]
    );
    let text = "mot. ".to_owned();
    edit(&mut town, 1, document, Edit::AppendText { place: "preambule".into(), text });
    town.sync_all();
    let second = news(&mut town, 0, Some(first.version.clone()));
    assert_eq!(second.authors.iter().map(|a| a.1.as_str()).collect::<Vec<_>>(), ["B"]);
    assert!(news(&mut town, 0, Some(second.version)).authors.is_empty());
    town.relay_up = false;
    let Reply::Glance { members, .. } = town.ask(0, Command::Glance { space }).unwrap() else {
        panic!()
    };
    assert_eq!(members.len(), 2);
}

#[test]
fn an_invitation_that_is_refused_does_not_stand_in_the_way_of_the_next() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let invitation = |town: &mut Town| {
        let invite = Command::Invite { space, role: Role::Member, history: None };
        let Reply::Invited(invited) = town.ask(0, invite).unwrap() else { panic!() };
        invited.invitation
    };
    let used = invitation(&mut town);
    let (first, second) = (town.build("C"), town.build("D"));
    town.ask(first, Command::Join { invitation: used.clone() }).unwrap();
    let refused = town.ask(second, Command::Join { invitation: used.clone() }).unwrap_err();
    assert!(matches!(refused, CommandError::Refused(_)), "{refused:?}");
    // Refused while nobody was asking, it does not stand in the way either.
    town.relay_up = false;
    let Reply::Joined(late) = unsent(town.ask(second, Command::Join { invitation: used.clone() }))
    else {
        panic!()
    };
    let Reply::Joined(again) = unsent(town.ask(second, Command::Join { invitation: used })) else {
        panic!()
    };
    assert_eq!((late.request, late.words), (again.request, again.words), "the same request");
    town.relay_up = true;
    let fresh = invitation(&mut town);
    let Reply::Joined(joined) = town.ask(second, Command::Join { invitation: fresh }).unwrap()
    else {
        panic!()
    };
    assert_ne!(joined.request, late.request);
}

/// Approvals that wait for the relay can be taken back before they leave, with the vote that
/// they opened.
#[test]
fn what_was_not_sent_yet_can_be_taken_back() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let measure = Measure::ChangeRule(Rule::USUAL);
    let opened = vote(town.ask(0, Command::Propose { space, measure: measure.clone() }));
    let proposal = opened.proposal;
    town.ask(1, Command::Sync { space: None }).unwrap();
    town.relay_up = false;
    town.reboot(1);
    unsent(town.ask(1, Command::Approve { space, proposal }));
    let Reply::Vote(back) = unsent(town.ask(1, Command::Withdraw { space, proposal })) else {
        panic!()
    };
    assert_eq!((back.approvals, back.adopted), (1, false), "the proposer's");
    // A vote that only this replica knows goes with its approval.
    let other = Measure::ChangeRule(Rule::same(Threshold::Unanimous));
    let Reply::Vote(alone) = unsent(town.ask(1, Command::Propose { space, measure: other })) else {
        panic!()
    };
    let listed = |town: &mut Town| {
        let Reply::Requests(views) = town.ask(1, Command::Requests { space }).unwrap() else {
            panic!()
        };
        views.into_iter().find(|view| view.proposal == alone.proposal)
    };
    let view = listed(&mut town).unwrap();
    assert!(view.approved_by_us && view.state == "open", "{view:?}");
    let gone = vote(town.ask(1, Command::Withdraw { space, proposal: alone.proposal }));
    assert_eq!((gone.approvals, gone.adopted), (0, false));
    assert_eq!(listed(&mut town), None);
    town.relay_up = true;
    town.sync_all();
    town.sync_all();
    assert_eq!(view_of(&mut town, 0, proposal).unwrap().approvals.len(), 1);
    assert!(view_of(&mut town, 0, alone.proposal).is_none(), "nobody heard of it");
}

/// Taken back and given again while the relay is away, an approval counts.
#[test]
fn an_approval_given_again_counts_after_the_one_taken_back() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let measure = Measure::ChangeRule(Rule::USUAL);
    let proposal = vote(town.ask(0, Command::Propose { space, measure })).proposal;
    town.ask(1, Command::Approve { space, proposal }).unwrap();
    town.relay_up = false;
    town.reboot(1);
    unsent(town.ask(1, Command::Withdraw { space, proposal }));
    unsent(town.ask(1, Command::Approve { space, proposal }));
    town.relay_up = true;
    town.sync_all();
    let seen = view_of(&mut town, 2, proposal).unwrap();
    assert_eq!(seen.approvals.len(), 2, "{seen:?}");
}

/// Lets no answer of the relay through but the handshake.
fn silent(frame: &[u8]) -> bool {
    use ToReplica as R;
    matches!(R::parse(frame), Ok(R::Challenge(_) | R::Welcome(_)))
}

/// Opens a vote that the relay takes and whose answers are lost; then the relay is away.
fn opened_unheard(town: &mut Town, space: SpaceId) -> ProposalId {
    town.sync_all();
    town.ask(0, Command::Watch { on: true }).unwrap();
    town.sync_all();
    town.passes = silent;
    let measure = Measure::ChangeRule(Rule::USUAL);
    let Reply::Vote(opened) = unsent(town.ask(0, Command::Propose { space, measure })) else {
        panic!()
    };
    town.relay_up = false;
    town.reboot(0);
    opened.proposal
}

fn answers_again(town: &mut Town) {
    town.passes = |_| true;
    town.relay_up = true;
    for _ in 0..3 {
        town.pass(Duration::from_secs(100));
        town.sync_all();
    }
}

/// An approval that may have left is not forgotten in silence: it is taken back in the register,
/// behind the vote that it opened, even if the machine was started again in between.
#[test]
fn an_approval_that_may_have_left_is_taken_back_in_the_register() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let proposal = opened_unheard(&mut town, space);
    let Reply::Vote(back) = unsent(town.ask(0, Command::Withdraw { space, proposal })) else {
        panic!()
    };
    assert_eq!((back.approvals, back.adopted), (0, false));
    answers_again(&mut town);
    let first = vote(town.ask(1, Command::Approve { space, proposal }));
    assert_eq!((first.approvals, first.adopted), (1, false), "what A took back counts");
    assert_eq!(town.houses[0].replica.spaces[&space].errands.len(), 0);
    let seen = view_of(&mut town, 0, proposal).unwrap();
    assert_eq!((seen.approvals.len(), seen.approved_by_us, seen.state), (1, false, "open"));
}

#[test]
fn an_approval_taken_back_and_given_again_before_the_relay_is_heard_counts() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let proposal = opened_unheard(&mut town, space);
    for again in [false, true] {
        unsent(town.ask(0, Command::Withdraw { space, proposal }));
        let approve = Command::Approve { space, proposal };
        let Reply::Vote(given) = unsent(town.ask(0, approve)) else { panic!() };
        assert_eq!(given.approvals, 1);
        // What was given since and never left goes without another word in the register.
        let waits = town.houses[0].replica.spaces[&space].errands.len();
        assert_eq!(waits, 3, "the vote, what is taken back, the approval: {again}");
    }
    answers_again(&mut town);
    let seen = view_of(&mut town, 1, proposal).unwrap();
    assert_eq!(seen.approvals.len(), 1, "{seen:?}");
}

/// A file may be read before the relay is reached: what it holds has left. So may what an older
/// record does not tell.
#[test]
fn what_a_file_holds_or_an_old_record_may_hide_is_taken_back_in_the_register() {
    for by_file in [true, false] {
        let mut town = Town::new(&["A", "B", "C"]);
        let space = town.circle("PTSM", Rule::same(Threshold::Majority));
        town.sync_all();
        town.relay_up = false;
        town.reboot(0);
        let measure = Measure::ChangeRule(Rule::USUAL);
        let Reply::Vote(opened) = unsent(town.ask(0, Command::Propose { space, measure })) else {
            panic!()
        };
        let proposal = opened.proposal;
        if by_file {
            let written = town.ask(0, Command::WriteBundle { space }).unwrap();
            let Reply::File { bytes, .. } = written else { panic!() };
            town.ask(1, Command::ReadBundle { file: bytes }).unwrap();
        }
        for (key, record) in &mut town.houses[0].disk {
            if key.starts_with(&records::errands(&space)) && !by_file {
                assert!(record[1] > 16, "never left");
                record[1] -= 16;
            }
        }
        town.reboot(0);
        unsent(town.ask(0, Command::Withdraw { space, proposal }));
        assert_eq!(town.houses[0].replica.spaces[&space].errands.len(), 2, "by file: {by_file}");
        answers_again(&mut town);
        let seen = view_of(&mut town, 2, proposal).unwrap();
        assert_eq!((seen.approvals.len(), seen.state), (0, "open"), "by file: {by_file}");
    }
}

fn view_of(town: &mut Town, house: usize, proposal: ProposalId) -> Option<ProposalView> {
    let space = *town.houses[house].replica.spaces.keys().next().unwrap();
    let Reply::Requests(views) = town.ask(house, Command::Requests { space }).unwrap() else {
        panic!()
    };
    views.into_iter().find(|view| view.proposal == proposal)
}

/// A filled form is refused where it must not be.
#[test]
fn a_document_that_names_a_person_is_refused_on_a_group_space_and_without_certified_hosting() {
    let mut town = Town::new(&["A"]);
    let space = town.circle("PTSM", Rule::USUAL);
    let create = |space| Command::NewDocument {
        space,
        kind: "fiche_liaison".to_owned(),
        title: "Liaison".to_owned(),
    };
    let refused = |town: &mut Town, space| match town.ask(0, create(space)).unwrap_err() {
        CommandError::Invalid { code, .. } => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&mut town, space), "needs-closed-circle");
    let found = Command::Found {
        title: "Autour d'une personne".to_owned(),
        url: "ws://127.0.0.1:1".to_owned(),
        ticket: None,
        kind: protocol::register::SpaceKind::Circle,
        rule: Rule::USUAL,
    };
    let Reply::Founded { space, .. } = town.ask(0, found).unwrap() else { panic!() };
    assert_eq!(refused(&mut town, space), "needs-health-hosting");
    let roster = town.houses[0].replica.spaces[&space].register.as_ref().unwrap().roster();
    let certified =
        protocol::register::RelayTerms { health_hosting: true, ..roster.relay().clone() };
    let kind = crate::kinds::Catalogue::STANDARD.find("fiche_liaison").unwrap();
    assert_eq!(crate::replica::papers::has_a_place(kind, roster.kind(), &certified), Ok(()));
}

/// One that is there all the same is neither edited nor taken up from somebody who is gone.
#[test]
fn a_document_that_names_a_person_is_neither_edited_nor_adopted_out_of_its_place() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::USUAL);
    let second = town.build("portable");
    let asked = town.ask(second, Command::DeviceRequest).unwrap();
    let Reply::DeviceRequest { request, device } = asked else { panic!() };
    let role = protocol::register::DeviceRole::Editor;
    let added = town.ask(1, Command::DeviceAdd { space, request, role }).unwrap();
    let Reply::DeviceAdded { welcome, .. } = added else { panic!() };
    town.ask(second, Command::Join { invitation: welcome }).unwrap();
    for _ in 0..2 {
        town.sync_all();
    }
    town.relay_up = false;
    let document = town.smuggle(second, space, "fiche_liaison");
    let code = |asked: Result<Reply, CommandError>| match asked.unwrap_err() {
        CommandError::Invalid { code, .. } => code,
        other => panic!("{other:?}"),
    };
    let title = Edit::SetTitle("Mme X".to_owned());
    let edit = Command::Edit { document, edit: title };
    assert_eq!(code(town.ask(second, edit)), "needs-closed-circle");
    town.relay_up = true;
    let cause = Cause::Lost;
    town.ask(1, Command::DeviceRevoke { space, device, cause }).unwrap();
    town.ask(0, Command::Sync { space: None }).unwrap();
    town.relay_up = false;
    let to = partner(&mut town, 1, space);
    let written = town.ask(second, Command::WriteParcel { space, to }).unwrap();
    let Reply::File { bytes: file, .. } = written else { panic!() };
    assert_eq!(code(town.ask(1, Command::AdoptParcel { file })), "needs-closed-circle");
    assert!(town.ask(1, Command::Show { document, at: None }).is_err());
    assert!(town.houses[1].replica.spaces[&space].outbox.is_empty());
}
