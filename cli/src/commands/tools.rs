//! `completions` and `man`: both drawn from the same definitions as the help.

use crate::args::{Completions, Liaison, french};
use clap::CommandFactory as _;
use console::{Exit, Failure, Lang, Out, help};
use std::collections::BTreeMap;

/// Writes the completions of a shell.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn completions(args: &Completions, out: &mut Out) -> Result<Exit, Failure> {
    let mut command = spoken(out.lang());
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut command, "liaison", &mut bytes);
    let script = String::from_utf8_lossy(&bytes).into_owned();
    if out.json() {
        let shell = args.shell.to_string();
        out.answer(&BTreeMap::from([("shell", shell), ("script", script)]), |_| ())?;
    } else {
        out.raw(&script)?;
    }
    Ok(Exit::Done)
}

/// Writes the manual page, its subcommands included.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn man(out: &mut Out) -> Result<Exit, Failure> {
    let page = pages(spoken(out.lang()));
    if out.json() {
        out.answer(&BTreeMap::from([("page", page)]), |_| ())?;
    } else {
        out.raw(&page)?;
    }
    Ok(Exit::Done)
}

/// Returns the command with its help in one language.
pub(crate) fn spoken(lang: Lang) -> clap::Command {
    help::localise(Liaison::command(), french::LINES, lang)
}

fn pages(mut command: clap::Command) -> String {
    command.build();
    let mut bytes = Vec::new();
    page(&command, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Adds the page of a command, then those of the commands under it.
fn page(command: &clap::Command, bytes: &mut Vec<u8>) {
    let name = command.get_bin_name().unwrap_or("liaison").replace(' ', "-");
    let drawn = clap_mangen::Man::new(command.clone()).title(name).render(bytes);
    drawn.expect("a page is written to memory");
    command.get_subcommands().for_each(|inner| page(inner, bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_has_a_page_for_every_command() {
        for lang in [Lang::Fr, Lang::En] {
            let text = pages(spoken(lang));
            for name in ["liaison-space-found", "liaison-propose-remove", "liaison-doc-write"] {
                assert!(text.contains(&name.replace('-', "\\-")) || text.contains(name), "{name}");
            }
        }
    }

    #[test]
    fn every_shell_gets_completions() {
        for shell in ["bash", "zsh", "fish"] {
            let shell = shell.parse().expect("clap_complete knows it");
            let mut command = spoken(Lang::En);
            let mut bytes = Vec::new();
            clap_complete::generate::<clap_complete::Shell, _>(
                shell,
                &mut command,
                "liaison",
                &mut bytes,
            );
            let text = String::from_utf8_lossy(&bytes);
            assert!(text.contains("quarantine"), "{shell}");
        }
    }
}
