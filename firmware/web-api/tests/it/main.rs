//! The page and its API over real sockets, before a household in memory.
#![cfg(test)]

// The mock uses these names from the root of the crate it lives in.
use web_api::{Gateway, Refusal, wire};

mod activity;
mod bodies;
mod clock;
mod document;
mod house;
mod http;
mod limits;
mod live;
mod matrix;
// Taken in by its source, since no crate depends on itself.
#[path = "../../src/mock.rs"]
pub mod mock;
mod page;
mod safekeeping;
mod session;
