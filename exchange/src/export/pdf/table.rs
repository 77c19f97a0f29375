//! Tables: columns by their weights, headers on every page, rows that may go over a page.

use super::face::{Line, Style};
use super::flow::{Flow, INK, Look, Op, PALE, RULE, Role, leading, lines_height, look_of};
use crate::export::print::{Cell, Grid, Paired, paired};

/// Points between the text of a cell and its edges.
const PAD: (f32, f32) = (4.0, 1.6);
/// Shares of the width: a label, what stands for it, another label, what stands for that.
const PAIRED: [f32; 4] = [0.26, 0.24, 0.26, 0.24];
/// The same line with one label only.
const WIDE: [f32; 2] = [0.26, 0.74];
/// A row higher than this is cut at the end of a page; others go to the next one whole.
const WHOLE_ROW_HEIGHT_MAX: f32 = 160.0;
/// The look of a header.
const HEAD: Look = (9.0, INK, Style::Bold);

/// A cell broken into lines.
struct Laid {
    x: f32,
    width: f32,
    look: Look,
    lines: Vec<Line>,
    right: bool,
    shaded: bool,
    part: Option<usize>,
}

impl Laid {
    fn height(&self) -> f32 {
        lines_height(self.lines.len(), self.look.0)
    }
}

/// Returns how high a row is.
fn height_of(cells: &[Laid]) -> f32 {
    cells.iter().map(Laid::height).fold(leading(HEAD.0), f32::max) + 2.0 * PAD.1
}

impl Flow<'_> {
    /// Returns the widths of the columns.
    fn widths(&self, grid: &Grid) -> Vec<f32> {
        let shares = grid.shares();
        let all: u32 = shares.iter().sum();
        let share = |share: &u32| self.paper.width * to_points(*share) / to_points(all.max(1));
        shares.iter().map(share).collect()
    }

    /// Returns the room of the headers with the first row, which are not parted.
    pub(super) fn grid_room(&self, grid: &Grid) -> f32 {
        let widths = self.widths(grid);
        let heads = height_of(&self.heads(grid, &widths, None));
        let first = grid.rows.first().map_or(0.0, |cells| {
            let cells = cells.iter().enumerate();
            let laid = cells.map(|(at, cell)| self.laid(&widths, at, cell, look_of(cell)));
            height_of(&laid.collect::<Vec<_>>())
        });
        heads + first.min(WHOLE_ROW_HEIGHT_MAX)
    }

    /// Returns the room of the first line of labels and values.
    pub(super) fn pairs_room(&self, pairs: &[(String, Cell)]) -> f32 {
        pairs.first().map_or(0.0, |(label, cell)| {
            let widths = WIDE.map(|share| self.paper.width * share);
            let head = self.laid(&widths, 0, &Cell::of(label), HEAD);
            let data = self.laid(&widths, 1, cell, look_of(cell));
            height_of(&[head, data]).min(WHOLE_ROW_HEIGHT_MAX)
        })
    }

    pub(super) fn grid(&mut self, grid: &Grid) {
        let widths = self.widths(grid);
        let room = self.grid_room(grid);
        self.need(room);
        let table = self.part(Role::Table, None);
        let heads = self.part(Role::Heads, Some(table));
        let head = self.part(Role::Row, Some(heads));
        let parts = grid.columns.iter().map(|_| self.part(Role::ColumnHead, Some(head)));
        let parts: Vec<usize> = parts.collect();
        let laid = self.heads(grid, &widths, Some(&parts));
        self.row(laid, None);
        let rows = self.part(Role::Rows, Some(table));
        for cells in &grid.rows {
            let row = self.part(Role::Row, Some(rows));
            let mut laid = Vec::new();
            for (place, (cell, column)) in cells.iter().zip(&grid.columns).enumerate() {
                let part = self.part(Role::Data, Some(row));
                let mut one = self.laid(&widths, place, cell, look_of(cell));
                (one.part, one.right) = (Some(part), column.figures);
                laid.push(one);
            }
            self.row(laid, Some((grid, &widths)));
        }
        self.y += 5.0;
    }

    pub(super) fn pairs(&mut self, pairs: &[(String, Cell)]) {
        let table = self.part(Role::Table, None);
        let rows = self.part(Role::Rows, Some(table));
        let lines = paired(pairs);
        let is_paired = lines.iter().any(|line| matches!(line, Paired::Beside(..)));
        for line in lines {
            let row = self.part(Role::Row, Some(rows));
            let mut laid = Vec::new();
            match line {
                // A cell over the places of three, where other lines of the table have four.
                Paired::Wide(one) => {
                    let role = if is_paired { Role::WideData } else { Role::Data };
                    self.pair(&WIDE, 0, one, (row, role), &mut laid);
                }
                Paired::Beside(left, right) => {
                    self.pair(&PAIRED, 0, left, (row, Role::Data), &mut laid);
                    self.pair(&PAIRED, 2, right, (row, Role::Data), &mut laid);
                }
            }
            self.row(laid, None);
        }
        self.y += 5.0;
    }

    /// Lays out a label and what stands for it, from a place of a line on.
    fn pair(
        &mut self,
        shares: &[f32],
        place: usize,
        (label, cell): &(String, Cell),
        (row, role): (usize, Role),
        laid: &mut Vec<Laid>,
    ) {
        let widths: Vec<f32> = shares.iter().map(|share| self.paper.width * share).collect();
        let mut head = self.laid(&widths, place, &Cell::of(label), HEAD);
        (head.part, head.shaded) = (Some(self.part(Role::RowHead, Some(row))), true);
        let mut data = self.laid(&widths, place + 1, cell, look_of(cell));
        data.part = Some(self.part(role, Some(row)));
        laid.extend([head, data]);
    }

    /// Returns the headers; on the pages after the first they are ornaments, read once only.
    fn heads(&self, grid: &Grid, widths: &[f32], parts: Option<&[usize]>) -> Vec<Laid> {
        let head = |(place, column): (usize, &crate::export::print::Column)| {
            let mut laid = self.laid(widths, place, &Cell::of(&column.label), HEAD);
            laid.part = parts.map(|parts| parts[place]);
            (laid.right, laid.shaded) = (column.figures, true);
            laid
        };
        grid.columns.iter().enumerate().map(head).collect()
    }

    fn laid(&self, widths: &[f32], place: usize, cell: &Cell, look: Look) -> Laid {
        let x = self.paper.left + widths[..place].iter().sum::<f32>();
        let width = widths[place];
        let text_width = (width - 2.0 * PAD.0).max(8.0);
        let lines =
            cell.parts.iter().flat_map(|part| self.faces.wrap(look.2, look.0, part, text_width));
        let lines = lines.collect();
        Laid { x, width, look, lines, right: false, shaded: false, part: None }
    }

    /// Draws a row, in slices where it is higher than what is left of a page.
    fn row(&mut self, mut cells: Vec<Laid>, heads: Option<(&Grid, &[f32])>) {
        let whole = height_of(&cells);
        if whole <= WHOLE_ROW_HEIGHT_MAX && self.y + whole > self.paper.bottom {
            self.next_page(heads);
        }
        loop {
            let room = self.paper.bottom - self.y - 2.0 * PAD.1;
            let fit = |cell: &Laid| whole_lines(room, leading(cell.look.0));
            if cells.iter().any(|cell| !cell.lines.is_empty() && fit(cell) == 0) {
                self.next_page(heads);
                continue;
            }
            let mut rest = Vec::new();
            for cell in &mut cells {
                let taken = fit(cell).min(cell.lines.len());
                rest.push(cell.lines.split_off(taken));
            }
            self.slice(cells.as_mut_slice());
            if rest.iter().all(Vec::is_empty) {
                return;
            }
            for (cell, lines) in cells.iter_mut().zip(rest) {
                cell.lines = lines;
            }
            self.next_page(heads);
        }
    }

    fn next_page(&mut self, heads: Option<(&Grid, &[f32])>) {
        self.new_page();
        if let Some((grid, widths)) = heads {
            let mut laid = self.heads(grid, widths, None);
            self.slice(&mut laid);
        }
    }

    /// Draws what stands of a row on one page, and takes its lines.
    fn slice(&mut self, cells: &mut [Laid]) {
        let height = height_of(cells);
        for cell in cells.iter().filter(|cell| cell.shaded) {
            self.op(Op::Area { at: (cell.x, self.y), size: (cell.width, height), colour: PALE });
        }
        for cell in cells {
            let size = cell.look.0;
            for (number, line) in (0_u16..).zip(std::mem::take(&mut cell.lines)) {
                let slack = cell.width - 2.0 * PAD.0 - line.width;
                let x = cell.x + PAD.0 + if cell.right { slack.max(0.0) } else { 0.0 };
                let baseline = self.y + PAD.1 + size + f32::from(number) * leading(size);
                self.text((x, baseline), cell.look, line, cell.part);
            }
        }
        self.y += height;
        let (left, width) = (self.paper.left, self.paper.width);
        self.op(Op::Area { at: (left, self.y), size: (width, 0.5), colour: RULE });
    }
}

/// Returns a weight as a measure; weights are far below what a measure holds exactly.
fn to_points(weight: u32) -> f32 {
    f32::from(u16::try_from(weight).unwrap_or(u16::MAX))
}

/// Returns how many lines of a height go into some room.
fn whole_lines(room: f32, height: f32) -> usize {
    let mut lines = 0;
    let mut used = height;
    while used <= room {
        lines += 1;
        used += height;
    }
    lines
}
