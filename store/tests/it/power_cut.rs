//! Power cuts: every state a disk may be left in must open and hold all that was acknowledged.
//!
//! A batch in flight at the cut may be there or not, whole; nothing else may differ. The same
//! judgement over sled's bare `flush` must find losses, or it could not find any.

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use store::{Batch, DiskStore, Engine, Store, verify};

use crate::child::{BARE_SLED, BATCHES, Model, SMALL, everything, model_after};
use crate::recording::{Chance, Cut, Event, World, read_log};
use crate::shim::{Stage, scratch};

/// States per suite, unless [`STATES_WANTED`] asks for more of them.
const STATES: usize = 200;

/// The variable a nightly run sets to a number of states.
const STATES_WANTED: &str = "LIAISON_POWER_CUTS";

fn states() -> usize {
    env::var(STATES_WANTED).map_or(STATES, |text| text.parse().unwrap())
}

/// Cut states that are recovered once more, under observation.
const RECOVERIES: usize = 6;

#[test]
fn sled_keeps_what_it_acknowledged() {
    survives(Engine::Sled);
}

#[test]
fn redb_keeps_what_it_acknowledged() {
    survives(Engine::Redb);
}

#[test]
fn sled_survives_a_cut_while_it_recovers() {
    survives_twice(Engine::Sled);
}

#[test]
fn redb_survives_a_cut_while_it_recovers() {
    survives_twice(Engine::Redb);
}

/// The planted bug: if this finds nothing, the suite proves nothing.
#[test]
fn bare_sled_is_caught_losing() {
    let losses = judge(&record_work(BARE_SLED), 0, states(), open_bare);
    assert!(losses.len() > states() / 4, "only {} losses were seen", losses.len());
}

fn survives(engine: Engine) {
    let events = record_work(engine.name());
    let acks = events.iter().filter(|event| matches!(event, Event::Ack(_))).count();
    assert_eq!(acks, BATCHES as usize, "each batch is acknowledged once");
    let losses = judge(&events, 0, states(), |state| open_adapted(engine, state));
    assert!(losses.is_empty(), "{} states:\n{}", losses.len(), losses.join("\n"));
}

/// Cuts the power again while a store that met a cut recovers and goes on.
fn survives_twice(engine: Engine) {
    let events = record_work(engine.name());
    let mut chance = Chance(2);
    for recovery in 0..RECOVERIES {
        let stage = Stage::new();
        // Recoveries are spread over the first nine tenths: there must be batches to go on with.
        let moment = events.len() * 9 / 10 * (recovery + 1) / RECOVERIES;
        let cut = Cut::ALL[recovery % Cut::ALL.len()];
        let mut world = World::default();
        events[..moment].iter().for_each(|event| world.play(event));
        world.cut(cut, &mut chance, &stage.root());
        let base = events[..moment].iter().filter_map(Event::acked).next_back().unwrap_or(0);
        let again = record(&stage, "recover", engine.name());
        let count = states() / RECOVERIES;
        let losses = judge(&again, base, count, |state| open_adapted(engine, state));
        assert!(losses.is_empty(), "recovery {recovery}:\n{}", losses.join("\n"));
    }
}

fn record_work(engine: &str) -> Vec<Event> {
    record(&Stage::new(), "work", engine)
}

fn record(stage: &Stage, scenario: &str, engine: &str) -> Vec<Event> {
    stage.run(scenario, engine, true);
    let events = read_log(&stage.path("log"));
    check_recording(&events, &stage.root());
    events
}

/// Makes the states of a recording, and returns what was wrong with each bad one.
///
/// `base` batches were acknowledged before it; `open` returns what the store in a folder holds.
fn judge(
    events: &[Event],
    base: u32,
    count: usize,
    open: impl Fn(&Path) -> Result<Model, String>,
) -> Vec<String> {
    let mut losses = Vec::new();
    let mut cuts = moments(events, count).into_iter().enumerate().peekable();
    let mut world = World::default();
    let mut acked = base;
    for (at, event) in events.iter().enumerate() {
        world.play(event);
        acked = event.acked().unwrap_or(acked);
        while let Some((number, _)) = cuts.next_if(|(_, moment)| *moment == at) {
            let cut = Cut::ALL[number % Cut::ALL.len()];
            let state = scratch();
            world.cut(cut, &mut Chance(number as u64), state.path());
            let opened = catch_unwind(AssertUnwindSafe(|| open(state.path())));
            let verdict = match opened {
                Ok(Ok(held)) => compare(&held, acked),
                Ok(Err(refusal)) => Err(refusal),
                Err(_) => Err("the engine panicked".to_string()),
            };
            if let Err(why) = verdict {
                losses.push(format!("state {number}, event {at}, {cut:?}, {acked} acked: {why}"));
            }
        }
    }
    losses
}

/// Picks the moments of the cuts, in order: half of them at any event, half right after an
/// acknowledgement, when nothing may be missing.
fn moments(events: &[Event], count: usize) -> Vec<usize> {
    let acks: Vec<usize> = (0..events.len()).filter(|at| events[*at].acked().is_some()).collect();
    // What the folder held before the recording is not part of the story.
    let start = events.iter().position(|event| matches!(event, Event::SyncAll)).unwrap();
    let mut chance = Chance(1);
    let mut moments: Vec<usize> = (0..count)
        .map(|number| match number % 2 {
            0 => start + chance.below(events.len() - start),
            _ => acks[chance.below(acks.len())],
        })
        .collect();
    moments.sort_unstable();
    moments
}

/// Checks that the recording misses nothing: played to its end it gives the real folder.
fn check_recording(events: &[Event], root: &Path) {
    let mut world = World::default();
    for event in events {
        world.play(event);
    }
    let replayed = scratch();
    world.cut(Cut::Kept, &mut Chance(0), replayed.path());
    let (expected, found) = (files_below(root), files_below(replayed.path()));
    let names = |files: &Model| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&expected), "the recording misses files");
    assert!(found == expected, "the recording misses bytes");
}

fn files_below(root: &Path) -> Model {
    let mut files = Model::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().into();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn compare(held: &Model, acked: u32) -> Result<(), String> {
    if *held == model_after(acked) || (acked < BATCHES && *held == model_after(acked + 1)) {
        return Ok(());
    }
    let expected = model_after(acked);
    let missing = expected.keys().filter(|key| !held.contains_key(*key)).count();
    let wrong = held.iter().filter(|(key, value)| expected.get(*key) != Some(*value)).count();
    Err(format!("{missing} of {} missing, {wrong} wrong or new", expected.len()))
}

/// Opens the way a shell does, writes on, and opens again.
fn open_adapted(engine: Engine, state: &Path) -> Result<Model, String> {
    let dir = state.join("store");
    let open = || DiskStore::open(&dir, engine, true, SMALL).map_err(|e| e.to_string());
    let store = open()?;
    let held = everything(&store);
    let scrub = verify(&store).map_err(|e| e.to_string())?;
    if !scrub.is_sound() {
        return Err(format!("the scrub found {scrub:?}"));
    }
    store.apply(Batch::new().put("zzz", vec![1; 50_000])).map_err(|e| e.to_string())?;
    Box::new(store).close().map_err(|e| e.to_string())?;
    let store = open()?;
    let mut later = everything(&store);
    if later.remove(b"zzz".as_slice()) != Some(vec![1; 50_000]) || later != held {
        return Err("writing after the cut changed what was held".to_string());
    }
    Ok(held)
}

fn open_bare(state: &Path) -> Result<Model, String> {
    let db = sled::open(state.join("store")).map_err(|e| e.to_string())?;
    db.iter()
        .map(|entry| entry.map(|(key, value)| (key.to_vec(), value.to_vec())))
        .collect::<Result<_, _>>()
        .map_err(|e| e.to_string())
}
