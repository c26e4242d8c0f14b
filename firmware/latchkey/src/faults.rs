//! What is wrong with the box, for the page and the POWER lamp.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use web_api::wire::Fault;

/// A shared list, to which every part adds and from which it takes its own fault.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<BTreeMap<&'static str, Trouble>>>);

/// What is wrong with one part, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trouble {
    sentence: &'static str,
    cause: Option<String>,
}

impl Faults {
    /// The part is in trouble, which the sentence explains; logged once.
    pub(crate) fn set(&self, part: &'static str, sentence: &'static str, cause: Option<String>) {
        let trouble = Trouble { sentence, cause };
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.get(part) != Some(&trouble) {
            tracing::warn!(part, fault = sentence, cause = trouble.cause, "Something is wrong");
            faults.insert(part, trouble);
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
    pub(crate) fn mark(&self, part: &'static str, is_in_trouble: bool, sentence: &'static str) {
        if is_in_trouble {
            self.set(part, sentence, None);
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
        let outcome = outcome.map_err(Into::<anyhow::Error>::into);
        match &outcome {
            Ok(_) => self.clear(part),
            Err(error) => self.set(part, sentence, Some(format!("{error:#}"))),
        }

        outcome.context(sentence)
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

    /// All of them, as the page shows them.
    pub(crate) fn wire(&self) -> Vec<Fault> {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = |(part, Trouble { sentence, cause }): (&&str, &Trouble)| Fault {
            code: (*part).to_owned(),
            sentence: (*sentence).to_owned(),
            cause: cause.clone(),
        };

        faults.iter().map(fault).collect()
    }
}
