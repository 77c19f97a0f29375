//! A replica's end of a link, driven by hand.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use protocol::Refusal;
use protocol::codec;
use protocol::crypto::SigningSecret;
use protocol::env::ChannelBinding;
use protocol::id::{RelayId, SpaceId};
use protocol::register::{Entry, Register};
use protocol::session::Dialled;
use protocol::wire::{NO_SPACE, Standing, ToRelay, ToReplica, Welcome};
use server::keys::entropy;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::{WebSocketStream, client_async};
use tungstenite::Message;

use crate::circle::Circle;

/// No honest answer takes longer, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for S {}

/// A link to a relay.
pub(crate) struct Client {
    socket: WebSocketStream<Box<dyn Wire>>,
    /// Received and not asked for yet.
    early: Vec<ToReplica>,
}

impl Client {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::over(Box::new(stream)).await.unwrap()
    }

    pub(crate) async fn over(stream: Box<dyn Wire>) -> Result<Self, tungstenite::Error> {
        let (socket, _) =
            timeout(PATIENCE, client_async("ws://relay/ws", stream)).await.unwrap()?;
        Ok(Self { socket, early: Vec::new() })
    }

    pub(crate) async fn say(&mut self, message: &ToRelay) {
        self.say_bytes(message.to_bytes()).await.unwrap();
    }

    pub(crate) async fn say_bytes(&mut self, bytes: Vec<u8>) -> Result<(), tungstenite::Error> {
        self.socket.send(Message::Binary(bytes.into())).await
    }

    /// Returns the next message; none once the relay has closed.
    pub(crate) async fn hear(&mut self) -> Option<ToReplica> {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await.expect("an answer in time");
            match message {
                Some(Ok(Message::Binary(frame))) => {
                    return Some(ToReplica::parse(&frame).unwrap());
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Returns the first message that `wanted` takes, keeping the others.
    pub(crate) async fn until<T>(&mut self, wanted: impl Fn(&ToReplica) -> Option<T>) -> T {
        if let Some(at) = self.early.iter().position(|message| wanted(message).is_some()) {
            return wanted(&self.early.remove(at)).unwrap();
        }
        loop {
            let message = self.hear().await.expect("an open link");
            match wanted(&message) {
                Some(found) => return found,
                None => self.early.push(message),
            }
        }
    }

    /// Proves a key. Returns the welcome, or why the relay took leave.
    pub(crate) async fn join(
        &mut self,
        space: SpaceId,
        key: &SigningSecret,
        binding: ChannelBinding,
    ) -> Result<(RelayId, Welcome), Refusal> {
        let (dialled, hello) =
            Dialled::new(space, key.public(), None, (binding, false), &mut entropy()).unwrap();
        self.say(&ToRelay::Hello(hello)).await;
        let challenge = match self.hear().await {
            Some(ToReplica::Challenge(challenge)) => challenge,
            other => panic!("{other:?}"),
        };
        self.say(&ToRelay::Prove(dialled.answer(&challenge, key)?)).await;
        match self.hear().await {
            Some(ToReplica::Welcome(welcome)) => Ok((challenge.relay, welcome)),
            Some(ToReplica::Refused { refusal, .. } | ToReplica::Bye(refusal)) => Err(refusal),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn push(&mut self, envelope: &[u8]) -> Result<u64, Refusal> {
        self.say(&ToRelay::Push(envelope.to_vec())).await;
        self.until(|message| match message {
            ToReplica::Kept { position, .. } => Some(Ok(*position)),
            ToReplica::Refused { refusal, .. } => Some(Err(*refusal)),
            _ => None,
        })
        .await
    }

    /// Reads both logs from their start, until the relay says where they stand.
    pub(crate) async fn follow(&mut self) -> (Register, Vec<Vec<u8>>) {
        self.say(&ToRelay::Follow { register_from: 0, journal_from: 0 }).await;
        let (mut register, mut journal): (Option<Register>, Vec<Vec<u8>>) = (None, Vec::new());
        loop {
            match self.hear().await.expect("an open link") {
                ToReplica::Acts { entries, .. } => {
                    for bytes in entries {
                        let entry: Entry = codec::from_bytes(&bytes).unwrap();
                        assert_eq!(Register::fold(&mut register, &entry), Ok(None));
                    }
                }
                ToReplica::Envelopes { entries, .. } => journal.extend(entries),
                ToReplica::Heads { journal: head, .. } if head.size == journal.len() as u64 => {
                    return (register.unwrap(), journal);
                }
                other => self.early.push(other),
            }
        }
    }

    /// Founds a circle's space and opens its first epoch; returns its register.
    pub(crate) async fn found(&mut self, circle: &mut Circle, binding: ChannelBinding) -> Register {
        let (_, welcome) = self.join(NO_SPACE, &circle.device, binding).await.unwrap();
        assert_eq!(welcome.standing, Standing::UnknownSpace);
        let charter = Box::new(circle.charter(*welcome.terms.unwrap()));
        self.say(&ToRelay::Found { charter, ticket: None, held: 0 }).await;
        let standing = self
            .until(|message| match message {
                ToReplica::Welcome(welcome) => Some(Ok(welcome.standing)),
                ToReplica::Refused { refusal, .. } => Some(Err(*refusal)),
                _ => None,
            })
            .await;
        assert_eq!(standing, Ok(Standing::Member));
        let (register, _) = self.follow().await;
        let (act, wraps) = circle.opening(&register);
        let act = Box::new(act);
        self.say(&ToRelay::Submit { ticket: 5, act, wraps: Some(wraps) }).await;
        let submitted = self
            .until(|message| match message {
                ToReplica::Submitted { ticket: 5, seq } => Some(Ok(*seq)),
                ToReplica::Refused { refusal, .. } => Some(Err(*refusal)),
                _ => None,
            })
            .await;
        assert_eq!(submitted, Ok(1));
        let entries = self
            .until(|message| match message {
                ToReplica::Acts { from: 1, entries } => Some(entries.clone()),
                _ => None,
            })
            .await;
        let mut register = register;
        for bytes in entries {
            let entry: Entry = codec::from_bytes(&bytes).unwrap();
            assert_eq!(register.push(&entry).unwrap(), None);
        }
        register
    }

    /// Waits for the relay's goodbye, and returns its reason.
    pub(crate) async fn goodbye(&mut self) -> Refusal {
        self.until(|message| match message {
            ToReplica::Bye(why) => Some(*why),
            _ => None,
        })
        .await
    }

    /// Asks whether the link is alive.
    pub(crate) async fn ping(&mut self) {
        self.say(&ToRelay::Ping).await;
        self.until(|message| (*message == ToReplica::Pong).then_some(())).await;
    }
}
