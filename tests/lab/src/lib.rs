//! A house of network namespaces to try Latchkey in: phone, internet, router, home, gateway, Home Assistant.
//!
//! [`House`] holds the rooms, each a [`Namespace`], and [`Options`] say what kind of house it is. [`HomeAssistant`] is the
//! real one, [`Daemon`] is the program under test, and [`Phone`] is a WireGuard client that is not ours. All of it ends
//! with the value that holds it.
//!
//! A namespace is held open by file descriptors alone, so the kernel clears a house away however its owner ends.

pub use browser::Browser;
pub use daemon::Daemon;
pub use fake_clock::FakeClock;
pub use forwarder::Forwarder;
pub use home_assistant::HomeAssistant;
pub use house::House;
pub use http::{Request, Response};
pub use listener::Listener;
pub use miniupnpd::MiniUpnpd;
pub use name_server::{NameServer, Record, RecordType};
pub use namespace::Namespace;
pub use options::{Options, Router, WayOut};
pub use phone::Phone;
pub use process::Process;
pub use providers::Providers;
pub use schemathesis::Schemathesis;
pub use services::Services;
pub use stun_server::StunServer;
pub use wait::{Outcome, interrupt, is_interrupted, wait_until};
pub use wiretap::{Sight, Wiretap};

mod address_echo;
pub mod addresses;
mod authority;
mod browser;
mod conntrack;
mod daemon;
mod fake_clock;
mod forwarder;
mod home_assistant;
mod house;
mod http;
mod listener;
mod mark;
mod miniupnpd;
mod name_server;
mod namespace;
mod options;
mod phone;
mod process;
mod project;
pub mod providers;
mod router;
mod schemathesis;
mod services;
mod stun_server;
mod tls_server;
mod wait;
mod websocket;
mod wires;
mod wiretap;
