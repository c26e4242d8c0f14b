use std::fmt;

use serde::Serialize;

use super::{Code, Finding};
use crate::Values;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which.
    pub id: Id,
    /// What it is called: a few words.
    pub title: &'static str,
    /// How it is.
    pub outcome: Outcome,
    /// The same in one sentence.
    pub sentence: String,
    /// What the sentence names.
    pub values: Values,
    /// What is wrong, where something is.
    pub finding: Option<Finding>,
}

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Id {
    /// Is remote access on, and may anybody come in?
    Access,
    /// Is a cable plugged in?
    Link,
    /// Has the box an address?
    Address,
    /// Does the router answer?
    Router,
    /// Can the internet reach this home?
    Verdict,
    /// Can names be looked up?
    Dns,
    /// Is the clock right?
    Clock,
    /// Is the router open?
    Mapping,
    /// Does the name lead here?
    Name,
    /// Does anything arrive?
    Arrivals,
    /// Does it come with a key that the box knows?
    Keys,
    /// Does anything come through the tunnel?
    Packets,
    /// Does Home Assistant answer?
    HomeAssistant,
}

impl Id {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Access => "Remote access",
            Self::Link => "Cable",
            Self::Address => "Address at home",
            Self::Router => "Router",
            Self::Verdict => "Address on the internet",
            Self::Dns => "Names",
            Self::Clock => "Clock",
            Self::Mapping => "Way through the router",
            Self::Name => "Name of your home",
            Self::Arrivals => "Calls from outside",
            Self::Keys => "Keys",
            Self::Packets => "Tunnel",
            Self::HomeAssistant => "Home Assistant",
        }
    }
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Not as it should be.
    Problem,
    /// It cannot be told.
    Unknown,
    /// It was not looked at, because of an earlier problem.
    Skipped,
}

/// What judging one thing comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) outcome: Outcome,
    pub(super) sentence: String,
    pub(super) values: Values,
    pub(super) finding: Option<Finding>,
    /// Whether nothing beyond it can be told as long as it is so.
    pub(super) is_end: bool,
}

impl Judgement {
    pub(super) fn ok(sentence: impl Into<String>) -> Self {
        Self::plain(Outcome::Ok, sentence.into())
    }

    pub(super) fn unknown(sentence: impl Into<String>) -> Self {
        Self::plain(Outcome::Unknown, sentence.into())
    }

    pub(super) fn problem(code: Code, sentence: impl Into<String>, to_do: impl Into<String>) -> Self {
        let sentence = sentence.into();
        let finding =
            Finding { code, sentence: sentence.clone(), to_do: to_do.into(), values: Values::default() };

        Self { finding: Some(finding), ..Self::plain(Outcome::Problem, sentence) }
    }

    pub(super) fn skipped() -> Self {
        Self::plain(Outcome::Skipped, "Not looked at: the problem above comes first.".to_owned())
    }

    /// Names one thing.
    pub(super) fn with(self, what: &'static str, value: impl fmt::Display) -> Self {
        let values = self.values.clone().with(what, value);

        self.with_all(values)
    }

    /// Names one thing, if it is known.
    pub(super) fn with_known(self, what: &'static str, value: Option<impl fmt::Display>) -> Self {
        let values = self.values.clone().with_known(what, value);

        self.with_all(values)
    }

    /// Names these things and no others.
    pub(super) fn with_all(self, values: Values) -> Self {
        let finding = self.finding.map(|finding| Finding { values: values.clone(), ..finding });

        Self { values, finding, ..self }
    }

    /// Without this, nothing beyond it works.
    pub(super) fn and_no_further(self) -> Self {
        Self { is_end: true, ..self }
    }

    fn plain(outcome: Outcome, sentence: String) -> Self {
        Self { outcome, sentence, values: Values::default(), finding: None, is_end: false }
    }
}
