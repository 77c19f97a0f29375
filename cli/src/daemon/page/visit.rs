//! Since when a browser has not seen the dashboard: two days in a cookie, written once a day.
//!
//! The cookie holds the day of this visit and the one before: what changed stays on the screen
//! all day, however often the page is drawn.

use super::gate;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use client_core::figures::Day;

/// The name of the cookie.
const NAME: &str = "liaison-visite";
/// Seconds that the days are kept.
const KEPT_SECONDS: u64 = 365 * 24 * 3_600;
/// What parts the two days.
const MARK: char = '.';

/// A visit of a browser.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// The day of the visit before today's.
    pub(super) last: Option<Day>,
    /// What the browser is to keep, where that is new.
    cookie: Option<String>,
}

impl Visit {
    /// Reads what a browser kept, on a day. A day to come is no visit.
    pub(super) fn of(headers: &HeaderMap, today: Day) -> Self {
        let kept = gate::cookie(headers, NAME).unwrap_or_default();
        let (now, before) = kept.split_once(MARK).unwrap_or((kept, ""));
        let day = |text: &str| text.parse::<Day>().ok().filter(|day| *day <= today);
        match day(now) {
            Some(now) if now == today => {
                Self { last: day(before).filter(|day| *day < today), cookie: None }
            }
            last => {
                let before = last.map(|day| format!("{MARK}{day}")).unwrap_or_default();
                Self { last, cookie: Some(format!("{today}{before}")) }
            }
        }
    }

    /// Adds the cookie to an answer, on the first visit of a day.
    pub(super) fn kept_by(self, mut response: Response) -> Response {
        let cookie = self.cookie.map(|value| {
            format!("{NAME}={value}; SameSite=Strict; Path=/; Max-Age={KEPT_SECONDS}; HttpOnly")
        });
        if let Some(value) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn visit(kept: &str, today: &str) -> (Option<String>, Option<String>) {
        let cookie = format!("a=b; {NAME}={kept}").parse().unwrap();
        let headers = HeaderMap::from_iter([(header::COOKIE, cookie)]);
        let visit = Visit::of(&headers, today.parse().unwrap());
        (visit.last.map(|day| day.to_string()), visit.cookie)
    }

    #[test]
    fn the_day_before_stays_all_day_and_is_written_once() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(visit("", "2026-11-20"), (None, some("2026-11-20")));
        assert_eq!(visit("2026-11-20", "2026-11-20"), (None, None));
        let next = "2026-11-23.2026-11-20";
        assert_eq!(visit("2026-11-20", "2026-11-23"), (some("2026-11-20"), some(next)));
        assert_eq!(visit(next, "2026-11-23"), (some("2026-11-20"), None));
        let third = some("2026-11-24.2026-11-23");
        assert_eq!(visit(next, "2026-11-24"), (some("2026-11-23"), third));
    }

    #[test]
    fn what_a_browser_makes_up_is_no_visit() {
        for kept in ["2027-01-01", "<b>", "2026-13-45.2026-11-01"] {
            assert_eq!(visit(kept, "2026-11-23"), (None, Some("2026-11-23".to_owned())), "{kept}");
        }
        assert_eq!(visit("2026-11-23.2099-01-01", "2026-11-23"), (None, None));
    }
}
