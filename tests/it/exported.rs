//! One sheet taken out of the real program in each format, directly and through `serve`, and the
//! file of everything read again.

use std::path::Path;

use serde_json::Value;

use crate::programs::Stage;

/// Returns a space with one sheet in it, as one partner has it.
fn sheet(stage: &mut Stage) -> (String, String) {
    let relay = stage.start_relay();
    stage.settle("hopital", "EPSM Camille-Fauvel");
    let found = ["space", "found", "PTSM des Trois-Vallons", "--relay", &relay];
    let space = stage.ok("hopital", &found).text("space");
    let new = ["doc", "new", &space, "fiche_action", "--title", "=Soins <somatiques>"];
    let document = stage.ok("hopital", &new).text("document");
    for (field, value) in
        [("numero", "FA-07"), ("budget_previsionnel", "12 500,50"), ("debut", "01/03/2026")]
    {
        stage.ok("hopital", &["doc", "set", &document, field, value]);
    }
    let row = ["doc", "add-row", &document, "etapes", "libelle=Recenser", "echeance=30/06/2026"];
    stage.ok("hopital", &row);
    (space, document)
}

fn export(stage: &Stage, target: &str, to: &str, file: &str, more: &[&str]) -> Value {
    let mut command = vec!["export", target, "--to", to, file];
    command.extend(more);
    stage.ok("hopital", &command).json
}

/// Exports everything, and returns the files of each format.
fn all(stage: &Stage, space: &str, document: &str, into: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (target, to, more) in [
        (document, "docx", &[][..]),
        (document, "pdf", &[]),
        (document, "json", &[]),
        (document, "ics", &[]),
        (space, "xlsx", &[]),
        (space, "xlsx", &["--figures"]),
        (space, "csv", &[]),
        (space, "json", &[]),
        (space, "ics", &[]),
    ] {
        let name = format!("{into}-{}.{to}", files.len());
        let file = stage.path(&name);
        let told = export(stage, target, to, &file, more);
        assert_eq!(told["documents"], 1, "{told}");
        assert_eq!(told["files"][0]["file"], file.as_str(), "{told}");
        files.push((to.to_owned(), std::fs::read(&file).unwrap()));
    }
    files
}

fn holds(bytes: &[u8], words: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(words)
}

#[test]
fn a_sheet_leaves_in_every_format_and_the_daemon_gives_the_same() {
    let mut stage = Stage::new("export");
    let (space, document) = sheet(&mut stage);
    let direct = all(&stage, &space, &document, "direct");
    for (to, bytes) in &direct {
        let begins: &[u8] = match to.as_str() {
            "pdf" => b"%PDF-",
            "json" => b"{",
            "ics" => b"BEGIN:VCALENDAR",
            _ => b"PK",
        };
        assert!(bytes.starts_with(begins), "{to}");
    }
    let json: Value = serde_json::from_slice(&direct[2].1).unwrap();
    assert_eq!(json["liaison-export"], 1);
    let shown = stage.ok("hopital", &["doc", "show", &document]).json;
    let told = &json["documents"][0];
    assert_eq!(told["fields"], shown["fields"], "one shape for a person to learn");
    assert_eq!(told["title"], "=Soins <somatiques>");
    assert_eq!(json["manifest"][&document], exchange::export::json::digest_of(told).as_str());
    assert!(holds(&direct[3].1, "DTSTART;VALUE=DATE:20260630"), "the step is a deadline");
    let mut served = stage.serve("hopital");
    let through = all(&stage, &space, &document, "through");
    served.kill().unwrap();
    served.wait().unwrap();
    for ((to, here), (_, there)) in direct.iter().zip(&through) {
        assert_eq!(here, there, "{to} is the same through the daemon");
    }
}

#[test]
fn a_folder_of_csv_has_its_manifest_and_nothing_is_written_over() {
    let mut stage = Stage::new("export-csv");
    let (space, document) = sheet(&mut stage);
    let folder = format!("{}/", stage.path("sortie"));
    let told = export(&stage, &space, "csv", &folder, &[]);
    let files = told["files"].as_array().unwrap();
    assert!(files.len() >= 3, "{told}");
    for file in files {
        assert!(Path::new(file["file"].as_str().unwrap()).exists(), "{file}");
    }
    let csv = std::fs::read(Path::new(&folder).join("fiche_action.csv")).unwrap();
    assert!(holds(&csv, "12500,50") && holds(&csv, "'=Soins"), "neither rounded nor a formula");
    let manifest = std::fs::read(Path::new(&folder).join("MANIFESTE-SHA256.txt")).unwrap();
    assert!(holds(&manifest, "  fiche_action.csv\n"));

    let file = stage.path("fiche.docx");
    export(&stage, &document, "docx", &file, &[]);
    let before = std::fs::read(&file).unwrap();
    stage.ok("hopital", &["doc", "title", &document, "Autre"]);
    let refused = stage.any("hopital", &["export", &document, "--to", "docx", &file]);
    assert_eq!((refused.status, refused.json["error"]["code"].as_str()), (1, Some("file-exists")));
    assert_eq!(std::fs::read(&file).unwrap(), before, "it is as it was");
    export(&stage, &document, "docx", &file, &["--force"]);
    assert_ne!(std::fs::read(&file).unwrap(), before);
}
