use crate::door::{
    protocol::Protocol,
    task::{Claim, Lease},
};

/// How a port is being asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    /// Which protocol of the order.
    pub(super) turn: usize,
    pub(super) port: u16,
    pub(super) lease: Lease,
    /// How many other ports have been tried.
    pub(super) others: u8,
    pub(super) has_cleared: bool,
}

impl Attempt {
    pub(super) fn first(port: u16) -> Self {
        Self { turn: 0, port, lease: Lease::Limited, others: 0, has_cleared: false }
    }

    /// The same ports in the same order every time, so that a restart finds the one it had.
    pub(super) fn other_port(self) -> Self {
        let port = self.port.checked_add(1).unwrap_or(LOWEST_PORT);

        Self { port, others: self.others + 1, has_cleared: false, ..self }
    }

    pub(super) fn claim(self, by: Protocol) -> Claim {
        Claim { by, port: self.port, pinhole: None }
    }
}

/// Those below are the system's, and most routers give none of them.
const LOWEST_PORT: u16 = 1024;
