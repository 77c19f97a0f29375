//! A home: the folder of one replica, and what lies where in it.
//!
//! ```text
//! liaison.toml    settings            keystore       every secret, sealed
//! store/          sealed records      keystore.key   only with `--no-passphrase`
//! lock            one process         daemon.json    where `serve` listens, and its token
//! damaged/        records that could not be read, as they lay, for an expert
//! ```
//!
//! Nothing here opens a keystore or a store; it only says where they are.

pub(crate) mod files;
pub(crate) mod lock;
pub(crate) mod settings;

use console::{Failure, Lang, Text};
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use lock::{HomeLock, Taken};
pub(crate) use settings::Settings;

/// The folder of one replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home(PathBuf);

impl Home {
    /// Returns the home at `dir`, else the usual one of this user.
    ///
    /// # Errors
    /// `no-home` when the system does not say where the user's files go.
    pub(crate) fn of(dir: Option<PathBuf>) -> Result<Self, Failure> {
        let usual = || {
            let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
            variable("XDG_DATA_HOME")
                .or_else(|| variable("LOCALAPPDATA"))
                .map(PathBuf::from)
                .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".local/share")))
                .map(|base| base.join("liaison"))
        };
        dir.or_else(usual).map(Self).ok_or_else(|| {
            Failure::setup(
                "no-home",
                Text::of(
                    "le dossier de la réplique n'est pas connu",
                    "the folder of the replica is not known",
                ),
            )
            .with_hint(Text::of(
                "indiquez-le par --home DOSSIER ou par la variable LIAISON_HOME",
                "give it with --home DIR or the variable LIAISON_HOME",
            ))
        })
    }

    /// Returns the folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.0
    }

    /// Tells whether a replica was made here. The keystore is written last, so a making that was
    /// cut short does not count.
    pub(crate) fn holds_replica(&self) -> bool {
        self.keystore_path().exists()
    }

    fn is_a_file(&self) -> Failure {
        let path = self.0.display();
        Failure::setup(
            "home-is-a-file",
            Text::new(
                format!("{path} est un fichier : une réplique est un dossier"),
                format!("{path} is a file: a replica is a folder"),
            ),
        )
        .with_hint(Text::of("indiquez un dossier par --home", "give a folder with --home"))
    }

    /// Fails unless a replica was made here.
    ///
    /// # Errors
    /// `no-replica`.
    pub(crate) fn need_replica(&self) -> Result<(), Failure> {
        if self.holds_replica() {
            return Ok(());
        }
        if self.0.is_file() {
            return Err(self.is_a_file());
        }
        let dir = self.0.display();
        Err(Failure::setup(
            "no-replica",
            Text::new(
                format!("il n'y a pas de réplique dans {dir}"),
                format!("there is no replica in {dir}"),
            ),
        )
        .with_hint(Text::of(
            "créez-la par « liaison init --partner \"Nom de l'organisation\" », ou indiquez la \
             bonne par --home",
            "make one with “liaison init --partner \"Name of the organisation\"”, or give the \
             right one with --home",
        )))
    }

    /// Makes the folder if need be.
    ///
    /// # Errors
    /// `home-unusable`.
    pub(crate) fn make(&self) -> Result<(), Failure> {
        files::make_private_dir(&self.0).map_err(|error| self.unusable(&error))
    }

    /// Tries to become the one process of this home.
    ///
    /// # Errors
    /// `home-unusable`.
    pub(crate) fn take(&self) -> Result<Taken, Failure> {
        HomeLock::take(&self.0.join("lock")).map_err(|error| self.unusable(&error))
    }

    /// Where the sealed secrets are.
    pub(crate) fn keystore_path(&self) -> PathBuf {
        self.0.join("keystore")
    }

    /// Where the sealed records are.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.0.join("store")
    }

    /// Where records are kept that could not be read.
    pub(crate) fn damaged_path(&self) -> PathBuf {
        self.0.join("damaged")
    }

    /// Where the settings are.
    pub(crate) fn settings_path(&self) -> PathBuf {
        self.0.join("liaison.toml")
    }

    /// Returns where the page keeps its port and the browsers that came in.
    pub(crate) fn page_path(&self) -> PathBuf {
        self.0.join("page.json")
    }

    /// Where a running `serve` says how to reach it.
    pub(crate) fn daemon_path(&self) -> PathBuf {
        self.0.join("daemon.json")
    }

    fn unusable(&self, error: &io::Error) -> Failure {
        let dir = self.0.display();
        let reason = crate::failures::reason(error);
        let (fr, en) = (reason.in_lang(Lang::Fr), reason.in_lang(Lang::En));
        Failure::setup(
            "home-unusable",
            Text::new(
                format!("le dossier {dir} n'est pas utilisable : {fr}"),
                format!("the folder {dir} cannot be used: {en}"),
            ),
        )
    }
}
