//! A busy writer does not starve readers, nor readers the writer, and they never overlap.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Turns;

const READER: u32 = 1;
const WRITER: u32 = 1 << 16;

#[test]
fn everyone_gets_a_turn_alone_or_among_readers() {
    let (turns, inside) = (Arc::new(Turns::default()), Arc::new(AtomicU32::new(0)));
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (turns, inside, stop) = (turns.clone(), inside.clone(), stop.clone());
            thread::spawn(move || {
                let mut read = 0;
                while !stop.load(Ordering::SeqCst) {
                    let _turn = turns.read();
                    assert!(inside.fetch_add(READER, Ordering::SeqCst) < WRITER, "a writer is in");
                    inside.fetch_sub(READER, Ordering::SeqCst);
                    read += 1;
                }
                read
            })
        })
        .collect();
    // No pause between two turns: a lock that favours writers would keep every reader out.
    for _ in 0..100 {
        let _turn = turns.write();
        assert_eq!(inside.fetch_add(WRITER, Ordering::SeqCst), 0, "someone is inside");
        thread::sleep(Duration::from_millis(1));
        inside.fetch_sub(WRITER, Ordering::SeqCst);
    }
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        assert!(reader.join().unwrap() > 20, "a reader starves");
    }
}

#[test]
fn a_writer_passes_a_stream_of_readers() {
    let turns = Arc::new(Turns::default());
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (turns, stop) = (turns.clone(), stop.clone());
            thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let _turn = turns.read();
                    thread::sleep(Duration::from_millis(1));
                }
            })
        })
        .collect();
    let started = Instant::now();
    for _ in 0..100 {
        drop(turns.write());
    }
    assert!(started.elapsed() < Duration::from_secs(20), "the writer starves");
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.join().unwrap();
    }
}
