//! What commands compute before they touch anything.

use super::migrate::renamed;
use crate::config::Settings;
use std::path::Path;
use store::Engine;

#[test]
fn a_migration_changes_two_lines_of_the_settings_and_nothing_else() {
    let key = "ab".repeat(32);
    let text = format!(
        "# kept\nname = \"x\"\nengine = \"sled\"\ndata_dir=\"store\"\noperator_key = \"{key}\"\n\
         [limits]\nlinks = 7 # kept too\n"
    );
    let moved = renamed(&text, Engine::Redb, "store-redb");
    assert!(moved.contains("# kept\n") && moved.contains("links = 7 # kept too\n"));
    let settings = Settings::parse(Path::new("/r"), &moved).unwrap();
    assert_eq!(settings.engine, Engine::Redb);
    assert_eq!(settings.data_dir, Path::new("/r/store-redb"));
    assert_eq!(settings.links_max, 7);
    assert_eq!(renamed(&moved, Engine::Redb, "store-redb"), moved);
}

#[test]
fn settings_without_those_lines_get_them_before_the_first_table() {
    let key = "ab".repeat(32);
    let text = format!("operator_key = \"{key}\"\n[logs]\nlevel = \"warn\"\n");
    let moved = renamed(&text, Engine::Redb, "store-redb");
    let settings = Settings::parse(Path::new("/r"), &moved).unwrap();
    assert_eq!(settings.engine, Engine::Redb);
}
