//! The words that every part of Latchkey shares, valid by construction.
//!
//! Text becomes one of these types where it enters ([`PeerName`], [`PublicKey`], [`Host`]) and is trusted from then
//! on. [`Peer`] is who may come in, [`TunnelRange`] where they live, [`GuestAccess`] until when guests may;
//! [`Gesture`] and [`Lamps`] are what the box and its owner tell each other, and an [`Event`] is what they read about
//! later.

pub use configuration::{Configuration, PLACEHOLDER};
pub use endpoint::{Endpoint, Host, InvalidHost};
pub use event::{Device, DoorState, Event, Hand, IpVersion, Pause, Place, Setting};
pub use guest_access::{GuestAccess, GuestHours, GuestTime, InvalidGuestHours};
pub use interface_name::{InterfaceName, InvalidInterfaceName};
pub use keys::{InvalidKey, PresharedKey, PrivateKey, PublicKey};
pub use moment::Moment;
pub use names::{InvalidPeerName, InvalidTunnelName, PeerName, TunnelName};
pub use panel::{Gesture, Lamps, Pattern};
pub use passphrase::{InvalidPassphrase, Passphrase};
pub use peer::{InvalidRole, Peer, PeerId, Role};
pub use proof::{Proof, Proofs};
pub use service::Service;
pub use tunnel_range::{HostNumber, InvalidHostNumber, InvalidTunnelRange, TunnelRange};

mod configuration;
mod endpoint;
mod event;
mod guest_access;
mod interface_name;
mod keys;
mod moment;
mod names;
mod panel;
mod passphrase;
mod peer;
mod proof;
mod service;
mod tunnel_range;
