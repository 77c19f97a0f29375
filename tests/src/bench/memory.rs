//! What an open document weighs, in a process that holds nothing else.
//!
//! The program starts itself again for each weighing: memory that was used before would hide
//! what is used now. What counts is what the system has given the process (resident memory).

use std::path::{Path, PathBuf};
use std::process::Command;

use automerge::Automerge;

use super::{Amount, Line, pieces, trace};

/// The first argument that makes the program weigh and do nothing else.
pub const WEIGH: &str = "weigh";

/// What the design grants one open document of ten thousand changes.
const BUDGET_BYTES: f64 = 40e6;

/// Measures. `program` is this program, started again for each weighing.
///
/// # Errors
/// Says what does not work.
pub fn measure(program: &Path) -> Result<Vec<Line>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (document, raw) = pieces::long_document()?;
    let count = raw.len();
    let write = |name: &str, bytes: Vec<u8>| -> Result<PathBuf, String> {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).map_err(|error| error.to_string())?;
        Ok(file)
    };
    let ours = write("ours", document.save())?;
    let bare = write("bare", trace::bare(raw)?.save())?;
    Ok(vec![Line {
        id: "document_memory",
        what: format!("memory of one open document of {count} changes"),
        figure: Amount::Bytes(weighed(program, "ours", &ours)?),
        beside: "bare Automerge holding the same".to_owned(),
        other: Amount::Bytes(weighed(program, "bare", &bare)?),
        budget: Some(Amount::Bytes(BUDGET_BYTES)),
    }])
}

fn weighed(program: &Path, whose: &str, file: &Path) -> Result<f64, String> {
    let output = Command::new(program).arg(WEIGH).arg(whose).arg(file).output();
    let output = output.map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let bytes = said.trim().parse().ok().filter(|_| output.status.success());
    bytes.ok_or_else(|| format!("weighing {whose}: {said}"))
}

/// Opens a saved document and returns by how many bytes the process has grown.
///
/// # Errors
/// Says what does not work.
pub fn weigh(whose: &str, file: &Path) -> Result<u64, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let before = resident_bytes()?;
    let after = match whose {
        "ours" => {
            let document = pieces::load(&bytes)?;
            let after = resident_bytes()?;
            drop(document);
            after
        }
        "bare" => {
            let document = Automerge::load(&bytes).map_err(|error| error.to_string())?;
            let after = resident_bytes()?;
            drop(document);
            after
        }
        other => return Err(format!("nothing is named {other}")),
    };
    Ok(after.saturating_sub(before))
}

/// Reads the resident memory of this process, in bytes.
fn resident_bytes() -> Result<u64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.map(|kib| kib * 1024).ok_or_else(|| "the system does not tell resident memory".to_owned())
}
