//! A session without a socket: the machine runs in this process, over the store at rest.
//!
//! The same driver serves it, under the same journal law. Both ends of the link are in one process,
//! so there is no transport to be bound to.

use std::sync::Arc;
use std::time::Duration;

use console::{Failure, Text};
use protocol::env::{ChannelBinding, LinkId};
use tokio::time::timeout;

use super::{Done, Errand, Session, Step};
use crate::driver::{self, Blueprint, Inbox, Outgoing, Outlet, Request, SharedStore};
use crate::health::Health;

/// The only link of such a session.
const LINK: LinkId = LinkId(0);
/// What both ends of a link within one process are bound to, since a space may ask for it.
const WITHIN: ChannelBinding = ChannelBinding::TlsExporter([0; 32]);
/// Time a whole session may take.
const TIME_MAX: Duration = Duration::from_secs(60);

/// Runs an errand on a store that no process serves.
///
/// # Errors
/// Whatever the machine refuses; status 3 for a store that fails.
pub(crate) async fn inside(
    errand: &Errand,
    blueprint: Blueprint,
    store: SharedStore,
) -> Result<Done, Failure> {
    let driver = driver::start(blueprint, store, Arc::new(Health::default()))?;
    let outlet = Arc::new(Outlet::default());
    driver.inlet.opened(LINK, WITHIN, Arc::clone(&outlet)).await;
    let (mut session, hello) = Session::start(errand, WITHIN);
    let talk = async {
        let mut next = Some(Inbox::Received(hello.into()));
        loop {
            if let Some(item) = next.take()
                && let Some(waiting) = driver.inlet.hand(LINK, item)
            {
                waiting.await;
            }
            match outlet.take() {
                Some(Outgoing::Frame(frame)) => match session.take(&frame)? {
                    Step::Send(frame) => next = Some(Inbox::Received(frame.into())),
                    Step::Wait => {}
                    Step::Done(done) => return Ok(done),
                },
                Some(Outgoing::Streamed) => next = Some(Inbox::Streamed),
                None if outlet.ended().is_some() => return Err(cut_short()),
                None => outlet.woken().await,
            }
        }
    };
    let outcome = timeout(TIME_MAX, talk).await.unwrap_or_else(|_| Err(cut_short()));
    driver.inlet.ask(Request::Stop).await;
    match driver.ended.await {
        Ok(Err(fault)) => Err(fault.into()),
        Ok(Ok(())) | Err(_) => outcome,
    }
}

fn cut_short() -> Failure {
    let message = Text::of("la séance s'est interrompue", "the session was cut short");
    Failure::refused("session-cut", message)
}
