use std::{net::IpAddr, time::Duration};

use super::{protocol::Protocol, why::Refusal};

/// One thing to ask the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// To open a port, or to leave it open for longer. For a protocol without a way to read back, asking for the same
    /// again is the way to see whether it is still there.
    Open {
        by: Protocol,
        /// The port outside that would be the best.
        port: u16,
        lease: Lease,
    },
    /// Whether a port is open; UPnP alone can tell.
    Check(Claim),
    /// To shut a port.
    Close(Claim),
}

impl Task {
    /// By which protocol.
    pub(crate) fn by(self) -> Protocol {
        match self {
            Self::Open { by, .. } => by,
            Self::Check(claim) | Self::Close(claim) => claim.by,
        }
    }
}

/// What may be open in the router because of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) by: Protocol,
    /// The port outside.
    pub(crate) port: u16,
    /// The number by which the router knows an IPv6 pinhole of UPnP.
    pub(crate) pinhole: Option<u16>,
}

impl Claim {
    /// Whether shutting one shuts the other: PCP and NAT-PMP know a port by its inside.
    pub(crate) fn is_shut_with(self, other: Self) -> bool {
        self.by == other.by
            && match self.by {
                Protocol::Pcp | Protocol::NatPmp => true,
                Protocol::Upnp => self.port == other.port,
            }
    }
}

/// For how long to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lease {
    /// For [`Lease::USUAL`].
    Limited,
    /// Until it is taken away: some UPnP routers know nothing else.
    Permanent,
}

impl Lease {
    /// What RFC 6886, section 3.3, recommends: two hours. A box that is gone for good leaves nothing open for longer.
    pub(crate) const USUAL: Duration = Duration::from_secs(7200);

    /// The seconds to write into a request; 0 is for ever in UPnP.
    pub(crate) fn seconds(self) -> u32 {
        match self {
            Self::Limited => 7200,
            Self::Permanent => 0,
        }
    }
}

/// What the router said to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The port is open now.
    Granted(Grant),
    /// It is still open.
    There {
        /// The router's outside address, where it tells.
        address: Option<IpAddr>,
    },
    /// It is not open.
    Missing,
    /// The router cannot tell whether it is.
    CannotTell,
    /// It is shut, or was.
    Closed,
    /// Nothing came of it.
    Failed(Failure),
}

/// What the router has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The port outside.
    pub(crate) port: u16,
    pub(crate) address: Option<IpAddr>,
    /// For how long; none is for ever.
    pub(crate) lease: Option<Duration>,
    /// For how long the router remembers what it has opened, by its own clock.
    pub(crate) epoch: Option<u32>,
    pub(crate) pinhole: Option<u16>,
}

/// Why nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nobody answers.
    NoAnswer,
    /// The router does not speak this protocol, or not this part of it.
    Unspoken,
    /// The answer makes no sense.
    Garbled,
    /// It says no.
    Refused(Refusal),
    /// Somebody has that port.
    Taken {
        /// Whether that was the box itself, when it had another address.
        by_us: bool,
    },
    /// It opens ports only until they are taken away.
    PermanentOnly,
}
