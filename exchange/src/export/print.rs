//! A document laid out for reading: what every writer of pages takes.
//!
//! Blocks in reading order, without fonts or measures. A text here is clean: no character that a
//! file format forbids, and no meaning that only colour tells.

use client_core::kinds::Language;
use protocol::env::Timestamp;

/// A document ready for paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Print {
    /// Its title.
    pub title: String,
    /// What kind of document it is.
    pub kind: String,
    /// The title of the space it comes from.
    pub space: String,
    /// Its identifier, the same wherever it is exported.
    pub document: String,
    /// The language of labels, dates and amounts.
    pub language: Language,
    /// Whether it can still change.
    pub standing: Standing,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// How many pages its trade expects at the most: letters get smaller for it, within limits.
    pub pages_max: Option<usize>,
    /// What stands on the pages.
    pub blocks: Vec<Block>,
}

/// Whether a document can still change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody's document: put together from the others of its space.
    Assembled {
        /// How many.
        documents: usize,
    },
    /// A working document: another copy may say something else tomorrow.
    Working {
        /// The version, as people name it.
        version: String,
    },
    /// A version that a decision has frozen.
    Frozen {
        /// The digest that the decision binds.
        digest: String,
        /// What is said of the decision, such as `COPIL, 14/01/2026`.
        decision: String,
    },
}

impl Standing {
    /// Returns what the foot of each page says, on one line or two.
    #[must_use]
    pub fn lines(&self, language: Language) -> Vec<String> {
        let words = self.words(language);
        match self {
            Self::Working { .. } | Self::Assembled { .. } => vec![words],
            Self::Frozen { digest, decision } => {
                // A digest is compared sign by sign: it stands on a line of its own.
                let (version, _) = words.split_once(" · ").unwrap_or((&words, ""));
                let label = match language {
                    Language::French => "empreinte",
                    Language::English => "digest",
                };
                let said: String = decision.chars().take(DECISION_CHARS_MAX).collect();
                let rest = if said.len() < decision.len() { "…" } else { "" };
                vec![format!("{version} · {said}{rest}"), format!("{label} {digest}")]
            }
        }
    }

    /// Returns what the foot of each page says, in full.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match (self, language) {
            (Self::Working { version }, Language::French) => {
                format!("Document de travail · version {version}")
            }
            (Self::Working { version }, Language::English) => {
                format!("Working document · version {version}")
            }
            (Self::Assembled { documents }, Language::French) => {
                format!(
                    "Document de travail · établi à partir de {documents} documents de l'espace"
                )
            }
            (Self::Assembled { documents }, Language::English) => {
                format!("Working document · put together from {documents} documents of the space")
            }
            (Self::Frozen { digest, decision }, Language::French) => {
                format!("Version figée · {decision} · empreinte {digest}")
            }
            (Self::Frozen { digest, decision }, Language::English) => {
                format!("Frozen version · {decision} · digest {digest}")
            }
        }
    }
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading, of level 1 to 3 under the title of the document.
    Heading {
        /// How deep.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph(String),
    /// A paragraph in small letters: a remark, something missing.
    Remark(String),
    /// A list.
    Items {
        /// Whether the items are numbered.
        numbered: bool,
        /// The items.
        items: Vec<String>,
    },
    /// Labels and what stands for them.
    Pairs(Vec<(String, Cell)>),
    /// A table with a row of headers.
    Grid(Grid),
    /// Bars, each with its label and its figure in words.
    Figure(Figure),
}

/// A table with a row of headers, repeated on each page.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// Characters of a decision that a foot tells: the rest is in the register and in the document.
const DECISION_CHARS_MAX: usize = 80;
/// Characters of small print that the width of a page takes.
const LINE_CHARS: u32 = 92;
/// Characters that the edges of a cell take away.
const EDGES_CHARS: u32 = 2;
/// Characters of a word that is never cut: an address, as long as the page has room; at the least
/// a day, an amount of millions.
const WORD_CHARS_MAX: [usize; 4] = [26, 21, 17, 14];
/// Characters that a label and a value may have to stand beside another label and its value.
const BRIEF_CHARS_MAX: (usize, usize) = (23, 21);

/// One line of labels and values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Paired<'a> {
    /// One label, with the whole width for what stands for it.
    Wide(&'a (String, Cell)),
    /// Two of them beside each other, both brief.
    Beside(&'a (String, Cell), &'a (String, Cell)),
}

/// Puts brief labels and values beside each other, two and two, without changing their order.
#[must_use]
pub fn paired(pairs: &[(String, Cell)]) -> Vec<Paired<'_>> {
    let is_brief = |(label, cell): &(String, Cell)| {
        let chars = |text: &str| text.chars().count();
        let value = cell.parts.first().map_or(0, |part| chars(part));
        let one_line = cell.parts.len() <= 1 && !cell.text().contains('\n');
        one_line && chars(label) <= BRIEF_CHARS_MAX.0 && value <= BRIEF_CHARS_MAX.1
    };
    let mut lines = Vec::new();
    let mut rest = pairs;
    loop {
        rest = match rest {
            [] => return lines,
            [left, right, after @ ..] if is_brief(left) && is_brief(right) => {
                lines.push(Paired::Beside(left, right));
                after
            }
            [one, after @ ..] => {
                lines.push(Paired::Wide(one));
                after
            }
        }
    }
}

impl Grid {
    /// Returns the shares of the columns in the width: each has room for its longest word; what
    /// is left goes by the weights, to no column more than its longest cell wants.
    #[must_use]
    pub fn shares(&self) -> Vec<u32> {
        let places = 0..self.columns.len();
        let fits =
            |max: &usize| places.clone().map(|at| self.word(at, *max)).sum::<u32>() <= LINE_CHARS;
        let max = WORD_CHARS_MAX.into_iter().find(fits).unwrap_or(WORD_CHARS_MAX[3]);
        let mut shares: Vec<u32> = places.clone().map(|at| self.word(at, max) * 100).collect();
        let wanted: Vec<u32> = places.clone().map(|at| self.widest(at) * 100).collect();
        let mut left = (LINE_CHARS * 100).saturating_sub(shares.iter().sum());
        loop {
            let open: Vec<usize> = places.clone().filter(|at| shares[*at] < wanted[*at]).collect();
            let weights: u32 = open.iter().map(|at| self.columns[*at].weight.max(1)).sum();
            let before = left;
            for at in open {
                let given = before * self.columns[at].weight.max(1) / weights;
                let given = given.min(wanted[at] - shares[at]);
                shares[at] += given;
                left -= given;
            }
            if left == before {
                break;
            }
        }
        // Everything stands on one line: the rest of the width goes to whoever has much of it.
        let all = shares.iter().sum::<u32>().max(1);
        shares.iter().map(|share| share + left * share / all).collect()
    }

    /// Returns the characters of the longest word of a column, with the edges of its cells.
    fn word(&self, at: usize, max: usize) -> u32 {
        // A space that does not break keeps its words together.
        let longest = |text: &str| {
            let words = text.split([' ', '\n']).map(|word| word.chars().count());
            words.max().unwrap_or(0).min(max)
        };
        self.longest(at, longest)
    }

    /// Returns the characters of the longest line of a column, with the edges of its cells.
    fn widest(&self, at: usize) -> u32 {
        let line = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        // A column where nothing stands is to be filled in by hand, and wants its whole share.
        let mut cells = self.rows.iter().filter_map(|row| row.get(at));
        if cells.all(|cell| cell.text().trim().is_empty()) {
            let all: u32 = self.columns.iter().map(|column| column.weight).sum();
            return LINE_CHARS * self.columns[at].weight / all.max(1);
        }
        self.longest(at, line).max(self.word(at, WORD_CHARS_MAX[0]))
    }

    fn longest(&self, at: usize, measure: impl Fn(&str) -> usize) -> u32 {
        let cells = self.rows.iter().filter_map(|row| row.get(at)).flat_map(|cell| &cell.parts);
        // Headers are in bold letters, which are wider, and may break between their words.
        let words = self.columns[at].label.split(' ').map(|word| word.chars().count());
        let head = words.max().unwrap_or(0).min(WORD_CHARS_MAX[3]);
        let head = head + head.div_ceil(5);
        let longest = cells.map(|part| measure(part)).max().unwrap_or(0).max(head);
        u32::try_from(longest).unwrap_or(LINE_CHARS).min(LINE_CHARS) + EDGES_CHARS
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its header.
    pub label: String,
    /// Its share of the width, against the other columns.
    pub weight: u32,
    /// Whether its cells are figures, set against the right edge.
    pub figures: bool,
}

/// What stands in a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// The lines or paragraphs; none when it is empty.
    pub parts: Vec<String>,
    /// Whether these are several values that nobody has chosen among; the words say it too.
    pub conflict: bool,
    /// Whether it stands for something missing.
    pub missing: bool,
}

impl Cell {
    /// Returns a cell of one text.
    #[must_use]
    pub fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        let parts = if text.is_empty() { Vec::new() } else { vec![text] };
        Self { parts, ..Self::default() }
    }

    /// Returns its lines as one text.
    #[must_use]
    pub fn text(&self) -> String {
        self.parts.join("\n")
    }

    /// Tells whether nothing stands there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// Bars that show shares of a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What the bars show, in one sentence: also what is read aloud instead of them.
    pub caption: String,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its length, in hundredths of the longest that could be.
    pub percent: u8,
    /// The figure in words.
    pub value: String,
}

impl Print {
    /// Returns the words of the whole, block by block, for tests and digests.
    #[must_use]
    pub fn words(&self) -> String {
        let mut lines = vec![self.title.clone()];
        for block in &self.blocks {
            match block {
                Block::Heading { text, .. } | Block::Paragraph(text) | Block::Remark(text) => {
                    lines.push(text.clone());
                }
                Block::Items { items, .. } => lines.extend(items.iter().cloned()),
                Block::Pairs(pairs) => {
                    lines.extend(
                        pairs.iter().map(|(label, cell)| format!("{label}\t{}", cell.text())),
                    );
                }
                Block::Grid(grid) => {
                    let headers: Vec<&str> =
                        grid.columns.iter().map(|c| c.label.as_str()).collect();
                    lines.push(headers.join("\t"));
                    let row =
                        |row: &Vec<Cell>| row.iter().map(Cell::text).collect::<Vec<_>>().join("\t");
                    lines.extend(grid.rows.iter().map(row));
                }
                Block::Figure(figure) => {
                    lines.push(figure.caption.clone());
                    let bar = |bar: &Bar| format!("{}\t{}", bar.label, bar.value);
                    lines.extend(figure.bars.iter().map(bar));
                }
            }
        }
        lines.join("\n")
    }
}
