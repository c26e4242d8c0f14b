//! Latchkey's tunnel over a long time: beside other implementations, with a client that roams, with a crowd of peers.
//!
//! [`SideBySide`], [`Soak`] and [`Crowd`] are the three trials. A [`Courier`] and a [`Stream`] carry what is checked, to a
//! [`Mirror`] at the other end.

pub use courier::Courier;
pub use crowd::{Crowd, Crowds, Figures, Gathering};
pub use drops::Drops;
pub use kernel::Kernel;
pub use ledger::Account;
pub use mirror::Mirror;
pub use passage::Passage;
pub use side_by_side::SideBySide;
pub use soak::{Soak, Survival};
pub use stream::Stream;
pub use tolerance::Settlement;
pub use vitals::Course;

mod clock;
mod courier;
mod crowd;
mod datagram;
mod drops;
mod handshakes;
mod initramfs;
mod journey;
mod kernel;
mod ledger;
mod mirror;
mod neighbour;
mod passage;
mod road;
mod side_by_side;
mod soak;
mod stream;
mod threads;
mod tolerance;
mod virtual_machine;
mod vitals;
