//! `liaison demo`: the invented territory, typed by hand into spaces of its own.

use crate::programs::Stage;
use serde_json::Value;

const HOME: &str = "epsm";

fn found(stage: &Stage, relay: &str, title: &str, kind: &str) -> String {
    let found = ["space", "found", title, "--relay", relay, "--kind", kind];
    stage.ok(HOME, &found).text("space")
}

fn of_kind(stage: &Stage, space: &str, kind: &str) -> Vec<Value> {
    stage.ok(HOME, &["doc", "list", space, "--kind", kind]).list()
}

#[test]
fn an_empty_space_is_filled_once_with_what_has_a_place_there() {
    let mut stage = Stage::new("territory");
    let relay = stage.start_relay();
    stage.settle(HOME, "EPSM Camille-Fauvel");
    let space = found(&stage, &relay, "Les Trois-Vallons", "territory");
    let filled = stage.ok(HOME, &["demo", &space]);
    assert_eq!(filled.json["invented"], true, "{filled:?}");
    assert_eq!(filled.json["elsewhere"], serde_json::json!(["FL-DEMO"]));
    let written = filled.json["documents"].as_object().unwrap().clone();
    let listed = stage.ok(HOME, &["doc", "list", &space]).list();
    assert_eq!(listed.len(), written.len());
    for line in &listed {
        let title = line["title"].as_str().unwrap();
        assert!(title.ends_with("(démonstration)"), "{title}");
        assert_eq!(line["conflicts"], 0, "{title}");
    }
    for (kind, count) in [("fiche_action", 12), ("organisation", 22), ("fiche_liaison", 0)] {
        assert_eq!(of_kind(&stage, &space, kind).len(), count, "{kind}");
    }
    // References are ids, and the organisation of this replica is the one of the register.
    let convention = stage.ok(HOME, &["doc", "show", written["CV-03"].as_str().unwrap()]);
    assert_eq!(convention.json["fields"]["fiches"][0], written["FA-10"]);
    let names = convention.json["partners"].as_object().unwrap();
    assert_eq!(names.values().collect::<Vec<_>>(), ["EPSM Camille-Fauvel"]);

    let again = stage.any(HOME, &["demo", &space]);
    assert_eq!((again.status, &again.json["error"]["code"]), (1, &"space-not-empty".into()));
    assert_eq!(stage.ok(HOME, &["doc", "list", &space]).list().len(), listed.len());
    stage.ok(HOME, &["demo", &space, "--yes"]);
    assert_eq!(stage.ok(HOME, &["doc", "list", &space]).list().len(), 2 * listed.len());

    // The one that names a person is for a circle, and this relay hosts no health data.
    let circle = found(&stage, &relay, "Cercle", "circle");
    let refused = stage.any(HOME, &["demo", &circle]);
    assert_eq!(
        (refused.status, &refused.json["error"]["code"]),
        (1, &"needs-health-hosting".into())
    );
    assert!(stage.ok(HOME, &["doc", "list", &circle]).list().is_empty());
    assert!(stage.search_relay(&["Camille-Fauvel", "démonstration"]).is_empty());
}
