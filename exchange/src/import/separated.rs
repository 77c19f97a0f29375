//! Tables in plain text: `;`, `,` or tab between the columns, any of the usual encodings.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::grid::{Cell, Filler, Grid};
use super::problem::Refused;

/// Bytes of text in which the separator is looked for.
const LOOKED_AT_BYTES: usize = 16 << 10;

/// Returns a file as text: by its byte order mark, else UTF-8, else Windows-1252, in which every
/// byte is a letter. A file with both is read line by line, so that its good lines stay good.
#[must_use]
pub(super) fn decoded(bytes: &[u8]) -> String {
    if let Some(text) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return by_lines(text);
    }
    for (mark, encoding) in [(&[0xff, 0xfe], UTF_16LE), (&[0xfe, 0xff], UTF_16BE)] {
        if let Some(text) = bytes.strip_prefix(mark) {
            return encoding.decode_without_bom_handling(text).0.into_owned();
        }
    }
    by_lines(bytes)
}

fn by_lines(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut decoded = String::with_capacity(bytes.len() + bytes.len() / 8);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(text) => decoded.push_str(text),
            Err(_) => decoded.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0),
        }
    }
    decoded
}

/// Reads a table under the name of its file.
///
/// # Errors
/// When it holds more than may be read, or is no text at all.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Vec<Grid>, Refused> {
    let text = decoded(bytes);
    if text.contains('\0') {
        return Err(super::container::unknown());
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(&text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut filler = Filler::default();
    filler.begin(name);
    let mut record = csv::StringRecord::new();
    let mut count = LineCount { text: &text, byte: 0, line: 0 };
    let mut next = 0;
    while reader.read_record(&mut record).map_err(|_| Refused::damaged())? {
        let byte = record.position().map_or(0, csv::Position::byte);
        let line = count.line_at(usize::try_from(byte).unwrap_or(usize::MAX)).max(next);
        next = line + 1;
        for (column, value) in record.iter().enumerate() {
            filler.put(line, column, Cell::Text(value.to_owned()))?;
        }
    }
    Ok(filler.finish())
}

/// Counts the lines of a text. The library counts a line before the whole of `\r\n` is read, so
/// that two records would stand on one.
struct LineCount<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl LineCount<'_> {
    /// Returns the line, from zero, of the record that begins at a byte or after the ends of lines
    /// there.
    fn line_at(&mut self, byte: usize) -> usize {
        let bytes = self.text.as_bytes();
        let rest = bytes.get(byte..).unwrap_or_default();
        let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = (byte + ends).min(bytes.len()).max(self.byte);
        self.line += bytes[self.byte..start].iter().filter(|byte| **byte == b'\n').count();
        self.byte = start;
        self.line
    }
}

/// Returns the separator that most lines have most of, outside quotation marks.
fn separator(text: &str) -> u8 {
    let mut end = text.len().min(LOOKED_AT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut counts = [(b';', 0_usize), (b'\t', 0), (b',', 0)];
    let mut quoted = false;
    for byte in text[..end].bytes() {
        quoted ^= byte == b'"';
        for (separator, count) in &mut counts {
            *count += usize::from(!quoted && byte == *separator);
        }
    }
    // A comma is also the decimal mark and the mark of a sentence: any other wins over it.
    let better = counts.iter().take(2).filter(|(_, count)| *count > 0).max_by_key(|(_, n)| *n);
    better.map_or(b',', |(separator, _)| *separator)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let grids = read("t.csv", bytes).unwrap();
        let line = |line: &super::super::grid::Line| line.cells.values().map(Cell::typed).collect();
        grids.iter().flat_map(|grid| grid.lines.iter().map(line)).collect()
    }

    #[test]
    fn separators_and_encodings_are_found_out() {
        let wanted = vec![vec!["N°", "Échéance"], vec!["FA-01", "12,5"]];
        for text in ["N°;Échéance\nFA-01;12,5\n", "N°\tÉchéance\r\nFA-01\t12,5\r\n"] {
            assert_eq!(cells(text.as_bytes()), wanted, "UTF-8");
            let marked = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
            assert_eq!(cells(&marked), wanted, "UTF-8 with a mark");
            assert_eq!(cells(&WINDOWS_1252.encode(text).0), wanted, "Windows-1252");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(cells(&[&[0xff, 0xfe], &wide[..]].concat()), wanted, "UTF-16");
        }
        assert_eq!(cells("a,b\n\"c;d\",e".as_bytes()), vec![vec!["a", "b"], vec!["c;d", "e"]]);
    }

    #[test]
    fn a_file_with_two_encodings_keeps_its_good_lines() {
        let mut bytes = "Titre;Échéance\nécrit en UTF-8;1\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"\xe9crit en Windows-1252;2\n");
        let read = cells(&bytes);
        assert_eq!(read[1][0], "écrit en UTF-8");
        assert_eq!(read[2][0], "écrit en Windows-1252");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(read("t.csv", b"\x00\x01\x02").unwrap_err().code, "unknown-format");
    }
}
