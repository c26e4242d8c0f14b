use std::net::{SocketAddrV4, SocketAddrV6};

/// An address at home that the gateway passes on: Home Assistant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Where peers reach it over IPv4.
    pub v4: Option<SocketAddrV4>,
    /// Where peers reach it over IPv6.
    pub v6: Option<SocketAddrV6>,
}

impl Service {
    /// The port on the gateway's tunnel address where peers find Home Assistant: its own default, whatever port it
    /// has at home.
    pub const PORT: u16 = 8123;
}
