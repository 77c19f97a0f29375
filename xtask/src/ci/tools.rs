//! Tools that the gate needs and the toolchain does not bring.
//!
//! A tool found on the path is used; otherwise it is built from its published source, with its own
//! lock file, into `target/tools`, where it stays for the next time. Built without optimisation:
//! cargo-deny then takes a minute and a half on one core instead of many, and runs in a second.
//! The programs that open what we export are Debian's, and installed as such.

use crate::hand_over::{cargo, root, succeed};
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A tool, and how to build it.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
    features: &'static [&'static str],
}

/// Licences, sources, versions and advisories of the dependency graph.
pub(crate) const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", features: &[] };

/// The test runner; without the part that updates itself.
pub(crate) const NEXTEST: Tool = Tool {
    name: "cargo-nextest",
    version: "0.9.143",
    features: &["--no-default-features", "--features", "default-no-update"],
};

/// How long the advisory database may take to arrive.
const FETCH_TIMEOUT: Duration = Duration::from_secs(90);

/// Programs that tests open our files with, and an argument with which each says its version.
const READERS: [(&str, &str); 4] =
    [("soffice", "--version"), ("pdftotext", "-v"), ("pdftoppm", "-v"), ("pdfinfo", "-v")];
/// The packages of Debian that bring them, and the font as wide as the one of our Word files.
const READER_PACKAGES: [&str; 4] = [
    "libreoffice-writer-nogui",
    "libreoffice-calc-nogui",
    "fonts-crosextra-carlito",
    "poppler-utils",
];

/// A tool that can be run.
pub(crate) struct Installed {
    program: PathBuf,
}

impl Tool {
    /// Returns the tool, built first if it is nowhere to be found.
    ///
    /// # Errors
    ///
    /// When it is missing and cannot be built.
    pub(crate) fn find_or_install(&self) -> Result<Installed> {
        let folder = root().join("target/tools");
        let ours = folder.join("bin").join(self.name);
        if runs(&ours) {
            return Ok(Installed { program: ours });
        }
        let on_path = PathBuf::from(self.name);
        if runs(&on_path) {
            return Ok(Installed { program: on_path });
        }
        println!("{} is missing: building {} into target/tools", self.name, self.version);
        let build = folder.join("build");
        let mut install = cargo();
        install
            .args(["install", "--quiet", "--locked", "--debug", self.name])
            .args(["--version", self.version])
            .args(self.features)
            .arg("--root")
            .arg(&folder)
            .env("CARGO_TARGET_DIR", &build)
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        succeed(&mut install).with_context(|| format!("installing {}", self.name))?;
        fs::remove_dir_all(&build).context("removing what the tool was built from")?;
        Ok(Installed { program: ours })
    }
}

impl Installed {
    /// Returns a command that runs the tool at the root of the checkout.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(root());
        command
    }
}

/// Brings the database of known vulnerabilities up to date, or says why it cannot.
///
/// # Errors
///
/// When the database cannot be fetched in time: no network, a proxy that stays silent.
pub(crate) fn fetch_advisories(deny: &Installed) -> Result<()> {
    let mut fetch = deny
        .command()
        .args(["fetch", "db"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env("GIT_TERMINAL_PROMPT", "0")
        .spawn()
        .context("starting cargo-deny")?;
    let began = Instant::now();
    loop {
        match fetch.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(_) => bail!("the fetch failed"),
            None if began.elapsed() > FETCH_TIMEOUT => {
                fetch.kill()?;
                fetch.wait()?;
                bail!("no answer in {} s", FETCH_TIMEOUT.as_secs());
            }
            None => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Installs the programs that tests open our files with, where they are missing.
///
/// # Errors
///
/// When one is missing and only an administrator may install it, or the installation fails; the
/// command to type is told.
pub(crate) fn install_readers() -> Result<()> {
    let missing: Vec<&str> = READERS
        .iter()
        .filter(|(program, version)| !answers(&PathBuf::from(program), version))
        .map(|(program, _)| *program)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let (missing, packages) = (missing.join(", "), READER_PACKAGES.join(" "));
    let typed = format!("apt-get install -y --no-install-recommends {packages}");
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !is_root {
        bail!("missing: {missing}; as root, type: {typed}");
    }
    println!("missing: {missing}; {typed}");
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
        apt
    };
    succeed(apt().arg("update")).context("apt-get update")?;
    let mut install = apt();
    install.args(["install", "-y", "--no-install-recommends"]).args(READER_PACKAGES);
    succeed(&mut install).with_context(|| typed)
}

fn runs(program: &PathBuf) -> bool {
    answers(program, "--version")
}

fn answers(program: &PathBuf, version: &str) -> bool {
    let quiet = Command::new(program)
        .arg(version)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}
