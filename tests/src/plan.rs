//! Plans: what people do and what goes wrong, drawn from a seed, saved as JSON, shrunk.
//!
//! A plan holds plain numbers that wrap around, never ids: it means something on any world, and
//! still does when steps are dropped from it. A plan that once failed is kept as a file under
//! `tests/seeds/` and played by every run of the tests.

use serde::{Deserialize, Serialize};

use crate::net::Weather;
use crate::world::Trouble;

mod draw; // a plan from a seed
mod shrink; // a failing plan made small

pub use shrink::shrink;

/// What a plan is: a beginning, the weather, and steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Everything random in its world comes from this.
    pub seed: u64,
    /// Guarantors at the beginning, one machine each.
    pub guarantors: usize,
    /// How machines and network fail.
    pub faults: Rates,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// How often things fail while the steps are played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Longest time from one end of a link to the other, in milliseconds.
    pub delay_ms_max: u64,
    /// Cuts of a link per million frames.
    pub cut_per_million: u32,
    /// Cuts that nobody hears of, per million cuts.
    pub silent_per_million: u32,
    /// Crashes of a replica per million outputs.
    pub crash_per_million: u32,
    /// Crashes of a replica per million stores.
    pub crash_after_store_per_million: u32,
    /// Crashes of the relay per million outputs.
    pub relay_crash_per_million: u32,
    /// Longest time of a commit, in milliseconds.
    pub commit_ms_max: u64,
    /// Longest time a crashed machine is down, in milliseconds.
    pub restart_ms_max: u64,
}

impl Rates {
    /// Returns what they mean for the network.
    #[must_use]
    pub fn weather(&self) -> Weather {
        Weather {
            delay_min: 1,
            delay_max: self.delay_ms_max.max(1),
            cut_per_million: self.cut_per_million,
            silent_per_million: self.silent_per_million,
        }
    }

    /// Returns what they mean for machines.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        Trouble {
            crash_per_million: self.crash_per_million,
            crash_after_store_per_million: self.crash_after_store_per_million,
            relay_crash_per_million: self.relay_crash_per_million,
            commit_ms_max: self.commit_ms_max,
            restart_ms_max: self.restart_ms_max.max(1),
            ..Trouble::NONE
        }
    }
}

/// One step. Numbers wrap around what there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Somebody changes a document.
    Write {
        /// The machine.
        by: usize,
        /// The document.
        document: usize,
        /// What is written.
        stroke: Stroke,
    },
    /// Somebody makes a document.
    Create {
        /// The machine.
        by: usize,
        /// Of the second kind.
        note: bool,
    },
    /// One exchange with the relay.
    Sync {
        /// The machine.
        by: usize,
    },
    /// Stays connected, or no longer.
    Watch {
        /// The machine.
        by: usize,
        /// Which of the two.
        on: bool,
    },
    /// Writes what only memory holds.
    Rest {
        /// The machine.
        by: usize,
    },
    /// Time passes.
    Wait {
        /// How much.
        ms: u64,
    },
    /// A new organisation is invited and asks to be admitted.
    Invite {
        /// The machine that invites.
        by: usize,
        /// The role offered.
        role: usize,
        /// Whether it will read what was written before.
        past: bool,
    },
    /// Approves everything that waits.
    Approve {
        /// The machine.
        by: usize,
    },
    /// Takes an approval back.
    Withdraw {
        /// The machine.
        by: usize,
    },
    /// Proposes to remove an organisation.
    Remove {
        /// The machine.
        by: usize,
        /// The organisation.
        org: usize,
    },
    /// An organisation adds a machine of its own.
    AddDevice {
        /// The machine that adds it.
        by: usize,
    },
    /// An organisation revokes a machine of its own.
    Revoke {
        /// The machine that revokes.
        by: usize,
        /// Which of its others.
        device: usize,
    },
    /// The relay's operator suspends a machine.
    Suspend {
        /// The machine.
        device: usize,
    },
    /// The relay's operator ends every suspension.
    Resume,
    /// A bundle is carried by file.
    Bundle {
        /// The machine that writes it.
        from: usize,
        /// The machine that reads it.
        to: usize,
    },
    /// Edits kept aside on one machine are adopted by another organisation.
    Adopt {
        /// The machine that has them.
        from: usize,
        /// The machine that adopts.
        to: usize,
    },
    /// Something goes wrong.
    Mishap(Mishap),
}

/// What goes wrong with machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Mishap {
    /// A machine is cut off, or no longer.
    Online {
        /// The machine.
        who: usize,
        /// Which of the two.
        on: bool,
    },
    /// The links of a machine are cut once.
    Cut {
        /// The machine.
        who: usize,
        /// Nobody hears of it.
        silent: bool,
    },
    /// A machine crashes and starts again by itself.
    Crash {
        /// The machine.
        who: usize,
    },
    /// The relay crashes and starts again by itself.
    CrashRelay,
    /// A machine stops.
    Stop {
        /// The machine.
        who: usize,
    },
    /// A machine that stopped starts.
    Start {
        /// The machine.
        who: usize,
    },
    /// The relay stops.
    StopRelay,
    /// The relay starts.
    StartRelay,
    /// The disk of a machine is full, or no longer.
    Fill {
        /// The machine.
        who: usize,
        /// Which of the two.
        full: bool,
    },
    /// The relay's disk is full, or no longer.
    FillRelay {
        /// Which of the two.
        full: bool,
    },
    /// The disk of a machine is copied aside.
    Backup {
        /// The machine.
        who: usize,
    },
    /// The copy is put back.
    Restore {
        /// The machine.
        who: usize,
    },
    /// A second machine starts from a copy of the disk.
    Clone {
        /// The machine.
        who: usize,
    },
    /// The wall clock of a machine is off.
    Skew {
        /// The machine.
        who: usize,
        /// By how much.
        hours: i64,
    },
    /// Days pass for everybody.
    Days {
        /// How many.
        days: u64,
    },
}

/// One change of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stroke {
    /// A word at the end of a section.
    Append {
        /// The section.
        section: usize,
    },
    /// A word at the beginning of a section.
    Prepend {
        /// The section.
        section: usize,
    },
    /// Characters taken out and put in, where nothing is kept.
    Scratch {
        /// Where.
        at: usize,
        /// How many are taken out.
        delete: usize,
    },
    /// A date whose concurrent values conflict.
    Date {
        /// The day.
        day: u64,
    },
    /// A conflict of dates settled.
    Settle {
        /// The day.
        day: u64,
    },
    /// An entry of a set.
    Party,
    /// Another title.
    Title,
    /// A new section.
    Section,
}

impl Plan {
    /// Writes the plan as JSON, one step a line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let line = |step: &Step| {
            let json = serde_json::to_string(step).expect("a step is plain data");
            format!("    {json}")
        };
        let steps: Vec<String> = self.steps.iter().map(line).collect();
        let faults = serde_json::to_string(&self.faults).expect("rates are plain data");
        format!(
            "{{\n  \"seed\": {},\n  \"guarantors\": {},\n  \"faults\": {faults},\n  \"steps\": \
             [\n{}\n  ]\n}}\n",
            self.seed,
            self.guarantors,
            steps.join(",\n")
        )
    }

    /// Reads a plan.
    ///
    /// # Errors
    /// Says what is not a plan.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
