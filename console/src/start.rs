//! From the process's arguments to its exit status.
//!
//! The only place that ends a process: it parses in the reader's language, retells usage errors,
//! renders whatever failure the program returns, and turns a panic into status 70 with a sentence
//! that repeats nothing of what the panic said, since that may quote a secret.

use crate::help::usage::usage_failure;
use crate::{Common, Exit, Failure, HelpLine, Lang, Out, Text, help};
use clap::error::ErrorKind;
use std::ffi::OsString;
use std::panic::PanicHookInfo;
use std::process::ExitCode;

/// Runs a program: `parse` its arguments, hand them to `run`, and return the process's status.
///
/// `lines` is the French of the help; `common` finds the shared options in the parsed arguments.
pub fn start<P: clap::Parser>(
    lines: &[HelpLine],
    common: fn(&P) -> &Common,
    run: impl FnOnce(P, &mut Out) -> Result<Exit, Failure>,
) -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let glimpse = Common::glimpse(args.get(1..).unwrap_or_default());
    answer_panics(glimpse.json, glimpse.language());
    let streams = |common: &Common| Out::of_process(common.json, common.language());
    start_with(args, lines, common, streams, run).into()
}

/// Does what [`start`] does, on given arguments and streams, without touching the process.
pub fn start_with<P: clap::Parser>(
    args: Vec<OsString>,
    lines: &[HelpLine],
    common: fn(&P) -> &Common,
    streams: impl Fn(&Common) -> Out,
    run: impl FnOnce(P, &mut Out) -> Result<Exit, Failure>,
) -> Exit {
    let glimpse = Common::glimpse(args.get(1..).unwrap_or_default());
    let command = help::localise(P::command(), lines, glimpse.language());
    let columns = streams(&glimpse).columns().unwrap_or(help::COLUMNS).min(help::COLUMNS);
    let command = command.term_width(columns);
    let parsed = command
        .try_get_matches_from(help_last(args))
        .and_then(|matches| P::from_arg_matches(&matches));
    match parsed {
        Ok(program) => {
            let mut out = streams(common(&program));
            run(program, &mut out).unwrap_or_else(|failure| out.fail(&failure))
        }
        Err(error) => answer_parse(&error, &mut streams(&glimpse)),
    }
}

/// Moves the word `help` from before a command to an option behind it.
fn help_last(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|word| word == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    args
}

fn answer_parse(error: &clap::Error, out: &mut Out) -> Exit {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !asked {
        return out.fail(&usage_failure(error));
    }
    let text = error.render();
    let written = if out.json() {
        let key = if error.kind() == ErrorKind::DisplayHelp { "help" } else { "version" };
        let answer = std::collections::BTreeMap::from([(key, text.to_string())]);
        out.answer(&answer, |_| ())
    } else if out.coloured() {
        out.raw(&text.ansi().to_string())
    } else {
        out.raw(&text.to_string())
    };
    written.map_or_else(|failure| out.fail(&failure), |()| Exit::Done)
}

/// Makes every panic, on whichever thread, end the process with status 70.
///
/// What was acknowledged is durable already; a machine in an unknown state must not go on.
fn answer_panics(json: bool, lang: Lang) {
    std::panic::set_hook(Box::new(move |info| {
        let mut out = Out::of_process(json, lang);
        let exit = out.fail(&panic_failure(info));
        std::process::exit(exit.status().into());
    }));
}

fn panic_failure(info: &PanicHookInfo<'_>) -> Failure {
    let place =
        info.location().map_or_else(|| "?".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
    Failure::bug(
        "internal-error",
        Text::new(
            format!("le programme s'est arrêté sur une faute qui est la sienne ({place})"),
            format!("the program stopped on a mistake of its own ({place})"),
        ),
    )
    .with_hint(Text::of(
        "ce qui était enregistré l'est toujours ; relancez la commande et signalez cette ligne",
        "what was saved is still saved; run the command again and report this line",
    ))
}

#[cfg(test)]
mod tests;
