//! Keystrokes typed live: sealed, signed, ordered by the relay and shown by ten readers, beside
//! bare Automerge doing the same editing; and the bytes that cross the writer's link.

use automerge::transaction::Transactable;
use automerge::{Automerge, ObjType, ROOT, ReadDoc};
use client_core::document::Edit;
use client_core::replica::{Command, Reply};
use protocol::register::{History, Role};

use super::{Amount, Line, spent, to_f64};
use crate::story::Story;

/// Readers beside the writer.
const READERS: usize = 10;
/// Keystrokes typed.
const KEYS: usize = 600;
/// Time between two keystrokes, in simulated milliseconds.
const PACE_MS: u64 = 120;
/// The text typed, over and over.
const TEXT: &str = "les partenaires organisent ensemble un accueil ";

/// Measures.
///
/// # Errors
/// Says what does not work.
pub fn measure() -> Result<Vec<Line>, String> {
    let mut story = Story::found(1, 1, 1)?;
    for _ in 0..READERS {
        story.admit(Role::Member, History::All)?;
    }
    let document = story.documents[0];
    story.world.measuring = true;
    for by in 0..=READERS {
        story.world.ask(by, Command::Watch { on: true });
    }
    story.wait(5_000);
    let bytes = story.world.watch.first_bytes;
    let ((), took) = spent(|| {
        for key in TEXT.chars().cycle().take(KEYS) {
            let text = key.to_string();
            let edit = Edit::AppendText { place: "objet".to_owned(), text };
            story.world.ask(0, Command::Edit { document, edit });
            story.world.run(PACE_MS);
        }
        story.world.run(10_000);
    });
    let pushed = story.world.watch.first_bytes - bytes;
    reads_all(&mut story)?;
    let ((bare_bytes, ()), bare) = spent(bare_automerge);
    let keys = to_f64(KEYS as u64);
    Ok(vec![
        Line {
            id: "live_keystrokes",
            what: format!("{KEYS} live keystrokes, sealed and signed, to {READERS} readers"),
            figure: Amount::Time(took),
            beside: "the same keystrokes applied eleven times by bare Automerge".to_owned(),
            other: Amount::Time(bare),
            budget: None,
        },
        Line {
            id: "keystroke_bytes",
            what: "one keystroke on the writer's wire, envelopes whole".to_owned(),
            figure: Amount::Bytes(to_f64(pushed) / keys),
            beside: "the bare change".to_owned(),
            other: Amount::Bytes(to_f64(bare_bytes) / keys),
            budget: None,
        },
    ])
}

/// Every reader must show the whole text, or the figure means nothing.
fn reads_all(story: &mut Story) -> Result<(), String> {
    let document = story.documents[0];
    for by in 0..=READERS {
        match story.call(by, Command::Show { document, at: None }) {
            Some(Ok(Reply::Document(view))) => {
                let section = view.content.section("objet");
                let length = section.map_or(0, |section| section.text.chars().count());
                if length != KEYS {
                    return Err(format!("machine {by} shows {length} of {KEYS} keystrokes"));
                }
            }
            answer => return Err(format!("machine {by}: {answer:?}")),
        }
    }
    Ok(())
}

/// Types the same text into bare Automerge and applies each change to ten more documents.
fn bare_automerge() -> (u64, ()) {
    let mut writer = Automerge::new();
    let made = writer.transact(|tx| tx.put_object(ROOT, "objet", ObjType::Text));
    let text = made.expect("an empty document takes a text").result;
    let mut readers: Vec<Automerge> = (0..READERS).map(|_| writer.fork()).collect();
    let mut bytes = 0;
    for key in TEXT.chars().cycle().take(KEYS) {
        let mut letter = [0; 4];
        let letter = key.encode_utf8(&mut letter);
        let at = writer.length(&text);
        let typed = writer.transact(|tx| tx.splice_text(&text, at, 0, letter));
        typed.expect("the end of a text is in it");
        let change = writer.get_last_local_change().expect("something was typed");
        bytes += change.raw_bytes().len() as u64;
        for reader in &mut readers {
            let applied = reader.apply_changes([change.clone()]);
            applied.expect("changes arrive in order");
        }
    }
    (bytes, ())
}
