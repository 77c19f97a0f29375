//! RFC 6455 without a socket: bytes in, messages out.
//!
//! The library's parser is fed by hand, which gives what its own stream types do not: a limit that
//! changes once the peer has proven itself, a stop after each message, and buffers that shrink.
//! Nothing is allocated for a length that a peer merely announces beyond the limit in force.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use axum::body::Bytes;
use protocol::limits::{BEFORE_AUTH_BYTES_MAX, FRAME_BYTES_MAX};
use tungstenite::Message;
use tungstenite::error::{CapacityError, Error};
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tungstenite::protocol::frame::{CloseFrame, FrameHeader};
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};

#[cfg(test)]
mod tests;

/// Capacity of the parser's buffer when nothing arrives.
const READ_BUFFER_BYTES: usize = 1024;
/// Largest control frame with its header; a few may wait to be written.
const CONTROL_BYTES_MAX: usize = 4 * 1024;

/// Why a link cannot go on, as its carrier sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The peer closed, orderly or not.
    Gone,
    /// A message beyond the limit in force.
    TooLarge,
    /// Not RFC 6455, or text where only binary messages are spoken.
    Malformed,
}

/// The receiving half of one WebSocket, and the control frames it wants written.
pub(crate) struct Frames {
    context: WebSocketContext,
    pipe: Pipe,
}

/// What the parser takes for its stream.
#[derive(Default)]
struct Pipe {
    incoming: VecDeque<u8>,
    control: Vec<u8>,
}

impl Frames {
    /// Starts with the limit for peers that have not said who they are.
    pub(crate) fn new() -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(CONTROL_BYTES_MAX)
            .max_message_size(Some(BEFORE_AUTH_BYTES_MAX))
            .max_frame_size(Some(BEFORE_AUTH_BYTES_MAX));
        let context = WebSocketContext::new(Role::Server, Some(config));
        Self { context, pipe: Pipe::default() }
    }

    /// Allows messages of full size.
    pub(crate) fn trust(&mut self) {
        self.context.set_config(|config| {
            config.max_message_size = Some(FRAME_BYTES_MAX);
            config.max_frame_size = Some(FRAME_BYTES_MAX);
        });
    }

    /// Takes bytes that arrived.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.pipe.incoming.extend(bytes);
    }

    /// Returns how many bytes were fed and not parsed yet.
    pub(crate) fn unparsed(&self) -> usize {
        self.pipe.incoming.len()
    }

    /// Returns the next binary message, `None` when more bytes are needed.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        loop {
            match self.context.read(&mut self.pipe) {
                Ok(Message::Binary(payload)) => return Ok(Some(payload)),
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
                Ok(Message::Text(_)) => return Err(Broken::Malformed),
                Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => {
                    return Err(Broken::Gone);
                }
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.shrink();
                    return Ok(None);
                }
                Err(Error::Capacity(CapacityError::MessageTooLong { .. })) => {
                    return Err(Broken::TooLarge);
                }
                Err(_) => return Err(Broken::Malformed),
            }
        }
    }

    /// Takes the control frames that wait to be written: pongs and the close.
    pub(crate) fn take_control(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.pipe.control)
    }

    /// Asks for a close frame to be written; nothing is said after it.
    pub(crate) fn close(&mut self, code: CloseCode) {
        let frame = CloseFrame { code, reason: "".into() };
        // A peer that closed first has been answered already.
        let _ = self.context.close(&mut self.pipe, Some(frame));
    }

    /// Gives back what a burst has left behind.
    fn shrink(&mut self) {
        if self.pipe.incoming.is_empty() && self.pipe.incoming.capacity() > 2 * READ_BUFFER_BYTES {
            self.pipe.incoming = VecDeque::new();
        }
    }
}

/// Returns the header of a binary message of a server: final, unmasked.
pub(crate) fn header(payload_bytes: usize) -> Vec<u8> {
    let header = FrameHeader { opcode: OpCode::Data(Data::Binary), ..FrameHeader::default() };
    let length = u64::try_from(payload_bytes).expect("a length fits 64 bits");
    let mut bytes = Vec::with_capacity(header.len(length));
    header.format(length, &mut bytes).expect("a vector takes what is written to it");
    bytes
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.incoming.is_empty() {
            // Zero would mean that the peer has closed.
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.incoming.read(buffer)
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = CONTROL_BYTES_MAX.saturating_sub(self.control.len());
        if room == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let taken = bytes.len().min(room);
        self.control.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
