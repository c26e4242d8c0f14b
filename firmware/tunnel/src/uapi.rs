//! The control socket that `wg` and `wg-quick` talk to, as WireGuard's cross-platform userspace interface has it.
//!
//! [`Request`] and [`describe`] are text in and text out; [`Uapi`] is the socket.

pub use answer::{Secrets, describe};
pub use peer_change::{AllowedIpChange, PeerChange};
pub use request::{Change, InvalidRequest, Request};
pub use socket::{Access, BindError, Uapi};

mod answer;
mod hex;
mod peer_change;
mod request;
mod socket;
mod value;
