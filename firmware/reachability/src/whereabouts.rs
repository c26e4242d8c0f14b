//! Where the box stands in the network, as far as it can find out: [`Lookout`] looks, [`Evidence`] is what it saw.

pub use address::is_public;
pub use evidence::{Around, Evidence, Hop};
pub use lookout::Lookout;
pub use lookout_config::LookoutConfig;
pub use network::{Network, RouterV6};
pub use reqwest::Url;
pub use seen::{Said, Seen};
pub use server::{InvalidServer, Server};
pub use witness::Witness;

pub(crate) use seen::Agreement;

pub(crate) mod address;
mod echo;
mod evidence;
mod inquiry;
mod lookout;
mod lookout_config;
mod network;
mod rounds;
mod seen;
mod server;
mod silence;
mod stun;
mod way;
mod witness;
