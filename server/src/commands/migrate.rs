//! `migrate`: the store copied to the other engine, then named in the settings.
//!
//! The copy stands beside the old store and both stay; what changes hands is one line of
//! `relay.toml`, replaced in one rename. Whatever moment the machine stops at, a whole store is
//! named.

use std::fs;
use std::path::Path;

use console::{Exit, Failure, Out, Text};
use serde_json::json;
use store::Engine;

use super::init::not_written;
use crate::admin::{Found, find_running};
use crate::config::{CONFIG_FILE, Settings};
use crate::driver::store_failure;
use crate::keys::sync_folder_of;

/// Copies the store.
///
/// # Errors
/// Status 1 while the relay runs or when it has that engine already, status 3 when either store
/// fails.
pub(super) fn run(settings: &Settings, to: &str, out: &mut Out) -> Result<Exit, Failure> {
    let engine: Engine = to.parse().map_err(|_| {
        Failure::usage("unknown-engine", Text::of("« sled » ou « redb »", "`sled` or `redb`"))
    })?;
    if engine == settings.engine {
        let message = Text::new(
            format!("le stockage est déjà en {engine}"),
            format!("the store is in {engine} already"),
        );
        return Err(Failure::refused("already-so", message));
    }
    if matches!(find_running(&settings.dir), Found::Running(_)) {
        let message = Text::of("le relais tourne", "the relay is running");
        return Err(Failure::refused("relay-running", message)
            .with_hint(Text::of("l'arrêter d'abord", "stop it first")));
    }
    out.progress(&Text::of(
        "le stockage est copié, puis relu…",
        "copying the store, then reading…",
    ));
    let from = &settings.data_dir;
    let name = format!("store-{engine}");
    let to_dir = settings.dir.join(&name);
    let copied = store::migrate(from, &to_dir, engine).map_err(|error| store_failure(&error))?;
    rewrite(&settings.dir.join(CONFIG_FILE), engine, &name)?;
    let old = from.display().to_string();
    let answer = json!({
        "engine": engine.name(),
        "records": copied.records,
        "bytes": copied.bytes,
        "digest": protocol::id::hex(&copied.digest),
        "store": to_dir.display().to_string(),
        "old_store": old,
    });
    out.answer(&answer, |page| {
        page.good(&Text::new(
            format!("{} enregistrements copiés et comparés", copied.records),
            format!("{} records copied and compared", copied.records),
        ));
        page.say(&Text::new(
            format!("l'ancien stockage reste dans {old} : l'effacer quand le relais a resservi"),
            format!("the old store stays in {old}: delete it once the relay has served again"),
        ));
    })?;
    Ok(Exit::Done)
}

/// Replaces the two lines that name engine and folder, the rest of the file untouched.
fn rewrite(path: &Path, engine: Engine, data_dir: &str) -> Result<(), Failure> {
    let text = fs::read_to_string(path).map_err(|error| not_written(path, &error))?;
    let text = renamed(&text, engine, data_dir);
    let aside = path.with_extension("toml.new");
    fs::write(&aside, text)
        .and_then(|()| fs::File::open(&aside)?.sync_all())
        .and_then(|()| fs::set_permissions(&aside, fs::metadata(path)?.permissions()))
        .and_then(|()| fs::rename(&aside, path))
        .and_then(|()| sync_folder_of(path))
        .map_err(|error| not_written(path, &error))
}

/// Returns the settings with another engine and folder; both are top-level keys, so they stand
/// before the first table.
pub(super) fn renamed(text: &str, engine: Engine, data_dir: &str) -> String {
    let head_end = text.lines().position(|line| line.trim_start().starts_with('['));
    let names = |line: &str, key: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let mut lines = vec![format!("engine = \"{engine}\""), format!("data_dir = \"{data_dir}\"")];
    for (number, line) in text.lines().enumerate() {
        let in_head = head_end.is_none_or(|end| number < end);
        if !(in_head && (names(line, "engine") || names(line, "data_dir"))) {
            lines.push(line.to_owned());
        }
    }
    lines.push(String::new());
    lines.join("\n")
}
