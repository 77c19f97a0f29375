//! The journal law, with a real machine, a real keystore file and a disk that can refuse.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::keystore::{Cost, Protection};
use client_core::replica::{Command, LinkState, Profile};
use console::Exit;
use protocol::crypto::SigningSecret;
use protocol::env::NoRecords;
use protocol::id::{PartnerId, RelayId, SpaceId};
use protocol::invitation::{Invitation, InvitationSecret};
use protocol::register::{History, Role};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Batch, Entry, MemStore, Store, StoreError, StoreStats};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// A store in memory, seen from the test, that refuses when told to.
#[derive(Clone, Default)]
struct Disk(Arc<(MemStore, AtomicBool)>);

impl Store for Disk {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        if self.0.1.load(Ordering::Relaxed) {
            return Err(StoreError::Full);
        }
        self.0.0.apply(batch)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.0.get(key)
    }

    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.0.0.scan(lo, hi, limit, bytes_max)
    }

    fn stats(&self) -> StoreStats {
        self.0.0.stats()
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A replica on such a disk.
struct Bench {
    dir: TempDir,
    disk: Disk,
}

impl Bench {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), disk: Disk::default() }
    }

    fn keystore(&self) -> Result<Keystore, crate::keystore::KeystoreError> {
        Keystore::open(&self.dir.path().join("keystore"), || Ok(passphrase()))
    }

    /// Makes the replica and starts its loop, which obeys the outputs of the making first.
    fn start(&self) -> Running {
        let mut world = World::new();
        let path = self.dir.path().join("keystore");
        let protection = Protection::Passphrase(passphrase(), Cost::LOW);
        let keystore = Keystore::create(&path, protection, world.rng()).unwrap();
        let store = SealedStore::new(Box::new(self.disk.clone()), keystore.store_key());
        let replica = Replica::create(&mut world.env(&NoRecords), profile());
        self.run(replica, store, keystore, world)
    }

    /// Starts the loop again, from what lies on the disk and in the keystore.
    fn restart(&self) -> Running {
        let mut world = World::new();
        let keystore = self.keystore().unwrap();
        let store = SealedStore::new(Box::new(self.disk.clone()), keystore.store_key());
        let nothing = Overlay::new();
        let sight = Sight::new(&store, &nothing);
        let replica = Replica::load(&mut world.env(&sight), &keystore.secrets()).unwrap();
        assert_eq!(sight.outcome(), Ok(()));
        self.run(replica, store, keystore, world)
    }

    fn run(
        &self,
        replica: Replica,
        store: SealedStore,
        keystore: Keystore,
        world: World,
    ) -> Running {
        let roots = Roots::load(None).unwrap();
        start(Ground { replica, store, keystore, world, roots, via: None })
    }
}

fn passphrase() -> Zeroizing<String> {
    Zeroizing::new("quatre mots au hasard".to_owned())
}

fn profile() -> Profile {
    let label = "poste".to_owned();
    Profile { name: "CLSM".to_owned(), college: None, siret: None, finess: None, label }
}

/// Returns an invitation to a space whose relay would be on this port.
fn join(port: u16) -> Command {
    let mut world = World::new();
    let invitation = Invitation {
        space: SpaceId::new([7; 32]),
        url: format!("ws://127.0.0.1:{port}"),
        relay: RelayId::new(SigningSecret::generate(world.rng()).public()),
        sponsor: PartnerId::new([8; 16]),
        secret: InvitationSecret::generate(world.rng()),
        role: Role::Member,
        history: History::All,
        title: None,
    };
    Command::Join { invitation: invitation.to_string() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_before_records_and_secrets_are_durable() {
    let bench = Bench::new();
    let running = bench.start();
    let access = running.access().clone();
    access.overview().await.unwrap();
    let (records, secrets) =
        (bench.disk.stats().records, bench.keystore().unwrap().secrets().len());
    let relay = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = relay.local_addr().unwrap().port();
    let joining = tokio::spawn(async move { access.command(join(port)).await });
    // The first thing that leaves is the dial; by then all of this must be there.
    let dialled = relay.accept().await.unwrap();
    assert!(bench.disk.stats().records > records);
    assert!(bench.keystore().unwrap().secrets().len() > secrets);
    drop((dialled, relay));
    // A relay that hangs up is a relay that is not reached, and the request is kept.
    let reply = joining.await.unwrap().unwrap();
    assert!(matches!(reply, Reply::Unsent { link: LinkState::Unreachable, .. }), "{reply:?}");
    running.end().await.unwrap();
    let again = bench.restart();
    let overview = again.access().overview().await.unwrap();
    assert_eq!(overview.spaces.len(), 1);
    assert_eq!(overview.name, "CLSM");
    again.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_refuses_stops_the_loop_and_lets_nothing_leave() {
    let bench = Bench::new();
    let running = bench.start();
    let access = running.access().clone();
    access.overview().await.unwrap();
    bench.disk.0.1.store(true, Ordering::Relaxed);
    let relay = TcpListener::bind("127.0.0.1:0").unwrap();
    relay.set_nonblocking(true).unwrap();
    let port = relay.local_addr().unwrap().port();
    let failure = access.command(join(port)).await.unwrap_err();
    assert_eq!((failure.exit, failure.code), (Exit::Setup, "disk-full"));
    // Every later call says the same, until the process starts again.
    assert_eq!(access.command(Command::Spaces).await.unwrap_err().code, "disk-full");
    assert_eq!(access.stopped().await.code, "disk-full");
    assert_eq!(running.end().await.unwrap_err().code, "disk-full");
    assert!(relay.accept().is_err(), "a dial left before its records were durable");
    bench.disk.0.1.store(false, Ordering::Relaxed);
    let again = bench.restart();
    assert!(again.access().overview().await.unwrap().spaces.is_empty());
    again.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_altered_record_does_not_open_and_is_named() {
    let bench = Bench::new();
    let running = bench.start();
    running.access().overview().await.unwrap();
    running.end().await.unwrap();
    let (key, mut value) = bench.disk.scan(&[0], &[], 1, 1 << 20).unwrap().remove(0);
    *value.last_mut().unwrap() ^= 1;
    let mut batch = Batch::new();
    batch.put(key.clone(), value);
    bench.disk.apply(&batch).unwrap();
    let keystore = bench.keystore().unwrap();
    let store = SealedStore::new(Box::new(bench.disk.clone()), keystore.store_key());
    assert_eq!(store.get(&key), Err(RecordError::DoesNotOpen(key.clone())));
    let failure = failures::of_records(&RecordError::DoesNotOpen(key));
    assert_eq!((failure.exit, failure.code), (Exit::Setup, "record-unreadable"));
}
