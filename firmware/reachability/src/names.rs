//! Names that follow: several accounts with providers of dynamic DNS, each told where home is.
//!
//! An [`Account`] says whose name it is, [`Wanted`] what it is to say, and a [`Publisher`] makes it so and reports a
//! [`NameState`] for each.

pub use account::{Account, AccountId, InvalidAccount};
pub use provider::{Dyndns2, Provider};
pub use publisher::{Former, Publisher};
pub use reason::Reason;
pub use secret::Secret;
pub use state::{NameState, State};
pub use wanted::{Addresses, Wanted};

mod account;
mod dialogue;
mod provider;
mod publisher;
mod reason;
mod secret;
mod state;
mod upkeep;
mod wanted;
