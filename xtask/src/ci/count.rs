//! Tests run to their end, and how many passed.
//!
//! The runners' own output is passed on line by line; only their summary lines are read, so that
//! the count at the end of the gate is theirs and not an estimate.

use anyhow::{Context as _, Result, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};

/// How many tests ended which way.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed, or did not end in time.
    pub(crate) failed: u64,
}

/// Runs nextest, which reports on stderr.
///
/// # Errors
///
/// When a test failed, or no summary was printed.
pub(crate) fn nextest(command: &mut Command, count: &mut Count) -> Result<()> {
    let mut child = command.stderr(Stdio::piped()).spawn().context("starting nextest")?;
    let stderr = child.stderr.take().expect("stderr was asked to be piped");
    let read = pass_on(stderr, &mut std::io::stderr(), nextest_summary, count);
    judge(child.wait()?, read)
}

/// Runs the examples of the documentation, which report on stdout, package after package.
///
/// # Errors
///
/// As [`nextest`].
pub(crate) fn doc_tests(command: &mut Command, count: &mut Count) -> Result<()> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("starting cargo test")?;
    let stdout = child.stdout.take().expect("stdout was asked to be piped");
    let read = pass_on(stdout, &mut std::io::stdout(), doc_summary, count);
    judge(child.wait()?, read)
}

fn judge(status: ExitStatus, summaries: Result<usize>) -> Result<()> {
    let summaries = summaries?;
    ensure!(status.success(), "tests failed ({status})");
    ensure!(summaries > 0, "the runner printed no summary: nothing was counted");
    Ok(())
}

/// Copies lines from a runner to a reader, and adds up the summaries; returns how many there were.
fn pass_on(
    from: impl Read,
    to: &mut impl Write,
    summary: fn(&str) -> Option<Count>,
    count: &mut Count,
) -> Result<usize> {
    let mut summaries = 0;
    for line in BufReader::new(from).split(b'\n') {
        let line = line?;
        to.write_all(&line)?;
        to.write_all(b"\n")?;
        if let Some(found) = summary(&String::from_utf8_lossy(&line)) {
            count.passed += found.passed;
            count.failed += found.failed;
            summaries += 1;
        }
    }
    Ok(summaries)
}

/// Reads `Summary [   0.2s] 8 tests run: 6 passed (1 slow), 1 failed, 1 timed out, 0 skipped`.
fn nextest_summary(line: &str) -> Option<Count> {
    let parts = line.trim_start().strip_prefix("Summary [")?.split_once(" run: ")?.1;
    Some(Count {
        passed: number_before(parts, "passed"),
        failed: number_before(parts, "failed") + number_before(parts, "timed"),
    })
}

/// Reads `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
fn doc_summary(line: &str) -> Option<Count> {
    let parts = line.strip_prefix("test result: ")?;
    Some(Count { passed: number_before(parts, "passed"), failed: number_before(parts, "failed") })
}

fn number_before(parts: &str, wanted: &str) -> u64 {
    let words: Vec<&str> =
        parts.split([' ', ',', ';', '.']).filter(|word| !word.is_empty()).collect();
    words
        .windows(2)
        .find(|pair| pair[1] == wanted)
        .and_then(|pair| pair[0].parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_both_runners_are_read() {
        let line = "     Summary [   0.146s] 8/32 tests run: 5 passed (2 slow), 2 failed, \
                    1 timed out, 0 skipped";
        assert_eq!(nextest_summary(line), Some(Count { passed: 5, failed: 3 }));
        let line = "     Summary [   0.2s] 32 tests run: 32 passed, 0 skipped";
        assert_eq!(nextest_summary(line), Some(Count { passed: 32, failed: 0 }));
        assert_eq!(nextest_summary("        PASS [   0.006s] (31/32) x 1 passed"), None);
        let line = "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured";
        assert_eq!(doc_summary(line), Some(Count { passed: 2, failed: 1 }));
    }

    #[test]
    fn lines_are_passed_on_and_counted() {
        let said =
            "a\ntest result: ok. 2 passed; 0 failed\nb\ntest result: ok. 1 passed; 0 failed\n";
        let (mut heard, mut count) = (Vec::new(), Count::default());
        let summaries = pass_on(said.as_bytes(), &mut heard, doc_summary, &mut count).unwrap();
        assert_eq!((summaries, count), (2, Count { passed: 3, failed: 0 }));
        assert_eq!(heard, said.as_bytes());
    }
}
