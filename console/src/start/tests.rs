//! Whole runs of a small program: what it exits with, and what the two streams carry.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::out::tests::Tape;
use clap::{Parser, Subcommand};
use serde_json::{Value, json};

/// Writes together.
#[derive(Parser)]
#[command(name = "probe", version = "1.2.3")]
struct Probe {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: ProbeCommand,
}

#[derive(Subcommand)]
enum ProbeCommand {
    /// Counts
    Count {
        /// How far
        #[arg(value_parser = even)]
        to: u32,
    },
}

fn even(text: &str) -> Result<u32, Failure> {
    let odd =
        || Failure::usage("odd", Text::of("il faut un nombre pair", "an even number is needed"));
    text.parse().ok().filter(|number| number % 2 == 0).ok_or_else(odd)
}

fn run(line: &str) -> (u8, String, String) {
    let (stdout, stderr) = (Tape::default(), Tape::default());
    let args = line.split_whitespace().map(OsString::from).collect();
    let streams = |common: &Common| {
        let lang = common.lang.unwrap_or(Lang::Fr);
        Out::to(stdout.clone(), stderr.clone(), common.json, lang)
    };
    let exit = start_with(
        args,
        &[],
        |probe: &Probe| &probe.common,
        streams,
        |probe, out| {
            let ProbeCommand::Count { to } = probe.command;
            if to > 10 {
                return Err(Failure::refused("too-far", Text::of("trop loin", "too far")));
            }
            out.answer(&json!({"count": to}), |page| page.line(&to.to_string()))?;
            Ok(Exit::Done)
        },
    );
    (exit.status(), stdout.text(), stderr.text())
}

#[test]
fn a_command_answers_in_the_form_asked_for() {
    assert_eq!(run("probe count 4"), (0, "4\n".to_owned(), String::new()));
    let json = (0, "{\"count\":4}\n".to_owned(), String::new());
    assert_eq!(run("probe --json count 4"), json);
    assert_eq!(run("probe count 4 --json"), json);
}

#[test]
fn a_refusal_exits_with_its_status() {
    assert_eq!(run("probe count 12"), (1, String::new(), "erreur : trop loin\n".to_owned()));
    let (status, stdout, stderr) = run("probe count 12 --json --lang en");
    assert_eq!((status, stderr.as_str()), (1, ""));
    assert_eq!(
        stdout,
        "{\"error\":{\"code\":\"too-far\",\"message\":\"too far\",\"hint\":null}}\n"
    );
}

#[test]
fn usage_errors_are_errors_like_the_others() {
    let cases = [
        ("probe count", "missing-argument"),
        ("probe", "missing-command"),
        ("probe cuont 4", "unknown-command"),
        ("probe count 4 --fast", "unknown-argument"),
        ("probe count 5", "bad-value"),
        ("probe count 4 --lang tlh", "bad-value"),
        ("probe count 4 --lang", "bad-value"),
    ];
    for (line, code) in cases {
        let (status, stdout, stderr) =
            run(&format!("{line} --json").replace("--lang --json", "--json --lang"));
        assert_eq!(status, 2, "{line}");
        let answer: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(answer["error"]["code"], code, "{line}: {stdout}");
        assert!(answer["error"]["hint"].is_string(), "{line}: {stdout}");
        assert_eq!(stderr, "", "{line}");
        let (status, stdout, stderr) = run(line);
        assert_eq!((status, stdout.as_str()), (2, ""), "{line}");
        assert!(stderr.starts_with("erreur : ") && stderr.contains("→"), "{line}: {stderr}");
    }
}

#[test]
fn usage_errors_speak_both_languages() {
    let french = run("probe cuont 4").2;
    assert_eq!(french, "erreur : commande inconnue : cuont\n  → peut-être : count\n");
    let english = run("probe --lang en cuont 4").2;
    assert_eq!(english, "error: unknown command: cuont\n  → perhaps: count\n");
    let own = run("probe count 5").2;
    assert!(own.contains("« 5 » n'est pas accepté pour <TO> : il faut un nombre pair"), "{own}");
}

#[test]
fn help_and_version_are_answers() {
    let (status, stdout, stderr) = run("probe --help");
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert!(stdout.contains("Utilisation : probe"), "{stdout}");
    assert_eq!(run("probe help count").1, run("probe count --help").1);
    assert_eq!(run("probe --version").1, "probe 1.2.3\n");
    let answer: Value = serde_json::from_str(&run("probe --json --version").1).unwrap();
    assert_eq!(answer, json!({"version": "probe 1.2.3\n"}));
}

/// Runs itself again as the process that panics, since a panic ends the process.
#[test]
fn a_panic_ends_with_status_70_and_repeats_nothing() {
    const ASKED: &str = "CONSOLE_TEST_PANICS";
    if std::env::var_os(ASKED).is_some() {
        answer_panics(true, Lang::Fr);
        std::thread::spawn(|| panic!("the passphrase was tilleul")).join().unwrap();
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "start::tests::a_panic_ends_with_status_70_and_repeats_nothing"])
        .arg("--nocapture")
        .env(ASKED, "1")
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(70), "{said}");
    assert!(said.contains("{\"error\":{\"code\":\"internal-error\""), "{said}");
    assert!(said.contains("tests.rs:") && !said.contains("tilleul"), "{said}");
}
