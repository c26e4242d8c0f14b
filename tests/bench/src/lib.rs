//! Other userspace WireGuard implementations beside our own: fetched, started and configured in the lab's namespaces.
//!
//! [`Peers`] finds the others, an [`Implementation`] is started as a [`Tunnel`], and [`Configuration`] is what `wg`
//! gives it.

pub use configuration::{Configuration, Peer};
pub use implementation::{Implementation, Kind};
pub use peers::Peers;
pub use tunnel::Tunnel;

mod configuration;
mod implementation;
mod peers;
mod tunnel;
mod usage;
