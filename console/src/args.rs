//! The options that every command of both programs accepts.
//!
//! Flatten [`Common`] at the root of a `clap` parser: its options are global, so that
//! `liaison --json sync` and `liaison sync --json` are the same command.

use crate::Lang;
use std::ffi::OsString;

/// Options of every command.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Common {
    /// Write one JSON document on stdout (one per line for what streams)
    #[arg(long, global = true)]
    pub json: bool,

    /// Language of the messages
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,

    /// Say more on stderr; twice for every frame
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

impl Common {
    /// Returns the language asked for, else that of the process's locale.
    #[must_use]
    pub fn language(&self) -> Lang {
        self.lang.unwrap_or_else(Lang::from_process)
    }

    /// Returns the directive that `tracing_subscriber::EnvFilter` should start from.
    #[must_use]
    pub fn log_level(&self) -> &'static str {
        match self.verbose {
            0 => "warn",
            1 => "debug",
            2.. => "trace",
        }
    }

    /// Reads `--json` and `--lang` from arguments that may not parse.
    ///
    /// Help and usage errors must already come in the right form and language, before or without
    /// a successful parse. Whatever is wrong here is for the real parse to report.
    pub(crate) fn glimpse(args: &[OsString]) -> Self {
        let mut seen = Self::default();
        let mut words = args.iter().filter_map(|arg| arg.to_str());
        while let Some(word) = words.next() {
            match word.split_once('=') {
                Some(("--lang", value)) => seen.lang = lang_of_code(value),
                None if word == "--lang" => seen.lang = words.next().and_then(lang_of_code),
                None if word == "--json" => seen.json = true,
                None if word == "--" => break,
                Some(_) | None => {}
            }
        }
        seen
    }
}

fn lang_of_code(code: &str) -> Option<Lang> {
    [Lang::Fr, Lang::En].into_iter().find(|lang| lang.code() == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glimpse(line: &str) -> (bool, Option<Lang>) {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let seen = Common::glimpse(&args);
        (seen.json, seen.lang)
    }

    #[test]
    fn options_are_seen_wherever_they_stand() {
        assert_eq!(glimpse("sync --json"), (true, None));
        assert_eq!(glimpse("--lang en sync"), (false, Some(Lang::En)));
        assert_eq!(glimpse("sync --lang=fr --json"), (true, Some(Lang::Fr)));
    }

    #[test]
    fn what_is_wrong_is_left_to_the_parse() {
        assert_eq!(glimpse("sync --lang"), (false, None));
        assert_eq!(glimpse("sync --lang=tlh --jsonn"), (false, None));
        assert_eq!(glimpse("doc set -- --json"), (false, None));
    }
}
