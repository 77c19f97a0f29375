//! A tap on the line between replicas and a relay: what an honest but curious network sees, and
//! what a hostile one may do.
//!
//! On loopback there is no TLS, so the tap stands for the relay itself as well: it reads every
//! message as the relay does, keeps it, and may hold it back, change it, or answer in its place.

use std::io::ErrorKind;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use protocol::wire::{ToRelay, ToReplica};
use tungstenite::{Error, Message, WebSocket};

/// How long one end is listened to before the other.
const TURN: Duration = Duration::from_millis(2);

/// A message on its way.
pub(crate) enum Passing {
    /// From a replica.
    Up(ToRelay),
    /// From the relay.
    Down(ToReplica),
}

/// What the tap does with a message.
pub(crate) enum Fate {
    /// Hands it on, as it is.
    Pass,
    /// Lets it disappear.
    Hold,
    /// Hands on another frame instead.
    Change(Vec<u8>),
    /// Answers whoever has said it; the other end hears nothing.
    Answer(ToReplica),
}

type Hand = Box<dyn FnMut(&Passing) -> Fate + Send>;

/// The tap.
#[derive(Clone)]
pub(crate) struct Tap {
    url: String,
    frames: Arc<Mutex<Vec<Vec<u8>>>>,
    hand: Arc<Mutex<Hand>>,
}

impl Tap {
    /// Opens a tap on the way to a relay that listens at an address, and lets everything pass.
    pub(crate) fn on(relay: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let tap = Self {
            url: format!("ws://{address}"),
            frames: Arc::default(),
            hand: Arc::new(Mutex::new(Box::new(|_| Fate::Pass))),
        };
        let (own, relay) = (tap.clone(), relay.to_owned());
        thread::spawn(move || {
            for replica in listener.incoming().flatten() {
                let (own, relay) = (own.clone(), relay.clone());
                // A relay that is down is what the replica finds, too.
                thread::spawn(move || own.join(replica, &relay));
            }
        });
        tap
    }

    /// Where replicas dial instead of the relay.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Decides from now on what happens to each message.
    pub(crate) fn handle(&self, hand: impl FnMut(&Passing) -> Fate + Send + 'static) {
        *self.hand.lock().expect("no hand panics") = Box::new(hand);
    }

    /// Returns every frame that has passed or tried to.
    pub(crate) fn frames(&self) -> Vec<Vec<u8>> {
        self.frames.lock().expect("no reader panics").clone()
    }

    fn join(&self, replica: TcpStream, relay: &str) -> Option<()> {
        let onward = TcpStream::connect(relay).ok()?;
        let ends = [replica.try_clone().ok()?, onward.try_clone().ok()?];
        let mut up = tungstenite::accept(replica).ok()?;
        let (mut down, _) = tungstenite::client(format!("ws://{relay}/"), onward).ok()?;
        for end in &ends {
            end.set_read_timeout(Some(TURN)).ok()?;
        }
        while self.carry(&mut up, &mut down, true) && self.carry(&mut down, &mut up, false) {}
        for end in ends {
            // Gone already, or told now: either way nothing more passes.
            drop(end.shutdown(Shutdown::Both));
        }
        Some(())
    }

    /// Carries at most one message; false once an end is gone.
    fn carry(
        &self,
        from: &mut WebSocket<TcpStream>,
        to: &mut WebSocket<TcpStream>,
        upwards: bool,
    ) -> bool {
        let frame = match from.read() {
            Ok(Message::Binary(frame)) => frame,
            Ok(Message::Ping(_) | Message::Pong(_)) => return true,
            Ok(_) => return false,
            Err(Error::Io(error)) => {
                return matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
            }
            Err(_) => return false,
        };
        self.frames.lock().expect("no reader panics").push(frame.to_vec());
        let passing = match upwards {
            true => ToRelay::parse(&frame).map(Passing::Up),
            false => ToReplica::parse(&frame).map(Passing::Down),
        };
        let passing = passing.expect("both programs say what they can read");
        let fate = (self.hand.lock().expect("no hand panics"))(&passing);
        match fate {
            Fate::Pass => to.send(Message::Binary(frame)).is_ok(),
            Fate::Hold => true,
            Fate::Change(other) => to.send(Message::Binary(other.into())).is_ok(),
            Fate::Answer(answer) => from.send(Message::Binary(answer.to_bytes().into())).is_ok(),
        }
    }
}
