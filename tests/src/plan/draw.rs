//! A plan from a seed. Each plan leans towards some faults and leaves others out (swarm), so
//! that rare ones meet each other now and then instead of never.

use super::{Mishap, Plan, Rates, Step, Stroke};
use crate::chance::Chance;

/// How many machines the draws speak of; numbers wrap around those there are.
const MACHINES: u64 = 8;
/// How many documents the draws speak of.
const DOCUMENTS: u64 = 3;

/// What a plan leans towards, each in the share of steps it takes.
struct Leaning {
    govern: u64,
    network: u64,
    machines: u64,
    disks: u64,
    clocks: u64,
    files: u64,
}

impl Plan {
    /// Draws a plan of so many steps.
    #[must_use]
    pub fn draw(seed: u64, steps: usize) -> Self {
        let mut chance = Chance::new(seed, "plan", 0);
        let leaning = Leaning::draw(&mut chance);
        let guarantors = usize::try_from(chance.between(1, 4)).expect("a small number");
        let faults = rates(&mut chance);
        let steps = (0..steps).map(|_| step(&mut chance, &leaning)).collect();
        Self { seed, guarantors, faults, steps }
    }
}

impl Leaning {
    fn draw(chance: &mut Chance) -> Self {
        let mut share = |max| {
            if chance.happens(600_000) { chance.between(1, max) } else { 0 }
        };
        let (govern, network, machines) = (share(12), share(12), share(10));
        let (disks, clocks, files) = (share(8), share(4), share(8));
        Self { govern, network, machines, disks, clocks, files }
    }
}

fn rates(chance: &mut Chance) -> Rates {
    let delay_ms_max = *chance.pick(&[2, 20, 80, 400]).unwrap_or(&20);
    let mut often = |most: u64| {
        let some = chance.happens(500_000);
        let rate = chance.between(0, most);
        if some { u32::try_from(rate).unwrap_or(u32::MAX) } else { 0 }
    };
    Rates {
        delay_ms_max,
        cut_per_million: often(20_000),
        silent_per_million: often(600_000),
        crash_per_million: often(2_000),
        crash_after_store_per_million: often(30_000),
        relay_crash_per_million: often(1_000),
        commit_ms_max: chance.between(0, 15),
        restart_ms_max: *chance.pick(&[200, 2_000, 20_000]).unwrap_or(&2_000),
    }
}

fn machine(chance: &mut Chance) -> usize {
    chance.index(usize::try_from(MACHINES).expect("a small number"))
}

fn step(chance: &mut Chance, leaning: &Leaning) -> Step {
    let shares = [
        (30, 0),
        (14, 1),
        (leaning.govern, 2),
        (leaning.network, 3),
        (leaning.machines, 4),
        (leaning.disks, 5),
        (leaning.clocks, 6),
        (leaning.files, 7),
    ];
    let all: u64 = shares.iter().map(|(share, _)| share).sum();
    let mut at = chance.below(all);
    let mut kind = 0;
    for (share, of) in shares {
        if at < share {
            kind = of;
            break;
        }
        at -= share;
    }
    match kind {
        1 => pause(chance),
        2 => govern(chance),
        3 => Step::Mishap(network(chance)),
        4 => Step::Mishap(machines(chance)),
        5 => Step::Mishap(disks(chance, leaning)),
        6 => Step::Mishap(clocks(chance)),
        7 => files(chance),
        _ => write(chance),
    }
}

fn write(chance: &mut Chance) -> Step {
    let by = machine(chance);
    if chance.happens(40_000) {
        return Step::Create { by, note: chance.happens(500_000) };
    }
    let document = chance.index(usize::try_from(DOCUMENTS).expect("a small number"));
    let section = chance.index(4);
    let stroke = match chance.below(20) {
        0..=7 => Stroke::Append { section },
        8..=12 => Stroke::Prepend { section },
        13..=14 => Stroke::Scratch { at: chance.index(20), delete: chance.index(12) },
        15..=16 => Stroke::Date { day: chance.below(28) },
        17 => Stroke::Settle { day: chance.below(28) },
        18 => Stroke::Party,
        _ => {
            if chance.happens(500_000) {
                Stroke::Title
            } else {
                Stroke::Section
            }
        }
    };
    Step::Write { by, document, stroke }
}

fn pause(chance: &mut Chance) -> Step {
    let by = machine(chance);
    match chance.below(10) {
        0..=3 => Step::Sync { by },
        4 => Step::Watch { by, on: chance.happens(800_000) },
        5 => Step::Rest { by },
        _ => Step::Wait { ms: *chance.pick(&[50, 500, 2_000, 10_000]).unwrap_or(&50) },
    }
}

fn govern(chance: &mut Chance) -> Step {
    let by = machine(chance);
    match chance.below(16) {
        0..=1 => Step::Invite { by, role: chance.index(3), past: chance.happens(800_000) },
        2..=7 => Step::Approve { by },
        8 => Step::Withdraw { by },
        9 => Step::Remove { by, org: machine(chance) },
        10..=11 => Step::AddDevice { by },
        12..=13 => Step::Revoke { by, device: machine(chance) },
        14 => Step::Suspend { device: by },
        _ => Step::Resume,
    }
}

fn network(chance: &mut Chance) -> Mishap {
    let who = machine(chance);
    match chance.below(6) {
        0..=1 => Mishap::Online { who, on: false },
        2..=3 => Mishap::Online { who, on: true },
        _ => Mishap::Cut { who, silent: chance.happens(500_000) },
    }
}

fn machines(chance: &mut Chance) -> Mishap {
    let who = machine(chance);
    match chance.below(8) {
        0..=2 => Mishap::Crash { who },
        3 => Mishap::CrashRelay,
        4 => Mishap::Stop { who },
        5 => Mishap::Start { who },
        6 => Mishap::StopRelay,
        _ => Mishap::StartRelay,
    }
}

fn disks(chance: &mut Chance, leaning: &Leaning) -> Mishap {
    let who = machine(chance);
    match chance.below(9) {
        0..=2 => Mishap::Backup { who },
        3..=4 => Mishap::Restore { who },
        // Copies of one store that also give their edits away by file are left out: two of them
        // may bring one edit twice, or upon another past that nobody orders (docs/threats.md).
        5 if leaning.files > 0 => Mishap::Backup { who },
        5 => Mishap::Clone { who },
        6 => Mishap::Fill { who, full: chance.happens(500_000) },
        7 => Mishap::Fill { who, full: false },
        _ => Mishap::FillRelay { full: chance.happens(400_000) },
    }
}

fn clocks(chance: &mut Chance) -> Mishap {
    let who = machine(chance);
    match chance.below(4) {
        0 => Mishap::Days { days: chance.between(1, 40) },
        1 => Mishap::Skew { who, hours: 0 },
        2 => Mishap::Skew { who, hours: 24 * 3 },
        _ => Mishap::Skew { who, hours: -24 * 3 },
    }
}

fn files(chance: &mut Chance) -> Step {
    let (from, to) = (machine(chance), machine(chance));
    if chance.happens(700_000) { Step::Bundle { from, to } } else { Step::Adopt { from, to } }
}
