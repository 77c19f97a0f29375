//! The three faces of the text, how wide its characters are, and where a line may end.
//!
//! Latin text: one sign for each character, in the order of writing. A character that the font
//! does not have is drawn as a sign for the unknown, and the text behind it stays what it was, so
//! that searching, copying and reading aloud still find it.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use unicode_normalization::UnicodeNormalization as _;

/// How a text is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Regular,
    Bold,
    Italic,
}

pub(super) struct Faces {
    regular: Face,
    bold: Face,
    italic: Face,
}

pub(super) struct Face {
    pub(super) font: Font,
    outlines: FontRef<'static>,
}

impl Face {
    fn new(data: &'static [u8]) -> Option<Self> {
        let outlines = FontRef::new(data).ok()?;
        Some(Self { font: Font::new(data.into(), 0)?, outlines })
    }
}

/// One line ready to be drawn.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// What is drawn.
    pub(super) drawn: String,
    /// What it stands for, where that is something else.
    pub(super) meant: Option<String>,
    pub(super) width: f32,
}

impl Faces {
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            regular: Face::new(ttf_noto_sans::REGULAR)?,
            bold: Face::new(ttf_noto_sans::BOLD)?,
            italic: Face::new(ttf_noto_sans::ITALIC)?,
        })
    }

    pub(super) const fn face(&self, style: Style) -> &Face {
        match style {
            Style::Regular => &self.regular,
            Style::Bold => &self.bold,
            Style::Italic => &self.italic,
        }
    }

    /// Breaks a text into lines of a width; line breaks of the text stay.
    pub(super) fn wrap(&self, style: Style, size: f32, text: &str, width: f32) -> Vec<Line> {
        let face = self.face(style);
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let composed: String = paragraph.nfc().collect();
            face.wrap(&composed, size, width, &mut lines);
        }
        lines
    }

    /// Returns a text as one line, however wide.
    pub(super) fn line(&self, style: Style, size: f32, text: &str) -> Line {
        let composed: String = text.nfc().collect();
        self.face(style).line(&composed, size)
    }
}

impl Face {
    fn wrap(&self, text: &str, size: f32, width: f32, lines: &mut Vec<Line>) {
        let mut line = String::new();
        for word in words(text) {
            let wide = self.width(word.trim_end_matches(' '), size);
            if self.width(&line, size) + wide > width && !line.is_empty() {
                lines.push(self.line(&std::mem::take(&mut line), size));
            }
            if wide > width {
                self.cut(word, (size, width), &mut line, lines);
            } else {
                line.push_str(word);
            }
        }
        lines.push(self.line(&line, size));
    }

    /// Cuts a word that is wider than a line, wherever the line ends.
    fn cut(&self, word: &str, (size, width): (f32, f32), line: &mut String, lines: &mut Vec<Line>) {
        let mut used = self.width(line, size);
        for c in word.chars() {
            let wide = self.advance(c) * size;
            if used + wide > width && !line.is_empty() {
                lines.push(self.line(&std::mem::take(line), size));
                used = 0.0;
            }
            line.push(c);
            used += wide;
        }
    }

    fn line(&self, text: &str, size: f32) -> Line {
        let drawn: String = text.chars().filter_map(|c| self.drawn(c)).collect();
        let meant = (drawn != text).then(|| text.to_owned());
        let width = self.width(drawn.trim_end_matches(' '), size);
        Line { drawn, meant, width }
    }

    /// Returns the character drawn for another one; nothing for one without width.
    fn drawn(&self, c: char) -> Option<char> {
        // Marks without width are never drawn, not even where a font has a sign for them.
        if matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{61c}' | '\u{feff}')
            || matches!(c, '\u{fe00}'..='\u{fe0f}')
        {
            return None;
        }
        if self.glyph(c).is_some() {
            return Some(c);
        }
        match c {
            '\t' | '\u{202f}' | '\u{2007}' | '\u{2009}' => Some('\u{a0}'),
            '\u{2010}' | '\u{2011}' => Some('-'),
            _ => ['\u{fffd}', '?'].into_iter().find(|known| self.glyph(*known).is_some()),
        }
    }

    fn glyph(&self, c: char) -> Option<skrifa::GlyphId> {
        self.outlines.charmap().map(c).filter(|glyph| glyph.to_u32() != 0)
    }

    fn advance(&self, c: char) -> f32 {
        let Some(glyph) = self.drawn(c).and_then(|c| self.glyph(c)) else { return 0.0 };
        let metrics = self.outlines.glyph_metrics(Size::unscaled(), LocationRef::default());
        metrics.advance_width(glyph).unwrap_or(0.0) / self.font.units_per_em()
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c)).sum::<f32>() * size
    }

    /// Returns the signs of a line, for the library.
    pub(super) fn glyphs(&self, drawn: &str) -> Vec<KrillaGlyph> {
        let sign = |(at, c): (usize, char)| KrillaGlyph {
            glyph_id: GlyphId::new(self.glyph(c).map_or(0, skrifa::GlyphId::to_u32)),
            text_range: at..at + c.len_utf8(),
            x_advance: self.advance(c),
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        };
        drawn.char_indices().map(sign).collect()
    }
}

/// Returns the pieces that stay on one line: words with the blanks after them, and the parts of
/// words around hyphens and slashes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| matches!(c, ' ' | '-' | '/' | '_' | '\u{200b}');
    text.split_inclusive(is_end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn drawn(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.drawn.as_str()).collect()
    }

    #[test]
    fn lines_break_at_blanks_and_never_overflow() {
        let faces = Faces::new().unwrap();
        let text = "Un patient sur cinq n'a pas de médecin traitant dans le Haut-Vallon.";
        let lines = faces.wrap(Style::Regular, 10.0, text, 120.0);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| line.width <= 120.0), "{lines:?}");
        assert_eq!(drawn(&lines).concat(), text, "nothing is lost between lines");
        let long = "x".repeat(500);
        let lines = faces.wrap(Style::Bold, 10.0, &long, 100.0);
        assert!(lines.iter().all(|line| line.width <= 100.0));
        assert_eq!(drawn(&lines).concat(), long);
        assert_eq!(drawn(&faces.wrap(Style::Regular, 9.0, "a\n\nb", 100.0)), ["a", "", "b"]);
    }

    #[test]
    fn what_the_font_lacks_is_drawn_as_unknown_and_still_meant() {
        let faces = Faces::new().unwrap();
        let line = faces.line(Style::Regular, 10.0, "a\u{200f}漢b");
        assert_eq!(line.drawn.chars().count(), 3);
        assert_eq!(line.meant.as_deref(), Some("a\u{200f}漢b"));
        let composed = faces.line(Style::Regular, 10.0, "e\u{301}te");
        assert_eq!((composed.drawn.as_str(), composed.meant), ("éte", None));
        for c in "éèêëàâçîïôùûüœæÉÀŒ«»–—…•€²°’“”½".chars() {
            assert_eq!(faces.face(Style::Regular).drawn(c), Some(c), "French is all there");
        }
    }
}
