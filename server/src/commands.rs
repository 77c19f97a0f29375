//! What was typed, done: one file for each group of commands.
//!
//! A command builds its answer once, as plain values for `--json`, and draws the same values for a
//! person. It never prints by itself.

use clap::CommandFactory as _;
use console::{Exit, Failure, Out, Text};

use crate::args::{Args, Command, ConfigCommand, KeysCommand};
use crate::config::Settings;

mod init;
mod inspect;
mod keys;
mod migrate;
mod power;
mod serve;
#[cfg(test)]
mod tests;

/// Runs one command.
///
/// # Errors
/// Whatever the command fails with.
pub(crate) fn run(args: Args, out: &mut Out) -> Result<Exit, Failure> {
    let verbose = args.common.verbose;
    match args.command {
        Command::Init { dir, name, listen, engine } => {
            init::run(&dir.dir, &init::Wishes { name, listen, engine }, out)
        }
        Command::Serve { dir, listen } => serve::run(&dir.dir, listen.as_deref(), verbose, out),
        Command::Ticket { dir, days } => keys::ticket(&Settings::load(&dir.dir)?, days, out),
        Command::Members { space, dir } => {
            inspect::members(&Settings::load(&dir.dir)?, &space, out)
        }
        Command::Keys { change: Some(KeysCommand::Rotate { dir, into, listen }), .. } => {
            keys::rotate(&Settings::load(&dir.dir)?, into, listen, out)
        }
        Command::Keys { change: None, dir } => {
            let dir = dir.ok_or_else(no_dir)?;
            keys::show(&Settings::load(&dir.dir)?, out)
        }
        Command::Spaces { dir } => inspect::spaces(&Settings::load(&dir.dir)?, out),
        Command::Status { dir } => inspect::status(&Settings::load(&dir.dir)?, out),
        Command::Suspend { target, hours } => power::suspend(&target, hours, out),
        Command::Resume { target } => power::resume(&target, out),
        Command::Verify { dir } => inspect::verify(&Settings::load(&dir.dir)?, out),
        Command::Migrate { dir, to } => migrate::run(&Settings::load(&dir.dir)?, &to, out),
        Command::Backup { dir, to } => inspect::backup(&Settings::load(&dir.dir)?, &to, out),
        Command::Config { command: ConfigCommand::Check { dir } } => {
            init::check(&Settings::load(&dir.dir)?, out)
        }
        Command::Completions { shell } => completions(shell, out),
        Command::Man => manual(out),
    }
}

fn completions(shell: clap_complete::Shell, out: &mut Out) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "liaison-relay", &mut script);
    out.raw(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

fn manual(out: &mut Out) -> Result<Exit, Failure> {
    let command = console::help::localise(Args::command(), crate::args::FRENCH, out.lang());
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(|error| {
        let message = Text::new(
            format!("la page de manuel ne s'écrit pas : {error}"),
            format!("the manual page cannot be written: {error}"),
        );
        Failure::bug("manual-not-written", message)
    })?;
    out.raw(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}

fn no_dir() -> Failure {
    let message = Text::of("il faut « --dir DOSSIER »", "`--dir DIR` is needed");
    Failure::usage("missing-argument", message)
}

/// Runs something that needs the async runtime, on the thread of the command.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        let message = Text::new(
            format!("le système ne donne pas de quoi travailler : {error}"),
            format!("the system gives nothing to work with: {error}"),
        );
        Failure::setup("no-runtime", message)
    })?;
    runtime.block_on(work)
}
