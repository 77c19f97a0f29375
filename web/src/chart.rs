//! Charts as SVG, drawn here: bars with their words and figures, and never colour alone.
//!
//! Beside each chart stands the table it is drawn from, so that it is read as well as seen.

use maud::{Markup, html};

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What it counts.
    pub label: String,
    /// The class that gives its colour.
    pub class: &'static str,
    /// How long it is.
    pub value: u64,
    /// The figure in words.
    pub shown: String,
}

const WIDTH: u64 = 360;
const BAR_HEIGHT: u64 = 22;
const ROW_HEIGHT: u64 = 34;
const LABEL_WIDTH: u64 = 120;
/// Room for the figure behind the longest bar.
const SHOWN_WIDTH: u64 = 110;

/// Draws bars with their table.
#[must_use]
pub fn bars(id: &str, title: &str, columns: (&str, &str), bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let height = ROW_HEIGHT * u64::try_from(bars.len()).unwrap_or(0);
    let title_id = format!("{id}-title");
    html! {
        figure class="chart" {
            svg role="img" aria-labelledby=(title_id) viewBox={ "0 0 " (WIDTH) " " (height) } {
                title id=(title_id) { (title) }
                @for (row, bar) in (0_u64..).zip(bars) {
                    @let y = row * ROW_HEIGHT;
                    @let room = WIDTH - LABEL_WIDTH - SHOWN_WIDTH;
                    @let width = (bar.value.saturating_mul(room) / most).max(2);
                    text class="label" x="0" y=(y + 20) { (bar.label) }
                    rect class=(bar.class) x=(LABEL_WIDTH) y=(y + 5) width=(width)
                        height=(BAR_HEIGHT) rx="3" {}
                    text class="value" x=(LABEL_WIDTH + width + 8) y=(y + 20) { (bar.shown) }
                }
            }
            details {
                summary { (title) }
                table {
                    thead { tr { th scope="col" { (columns.0) } th scope="col" { (columns.1) } } }
                    tbody {
                        @for bar in bars {
                            tr { th scope="row" { (bar.label) } td { (bar.shown) } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_its_table_and_no_length_overflows() {
        let bar = |value| Bar { label: "<x>".into(), class: "done", value, shown: "x".into() };
        let drawn = bars("c", "T", ("a", "b"), &[bar(0), bar(u64::MAX)]).into_string();
        assert!(drawn.contains("<table>") && drawn.contains("&lt;x&gt;"), "{drawn}");
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert!(bars("c", "T", ("a", "b"), &[]).into_string().contains("viewBox=\"0 0 360 0\""));
    }
}
