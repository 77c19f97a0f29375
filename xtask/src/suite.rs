//! The page in real browsers, and the scripts it is served with.
//!
//! The scenes are played by `web/suite`, on the programs of this checkout; here Node, a browser and
//! the packages of the lockfile are brought together. What is missing is installed or told in one
//! sentence: nothing is skipped. `web/dist` is rebuilt beside the checkout, never in it.

use crate::hand_over::{Profile, built, root, succeed};
use anyhow::{Context as _, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest Node that the build of the scripts and the suite take.
const NODE_MAJOR_MIN: u32 = 20;
/// Where Debian puts its browser.
const CHROMIUM: &str = "/usr/bin/chromium";
/// What of `web` its scripts are built from.
const SCRIPTS_FROM: [&str; 6] =
    ["app", "build.mjs", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"];

/// Plays the scenes of the page; names of scenes play only those.
///
/// # Errors
///
/// When something that is needed is missing, or a scene fails.
pub(crate) fn page(args: &[String]) -> Result<()> {
    play("suite.mjs", args)
}

/// Writes pictures of the screens into `target/screens`; names of screens draw only those.
///
/// # Errors
///
/// When something that is needed is missing, or a screen cannot be drawn.
pub(crate) fn screens(args: &[String]) -> Result<()> {
    play("screens.mjs", args)
}

fn play(script: &str, args: &[String]) -> Result<()> {
    find_node()?;
    let browser = find_or_install_browser()?;
    let programs = built(&["liaison", "liaison-relay"], Profile::Dev)?;
    let folder = programs["liaison"].parent().context("a program lies in a folder")?;
    let suite = root().join("web/suite");
    succeed(Command::new("npm").current_dir(&suite).args(["ci", "--no-audit", "--no-fund"]))?;
    let mut node = Command::new("node");
    node.current_dir(&suite).arg(script).args(args);
    succeed(node.env("LIAISON_BIN", folder).env("CHROMIUM", browser))
}

/// Builds `web/dist` again from its sources and its lockfile, and requires the same bytes.
///
/// # Errors
///
/// When Node is missing, the build fails, or any file differs from the one in the checkout.
pub(crate) fn same_scripts() -> Result<()> {
    find_node()?;
    let web = root().join("web");
    let copy = root().join("target/web-again");
    if copy.exists() {
        fs::remove_dir_all(&copy).context("removing the last copy")?;
    }
    fs::create_dir_all(&copy)?;
    for name in SCRIPTS_FROM {
        copy_into(&web.join(name), &copy.join(name))?;
    }
    succeed(Command::new("npm").current_dir(&copy).args(["ci", "--no-audit", "--no-fund"]))?;
    succeed(Command::new("npm").current_dir(&copy).args(["run", "build"]))?;
    let wrong = differences(&files(&web.join("dist"))?, &files(&copy.join("dist"))?);
    ensure!(
        wrong.is_empty(),
        "web/dist is not what its sources give: {}. Run « npm ci && npm run build » in web.",
        wrong.join(", ")
    );
    fs::remove_dir_all(&copy).context("removing the copy")?;
    println!("web/dist: the same bytes, built again");
    Ok(())
}

/// Requires Node and its package tool.
fn find_node() -> Result<()> {
    let told = said("node", &["--version"]).with_context(|| {
        format!(
            "Node {NODE_MAJOR_MIN} or later is needed to try the page (on Debian: apt-get install \
             -y nodejs npm); nothing else needs it"
        )
    })?;
    let major = major(&told).with_context(|| format!("node calls itself {told:?}"))?;
    ensure!(
        major >= NODE_MAJOR_MIN,
        "Node {NODE_MAJOR_MIN} or later is needed to try the page; this one is {}",
        told.trim()
    );
    said("npm", &["--version"]).context("npm is needed beside Node: apt-get install -y npm")?;
    Ok(())
}

/// Reads 20 from `v20.19.1`.
fn major(told: &str) -> Option<u32> {
    told.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn find_or_install_browser() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        ensure!(named.is_file(), "CHROMIUM names no program: {}", named.display());
        return Ok(named);
    }
    let browser = PathBuf::from(CHROMIUM);
    if browser.is_file() {
        return Ok(browser);
    }
    const INSTALL: &str = "apt-get install -y chromium";
    if said("id", &["-u"]).is_ok_and(|user| user.trim() == "0") {
        println!("Chromium is missing: {INSTALL}");
        succeed(Command::new("apt-get").args(["update", "--quiet"]))?;
        succeed(Command::new("apt-get").args(["install", "--yes", "--quiet", "chromium"]))?;
        ensure!(browser.is_file(), "Chromium is installed, but not as {CHROMIUM}");
        return Ok(browser);
    }
    bail!("Chromium is needed to try the page: sudo {INSTALL}; or name one by CHROMIUM=/path")
}

/// Returns what a program says on its standard output.
fn said(program: &str, args: &[&str]) -> Result<String> {
    let output = Command::new(program).args(args).stderr(Stdio::null()).output();
    let output = output.with_context(|| format!("{program} could not be started"))?;
    ensure!(output.status.success(), "{program} failed ({})", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Copies a file, or a folder with all that is in it.
fn copy_into(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy_into(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    Ok(())
}

/// Reads the files of a folder, by name; what is built lies flat.
fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        ensure!(entry.file_type()?.is_file(), "{name} is no file");
        found.insert(name, fs::read(entry.path())?);
    }
    Ok(found)
}

/// Says in which files two builds differ.
fn differences(kept: &BTreeMap<String, Vec<u8>>, again: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, bytes) in kept {
        match again.get(name) {
            None => wrong.push(format!("{name} is no longer made")),
            Some(other) if other != bytes => wrong.push(format!("{name} differs")),
            Some(_) => {}
        }
    }
    let new = again.keys().filter(|name| !kept.contains_key(*name));
    wrong.extend(new.map(|name| format!("{name} is not kept")));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v9.1"), Some(9));
        assert_eq!(major("20.1"), None);
        assert_eq!(major(""), None);
    }

    #[test]
    fn a_build_that_differs_in_one_byte_is_told_by_file() {
        let build = |files: &[(&str, &str)]| -> BTreeMap<String, Vec<u8>> {
            files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().into())).collect()
        };
        let kept = build(&[("app.js", "a"), ("editor.js", "b"), ("old.js", "c")]);
        assert!(differences(&kept, &kept).is_empty());
        let again = build(&[("app.js", "a"), ("editor.js", "b "), ("new.js", "d")]);
        let wanted = ["editor.js differs", "old.js is no longer made", "new.js is not kept"];
        assert_eq!(differences(&kept, &again), wanted);
    }
}
