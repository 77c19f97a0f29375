//! `store migrate`: moves the records to the other engine, leaving the old ones aside.

use crate::args::StoreCommand;
use crate::failures::{self, Doing};
use crate::home::{Home, Settings, Taken, files};
use crate::words;
use console::{Exit, Failure, Out, Page, Text};
use serde::Serialize;
use std::fs;
use store::Engine;

#[derive(Debug, Serialize)]
struct Migrated {
    engine: String,
    records: u64,
    aside: String,
}

/// Carries out a command under `store`.
///
/// # Errors
/// What the store or the disk says; the records in use are then still the old ones.
pub(crate) fn run(command: &StoreCommand, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let StoreCommand::Migrate { engine } = command;
    let engine: Engine = engine.parse().map_err(|error: String| failures::of_engine(&error))?;
    home.need_replica()?;
    let _lock = match home.take()? {
        Taken::Ours(lock) => lock,
        Taken::Theirs(pid) => return Err(failures::home_busy(pid)),
    };
    // Settings that are not understood must be seen before anything moves.
    Settings::read(home)?;
    let from = home.store_path();
    let found = store::engine_of(&from).map_err(|error| failures::of_store(&error))?;
    if found == engine {
        return Err(Failure::refused(
            "already-so",
            Text::new(
                format!("les enregistrements sont déjà de moteur {engine}"),
                format!("the records are already of engine {engine}"),
            ),
        ));
    }
    let migrated = migrate(home, engine)?;
    out.answer(&migrated, |page| migrated.draw(page))?;
    Ok(Exit::Done)
}

fn migrate(home: &Home, engine: Engine) -> Result<Migrated, Failure> {
    let from = home.store_path();
    let aside = home.dir().join(format!("store.{engine}"));
    let copied =
        store::migrate(&from, &aside, engine).map_err(|error| failures::of_store(&error))?;
    let old = store::quarantine(&from).map_err(|error| failures::of_store(&error))?;
    let failed = |error| failures::of_file(Doing::Writing, &from, &error);
    fs::rename(&aside, &from).map_err(failed)?;
    let path = home.settings_path();
    let text = fs::read_to_string(&path).unwrap_or_default();
    let text = with_engine(&text, engine);
    files::replace(&path, text.as_bytes())
        .map_err(|error| failures::of_file(Doing::Writing, &path, &error))?;
    Ok(Migrated {
        engine: engine.to_string(),
        records: copied.records,
        aside: old.display().to_string(),
    })
}

/// Returns settings that ask for `engine`, every other line kept as its owner wrote it.
fn with_engine(text: &str, engine: Engine) -> String {
    let asks = |line: &&str| line.trim_start().starts_with("engine");
    let others = text.lines().filter(|line| !asks(line));
    let lines: Vec<&str> = others.collect();
    format!("engine = \"{engine}\"\n{}\n", lines.join("\n"))
}

impl Migrated {
    fn draw(&self, page: &mut Page) {
        let (fr, en) = words::counted(self.records, "enregistrement copié", ("record", "copied"));
        page.good(&Text::new(
            format!("{fr} dans le moteur {}.", self.engine),
            format!("{en} to the engine {}.", self.engine),
        ));
        page.say(&Text::new(
            format!("Les anciens sont gardés dans {}.", self.aside),
            format!("The old ones are kept in {}.", self.aside),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_keep_what_their_owner_wrote() {
        let text = "# mine\nengine = \"sled\"\nrelay_ca = \"ca.pem\"\n";
        let wanted = "engine = \"redb\"\n# mine\nrelay_ca = \"ca.pem\"\n";
        assert_eq!(with_engine(text, Engine::Redb), wanted);
        assert_eq!(with_engine("", Engine::Redb), "engine = \"redb\"\n\n");
    }
}
