//! Two WireGuard devices, a wire that loses, doubles and swaps what is sent over it, and one clock that nobody waits for.
//!
//! A [`Pair`] is the whole; [`Node`] is the one place that calls the crate `wireguard`, [`Wire`] what lies between, [`Log`]
//! what can be told about it afterwards.

pub use clock::Clock;
pub use log::{Entry, Kind, Log};
pub use node::{HOME, Node, Output, PHONE, Side, TICK};
pub use packet::Packet;
pub use pair::Pair;
pub use wire::{Flight, LATENCY, Weather, Wire};

pub mod paper;

mod clock;
mod log;
mod node;
mod packet;
mod pair;
mod wire;
