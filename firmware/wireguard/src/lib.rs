//! The WireGuard protocol without I/O: packets and the time in, packets and events out.
//!
//! A [`Device`] is told its complete [`Config`], is handed every datagram and every packet, and appends what is to be
//! sent to a [`Batch`].

pub use batch::{Batch, Run};
pub use config::{Config, PeerConfig};
pub use counters::{Counters, Dropped};
pub use device::Device;
pub use ecn::Ecn;
pub use endpoint::Endpoint;
pub use status::PeerStatus;

mod batch;
mod config;
mod counters;
mod device;
mod ecn;
mod endpoint;
mod gate;
mod message;
mod packet;
mod peer;
mod peer_index;
mod routes;
mod session;
mod status;
mod timers;
mod unreachable;
