//! What a browser sends back.

use std::collections::BTreeMap;

/// Characters of one value that are looked at: what is beyond makes the document refuse the text.
const VALUES_MAX: usize = 2_000;

/// The inputs of a form, by name, each with its values in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posted(BTreeMap<String, Vec<String>>);

impl Posted {
    /// Gathers pairs of names and values, the first few thousand of them; lines end as they do in
    /// documents.
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs.into_iter().take(VALUES_MAX) {
            let value = value.replace("\r\n", "\n").replace('\r', "\n");
            all.entry(name).or_default().push(value);
        }
        Self(all)
    }

    /// Returns the value of an input; the first of several.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// Returns the value of an input without the blanks around it, unless there is nothing else.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.one(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// Returns all values of an input.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Iterates over all values, each with the name of its input.
    pub fn pairs(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let pairs = |(name, values): (&String, &Vec<String>)| {
            values.iter().map(|value| (name.clone(), value.clone())).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(pairs)
    }

    /// Tells whether a box was ticked or a button pressed.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}
