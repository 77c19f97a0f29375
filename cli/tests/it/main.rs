//! The program itself, as people and scripts run it, as far as that needs no relay.

mod daemon; // `serve`, and other commands through it
mod offline; // making a replica, errors, languages
mod program; // runs the binary in a home of its own
