//! Blocks into pages: what stands where, and what it is in the tree of tags.

use super::face::{Faces, Line, Style};
use crate::export::print::{Bar, Block, Cell, Figure, Print};

/// How large letters are, in hundredths of their usual size: the first at which the pages are as
/// few as the trade expects. Below the last one, small print would be hard to read.
const LETTERS_PERCENT: [u8; 5] = [100, 95, 90, 86, 82];

/// Points: A4, with margins of two centimetres and room for head and foot.
pub(super) const PAGE: (f32, f32) = (595.276, 841.89);
pub(super) const LEFT: f32 = 56.7;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const TOP: f32 = 56.0;
pub(super) const BOTTOM: f32 = PAGE.1 - 62.0;

/// Colours, red, green and blue.
pub(super) const INK: [u8; 3] = [0x1f, 0x29, 0x37];
pub(super) const GREY: [u8; 3] = [0x4b, 0x55, 0x63];
pub(super) const ACCENT: [u8; 3] = [0x1b, 0x4b, 0x72];
pub(super) const WARNING: [u8; 3] = [0x9a, 0x34, 0x12];
pub(super) const PALE: [u8; 3] = [0xe8, 0xee, 0xf4];
pub(super) const RULE: [u8; 3] = [0xb8, 0xc4, 0xd0];

/// What is drawn on a page.
pub(super) enum Op {
    Text {
        at: (f32, f32),
        size: f32,
        style: Style,
        colour: [u8; 3],
        line: Line,
        leaf: Option<usize>,
    },
    Area {
        at: (f32, f32),
        size: (f32, f32),
        colour: [u8; 3],
    },
}

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Heading(u16),
    Paragraph,
    List {
        numbered: bool,
    },
    Item,
    Label,
    Body,
    Table,
    Heads,
    Rows,
    Row,
    ColumnHead,
    RowHead,
    Data,
    /// Data over the places of three cells.
    WideData,
}

/// A part of the tree of tags: its children are parts or leaves, in reading order.
pub(super) struct Part {
    pub(super) role: Role,
    /// The words of a heading, which its tag says too.
    pub(super) title: Option<String>,
    pub(super) children: Vec<Child>,
}

#[derive(Clone, Copy)]
pub(super) enum Child {
    Part(usize),
    Leaf(usize),
}

/// A heading in the outline: its level, its words, its page and its height on it.
pub(super) struct Mark {
    pub(super) level: u16,
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// Pages as they will be drawn.
pub(super) struct Pages {
    pub(super) pages: Vec<Vec<Op>>,
    pub(super) parts: Vec<Part>,
    /// The parts under the document itself.
    pub(super) roots: Vec<usize>,
    pub(super) leaves: usize,
    pub(super) outline: Vec<Mark>,
}

/// The sheet of paper as a flow sees it: where letters are drawn smaller, it is the larger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper {
    pub(super) left: f32,
    pub(super) width: f32,
    top: f32,
    pub(super) bottom: f32,
}

/// Lets a print flow into pages, and tells how large its letters are, in hundredths.
pub(super) fn flow(print: &Print, faces: &Faces) -> (Pages, u8) {
    let few = |pages: &Pages| print.pages_max.is_none_or(|max| pages.pages.len() <= max);
    let sized = |percent: u8| (flow_at(print, faces, f32::from(percent) / 100.0), percent);
    let mut tried = LETTERS_PERCENT.into_iter().map(sized);
    // What does not go onto so few pages is not made hard to read for it.
    tried.find(|(pages, _)| few(pages)).unwrap_or_else(|| sized(LETTERS_PERCENT[0]))
}

fn flow_at(print: &Print, faces: &Faces, scale: f32) -> Pages {
    let (left, width) = (LEFT / scale, WIDTH / scale);
    let paper = Paper { left, width, top: TOP / scale, bottom: BOTTOM / scale };
    let pages = Pages {
        pages: vec![Vec::new()],
        parts: Vec::new(),
        roots: Vec::new(),
        leaves: 0,
        outline: Vec::new(),
    };
    let mut flow = Flow { faces, pages, paper, y: paper.top };
    flow.heading(1, &print.title, (17.0, 0.0));
    let about = format!("{} · {}", print.kind, print.space);
    flow.paragraph(&about, (10.0, GREY, Style::Regular), 8.0);
    let mut rest = print.blocks.as_slice();
    while let Some((block, after)) = rest.split_first() {
        if matches!(block, Block::Heading { .. }) {
            let room = flow.room_of(rest);
            flow.need(room);
        }
        flow.block(block);
        rest = after;
    }
    flow.pages.scale(scale);
    flow.pages
}

impl Pages {
    /// Brings what has flowed over a larger sheet onto the paper.
    fn scale(&mut self, scale: f32) {
        let both = |(a, b): &mut (f32, f32)| (*a, *b) = (*a * scale, *b * scale);
        for op in self.pages.iter_mut().flatten() {
            match op {
                Op::Text { at, size, .. } => {
                    both(at);
                    *size *= scale;
                }
                Op::Area { at, size, .. } => {
                    both(at);
                    both(size);
                }
            }
        }
        self.outline.iter_mut().for_each(|mark| mark.y *= scale);
    }
}

/// How a text looks: its size, colour and style.
pub(super) type Look = (f32, [u8; 3], Style);

const BODY: Look = (10.0, INK, Style::Regular);
const SMALL: Look = (9.0, GREY, Style::Italic);
const BAR_HEIGHT: f32 = 16.0;
/// Lines of a heading that stay together.
const HEADING_LINES: usize = 4;

/// Returns the size of a heading and the room before it.
const fn heading_look(level: u8) -> (f32, f32) {
    match level {
        0 | 1 => (12.5, 6.0),
        2 => (11.0, 5.0),
        _ => (10.0, 4.0),
    }
}

/// Returns how high some lines are.
pub(super) fn lines_height(lines: usize, size: f32) -> f32 {
    f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * leading(size)
}

pub(super) struct Flow<'a> {
    pub(super) faces: &'a Faces,
    pub(super) pages: Pages,
    pub(super) paper: Paper,
    /// Where the next thing goes, from the top of the page.
    pub(super) y: f32,
}

pub(super) fn leading(size: f32) -> f32 {
    size * 1.32
}

impl Flow<'_> {
    pub(super) fn op(&mut self, op: Op) {
        self.pages.pages.last_mut().expect("a flow begins with a page").push(op);
    }

    pub(super) fn new_page(&mut self) {
        self.pages.pages.push(Vec::new());
        self.y = self.paper.top;
    }

    /// Begins a page unless so much room is left; nothing is higher than a page.
    pub(super) fn need(&mut self, room: f32) -> bool {
        let breaks = self.y + room > self.paper.bottom && self.y > self.paper.top;
        if breaks {
            self.new_page();
        }
        breaks
    }

    pub(super) fn part(&mut self, role: Role, under: Option<usize>) -> usize {
        let id = self.pages.parts.len();
        self.pages.parts.push(Part { role, title: None, children: Vec::new() });
        match under {
            Some(parent) => self.pages.parts[parent].children.push(Child::Part(id)),
            None => self.pages.roots.push(id),
        }
        id
    }

    /// Draws one line at a place; what has no part is an ornament.
    pub(super) fn text(&mut self, at: (f32, f32), look: Look, line: Line, part: Option<usize>) {
        let (size, colour, style) = look;
        let leaf = part.filter(|_| !line.drawn.is_empty()).map(|part| {
            let leaf = self.pages.leaves;
            self.pages.leaves += 1;
            self.pages.parts[part].children.push(Child::Leaf(leaf));
            leaf
        });
        self.op(Op::Text { at, size, style, colour, line, leaf });
    }

    /// Draws lines one under the other, over as many pages as they need.
    fn lines(&mut self, x: f32, look: Look, lines: Vec<Line>, part: usize) {
        let step = leading(look.0);
        for line in lines {
            self.need(step);
            let baseline = self.y + look.0;
            self.text((x, baseline), look, line, Some(part));
            self.y += step;
        }
    }

    fn paragraph(&mut self, text: &str, look: Look, after: f32) {
        let part = self.part(Role::Paragraph, None);
        let lines = self.faces.wrap(look.2, look.0, text, self.paper.width);
        self.lines(self.paper.left, look, lines, part);
        self.y += after;
    }

    fn heading(&mut self, level: u16, text: &str, (size, before): (f32, f32)) {
        self.y += before;
        let lines = self.faces.wrap(Style::Bold, size, text, self.paper.width);
        let page = self.pages.pages.len() - 1;
        self.pages.outline.push(Mark { level, text: text.to_owned(), page, y: self.y });
        let part = self.part(Role::Heading(level), None);
        // A heading that says nothing is still announced as one.
        let title = if text.trim().is_empty() { "–" } else { text };
        self.pages.parts[part].title = Some(title.to_owned());
        self.lines(self.paper.left, (size, ACCENT, Style::Bold), lines, part);
        self.y += 3.0;
    }

    /// Returns the room that the first of some blocks wants with what must not be parted from
    /// it: a heading is never the last thing on a page, nor are headers without a row.
    fn room_of(&self, blocks: &[Block]) -> f32 {
        let Some((block, after)) = blocks.split_first() else {
            return 0.0;
        };
        let lines = |look: Look, text: &str, most: usize| {
            let lines = self.faces.wrap(look.2, look.0, text, self.paper.width).len().min(most);
            lines_height(lines, look.0)
        };
        match block {
            Block::Heading { level, text } => {
                let (size, before) = heading_look(*level);
                let own = before + 3.0 + lines((size, ACCENT, Style::Bold), text, HEADING_LINES);
                own + self.room_of(after)
            }
            Block::Paragraph(text) => lines(BODY, text, 2) + self.room_of_table(after),
            Block::Remark(text) => lines(SMALL, text, 2) + self.room_of_table(after),
            Block::Items { items, .. } => items.first().map_or(0.0, |item| lines(BODY, item, 2)),
            Block::Pairs(pairs) => self.pairs_room(pairs),
            Block::Grid(grid) => self.grid_room(grid),
            Block::Figure(figure) => {
                let bars = f32::from(u8::try_from(figure.bars.len().min(8)).unwrap_or(8));
                lines(SMALL, &figure.caption, 2) + bars * BAR_HEIGHT
            }
        }
    }

    /// Returns the room of a heading that follows a line or two: both stay with what it heads.
    fn room_of_table(&self, after: &[Block]) -> f32 {
        let is_heading = matches!(after.first(), Some(Block::Heading { level, .. }) if *level > 1);
        if is_heading { self.room_of(after) } else { 0.0 }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => {
                self.heading(u16::from(*level).clamp(1, 3) + 1, text, heading_look(*level));
            }
            Block::Paragraph(text) => self.paragraph(text, BODY, 4.0),
            Block::Remark(text) => self.paragraph(text, SMALL, 4.0),
            Block::Items { numbered, items } => self.items(*numbered, items),
            Block::Pairs(pairs) => self.pairs(pairs),
            Block::Grid(grid) => self.grid(grid),
            Block::Figure(figure) => self.figure(figure),
        }
    }

    fn items(&mut self, numbered: bool, items: &[String]) {
        const INDENT: f32 = 20.0;
        let look = (10.0, INK, Style::Regular);
        let list = self.part(Role::List { numbered }, None);
        for (number, item) in (1..).zip(items) {
            let label = if numbered { format!("{number}.") } else { "–".to_owned() };
            self.need(leading(look.0));
            let part = self.part(Role::Item, Some(list));
            let sign = self.part(Role::Label, Some(part));
            let line = self.faces.line(look.2, look.0, &label);
            let left = self.paper.left;
            self.text((left + 4.0, self.y + look.0), look, line, Some(sign));
            let body = self.part(Role::Body, Some(part));
            let lines = self.faces.wrap(look.2, look.0, item, self.paper.width - INDENT);
            self.lines(left + INDENT, look, lines, body);
            self.y += 2.0;
        }
        self.y += 4.0;
    }

    fn figure(&mut self, figure: &Figure) {
        self.paragraph(&figure.caption, (9.0, GREY, Style::Italic), 3.0);
        let table = self.part(Role::Table, None);
        let rows = self.part(Role::Rows, Some(table));
        for bar in &figure.bars {
            self.bar(bar, rows);
        }
        self.y += 8.0;
    }

    /// Draws a bar as a row of a table: the label, the figure, and a length between them that
    /// says nothing the figure does not say.
    fn bar(&mut self, bar: &Bar, rows: usize) {
        let Paper { left, width, .. } = self.paper;
        let (label_width, bar_width, height) = (width * 0.34, width * 0.54, BAR_HEIGHT);
        let look = (9.0, INK, Style::Regular);
        self.need(height);
        let row = self.part(Role::Row, Some(rows));
        let head = self.part(Role::RowHead, Some(row));
        let baseline = self.y + 11.0;
        let mut label = self.faces.wrap(look.2, look.0, &bar.label, label_width - 6.0);
        self.text((left, baseline), look, label.swap_remove(0), Some(head));
        let length = bar_width * f32::from(bar.percent.max(1)) / 100.0;
        let area = (left + label_width, self.y + 3.0);
        self.op(Op::Area { at: area, size: (length, height - 6.0), colour: ACCENT });
        let data = self.part(Role::Data, Some(row));
        let value = self.faces.line(look.2, look.0, &bar.value);
        self.text((area.0 + length + 6.0, baseline), look, value, Some(data));
        self.y += height;
    }
}

/// Returns how a cell looks.
pub(super) fn look_of(cell: &Cell) -> Look {
    match (cell.conflict, cell.missing) {
        (true, _) => (9.0, WARNING, Style::Bold),
        (false, true) => (9.0, GREY, Style::Italic),
        (false, false) => (9.0, INK, Style::Regular),
    }
}
