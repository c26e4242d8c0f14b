//! What happened, for people to read later: what the use-cases tell, and what is noticed in passing.

pub(crate) use changes::{of_name, of_peer, of_settings};
pub(crate) use chronicle::{Chronicle, Noticed, Scene};
pub(crate) use told::{excerpt, told};

mod changes;
mod chronicle;
mod doors;
mod refusals;
mod told;
mod visits;
