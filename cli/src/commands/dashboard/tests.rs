//! What a person reads of a dashboard, and what a script gets.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use client_core::figures::{
    Asked, Contribution, Day, Figures, FundingFigures, MeetingDay, Progress, Reports, Settled,
    SheetFigures, Thing,
};
use client_core::kinds::parts::{Matter, Standing};
use client_core::replica::DashboardView;
use console::Lang;
use protocol::id::{DocumentId, PartnerId, SpaceId};

use super::board::Board;
use crate::question::drawn;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn empty(kind: &str, title: &str) -> Contribution {
    Contribution {
        kind: kind.to_owned(),
        title: title.to_owned(),
        to_settle: 0,
        things: Vec::new(),
        sheet: None,
        funding: None,
        meetings: Vec::new(),
        presences: Vec::new(),
        college: None,
        activity: Vec::new(),
    }
}

fn board() -> Board {
    let partner = PartnerId::new([5; 16]);
    let mut fiche = empty("fiche_action", "Accès au premier rendez-vous");
    fiche.to_settle = 2;
    fiche.things.push(Thing {
        matter: Matter::Objective,
        row: Some("x".to_owned()),
        code: "OO-06.1".to_owned(),
        label: "Accueil sous 10 jours".to_owned(),
        due: Settled::One(day("2026-06-30")),
        responsible: Settled::One(partner.to_string()),
        standing: Settled::One(Standing::Open),
    });
    fiche.sheet = Some(SheetFigures {
        code: "FA-06".to_owned(),
        lead: Settled::One("GEM".to_owned()),
        standing: Settled::One(Standing::Open),
        progress: Progress::Computed(66),
        plan: None,
        priorities: vec!["p1".to_owned()],
        reports: Reports::Never,
    });
    let mut money = empty("financement", "Secourisme");
    money.things.push(Thing {
        matter: Matter::Deadline,
        label: "justificatif".to_owned(),
        row: Some("y".to_owned()),
        code: String::new(),
        due: Settled::One(day("2026-11-25")),
        responsible: Settled::Nothing,
        standing: Settled::One(Standing::Open),
    });
    money.funding = Some(FundingFigures {
        code: "F04".to_owned(),
        source: Settled::One("fir".to_owned()),
        beneficiary: Settled::Nothing,
        standing: Settled::One(Standing::Open),
        asked: Settled::Nothing,
        granted: Settled::One(3_600_050),
        paid: Settled::ToSettle,
        used: Settled::Nothing,
        sheets: Vec::new(),
    });
    let mut copil = empty("reunion", "COPIL 3");
    copil.meetings.push(MeetingDay {
        day: day("2026-12-03"),
        at: "2026-12-03T14:00".to_owned(),
        body: "copil".to_owned(),
        label: String::new(),
    });
    let mut figures = Figures::new();
    for (number, contribution) in (1_u8..).zip([fiche, money, copil]) {
        figures.update(DocumentId::new([number; 16]), Some(contribution));
    }
    let asked = Asked { on: day("2026-11-22"), since: day("2026-11-15") };
    Board::from(DashboardView {
        space: SpaceId::new([1; 32]),
        title: "PTSM".to_owned(),
        dashboard: figures.dashboard(asked),
        partners: vec![(partner, "EPSM".to_owned())],
        unreadable: 0,
    })
}

#[test]
fn a_person_reads_what_to_do_first_in_french_and_in_english() {
    let french = drawn(&board(), Lang::Fr);
    for told in [
        "Tableau de bord — PTSM — au 22/11/2026",
        "Réunion : Comité de pilotage (COPIL) (COPIL 3), le 03/12/2026 14h00.",
        "Valeurs à départager : 2, dans 1 document.",
        "Fiches sans point d'étape depuis 90 jours : 1 sur 1.",
        "Justificatif — échéance de financement",
        "Accueil sous 10 jours — objectif OO-06.1",
        "EPSM",
        "██████░░░░  66 %",
        "36\u{202f}000,50\u{a0}€",
        "0,00\u{a0}€ + 1 à départager",
    ] {
        assert!(french.contains(told), "{told}\n{french}");
    }
    // A meeting in eleven days is not of this week; one in six days is.
    let at = |told: &str, words: &str| told.find(words).unwrap_or(usize::MAX);
    assert!(at(&french, "À venir") < at(&french, "Réunion :"), "{french}");
    let mut soon = board();
    soon.meetings[0].at = "2026-11-28T09:00".to_owned();
    let told = drawn(&soon, Lang::Fr);
    assert!(at(&told, "À faire cette semaine") < at(&told, "Réunion :"), "{told}");
    assert!(!told.contains("À venir"), "{told}");
    let first = french.find("À faire cette semaine").unwrap();
    assert!(first < french.find("En retard : 1").unwrap());
    let english = drawn(&board(), Lang::En);
    for told in ["Dashboard — PTSM — on 2026-11-22", "To do this week", "€36,000.50", "Late: 1"]
    {
        assert!(english.contains(told), "{told}\n{english}");
    }
}

#[test]
fn a_script_gets_codes_days_and_whole_cents() {
    let json = serde_json::to_value(board()).unwrap();
    assert_eq!(json["late"][0]["responsible"]["name"], "EPSM");
    assert_eq!(
        (&json["late"][0]["matter"], &json["late"][0]["late_days"]),
        (&"objective".into(), &145.into())
    );
    let sources = &json["funding"]["sources"][0];
    assert_eq!(
        (&sources["source"], &sources["granted"]["cents"]),
        (&"fir".into(), &3_600_050.into())
    );
    assert_eq!(sources["paid"]["to_settle"], 1);
    assert_eq!(json["priorities"].as_array().unwrap().len(), 6, "those that nothing serves too");
    assert_eq!(json["sheets"][0]["percent"], 66);
    // What a daemon answers is read back by the command that asked it.
    let again: Board = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(again).unwrap(), json);
    let keys: BTreeMap<String, serde_json::Value> = serde_json::from_value(json).unwrap();
    assert_eq!(keys["on"], "2026-11-22");
}
