//! An independent WireGuard peer that talks to a program over UDP and looks at every byte it says.
//!
//! [`Program`] runs the implementation under test in a network namespace, and [`Peer`] is whom it talks to: Noise by
//! `snow`, MACs and cookies by RustCrypto. [`Initiator`] and [`Responder`] are the two sides of a handshake,
//! [`Session`] is what comes of it.

pub use identity::Identity;
pub use initiator::Initiator;
pub use limit::ours_fails;
pub use peer::{APART, Peer};
pub use program::Program;
pub use responder::Responder;
pub use session::{Opened, Session};
pub use terms::{LOCALHOST, Terms};
pub use timestamp::Timestamp;

mod addresses;
mod clock;
pub mod cookie;
mod identity;
mod implementation;
mod initiator;
pub mod inner;
mod limit;
pub mod mac;
pub mod message;
mod peer;
mod program;
mod responder;
mod session;
mod terms;
mod timestamp;
