//! The rules of `docs/house-style.md` that a machine can check, and that no compiler does.
//!
//! There is no list of exceptions, here or anywhere: a rule that cannot be kept is changed for
//! everyone. The chore is also a test, so that running the tests is enough to keep it awake.

/// Rust code as the rules need it.
mod code;
/// Decision records and dependencies.
mod decisions;
/// Documents name things that exist.
mod docs;
/// Which package may see which.
mod floors;
/// The glossary is the law for names.
mod glossary;
/// What code may not do.
mod habits;
/// The little of Markdown that the rules need.
mod markdown;
/// The size and the name of files and functions.
mod shape;
/// The checkout as the rules see it.
mod tree;

use crate::hand_over::{cargo, root};
use anyhow::{Result, bail};
use floors::Metadata;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tree::{Remark, Tree};

/// Checks the checkout, and prints what it found.
///
/// # Errors
///
/// When there is any remark, or the checkout cannot be read.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(root())?;
    let remarks = remarks(&tree)?;
    print!("{}", report(&remarks));
    match remarks.len() {
        0 => {
            println!("tidy: {} files, no remark", tree.files.len());
            Ok(())
        }
        found => bail!("tidy: {found} remarks"),
    }
}

fn remarks(tree: &Tree) -> Result<Vec<Remark>> {
    let mut remarks = shape::remarks(tree);
    remarks.extend(habits::remarks(tree));
    remarks.extend(floors::remarks(&Metadata::ask(cargo())?));
    remarks.extend(docs::remarks(tree));
    remarks.extend(decisions::remarks(tree));
    remarks.extend(glossary::remarks(tree));
    Ok(remarks)
}

/// Returns the remarks grouped by rule, the places of each rule in order.
fn report(remarks: &[Remark]) -> String {
    let mut by_rule: BTreeMap<&str, Vec<&Remark>> = BTreeMap::new();
    for remark in remarks {
        by_rule.entry(remark.rule).or_default().push(remark);
    }
    let mut text = String::new();
    for (rule, mut remarks) in by_rule {
        remarks.sort();
        writeln!(text, "{rule} ({})", remarks.len()).expect("a string takes any text");
        for remark in remarks {
            let place = match remark.line {
                0 => remark.place.clone(),
                line => format!("{}:{line}", remark.place),
            };
            writeln!(text, "  {place}: {}", remark.what).expect("a string takes any text");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_tidy() {
        let tree = Tree::read(root()).unwrap();
        let remarks = remarks(&tree).unwrap();
        assert!(remarks.is_empty(), "\n{}", report(&remarks));
    }

    #[test]
    fn a_report_is_grouped_by_rule() {
        let remark = |rule, place: &str, line| Remark {
            rule,
            place: place.to_owned(),
            line,
            what: "x".to_owned(),
        };
        let remarks = [remark("b", "z.rs", 2), remark("a", "y.rs", 0), remark("b", "a.rs", 1)];
        assert_eq!(report(&remarks), "a (1)\n  y.rs: x\nb (2)\n  a.rs:1: x\n  z.rs:2: x\n");
    }
}
