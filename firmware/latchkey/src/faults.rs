//! What is wrong with the box, a sentence each, for the page and the POWER lamp.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// A shared list, to which every part adds and from which it takes its own fault.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<BTreeMap<&'static str, String>>>);

impl Faults {
    /// The part is in trouble, which the sentence explains; logged once.
    pub(crate) fn set(&self, part: &'static str, sentence: String) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.get(part) != Some(&sentence) {
            tracing::warn!(part, fault = sentence, "Something is wrong");
            faults.insert(part, sentence);
        }
    }

    /// The part is well.
    pub(crate) fn clear(&self, part: &'static str) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.remove(part).is_some() {
            tracing::info!(part, "All is well again");
        }
    }

    /// The part is well, or in trouble with this error; the sentence goes before the causes.
    pub(crate) fn note<T, E: Into<anyhow::Error>>(
        &self,
        part: &'static str,
        sentence: &str,
        outcome: Result<T, E>,
    ) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.clear(part);
                Some(value)
            }
            Err(error) => {
                self.set(part, format!("{sentence}: {:#}", error.into()));
                None
            }
        }
    }

    /// All sentences.
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}
