//! A gate: a loopback port that hands connections on to the relay, until it is shut.
//!
//! Shutting it cuts what is under way, as pulling a cable does; the partner behind it keeps
//! working, the others notice nothing.

use anyhow::{Context as _, Result};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// One partner's way to the relay.
pub(super) struct Gate {
    port: u16,
    open: Arc<AtomicBool>,
    passing: Arc<Mutex<Vec<TcpStream>>>,
}

impl Gate {
    /// Opens a gate towards the relay.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub(super) fn towards(relay: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port for a gate")?;
        let port = listener.local_addr()?.port();
        let open = Arc::new(AtomicBool::new(true));
        let passing = Arc::new(Mutex::new(Vec::new()));
        let gate = Self { port, open: Arc::clone(&open), passing: Arc::clone(&passing) };
        thread::spawn(move || {
            for incoming in listener.incoming().flatten() {
                if open.load(Ordering::SeqCst) {
                    pass(&incoming, relay, &passing);
                }
            }
        });
        Ok(gate)
    }

    /// Where the partner dials instead of the relay.
    pub(super) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// Cuts the network of the partner behind it.
    pub(super) fn shut(&self) {
        self.open.store(false, Ordering::SeqCst);
        if let Ok(mut passing) = self.passing.lock() {
            for stream in passing.drain(..) {
                // A stream that is already gone needs no cutting.
                drop(stream.shutdown(Shutdown::Both));
            }
        }
    }

    /// Brings the network back.
    pub(super) fn reopen(&self) {
        self.open.store(true, Ordering::SeqCst);
    }
}

/// Joins a connection to the relay; one that cannot be reached closes it.
fn pass(incoming: &TcpStream, relay: SocketAddr, passing: &Mutex<Vec<TcpStream>>) {
    let Ok(outgoing) = TcpStream::connect(relay) else {
        drop(incoming.shutdown(Shutdown::Both));
        return;
    };
    for (from, to) in [(incoming, &outgoing), (&outgoing, incoming)] {
        let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else {
            return;
        };
        if let (Ok(mut list), Ok(copy)) = (passing.lock(), from.try_clone()) {
            list.push(copy);
        }
        thread::spawn(move || carry(from, to));
    }
}

/// Carries bytes one way until either end is gone.
fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 || to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
}
