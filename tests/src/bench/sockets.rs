//! Live keystrokes through the process of a relay: real sockets on loopback, a real disk under
//! the relay, one writer and ten readers. Beside it: a bare WebSocket server in a thread of its
//! own that hands every frame on to the same eleven links, and neither checks nor stores.
//!
//! Eleven replicas share one thread of this process, as they would share nothing in life: what
//! is measured is the work of all of them and the relay's. The clock they are lent runs ahead
//! with the typing, so that a second of collecting costs no second of waiting.

use client_core::document::Edit;
use client_core::replica::{Command, Reply};
use protocol::id::DocumentId;
use protocol::register::{History, Role, Rule, SpaceKind};
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Amount, Line};

mod desk; // replicas that share a thread, over real sockets
mod fan_out; // frames handed on and nothing else
mod relay; // the relay's process

use desk::Desk;

/// Readers beside the writer.
pub(super) const READERS: usize = 10;
/// Keystrokes typed in one go.
const KEYS: usize = 600;
/// Time between two keystrokes, for the replicas' clock.
const PACE: Duration = Duration::from_millis(120);
/// Keystrokes sent one by one.
const SINGLE_KEYS: usize = 200;
/// The section written into.
const SECTION: &str = "objet";
/// The text typed, over and over.
const TEXT: &str = "les partenaires organisent ensemble un accueil ";

/// Measures, with the relay's program.
///
/// # Errors
/// Says what does not work.
pub fn measure(program: &Path) -> Result<Vec<Line>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(run(program))
}

async fn run(program: &Path) -> Result<Vec<Line>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let relay = relay::Process::start(program, folder.path())?;
    let mut desk = Desk::new();
    let document = sit_down(&mut desk, relay.url()).await?;
    let (typed, frames) = type_text(&mut desk, document).await?;
    let mut singles = single_keys(&mut desk, document).await?;
    reads_all(&mut desk, document).await?;
    let single_frame = frames.last().cloned().ok_or("nothing was sent")?;
    let mut fan_out = fan_out::FanOut::start(READERS + 1).await?;
    let bare = fan_out.hand_on(&frames).await?;
    let mut bare_singles = Vec::new();
    for _ in 0..SINGLE_KEYS {
        bare_singles.push(fan_out.hand_on(std::slice::from_ref(&single_frame)).await?);
    }
    let envelopes = frames.len();
    let single = |id, which: &str, share| Line {
        id,
        what: format!("one key, saved, sealed, relayed durably, shown by {READERS}: {which}"),
        figure: Amount::Time(centile(&mut singles.clone(), share)),
        beside: format!("one such frame handed on by a bare WebSocket server: {which}"),
        other: Amount::Time(centile(&mut bare_singles.clone(), share)),
        budget: Some(Amount::Time(Duration::from_millis(50))),
    };
    let lines = vec![
        Line {
            id: "socket_keystrokes",
            what: format!("{KEYS} keystrokes in {envelopes} envelopes, {READERS} readers, sockets"),
            figure: Amount::Time(typed),
            beside: "the same frames handed on by a bare WebSocket server".to_owned(),
            other: Amount::Time(bare),
            budget: None,
        },
        single("socket_key_median", "half of them faster", 50),
        single("socket_key_95", "95 of 100 faster", 95),
    ];
    singles.clear();
    drop(relay);
    Ok(lines)
}

/// Returns the duration that so many of a hundred do not exceed.
fn centile(times: &mut [Duration], share: usize) -> Duration {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    times.get(last * share / 100).copied().unwrap_or_default()
}

/// Founds a space, admits the readers, makes a document, and lets everybody stay connected.
async fn sit_down(desk: &mut Desk, url: &str) -> Result<DocumentId, String> {
    desk.add();
    let found = Command::Found {
        title: "banc".to_owned(),
        url: url.to_owned(),
        ticket: None,
        kind: SpaceKind::Territory,
        rule: Rule::USUAL,
    };
    let Reply::Founded { space, .. } = desk.call(0, found).await? else {
        return Err("founding has another answer".to_owned());
    };
    desk.call(0, Command::Watch { on: true }).await?;
    for _ in 0..READERS {
        let (role, history) = (Role::Member, Some(History::All));
        let invite = Command::Invite { space, role, history };
        let Reply::Invited(invited) = desk.call(0, invite).await? else {
            return Err("inviting has another answer".to_owned());
        };
        desk.call(0, Command::Sync { space: None }).await?;
        let reader = desk.add();
        let join = Command::Join { invitation: invited.invitation };
        let Reply::Joined(joined) = desk.call(reader, join).await? else {
            return Err("joining has another answer".to_owned());
        };
        let proposal = joined.request.ok_or("no request")?;
        desk.call(reader, Command::Sync { space: None }).await?;
        desk.call(0, Command::Sync { space: None }).await?;
        desk.call(0, Command::Approve { space, proposal }).await?;
        desk.call(0, Command::Sync { space: None }).await?;
        desk.call(reader, Command::Watch { on: true }).await?;
        desk.call(0, Command::Sync { space: None }).await?;
        desk.call(reader, Command::Sync { space: None }).await?;
    }
    let (kind, title) = ("convention".to_owned(), "banc".to_owned());
    let new = Command::NewDocument { space, kind, title };
    let Reply::Edited { document, .. } = desk.call(0, new).await? else {
        return Err("a new document has another answer".to_owned());
    };
    desk.call(0, Command::Sync { space: None }).await?;
    // Whatever the others still had to say is said before anything is counted.
    desk.settle(Duration::from_secs(1)).await?;
    for reader in 0..=READERS {
        // A document that nobody looks at is not kept up to date: it is read when opened.
        desk.call(reader, Command::Show { document, at: None }).await?;
    }
    Ok(document)
}

/// Types, and returns the time until the last reader has the last key, and the frames sent.
async fn type_text(
    desk: &mut Desk,
    document: DocumentId,
) -> Result<(Duration, Vec<Vec<u8>>), String> {
    desk.record();
    let began = Instant::now();
    for key in TEXT.chars().cycle().take(KEYS) {
        desk.ask(0, key_edit(document, key));
        desk.pass(PACE);
        desk.ring();
        // At a person's pace every envelope has long arrived when the next is sealed.
        desk.all_have(desk.pushed()).await?;
        desk.drain().await;
    }
    desk.call(0, Command::Sync { space: None }).await?;
    desk.all_have(desk.pushed()).await?;
    Ok((began.elapsed(), desk.recorded()))
}

/// Types keys one by one, each sealed at once, and returns how long each took to the last.
async fn single_keys(desk: &mut Desk, document: DocumentId) -> Result<Vec<Duration>, String> {
    let mut times = Vec::new();
    for key in TEXT.chars().cycle().take(SINGLE_KEYS) {
        let (before, began) = (desk.pushed(), Instant::now());
        desk.ask(0, key_edit(document, key));
        desk.ask(0, Command::Sync { space: None });
        if desk.pushed() != before + 1 {
            return Err("a hurried key is not sealed at once".to_owned());
        }
        desk.all_have(before + 1).await?;
        times.push(began.elapsed());
        desk.calm().await?;
    }
    Ok(times)
}

fn key_edit(document: DocumentId, key: char) -> Command {
    let edit = Edit::AppendText { place: SECTION.to_owned(), text: key.to_string() };
    Command::Edit { document, edit }
}

/// Every reader must show the whole text, or the figure means nothing.
async fn reads_all(desk: &mut Desk, document: DocumentId) -> Result<(), String> {
    for by in 0..=READERS {
        let Reply::Document(view) = desk.call(by, Command::Show { document, at: None }).await?
        else {
            return Err("showing has another answer".to_owned());
        };
        let section = view.content.section(SECTION);
        let length = section.map_or(0, |section| section.text.chars().count());
        if length != KEYS + SINGLE_KEYS {
            return Err(format!("replica {by} shows {length} keystrokes"));
        }
    }
    Ok(())
}
