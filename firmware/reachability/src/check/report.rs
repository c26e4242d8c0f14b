use serde::Serialize;

use super::{Facts, Finding, Id, Step, arrivals, home, internet, router, step::Judgement};

/// What was looked at, and the one thing that explains why nobody gets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// All of it, in order.
    pub steps: Vec<Step>,
    /// The first problem, since what comes after it may follow from it.
    pub finding: Option<Finding>,
}

impl Report {
    /// Judges.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let mut report = Self { steps: Vec::new(), finding: None };
        let mut is_over = false;
        for (id, judge) in ORDER {
            // Home Assistant is at home, and can be told of whatever is wrong outside.
            let judgement =
                if is_over && id != Id::HomeAssistant { Judgement::skipped() } else { judge(facts) };
            is_over |= judgement.is_end;
            report.add(id, judgement);
        }

        report
    }

    fn add(&mut self, id: Id, judgement: Judgement) {
        let Judgement { outcome, sentence, values, finding, is_end: _ } = judgement;
        self.finding = self.finding.take().or_else(|| finding.clone());
        self.steps.push(Step { id, title: id.title(), outcome, sentence, values, finding });
    }
}

type Judge = fn(&Facts) -> Judgement;

/// From the box outwards, then along the way of a call, so that the first problem is a cause and not a consequence.
/// Without internet no name can be looked up, so the verdict comes before them.
const ORDER: [(Id, Judge); 13] = [
    (Id::Access, home::access),
    (Id::Link, home::link),
    (Id::Address, home::address),
    (Id::Router, home::router),
    (Id::Verdict, internet::verdict),
    (Id::Dns, internet::dns),
    (Id::Clock, internet::clock),
    (Id::Mapping, router::mapping),
    (Id::Name, internet::name),
    (Id::Arrivals, arrivals::arrivals),
    (Id::Keys, arrivals::keys),
    (Id::Packets, arrivals::packets),
    (Id::HomeAssistant, home::home_assistant),
];
