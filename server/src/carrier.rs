//! How frames travel: WebSocket over TCP, with TLS 1.3 when the relay has a certificate.
//!
//! A carrier moves bytes between sockets and the driver's bounded queues. It never looks into a
//! frame, and never decides anything but how much a peer may send, how fast, and for how long.

mod accept; // from a listening socket to one request
mod door; // how many may come in
mod frames; // RFC 6455 without a socket
pub(crate) mod link; // one link's life
pub(crate) mod tls; // certificate, exporter

pub(crate) use accept::{Arrival, Entrance};
pub(crate) use door::{Door, Place};
