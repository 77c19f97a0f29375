//! `dashboard`: what the documents of a space come to, on a day.

mod board;
mod draw;
mod indicators;
mod money;
#[cfg(test)]
mod tests;

use crate::driver::Access;
use crate::question::Question;
use crate::world::wall_ms;
use crate::{args, failures, resolve};
use board::Board;
use client_core::figures::{Asked, Day};
use client_core::kinds::FieldType;
use client_core::replica::{Command, Reply};
use console::{Failure, Text, readable};
use serde::{Deserialize, Serialize};

/// Days before the day asked with since which changes are told, unless somebody says otherwise.
const SINCE_DAYS: u32 = 7;

/// Asks for the dashboard of a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Dashboard {
    space: String,
    #[serde(default)]
    on: Option<String>,
    #[serde(default)]
    since: Option<String>,
}

impl From<args::Dashboard> for Dashboard {
    fn from(args: args::Dashboard) -> Self {
        Self { space: args.space, on: args.on, since: args.since }
    }
}

impl Question for Dashboard {
    const PATH: &'static str = "dashboard";
    type Answer = Board;

    async fn answer(self, replica: &Access) -> Result<Board, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let on = match &self.on {
            Some(typed) => day(typed)?,
            None => day(&readable::local_day(wall_ms()))?,
        };
        let since = match &self.since {
            Some(typed) => day(typed)?,
            None => on.minus(SINCE_DAYS),
        };
        let command = Command::Dashboard { space, asked: Asked { on, since } };
        let Reply::Dashboard(view) = replica.command(command).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let mut board = Board::from(*view);
        board.indicators = indicators::of(replica, space).await?;
        Ok(board)
    }
}

/// Reads a day as a date of a document is read.
fn day(typed: &str) -> Result<Day, Failure> {
    let stored = FieldType::Date.read(typed);
    let day = stored.ok().and_then(|stored| stored.parse::<Day>().ok());
    day.ok_or_else(|| {
        let message = Text::new(
            format!("« {typed} » n'est pas une date : AAAA-MM-JJ ou JJ/MM/AAAA"),
            format!("“{typed}” is no date: YYYY-MM-DD or DD/MM/YYYY"),
        );
        Failure::usage("not-a-date", message)
    })
}
