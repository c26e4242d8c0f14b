//! The door in the home's router: asks for a UDP port, keeps it open, sees that it is, and shuts it again.
//!
//! [`Doorman`] takes a [`Wish`] and tells of a [`Door`]; `Keeper` is what it thinks, `Hand` is what it does. Only the
//! router itself is ever talked to, whatever address its answers name.

pub use doorman::Doorman;
pub use opening::{Door, Opened, Opening, Shut};
pub use protocol::{Protocol, Protocols};
pub use router::Router;
pub use table::{TableEntry, TableError, Transport, read_table};
pub(crate) use upnp::printable;
pub use why::{Refusal, Why};
pub use wish::{RouteV4, RouteV6, Wish};

mod datagrams;
mod doorman;
mod epoch;
mod errand;
mod hand;
mod keeper;
mod nat_pmp;
mod opening;
mod path;
mod pcp;
mod protocol;
mod router;
mod table;
mod task;
mod upnp;
mod vigil;
mod why;
mod wish;
