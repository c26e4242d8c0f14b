//! “Is anything else open?”: what the router, Home Assistant and the owner's phone tell about other ways in.
//!
//! [`Exposure`] is one thing that is open and should not be. [`mappings`] and [`logins`] find them at home, [`outside`]
//! in what the phone has tried from mobile data.

pub use ask::{AskError, ask};
pub use exposed::{Code, Exposure};
pub use mapping::mappings;
pub use outside::{CONTROL_PORT, Doubt, Outside, PORTS, Port, Tried, outside};
pub use providers::{InvalidProviders, Providers, logins};

mod ask;
mod exposed;
mod mapping;
mod outside;
mod providers;
