//! `liaison dashboard` with the two programs: a handful of documents, two partners, a daemon.

use crate::programs::Stage;

/// Writes a small territory as a coordinator would, and returns the id of the first sheet.
fn territory(stage: &Stage, space: &str) -> String {
    let new = |kind: &str, title: &str| {
        stage.ok("hopital", &["doc", "new", space, kind, "--title", title]).text("document")
    };
    let set = |document: &str, field: &str, value: &str| {
        stage.ok("hopital", &["doc", "set", document, field, value]);
    };
    let row = |document: &str, field: &str, cells: &[&str]| {
        let mut line = vec!["doc", "add-row", document, field];
        line.extend(cells);
        stage.ok("hopital", &line);
    };
    let sheet = new("fiche_action", "Accès au premier rendez-vous");
    set(&sheet, "numero", "FA-06");
    set(&sheet, "avancement", "en_cours");
    set(&sheet, "priorites_decret", "p1");
    let late = ["code=OO-06.1", "echeance=30/06/2026", "avancement=en_cours"];
    row(&sheet, "objectifs", &late);
    row(&sheet, "objectifs", &["code=OO-06.2", "avancement=realisee"]);
    let money = new("financement", "Équipe mobile");
    set(&money, "source", "fir");
    set(&money, "montant_notifie", "310 000,50");
    set(&money, "fiches", &sheet);
    row(&money, "versements", &["montant=142 500"]);
    let copil = new("reunion", "COPIL 3");
    set(&copil, "instance", "copil");
    set(&copil, "debut", "03/12/2026 14h");
    let indicator = new("indicateur", "I01 – Délai moyen");
    set(&indicator, "code", "I01");
    for (period, value) in [("2025", "44"), ("2026-T1", "38,5")] {
        let cells = [format!("periode={period}"), format!("valeur={value}")];
        row(&indicator, "valeurs", &[&cells[0], &cells[1]]);
    }
    row(&indicator, "cibles", &["annee=2027", "valeur=25"]);
    let unsaid = new("fiche_action", "Rien n'est encore dit");
    set(&unsaid, "numero", "FA-99");
    row(&unsaid, "objectifs", &["code=OO-99.1"]);
    let talked = new("fiche_action", "À discuter encore");
    set(&talked, "numero", "FA-98");
    set(&talked, "avancement", "a_discuter");
    let action = ["libelle=Écrire le mémo", "responsable=hopital", "echeance=24/11/2026"];
    row(&copil, "actions", &action);
    sheet
}

#[test]
fn a_coordinator_reads_where_everything_stands_and_a_second_edit_moves_it() {
    let mut stage = Stage::new("figures");
    let url = stage.start_relay();
    stage.settle("hopital", "hopital");
    let space = stage.ok("hopital", &["space", "found", "PTSM", "--relay", &url]).text("space");
    let sheet = territory(&stage, &space);
    let ask: [&str; 6] = ["dashboard", &space, "--on", "22/11/2026", "--since", "01/01/2020"];
    let board = stage.ok("hopital", &ask).json;
    assert_eq!((&board["on"], &board["documents"]), (&"2026-11-22".into(), &6.into()));
    assert_eq!(board["late"][0]["code"], "OO-06.1");
    assert_eq!(board["sheets"][0]["percent"], 50);
    assert_eq!(board["funding"]["total"]["granted"]["cents"], 31_000_050);
    assert_eq!(board["funding"]["total"]["paid"]["cents"], 14_250_000);
    assert_eq!(board["funding"]["sheets"][0]["code"], "FA-06");
    assert_eq!(board["week"][0]["label"], "Écrire le mémo");
    assert_eq!(board["meetings"][0]["at"], "2026-12-03T14:00");
    assert_eq!(board["priorities"][0]["sheets"]["total"], 1);
    let indicator = &board["indicators"][0];
    assert_eq!(
        (&indicator["period"], &indicator["value"], &indicator["target"]),
        (&"2026-T1".into(), &"38.5".into(), &"25".into())
    );
    // Nobody has said how the objective stands: that is no rate of zero.
    let sheets = board["sheets"].as_array().unwrap();
    let unsaid = sheets.iter().find(|sheet| sheet["code"] == "FA-99").unwrap();
    assert_eq!(unsaid["percent"], serde_json::Value::Null, "{unsaid}");
    // What is to be discussed is not under way.
    assert_eq!(
        (&board["tallies"]["sheet"]["open"], &board["tallies"]["sheet"]["waiting"]),
        (&1.into(), &2.into())
    );
    let writer = &board["changes"][0]["writers"][0];
    assert_eq!(writer["name"], "hopital", "{writer}");
    // The records that were kept are taken back, before and after the relay has ordered all.
    assert_eq!(stage.ok("hopital", &ask).json, board);
    stage.ok("hopital", &["sync"]);
    assert_eq!(stage.ok("hopital", &ask).json, board);
    assert_eq!(stage.ok("hopital", &ask).json, board);
    stage.ok("hopital", &["doc", "set", &sheet, "objectifs/1/avancement", "realisee"]);
    let moved = stage.ok("hopital", &ask).json;
    assert_eq!(
        (&moved["sheets"][0]["percent"], moved["late"].as_array().unwrap().len()),
        (&100.into(), 0)
    );
    let said = stage.said("hopital", &ask);
    for told in [
        "Tableau de bord — PTSM — au 22/11/2026",
        "Rien n'est en retard",
        "FA-06",
        "100 %",
        "38,5",
        "25 (2027)",
        "non renseigné",
    ] {
        assert!(said.contains(told), "{told}\n{said}");
    }
    let wrong = stage.any("hopital", &["dashboard", &space, "--on", "31/02/2026"]);
    assert_eq!(wrong.status, 2, "{wrong:?}");
}
