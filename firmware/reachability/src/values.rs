use std::{collections::BTreeMap, fmt};

use serde::Serialize;

/// What a sentence names, each thing under its own word, for whoever says the same in another language: `port` is
/// `41620`. What is not known is an empty text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// One thing more.
    #[must_use]
    pub fn with(mut self, what: &'static str, value: impl fmt::Display) -> Self {
        self.0.insert(what, value.to_string());

        self
    }

    /// One thing more, which may not be known.
    #[must_use]
    pub fn with_known(self, what: &'static str, value: Option<impl fmt::Display>) -> Self {
        let text = value.map(|value| value.to_string()).unwrap_or_default();

        self.with(what, text)
    }
}

impl From<Values> for BTreeMap<String, String> {
    fn from(values: Values) -> Self {
        values.0.into_iter().map(|(what, value)| (what.to_owned(), value)).collect()
    }
}
