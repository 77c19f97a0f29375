//! Readers and one writer taking turns, so that neither starves.
//!
//! sled shows a batch before it is durable; readers therefore stay out while a commit runs. The
//! standard lock may let a busy writer pass waiting readers for ever, this one lets everyone who
//! waited through between two commits.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A fair lock around something that is not its own.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    reading: usize,
    writing: bool,
    readers_waiting: usize,
    writers_waiting: usize,
    /// Rises when a writer leaves; whoever waited for that is then counted as reading.
    turn: u64,
}

impl Turns {
    /// Waits for a reader's turn: at most for one writer.
    pub(crate) fn read(&self) -> ReadTurn<'_> {
        let mut state = self.state();
        if state.writing || state.writers_waiting > 0 {
            let turn = state.turn;
            state.readers_waiting += 1;
            while state.turn == turn {
                state = self.wait(state);
            }
        } else {
            state.reading += 1;
        }
        ReadTurn(self)
    }

    /// Waits for the writer's turn: for the readers inside, not for those who come later.
    pub(crate) fn write(&self) -> WriteTurn<'_> {
        let mut state = self.state();
        state.writers_waiting += 1;
        while state.writing || state.reading > 0 {
            state = self.wait(state);
        }
        state.writers_waiting -= 1;
        state.writing = true;
        WriteTurn(self)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader's turn; it ends when dropped.
pub(crate) struct ReadTurn<'a>(&'a Turns);

impl Drop for ReadTurn<'_> {
    fn drop(&mut self) {
        self.0.state().reading -= 1;
        self.0.changed.notify_all();
    }
}

/// The writer's turn; it ends when dropped.
pub(crate) struct WriteTurn<'a>(&'a Turns);

impl Drop for WriteTurn<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.writing = false;
        state.turn += 1;
        state.reading += state.readers_waiting;
        state.readers_waiting = 0;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests;
