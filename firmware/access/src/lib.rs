//! Who may reach what, as one complete nftables ruleset.
//!
//! A [`Policy`] says who is there; [`Ruleset`] is what follows from it, and is swapped in one transaction.
//! [`Forwarding`] has the kernel pass packets on at all, and puts everything back.

pub use forwarding::{Forwarding, ForwardingError};
pub use nft::{ApplyError, counters};
pub use policy::{Families, Lan, Policy, Posture};
pub use reachable::can_be_reached;
pub use ruleset::Ruleset;

mod forwarding;
mod nft;
mod policy;
mod reachable;
mod ruleset;
