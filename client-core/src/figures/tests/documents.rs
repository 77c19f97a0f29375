//! What real documents of the product's kinds come to.

use super::*;

fn sheet(number: u8, code: &str, title: &str) -> Document {
    let mut sheet = made(number, "fiche_action", title);
    fill(&mut sheet, &[("numero", code), ("pilote", "Toit & Repères"), ("avancement", "en_cours")]);
    sheet
}

#[test]
fn objectives_and_steps_are_late_by_their_dates_and_by_the_day_asked_with() {
    let mut fiche = sheet(1, "FA-06", "Accès au premier rendez-vous");
    let row_of = |fiche: &mut Document, code: &str, due: &str, state: &str| {
        row(fiche, "objectifs", &[("code", code), ("echeance", due), ("avancement", state)])
    };
    row_of(&mut fiche, "OO-06.1", "2026-06-30", "en_cours");
    row_of(&mut fiche, "OO-06.2", "2026-06-30", "realisee");
    row_of(&mut fiche, "OO-06.3", "2026-12-31", "non_demarree");
    row_of(&mut fiche, "OO-06.4", "2026-01-31", "abandonnee");
    row(&mut fiche, "etapes", &[("libelle", "Grille"), ("echeance", "2026-03-01")]);
    row(&mut fiche, "etapes", &[("libelle", "Avis"), ("echeance", "2026-03-01"), ("fait", "oui")]);
    let figures = figures(&[&fiche]);
    let late = |on: &str| -> Vec<(String, Option<u32>)> {
        let late = figures.late(day(on)).into_iter();
        late.map(|due| (format!("{}{}", due.thing.code, due.thing.label), due.late_days)).collect()
    };
    assert!(late("2026-03-01").is_empty(), "due on that day is not late yet");
    assert_eq!(late("2026-03-02"), [("Grille".to_owned(), Some(1))]);
    let both = [("Grille".to_owned(), Some(122)), ("OO-06.1".to_owned(), Some(1))];
    assert_eq!(late("2026-07-01"), both);
    let board = figures.dashboard(on("2026-12-25"));
    assert_eq!(board.week.len(), 1, "OO-06.3 is due in the week");
    assert_eq!((board.sheets[0].late, board.sheets[0].objectives.done), (2, 1));
}

#[test]
fn progress_is_that_of_the_objectives_until_a_person_says_otherwise_or_people_differ() {
    let mut fiche = sheet(1, "FA-01", "Offre");
    let progress = |fiche: &Document| of(fiche).sheet.unwrap().progress;
    assert_eq!(progress(&fiche), Progress::Unknown);
    row(&mut fiche, "etapes", &[("libelle", "Un"), ("fait", "oui")]);
    row(&mut fiche, "etapes", &[("libelle", "Deux")]);
    assert_eq!(progress(&fiche), Progress::Computed(50), "of the steps");
    for state in ["realisee", "en_cours", "realisee"] {
        row(&mut fiche, "objectifs", &[("avancement", state)]);
    }
    assert_eq!(progress(&fiche), Progress::Computed(66), "of the objectives");
    let shown = fiche.view().unwrap();
    let one = |value: &str| crate::document::FieldValue::One(value.to_owned());
    assert_eq!(shown.field("taux_realisation"), Some(&one("66")), "the same in the document");
    fill(&mut fiche, &[("taux_retenu", "40,5")]);
    assert_eq!(progress(&fiche), Progress::Chosen(40));
    let view = fiche.view().unwrap();
    assert_eq!(view.field("taux_realisation"), Some(&one("40.5")));
    conflict(&mut fiche, "taux_retenu", "50", "60");
    assert_eq!(progress(&fiche), Progress::ToSettle);
    assert_eq!(
        fiche.view().unwrap().field("taux_realisation"),
        Some(&crate::document::FieldValue::Empty)
    );
}

#[test]
fn sums_leave_out_what_is_in_conflict_and_say_so() {
    let mut one = made(1, "financement", "Équipe mobile");
    fill(&mut one, &[("source", "fir"), ("statut", "notifie"), ("montant_demande", "310 000")]);
    fill(
        &mut one,
        &[("montant_notifie", "300 000,50"), ("fiches", "01010101010101010101010101010101")],
    );
    row(&mut one, "versements", &[("montant", "100 000,25")]);
    row(&mut one, "versements", &[("montant", "42 500")]);
    conflict(&mut one, "montant_consomme", "140 000", "142 500");
    let mut other = made(2, "financement", "Emploi accompagné");
    fill(&mut other, &[("source", "fir"), ("statut", "refuse"), ("montant_demande", "99 000")]);
    let board = figures(&[&one, &other]).dashboard(on("2026-11-22"));
    let fir = board.sources[&Some("fir".to_owned())];
    assert_eq!(
        fir.asked,
        Money { cents: 31_000_000, to_settle: 0 },
        "what is refused is in no sum"
    );
    assert_eq!((fir.granted.cents, fir.paid.cents), (30_000_050, 14_250_025));
    assert_eq!(fir.used, Money { cents: 0, to_settle: 1 });
    assert_eq!((fir.fundings.open, fir.fundings.dropped), (1, 1));
    assert_eq!((board.served.len(), board.served[0].own.granted.cents), (1, 30_000_050));
    assert_eq!((board.to_settle.len(), board.to_settle[0].values), (1, 1));
    conflict(&mut one, "statut", "annule", "solde");
    let board = figures(&[&one]).dashboard(on("2026-11-22"));
    assert_eq!(board.money.granted, Money { cents: 0, to_settle: 1 }, "it may not count at all");
}

#[test]
fn money_for_several_sheets_is_shared_out_nowhere() {
    let mut funding = made(1, "financement", "Formation croisée");
    fill(&mut funding, &[("source", "cnr"), ("montant_notifie", "18 500")]);
    let ids = ["03", "04"].map(|digits| digits.repeat(16));
    fill(&mut funding, &[("fiches", &ids[0]), ("fiches", &ids[1])]);
    let fiche = sheet(3, "FA-03", "Culture commune");
    let board = figures(&[&funding, &fiche]).dashboard(on("2026-11-22"));
    let served: Vec<_> =
        board.served.iter().map(|line| (line.code.as_str(), line.own.granted.cents)).collect();
    assert_eq!(served, [("", 0), ("FA-03", 0)]);
    assert!(board.served.iter().all(|line| line.shared.granted.cents == 1_850_000));
    assert_eq!(board.money.granted.cents, 1_850_000);
}

#[test]
fn commitments_are_kept_or_not_or_due_by_who_answers_for_them() {
    let mut ctsm = made(1, "ctsm", "CTSM 2026-2030");
    for (who, state, due) in [
        ("O01", "tenu", "2026-06-30"),
        ("O01", "en_cours", "2026-06-30"),
        ("O01", "non_tenu", "2026-06-30"),
        ("O05", "en_cours", "2027-06-30"),
    ] {
        row(&mut ctsm, "engagements", &[("debiteur", who), ("statut", state), ("echeance", due)]);
    }
    let board = figures(&[&ctsm]).dashboard(on("2026-11-22"));
    let line =
        |party: &str| board.commitments.iter().find(|l| l.party.as_deref() == Some(party)).unwrap();
    let hospital = line("O01");
    assert_eq!((hospital.tally.done, hospital.tally.missed, hospital.late), (1, 1, 1));
    assert_eq!((line("O05").tally.open, line("O05").late), (1, 0));
    let view = ctsm.view().unwrap();
    let kept = crate::document::FieldValue::One("1".to_owned());
    assert_eq!(view.field("nombre_engagements_tenus"), Some(&kept));
}

#[test]
fn attendance_is_told_by_college_and_the_directory_fills_in() {
    let mut copil = made(1, "reunion", "COPIL 2");
    fill(&mut copil, &[("instance", "copil"), ("debut", "15/09/2026 14h"), ("quorum_requis", "3")]);
    for (who, college, state) in [
        ("O01", "sanitaire", "present"),
        ("O07", "usagers_proches", "represente"),
        ("O08", "", "excuse"),
        ("O21", "autre", "invite"),
    ] {
        let mut cells = vec![("organisation", who), ("etat", state)];
        cells.extend((!college.is_empty()).then_some(("college", college)));
        row(&mut copil, "presences", &cells);
    }
    let mut card = made(2, "organisation", "GEM");
    fill(&mut card, &[("partenaire", "O08"), ("college", "usagers_proches")]);
    let board = figures(&[&copil, &card]).dashboard(on("2026-11-22"));
    let users = board.attendance.iter().find(|line| line.college == "usagers_proches").unwrap();
    assert_eq!(
        (users.year, users.meetings, users.attended.here, users.attended.away),
        (2026, 1, 1, 1)
    );
    assert_eq!(users.attended.share(), Some(50));
    let guest = board.attendance.iter().find(|line| line.college == "autre").unwrap();
    assert_eq!((guest.attended.uncounted, guest.attended.share()), (1, None));
    let view = copil.view().unwrap();
    let shown = |name: &str| view.field(name).cloned();
    let one = |value: &str| Some(crate::document::FieldValue::One(value.to_owned()));
    assert_eq!(shown("organisations_presentes"), one("2"));
    assert_eq!(shown("quorum_atteint"), one("false"));
}

#[test]
fn actions_of_meetings_come_the_late_first_and_by_who_answers() {
    let mut copil = made(1, "reunion", "COPIL 1");
    let mut action = |what: &str, who: &str, due: &str, state: &str| {
        let mut cells = vec![("libelle", what), ("responsable", who), ("statut", state)];
        cells.extend((!due.is_empty()).then_some(("echeance", due)));
        row(&mut copil, "actions", &cells)
    };
    action("sans date", "O01", "", "a_faire");
    action("à venir", "O02", "2027-01-15", "a_faire");
    action("en retard", "O01", "2026-02-15", "en_cours");
    action("faite", "O01", "2026-02-15", "faite");
    let board = figures(&[&copil]).dashboard(on("2026-11-22"));
    let labels: Vec<_> = board.actions.iter().map(|due| due.thing.label.as_str()).collect();
    assert_eq!(labels, ["en retard", "à venir", "sans date"]);
    let first = board.actors.iter().find(|line| line.party.as_deref() == Some("O01")).unwrap();
    assert_eq!((first.late, first.tally.done, first.tally.total()), (1, 1, 3));
}

#[test]
fn sheets_without_a_report_for_ninety_days_are_asked_for_one() {
    let mut told = sheet(1, "FA-01", "Dite");
    row(&mut told, "points_etape", &[("date", "2026-08-24")]);
    let never = sheet(2, "FA-02", "Jamais dite");
    let mut over = sheet(3, "FA-03", "Finie");
    fill(&mut over, &[("avancement", "realisee")]);
    let mut waiting = sheet(4, "FA-04", "Pas commencée");
    fill(&mut waiting, &[("avancement", "non_demarree")]);
    let figures = figures(&[&told, &never, &over, &waiting]);
    let silent = |on: &str| figures.silent(day(on));
    assert_eq!(silent("2026-11-22"), [*never.id()], "ninety days are not more than ninety");
    assert_eq!(silent("2026-11-23"), [*never.id(), *told.id()]);
    assert_eq!(figures.dashboard(on("2026-11-23")).reporting, 2);
}

#[test]
fn priorities_are_covered_by_sheets_and_their_objectives() {
    let mut one = sheet(1, "FA-01", "Une");
    fill(&mut one, &[("priorites_decret", "p1"), ("priorites_decret", "p6")]);
    row(&mut one, "objectifs", &[("avancement", "realisee")]);
    let mut other = sheet(2, "FA-02", "Deux");
    fill(&mut other, &[("priorites_decret", "p1"), ("avancement", "bloquee")]);
    let board = figures(&[&one, &other]).dashboard(on("2026-11-22"));
    let p1 = &board.priorities[0];
    assert_eq!((p1.code.as_str(), p1.total.sheets.total(), p1.total.sheets.blocked), ("p1", 2, 1));
    assert_eq!((p1.total.objectives.done, board.priorities.len()), (1, 2));
}

#[test]
fn terms_and_notices_are_told_before_they_come() {
    let mut agreement = made(1, "convention", "Sortie et logement");
    fill(&mut agreement, &[("date_fin", "28/02/2029"), ("preavis_mois", "3")]);
    let soon = |agreement: &Document, text: &str| -> Vec<(Matter, String)> {
        let board = figures(&[agreement]).dashboard(on(text));
        let due = board.week.into_iter().chain(board.soon);
        due.map(|due| (due.thing.matter, due.thing.due.one().unwrap().to_string())).collect()
    };
    let notice = (Matter::Notice, "2028-11-28".to_owned());
    assert_eq!(soon(&agreement, "2028-09-01"), std::slice::from_ref(&notice));
    let end = (Matter::End, "2029-02-28".to_owned());
    assert_eq!(soon(&agreement, "2028-12-01"), [end]);
    assert_eq!(soon(&agreement, "2028-11-28"), std::slice::from_ref(&notice));
    fill(&mut agreement, &[("reconduction", "tacite")]);
    assert!(soon(&agreement, "2028-12-05").is_empty(), "it goes on by itself");
    assert_eq!(soon(&agreement, "2028-11-25"), [notice]);
}

#[test]
fn the_next_meeting_is_told_once_whoever_announces_it() {
    let mut programme = made(1, "programme_annuel", "Programme 2026");
    row(&mut programme, "reunions_prevues", &[("instance", "copil"), ("date", "03/12/2026 14h")]);
    let mut copil = made(2, "reunion", "COPIL 3");
    fill(&mut copil, &[("instance", "copil"), ("debut", "03/12/2026 14h")]);
    let figures = figures(&[&programme, &copil]);
    let next = figures.meetings_from(day("2026-12-03"));
    assert_eq!(
        (next.len(), next[0].at.as_str(), next[0].body.as_str()),
        (1, "2026-12-03T14:00", "copil")
    );
    assert!(figures.meetings_from(day("2026-12-04")).is_empty());
}

#[test]
fn changes_are_told_by_day_and_by_who_made_them() {
    let fiche = sheet(1, "FA-01", "Une");
    let made_on = of(&fiche).activity[0].day;
    let figures = figures(&[&fiche]);
    let changed = figures.changed_since(made_on);
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].writers.values().sum::<u32>(), 4, "a title and three fields");
    assert_eq!(changed[0].places, ["avancement", "numero", "pilote", "title"]);
    assert!(figures.changed_since(made_on.plus(1)).is_empty());
}

#[test]
fn a_day_in_conflict_makes_nothing_late_and_stays_in_sight() {
    let mut fiche = sheet(1, "FA-06", "Accès");
    let id =
        row(&mut fiche, "objectifs", &[("echeance", "2026-01-01"), ("avancement", "en_cours")]);
    conflict(&mut fiche, &format!("objectifs/{id}/echeance"), "2026-02-01", "2026-03-01");
    let figures = figures(&[&fiche]);
    assert!(figures.late(day("2026-11-22")).is_empty());
    let undated = figures.undated(day("2026-11-22"));
    assert!(undated.iter().any(|due| due.thing.due == Settled::ToSettle));
    assert_eq!(figures.to_settle()[0].values, 1);
}
