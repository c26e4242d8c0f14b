//! The names at home: says `latchkey.local` and finds Home Assistant, by multicast DNS.
//!
//! [`Discovery`] does both on the interfaces that lead home, and on no other; a [`HomeAssistant`] is what it found.

pub use discovery::{Config, Discovery};
pub use home_assistant::HomeAssistant;

mod announcement;
mod claimed_name;
mod discovery;
mod found;
mod home_assistant;
mod on_link;
mod responder;
