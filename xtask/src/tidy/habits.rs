//! What code may not do, beyond what the compiler and clippy refuse.
//!
//! Unfinished code, tests put to sleep, impurity in the pure crates, lax signature checks, and a
//! sled flushed by anyone but its adapter. Names of functions and types are compared as words of
//! code, so a comment may speak of them.

use super::code::Code;
use super::tree::{Remark, SourceFile, Tree};

/// Macros that stand for code that is not there.
const UNFINISHED: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// Packages that give the same outputs for the same inputs.
const PURE: [&str; 3] = ["protocol", "client-core", "exchange"];

/// What no pure package may name, wherever it stands in a path, and why.
const IMPURE: [(&[&str], &str); 14] = [
    (&["Instant", "now"], "time comes in through Env"),
    (&["SystemTime"], "time comes in through Env"),
    (&["std", "time", "Instant"], "time comes in through Env"),
    (&["std", "fs"], "the shell owns the disk"),
    (&["std", "net"], "the shell owns the sockets"),
    (&["std", "thread"], "the shell owns the threads"),
    (&["std", "process"], "the shell owns the process"),
    (&["std", "env"], "settings are arguments"),
    (&["tokio"], "the shell owns the runtime"),
    (&["HashMap"], "its order is random"),
    (&["HashSet"], "its order is random"),
    (&["getrandom"], "entropy comes in through Env"),
    (&["OsRng"], "entropy comes in through Env"),
    (&["thread_rng"], "entropy comes in through Env"),
];

/// Signature checks that accept what `verify_strict` refuses (weak keys, mixed-order points).
const LAX_CHECKS: [&[&str]; 5] = [
    &["verify_batch"],
    &["verify_prehashed"],
    &["ed25519_dalek", "Verifier"],
    &["signature", "Verifier"],
    &["raw_verify"],
];

/// The stem of the one product file that may flush a sled tree: sled's own flush does not reach the
/// disk. A test may do it, to show that it would be caught.
const SLED_ADAPTER: &str = "sled_tree";

/// Returns the remarks on every Rust file that parses.
pub(crate) fn remarks(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (file, code) in tree.rust() {
        unfinished(file, code, &mut remarks);
        lax_checks(file, code, &mut remarks);
        bare_flush(file, code, &mut remarks);
        if PURE.contains(&file.top()) {
            impurities(file, code, &mut remarks);
        }
    }
    remarks
}

fn unfinished(file: &SourceFile, code: &Code, remarks: &mut Vec<Remark>) {
    for (line, name) in code.macros.iter().filter(|(_, name)| UNFINISHED.contains(&name.as_str())) {
        let what = format!("{name}!");
        remarks.push(Remark::at("nothing unfinished is committed", file, *line, what));
    }
    for (line, words) in &code.attributes {
        let words: Vec<&str> = words.split(' ').collect();
        if words.contains(&"ignore") {
            let what = "#[ignore]".to_owned();
            remarks.push(Remark::at("no test is put to sleep", file, *line, what));
        }
        if words.contains(&"dead_code") {
            let what = format!("#[{}]", words.join(" "));
            remarks.push(Remark::at("no dead code is kept", file, *line, what));
        }
    }
}

fn impurities(file: &SourceFile, code: &Code, remarks: &mut Vec<Remark>) {
    for (line, path) in &code.paths {
        for (wanted, why) in IMPURE.iter().filter(|(wanted, _)| names(path, wanted)) {
            let what = format!("`{}`: {why}", wanted.join("::"));
            remarks.push(Remark::at(
                "a pure crate touches nothing of the world",
                file,
                *line,
                what,
            ));
        }
    }
}

fn lax_checks(file: &SourceFile, code: &Code, remarks: &mut Vec<Remark>) {
    for (line, path) in &code.paths {
        for wanted in LAX_CHECKS.iter().filter(|wanted| names(path, wanted)) {
            let what = format!("`{}`", wanted.join("::"));
            let rule = "a signature is checked by verify_strict only";
            remarks.push(Remark::at(rule, file, *line, what));
        }
    }
}

fn bare_flush(file: &SourceFile, code: &Code, remarks: &mut Vec<Remark>) {
    let names_sled = code.paths.iter().any(|(_, path)| path.len() > 1 && path[0] == "sled");
    if !names_sled || !file.path.contains("/src/") || file.stem() == SLED_ADAPTER {
        return;
    }
    for (line, call) in code.calls.iter().filter(|(_, call)| call.starts_with("flush")) {
        let what = format!(".{call}()");
        remarks.push(Remark::at("sled is flushed by its adapter only", file, *line, what));
    }
}

/// Returns whether the wanted words stand one after the other in a path.
fn names(path: &[String], wanted: &[&str]) -> bool {
    path.windows(wanted.len()).any(|words| words == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(path: &str, text: &str) -> Vec<String> {
        let tree = Tree::of(vec![(path.to_owned(), text.to_owned())]);
        remarks(&tree).into_iter().map(|remark| remark.what).collect()
    }

    #[test]
    fn unfinished_code_is_seen() {
        let text = "fn f() { todo!() }\n#[test]\n#[ignore = \"slow\"]\nfn g() { dbg!(1); }\n\
                    #[cfg_attr(test, allow(dead_code))]\nfn h() {}\n";
        let wanted = ["todo!", "dbg!", "#[ignore]", "#[cfg_attr test allow dead_code]"];
        assert_eq!(whats("cli/src/act.rs", text), wanted);
    }

    #[test]
    fn a_pure_crate_that_reads_the_world_is_seen() {
        let text = "use std::{collections::HashMap, fs};\n\
                    fn f() { std::time::Instant::now(); tokio::spawn(x); }\n";
        let seen = whats("protocol/src/act.rs", text);
        for wanted in ["`HashMap`", "`std::fs`", "`Instant::now`", "`tokio`"] {
            assert!(seen.iter().any(|what| what.starts_with(wanted)), "{wanted} in {seen:?}");
        }
        assert!(whats("server/src/act.rs", text).is_empty());
        assert!(whats("protocol/src/act.rs", "// std::fs\nfn f(now: Instant) {}\n").is_empty());
    }

    #[test]
    fn a_lax_signature_check_is_seen() {
        let seen = whats("protocol/src/sign.rs", "use ed25519_dalek::{Signature, Verifier};\n");
        assert_eq!(seen, ["`ed25519_dalek::Verifier`"]);
        let seen = whats("tests/src/abuse.rs", "fn f() { ed25519_dalek::verify_batch(a); }\n");
        assert_eq!(seen, ["`verify_batch`"]);
        assert!(whats("protocol/src/sign.rs", "fn f() { key.verify_strict(m, s); }\n").is_empty());
    }

    #[test]
    fn sled_flushed_outside_its_adapter_is_seen() {
        let text = "fn f(tree: &sled::Tree) { tree.flush(); }\n";
        assert_eq!(whats("store/src/disk/engine.rs", text), [".flush()"]);
        assert!(whats("store/src/disk/sled_tree.rs", text).is_empty());
        assert!(whats("store/tests/it/child.rs", text).is_empty());
        let other = "fn f(out: &mut dyn std::io::Write) { out.flush(); }\n";
        assert!(whats("store/src/disk/engine.rs", other).is_empty());
    }
}
