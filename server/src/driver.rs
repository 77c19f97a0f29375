//! The one thread that owns the relay machine and its store, and obeys the machine in order.
//!
//! Links hand in messages through a bounded channel and never touch the machine. What waits is
//! handled as one group: every `Store` of the group is made durable by a single commit, and only
//! then does anything that came after it leave (the journal law). Nothing here decides who may do
//! what.

mod inlet; // from links to the driver
mod outlet; // from the driver to links
mod refusing; // what may still be said while the disk is full
mod sight; // the store as the machine sees it
mod turn; // the loop

use std::sync::Arc;
use std::thread;

use console::{Failure, Text};
use protocol::crypto::SigningSecret;
use protocol::relay::{LoadFault, Policy, Relay};
use store::{Store, StoreError};
use tokio::sync::oneshot;

pub(crate) use inlet::{Inbox, Inlet, Request, channel};
pub(crate) use outlet::{Ending, Outgoing, Outlet};

use crate::health::Health;
pub(crate) use sight::Sight;

/// The store, shared with whoever only reads it.
pub(crate) type SharedStore = Arc<Box<dyn Store>>;

/// Why a driver stopped, or never started.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The store failed in a way that leaves its content in doubt.
    Store(StoreError),
    /// A register is newer than this program.
    Load(LoadFault),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a relay machine is made from, each time it is made.
pub(crate) struct Blueprint {
    pub(crate) policy: Policy,
    pub(crate) secret: SigningSecret,
}

impl Blueprint {
    /// Restores the machine from what is durable.
    ///
    /// # Errors
    /// A register newer than this program, or a store that does not answer.
    pub(crate) fn load(&self, sight: &Sight) -> Result<Relay, Fault> {
        let secret = SigningSecret::from_seed(&self.secret.seed());
        let relay = Relay::load(self.policy.clone(), secret, sight).map_err(Fault::Load)?;
        sight.failed().map_or(Ok(relay), |error| Err(Fault::Store(error)))
    }
}

/// A running driver.
pub(crate) struct Driver {
    /// Where links and the operator's questions come in.
    pub(crate) inlet: Inlet,
    /// How it ended, once it has.
    pub(crate) ended: oneshot::Receiver<Result<(), Fault>>,
}

/// Loads the machine and starts its thread.
///
/// # Errors
/// As [`Blueprint::load`].
pub(crate) fn start(
    blueprint: Blueprint,
    store: SharedStore,
    health: Arc<Health>,
) -> Result<Driver, Fault> {
    let sight = Sight::new(store);
    let relay = blueprint.load(&sight)?;
    let (inlet, requests) = channel();
    let (report, ended) = oneshot::channel();
    let turn = turn::Turn::new(blueprint, relay, sight, health);
    thread::Builder::new()
        .name("relay-driver".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
            let outcome = match runtime {
                Ok(runtime) => runtime.block_on(turn.run(requests)),
                Err(error) => Err(Fault::Store(StoreError::Io {
                    kind: error.kind(),
                    what: format!("starting the driver: {error}"),
                })),
            };
            // Nobody listens any more when the process is being torn down.
            let _ = report.send(outcome);
        })
        .map_err(|error| StoreError::Io { kind: error.kind(), what: error.to_string() })?;
    Ok(Driver { inlet, ended })
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => store_failure(&error),
            Fault::Load(fault) => {
                let space = fault.space.short();
                let message = Text::new(
                    format!("le registre de l'espace {space} est plus récent que ce programme"),
                    format!("the register of space {space} is newer than this program"),
                );
                Self::setup("register-newer-than-us", message).with_hint(Text::of(
                    "installer une version plus récente de liaison-relay",
                    "install a newer version of liaison-relay",
                ))
            }
        }
    }
}

/// Returns what to tell an operator about a store that failed.
pub(crate) fn store_failure(error: &StoreError) -> Failure {
    if let StoreError::Occupied { path } = error {
        let message =
            Text::new(format!("il y a déjà quelque chose dans {path}"), error.to_string());
        return Failure::refused("folder-taken", message)
            .with_hint(Text::of("choisir un autre dossier", "choose another folder"));
    }
    let (code, fr, hint) = match error {
        StoreError::Full => (
            "disk-full",
            "il n'y a plus de place pour le stockage".to_owned(),
            Text::of("libérer de la place sur le volume", "free room on the volume"),
        ),
        StoreError::Locked { .. } => (
            "store-in-use",
            "le stockage est ouvert par un autre processus".to_owned(),
            Text::of(
                "passer par le relais qui tourne, ou l'arrêter",
                "go through the running relay, or stop it",
            ),
        ),
        StoreError::Absent { .. } => (
            "store-absent",
            "il n'y a pas encore de stockage ici".to_owned(),
            Text::of("démarrer le relais une fois", "start the relay once"),
        ),
        StoreError::Corrupt { .. } | StoreError::Destroyed { .. } => (
            "store-damaged",
            format!("le stockage est endommagé ({error})"),
            Text::of(
                "garder le dossier, puis voir « Stockage endommagé » dans le guide",
                "keep the folder, then see “Damaged store” in the guide",
            ),
        ),
        StoreError::TooNew { .. } => (
            "store-newer-than-us",
            "le stockage a été écrit par une version plus récente".to_owned(),
            Text::of("installer cette version", "install that version"),
        ),
        StoreError::OtherEngine { found, .. } => (
            "store-of-other-engine",
            format!("le stockage a été écrit par {found}"),
            Text::of(
                "corriger « engine », ou copier avec « liaison-relay migrate »",
                "correct `engine`, or copy with `liaison-relay migrate`",
            ),
        ),
        StoreError::NeedsReopen { .. }
        | StoreError::Occupied { .. }
        | StoreError::TooBig { .. }
        | StoreError::EmptyKey
        | StoreError::Io { .. } => (
            "store-failed",
            format!("le stockage a échoué ({error})"),
            Text::of(
                "vérifier le disque, puis relancer : ce qui était acquis l'est toujours",
                "check the disk, then start again: what was acknowledged is still there",
            ),
        ),
    };
    Failure::setup(code, Text::new(fr, error.to_string())).with_hint(hint)
}
