//! From a home to a running replica: settings, keystore, records, machine.
//!
//! The caller holds the lock of the home for as long as what is opened here lives.

use crate::carrier::tls::Roots;
use crate::driver::{self, Ground, Running};
use crate::home::{Home, Settings, files};
use crate::keystore::{Keystore, Protection};
use crate::sealed_store::SealedStore;
use crate::world::World;
use crate::{failures, prompt, repair};
use client_core::replica::{Output, Overview, Profile, Replica};
use console::{Failure, Out, Text};
use protocol::env::NoRecords;
use store::{DiskStore, Engine, Store};
use zeroize::Zeroizing;

/// Opens the replica of a home and starts it on the current runtime.
///
/// # Errors
/// A wrong passphrase, a damaged file, records that do not load.
pub(crate) fn open(home: &Home, out: &mut Out) -> Result<Running, Failure> {
    open_with(home, None, out)
}

/// Opens the replica of a home as [`open`] does, with a passphrase that somebody has just given.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_with(
    home: &Home,
    given: Option<Zeroizing<String>>,
    out: &mut Out,
) -> Result<Running, Failure> {
    let settings = Settings::read(home)?;
    let roots = Roots::load(settings.relay_ca.as_deref())?;
    let via = settings.relay_via.clone();
    let mut keystore = unlock(home, given, out)?;
    let mut world = World::new();
    let disk = open_disk(home, settings.engine, false)?;
    let mut store = SealedStore::new(disk, keystore.store_key());
    settle_key(&mut store, &mut keystore, &mut world)?;
    let replica = repair::load((home, &store), &keystore.secrets(), &mut world, out)?;
    Ok(driver::start(Ground { replica, store, keystore, world, roots, via }))
}

/// Makes the replica of a home: its records first, its keystore last.
///
/// # Errors
/// What the disk says; the home then holds no replica.
pub(crate) fn make(
    home: &Home,
    settings: &Settings,
    protection: Protection,
    profile: Profile,
) -> Result<Overview, Failure> {
    let mut world = World::new();
    let keystore = Keystore::create(&home.keystore_path(), protection, world.rng());
    let mut keystore = keystore.map_err(|error| failures::of_keystore(&error))?;
    let path = home.store_path();
    if path.exists() {
        // Left by a making cut short: nothing opens it any more, and nothing is thrown away.
        store::quarantine(&path).map_err(|error| failures::of_store(&error))?;
    }
    let store = SealedStore::new(open_disk(home, settings.engine, true)?, keystore.store_key());
    let mut replica = Replica::create(&mut world.env(&NoRecords), profile);
    let mut secrets = Vec::new();
    while let Some(output) = replica.poll() {
        match output {
            Output::Store(writes) => {
                store.apply(&writes, world.rng()).map_err(|error| failures::of_records(&error))?
            }
            Output::Keep(writes) => secrets.extend(writes),
            // A replica that has just been made knows nobody.
            Output::Purge
            | Output::Dial { .. }
            | Output::Send(..)
            | Output::Close(_)
            | Output::Reply(..)
            | Output::Event(_) => {}
        }
    }
    store.close().map_err(|error| failures::of_records(&error))?;
    keystore.keep(secrets, world.rng()).map_err(|error| failures::of_keystore(&error))?;
    Ok(replica.overview())
}

/// Ends a change of the store key that was cut short: the records tell which key seals them.
fn settle_key(
    store: &mut SealedStore,
    keystore: &mut Keystore,
    world: &mut World,
) -> Result<(), Failure> {
    let Some(next) = keystore.next_store_key() else {
        return Ok(());
    };
    let changed = store.take_key(next).map_err(|error| failures::of_records(&error))?;
    keystore.end_store_key(changed, world.rng()).map_err(|error| failures::of_keystore(&error))
}

fn unlock(
    home: &Home,
    given: Option<Zeroizing<String>>,
    out: &mut Out,
) -> Result<Keystore, Failure> {
    let path = home.keystore_path();
    if files::readable_by_others(&path) {
        out.note(&Text::new(
            format!("Attention : d'autres que vous peuvent lire {}.", path.display()),
            format!("Beware: others than you can read {}.", path.display()),
        ));
    }
    Keystore::open(&path, || given.map_or_else(|| prompt::passphrase(out), Ok))
}

/// A replica is small and shares its disk with a person: less is kept in reserve than by a relay.
fn open_disk(home: &Home, engine: Engine, create_ok: bool) -> Result<Box<dyn Store>, Failure> {
    let settings = store::Settings {
        cache_bytes: 32 << 20,
        reserve_bytes: 4 << 20,
        ..store::Settings::default()
    };
    let opened = DiskStore::open(&home.store_path(), engine, create_ok, settings);
    opened.map(|disk| Box::new(disk) as Box<dyn Store>).map_err(|error| failures::of_store(&error))
}
