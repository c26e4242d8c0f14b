use std::time::Instant;

use super::protocol::Protocol;

/// What a router's clock said and when: it counts for how long the router has remembered what it opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Epoch {
    by: Protocol,
    seconds: u32,
    at: Instant,
}

impl Epoch {
    pub(crate) fn new(by: Protocol, seconds: u32, at: Instant) -> Self {
        Self { by, seconds, at }
    }

    /// Whether the router has forgotten everything between this and a later look at its clock.
    pub(crate) fn is_lost(self, later: Self) -> bool {
        if self.by != later.by {
            return false;
        }
        let here = later.at.saturating_duration_since(self.at).as_secs();
        match self.by {
            Protocol::Pcp => is_lost_to_pcp(self.seconds, later.seconds, here),
            Protocol::NatPmp => is_lost_to_nat_pmp(self.seconds, later.seconds, here),
            Protocol::Upnp => false,
        }
    }
}

/// RFC 6887, section 8.5.
fn is_lost_to_pcp(before: u32, after: u32, here: u64) -> bool {
    let (before, after) = (u64::from(before), u64::from(after));
    if after + 1 < before {
        return true;
    }
    let there = after.saturating_sub(before);

    here + 2 < there - there / 16 || there + 2 < here - here / 16
}

/// RFC 6886, section 3.6: the router's clock may lose an eighth.
fn is_lost_to_nat_pmp(before: u32, after: u32, here: u64) -> bool {
    u64::from(after) + 2 < u64::from(before) + here * 7 / 8
}
