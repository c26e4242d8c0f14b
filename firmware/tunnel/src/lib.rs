//! A WireGuard interface: TUN, UDP sockets and the wg-compatible control socket around the protocol.
//!
//! A [`Tunnel`] is started with a [`Config`] and told its complete [`Desired`] state as often as that changes;
//! [`Uapi`] lets `wg` talk to it, and [`run_interface`] is a whole `wireguard-go` in one call.

pub use desired::{Desired, DesiredPeer};
pub use run::{Mode, RunError, run_interface};
pub use status::{PeerStatus, Status};
pub use tunnel::{Config, SetError, StartError, Tunnel};
pub use uapi::{Access, BindError, Uapi};

mod delivery;
mod desired;
mod event;
#[cfg(fuzzing)]
pub mod fuzzing;
mod inbound;
mod inbox;
mod interface;
mod offload;
mod outbound;
mod packet_path;
mod run;
mod socket_options;
mod sockets;
mod status;
mod tunnel;
mod uapi;
mod udp_socket;
