//! What is sent through a tunnel.

pub(crate) mod pace;
pub(crate) mod ping;
pub(crate) mod rate_search;
pub(crate) mod tcp;
pub(crate) mod udp;
