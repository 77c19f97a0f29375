//! Lines of figures, for people and for scripts.
//!
//! Every line stands beside something that the same machine did in the same call. A line whose
//! budget is known shows it; whether it is kept is for the reader to see, never an exit status.

use serde_json::{Value, json};
use std::time::Duration;

/// An amount of something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// A duration.
    Time(Duration),
    /// How often in a second.
    PerSecond(f64),
    /// A size in bytes.
    Bytes(f64),
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its name, for scripts.
    pub id: &'static str,
    /// What was measured, in plain words.
    pub what: String,
    /// Its figure.
    pub figure: Amount,
    /// What ran beside it, in plain words.
    pub beside: String,
    /// The figure of that.
    pub other: Amount,
    /// What the design aims at, where it says.
    pub budget: Option<Amount>,
}

impl Amount {
    /// Returns the amount in its unit: seconds, times a second or bytes.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Time(time) => time.as_secs_f64(),
            Self::PerSecond(value) | Self::Bytes(value) => value,
        }
    }

    /// Returns the name of the unit, for scripts.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Time(_) => "s",
            Self::PerSecond(_) => "1/s",
            Self::Bytes(_) => "bytes",
        }
    }

    /// Spells the amount for a person, three figures that count.
    #[must_use]
    pub fn spelt(self) -> String {
        match self {
            Self::Time(time) => spell_time(time.as_secs_f64()),
            Self::PerSecond(rate) => format!("{rate:.0}/s"),
            Self::Bytes(bytes) if bytes < 10_000.0 => format!("{bytes:.0} B"),
            Self::Bytes(bytes) => format!("{:.1} MB", bytes / 1e6),
        }
    }
}

fn spell_time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    let decimals = match value {
        v if v < 10.0 => 2,
        v if v < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {unit}")
}

impl Line {
    /// Returns the figure divided by what ran beside it.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.figure.value() / self.other.value().max(1e-12)
    }

    /// Adds what the design aims at.
    #[must_use]
    pub fn within(mut self, budget: Amount) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Tells whether the figure keeps to its budget; `None` when there is none.
    #[must_use]
    pub fn keeps_budget(&self) -> Option<bool> {
        let budget = self.budget?.value();
        Some(match self.figure {
            Amount::Time(_) | Amount::Bytes(_) => self.figure.value() <= budget,
            Amount::PerSecond(_) => self.figure.value() >= budget,
        })
    }

    /// Returns the line for scripts.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "id": self.id,
            "what": self.what,
            "value": self.figure.value(),
            "unit": self.figure.unit(),
            "beside": self.beside,
            "beside_value": self.other.value(),
            "ratio": self.ratio(),
            "budget": self.budget.map(Amount::value),
            "keeps_budget": self.keeps_budget(),
        })
    }
}

/// Returns what stands above the lines.
#[must_use]
pub fn heading() -> String {
    format!("{:<58}{:>12}{:>12}{:>10}{:>12}", "", "measured", "beside", "ratio", "budget")
}

/// Returns the lines of a table for one figure: its numbers, then what they are compared to.
#[must_use]
pub fn row(line: &Line) -> String {
    let ratio = line.ratio();
    let ratio = match ratio {
        r if r < 0.1 => format!("{r:.3}"),
        r if r < 10.0 => format!("{r:.2}"),
        r => format!("{r:.0}"),
    };
    let budget = line.budget.map_or_else(|| "-".to_owned(), Amount::spelt);
    let mark = if line.keeps_budget() == Some(false) { " !" } else { "" };
    let mut words = wrapped(&line.what, 56);
    let first = words.remove(0);
    let numbers = format!(
        "{first:<58}{:>12}{:>12}{ratio:>10}{budget:>12}{mark}",
        line.figure.spelt(),
        line.other.spelt(),
    );
    let more = words.into_iter().chain([format!("    beside {}", line.beside)]);
    more.fold(numbers, |row, words| format!("{row}\n{words}"))
}

/// Cuts a sentence at spaces into lines of so many characters; one line at least.
fn wrapped(sentence: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let last = lines.last_mut().expect("there is one line at least");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
            continue;
        }
        if !last.is_empty() {
            last.push(' ');
        }
        last.push_str(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(figure: Amount, other: Amount, budget: Option<Amount>) -> Line {
        let (what, beside) = ("work of some kind".to_owned(), "the same, bare".to_owned());
        Line { id: "some_work", what, figure, beside, other, budget }
    }

    #[test]
    fn every_row_shows_its_ratio_and_what_it_is_compared_to() {
        let ms = |ms| Amount::Time(Duration::from_millis(ms));
        let line = line(ms(30), ms(20), Some(ms(25)));
        let row = row(&line);
        let parts = ["30.0 ms", "20.0 ms", "1.50", "25.0 ms !", "beside the same, bare"];
        assert!(parts.iter().all(|part| row.contains(part)), "{row}");
        assert_eq!(line.json()["ratio"], 1.5);
        assert_eq!(line.json()["keeps_budget"], false);
    }

    #[test]
    fn a_budget_bounds_times_from_above_and_rates_from_below() {
        let rate = |rate| Amount::PerSecond(rate);
        assert_eq!(line(rate(5.0), rate(10.0), Some(rate(4.0))).keeps_budget(), Some(true));
        assert_eq!(line(rate(3.0), rate(10.0), Some(rate(4.0))).keeps_budget(), Some(false));
        assert_eq!(line(rate(3.0), rate(10.0), None).keeps_budget(), None);
    }
}
