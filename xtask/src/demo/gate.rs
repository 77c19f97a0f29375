//! A gate: a loopback port that hands connections on to the relay, until it is shut.
//!
//! Shutting it cuts what is under way, as pulling a cable does; the partner behind it keeps
//! working, the others notice nothing.

use anyhow::{Context as _, Result};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// One partner's way to the relay.
pub(super) struct Gate {
    port: u16,
    way: Arc<Mutex<Way>>,
}

/// Whether the gate is open, and what passes it: one lock for both, so that nothing that was
/// about to pass is still under way once the gate is shut.
struct Way {
    open: bool,
    passing: Vec<TcpStream>,
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
        let way = Arc::new(Mutex::new(Way { open: true, passing: Vec::new() }));
        let gate = Self { port, way: Arc::clone(&way) };
        // The port stays the gate's own while it is shut: whoever dials is turned away.
        thread::spawn(move || {
            for incoming in listener.incoming().flatten() {
                pass(&incoming, relay, &way);
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
        let mut way = held(&self.way);
        way.open = false;
        for stream in way.passing.drain(..) {
            // A stream that is already gone needs no cutting.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Brings the network back.
    pub(super) fn reopen(&self) {
        held(&self.way).open = true;
    }
}

fn held(way: &Mutex<Way>) -> MutexGuard<'_, Way> {
    way.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Joins a connection to the relay; a shut gate, or a relay that cannot be reached, closes it.
fn pass(incoming: &TcpStream, relay: SocketAddr, way: &Mutex<Way>) {
    let onward = if held(way).open { TcpStream::connect(relay).ok() } else { None };
    let ends = onward.and_then(|outgoing| {
        let ends = [incoming.try_clone().ok()?, outgoing.try_clone().ok()?];
        Some((ends, [incoming.try_clone().ok()?, outgoing]))
    });
    let mut way = held(way);
    let Some(([up, down], kept)) = ends.filter(|_| way.open) else {
        drop(incoming.shutdown(Shutdown::Both));
        return;
    };
    let (Ok(back_up), Ok(back_down)) = (up.try_clone(), down.try_clone()) else {
        drop(incoming.shutdown(Shutdown::Both));
        return;
    };
    way.passing.extend(kept);
    thread::spawn(move || carry(up, down));
    thread::spawn(move || carry(back_down, back_up));
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::time::Duration;

    /// A relay that says one byte to whoever connects.
    fn relay() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                stream.write_all(b"!").unwrap();
                thread::spawn(move || stream.read(&mut [0]));
            }
        });
        address
    }

    /// Tells whether the relay is heard through the gate.
    fn is_heard(gate: &Gate) -> (bool, TcpStream) {
        let mut stream = TcpStream::connect(("127.0.0.1", gate.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let heard = matches!(stream.read(&mut [0]), Ok(1));
        (heard, stream)
    }

    #[test]
    fn a_shut_gate_lets_nothing_pass_and_an_open_one_everything() {
        let gate = Gate::towards(relay()).unwrap();
        for _ in 0..20 {
            let (heard, mut stream) = is_heard(&gate);
            assert!(heard, "an open gate");
            gate.shut();
            assert!(!matches!(stream.read(&mut [0]), Ok(1)), "what passed is cut");
            assert!(!is_heard(&gate).0, "a shut gate");
            gate.reopen();
        }
    }

    #[test]
    fn nothing_slips_through_while_the_gate_is_shut() {
        let gate = Arc::new(Gate::towards(relay()).unwrap());
        for _ in 0..50 {
            let behind = Arc::clone(&gate);
            let dialling = thread::spawn(move || is_heard(&behind).1);
            gate.shut();
            let mut stream = dialling.join().unwrap();
            assert!(!matches!(stream.read(&mut [0]), Ok(1)), "still under way behind a shut gate");
            assert!(held(&gate.way).passing.is_empty());
            gate.reopen();
        }
    }
}
