//! Other userspace WireGuard implementations beside our own: fetched, started and configured in the lab's namespaces.
//!
//! [`Peers`] finds the others, an [`Implementation`] is started as a [`Tunnel`], and [`Configuration`] is what `wg`
//! gives it. A [`Table`] shows what was measured, on which [`Machine`].

pub use configuration::{Configuration, Peer};
pub use implementation::{Implementation, Kind};
pub use machine::Machine;
pub use peers::Peers;
pub use table::{Table, figure};
pub use tunnel::Tunnel;

mod configuration;
mod implementation;
mod machine;
mod peers;
mod table;
mod tunnel;
mod usage;
