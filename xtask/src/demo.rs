//! The story of three partners and one blind relay, then that of a whole invented territory,
//! played for a person.
//!
//! Everything is real: the released programs, a relay on its own storage, three replicas that
//! stay connected, a fourth machine that is lost, and a network that is cut for one of them at
//! a time. Each scene checks what it tells; the first that fails ends the story.

use anyhow::{Result, bail};
use std::io::IsTerminal as _;

/// A convention of the territory, frozen, signed and amended.
mod convention;
/// What comes out of the territory as files.
mod files;
/// A gate between one replica and the relay, that can be shut.
mod gate;
/// The processes, the folder they live in, and how a command is typed.
mod stage;
/// The scenes, in order.
mod story;
/// The invented territory, played after the story.
mod territory;

use stage::Stage;

/// Plays the story in a temporary folder, with real processes.
///
/// # Errors
///
/// When a program fails, or says something else than the story.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let keep = match args {
        // A person who plays it wants the page at the end; a script wants an end.
        [] => std::io::stdin().is_terminal() && std::env::var_os("CI").is_none(),
        [flag] if flag == "--keep" => true,
        other => bail!("unexpected arguments {other:?}: only --keep is known"),
    };
    let mut stage = Stage::set()?;
    let played = story::play(&mut stage).and_then(|()| territory::play(&mut stage));
    match (&played, keep) {
        (Ok(()), true) => stage.stay(),
        (Ok(()), false) => {
            stage.strike()?;
            println!("\nTout est arrêté et le dossier temporaire est effacé.");
            println!("Pour garder le tout en marche, avec ses pages : cargo xtask demo --keep");
            Ok(())
        }
        (Err(_), _) => {
            println!("\nLe dossier est laissé en l'état : {}", stage.dir().display());
            stage.stop();
            played
        }
    }
}
