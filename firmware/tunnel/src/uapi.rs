//! The control socket that `wg` and `wg-quick` talk to, as WireGuard's cross-platform userspace interface has it.
//!
//! [`Request`] and [`describe`] are text in and text out; [`Uapi`] is the socket.

pub(crate) use answer::{Secrets, describe};
pub(crate) use peer_change::PeerChange;
pub(crate) use request::{Change, InvalidRequest, Request};
pub use socket::{Access, Uapi};
pub use socket_file::BindError;

mod answer;
mod client;
mod draft;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod hex;
mod peer_change;
mod request;
mod socket;
mod socket_file;
mod value;
