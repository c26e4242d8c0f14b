//! The fuzz targets: inputs that bytes are read as, each of which can be run and panics when something is wrong.
//!
//! [`Datagrams`] is what comes from the network, [`InnerPackets`] what a peer puts into the tunnel and what the system hands
//! to it, [`Uapi`] what is said on the control socket, [`Offload`] what is read from the interface in bulk.

pub use datagrams::Datagrams;
pub use inner_packets::InnerPackets;
pub use offload::Offload;
pub use uapi::Uapi;

mod change;
mod datagrams;
mod flow;
mod inner_packets;
mod offload;
mod said;
mod setting;
mod uapi;
mod world;
