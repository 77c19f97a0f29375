//! The little of Markdown that tidy's rules on documents need.
//!
//! Headings, code spans and table rows, each with its line, fenced blocks left out: what stands in
//! a fence is an example or a drawing, and names what it likes.

/// A line outside fences, with its number from 1.
pub(crate) type Line<'t> = (usize, &'t str);

/// Returns the lines that stand outside fenced blocks.
pub(crate) fn prose(text: &str) -> Vec<Line<'_>> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((number + 1, line));
        }
    }
    lines
}

/// Returns what stands between back quotes, with the line.
pub(crate) fn code_spans(text: &str) -> Vec<Line<'_>> {
    let mut spans = Vec::new();
    for (number, line) in prose(text) {
        let parts: Vec<&str> = line.split('`').collect();
        // Without a closing quote the last part is prose.
        let closed = parts.len() - 1;
        spans.extend((1..closed).step_by(2).map(|at| (number, parts[at])));
    }
    spans
}

/// Returns the text of every heading, without its marks.
pub(crate) fn headings(text: &str) -> Vec<Line<'_>> {
    let lines = prose(text).into_iter().filter(|(_, line)| line.starts_with('#'));
    lines.map(|(number, line)| (number, line.trim_start_matches('#').trim())).collect()
}

/// Returns the cells of every row of every table, headers and separators left out.
pub(crate) fn rows(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut rows = Vec::new();
    let mut below_separator = false;
    for (number, line) in prose(text) {
        let Some(inner) = line.trim().strip_prefix('|') else {
            below_separator = false;
            continue;
        };
        let cells: Vec<&str> = inner.trim_end_matches('|').split('|').map(str::trim).collect();
        if cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-: ".contains(c))) {
            below_separator = true;
        } else if below_separator {
            rows.push((number, cells));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_outside_fences() {
        let text = "See `a.rs` and `b`.\n```text\n`not this`\n```\nA lone ` quote, then `c`.\n";
        let spans = code_spans(text);
        assert_eq!(spans, [(1, "a.rs"), (1, "b"), (5, " quote, then ")]);
    }

    #[test]
    fn headings_and_rows_are_read_without_their_marks() {
        let text = "# A title\n\n| code | fr |\n|---|---|\n| Space | espace |\n\n| x | y |\n";
        assert_eq!(headings(text), [(1, "A title")]);
        assert_eq!(rows(text), [(5, vec!["Space", "espace"])]);
    }
}
