//! “Why can't I get in?”: everything between a phone outside and Home Assistant, looked at in order.
//!
//! [`Facts`] is what the daemon has found out, [`Report::of`] judges it and names one [`Finding`].

pub use facts::{
    Answer, ClockFact, Facts, HomeAssistantFact, LockFact, MappingFact, NameFact, Resolution, Traffic,
};
pub use finding::{Code, Finding};
pub use report::Report;
pub use step::{Id, Outcome, Step};

mod arrivals;
mod facts;
mod finding;
mod home;
mod internet;
mod report;
mod router;
mod step;
#[cfg(test)]
mod tests;
