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

    /// The part is in trouble, or not.
    pub(crate) fn mark(&self, part: &'static str, is_in_trouble: bool, sentence: &str) {
        if is_in_trouble {
            self.set(part, sentence.to_owned());
        } else {
            self.clear(part);
        }
    }

    /// The part is well, or in trouble with this error; the sentence goes before the causes.
    ///
    /// # Errors
    /// The same error, with the sentence.
    pub(crate) fn check<T, E: Into<anyhow::Error>>(
        &self,
        part: &'static str,
        sentence: &'static str,
        outcome: Result<T, E>,
    ) -> anyhow::Result<T> {
        let outcome = outcome.map_err(|error| error.into().context(sentence));
        match &outcome {
            Ok(_) => self.clear(part),
            Err(error) => self.set(part, format!("{error:#}")),
        }

        outcome
    }

    /// [`check`](Self::check) for those who go on all the same.
    pub(crate) fn note<E: Into<anyhow::Error>>(
        &self,
        part: &'static str,
        sentence: &'static str,
        outcome: Result<(), E>,
    ) {
        let _ = self.check(part, sentence, outcome);
    }

    /// All sentences.
    pub(crate) fn sentences(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}
