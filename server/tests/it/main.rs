//! The relay on real sockets and disks: in this process, and as its own program.
// A test waits for one message among many, and shows what it has measured.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, clippy::print_stderr)]

mod abuse; // floods, half-open crowds, wrong transports
mod admin; // the socket beside the port, the commands over it
mod circle; // a space with its keys, and envelopes to push
mod client; // a replica's end of a link, by hand
mod disk; // full disks, crashes, restarts
mod discretion; // what the logs and the store never hold
mod flow; // found, push, follow, drain
mod memory; // what links and logs cost
mod power; // the operator's suspension
mod program; // the binary: exit statuses, first lines, signals
mod relay; // one relay, in this process
mod tls; // the exporter at both ends
