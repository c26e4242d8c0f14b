use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use super::attempt::Attempt;
use crate::door::{
    protocol::Protocol,
    task::{Claim, Grant, Task},
};

/// What the router has opened, and when to see to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) attempt: Attempt,
    pub(super) claim: Claim,
    pub(super) address: Option<IpAddr>,
    pub(super) lease: Option<Duration>,
    pub(super) is_verified: bool,
    /// When the router was asked last.
    pub(super) asked_at: Instant,
    pub(super) check_at: Instant,
    pub(super) renew_at: Instant,
}

impl Held {
    pub(super) fn new(attempt: Attempt, claim: Claim, grant: Grant, now: Instant) -> Self {
        let renew_in = grant.lease.map_or(RENEW_PERMANENT, |lease| (lease / 2).max(SHORTEST));

        Self {
            attempt: Attempt { port: grant.port, ..attempt },
            claim,
            address: grant.address,
            lease: grant.lease,
            is_verified: false,
            asked_at: now,
            check_at: now + renew_in.min(CHECK_EVERY),
            renew_at: now + renew_in,
        }
    }

    /// Sees whether it is there.
    pub(super) fn look(self) -> Task {
        match self.claim.by {
            Protocol::Pcp | Protocol::NatPmp => self.renewal(),
            Protocol::Upnp => Task::Check(self.claim),
        }
    }

    pub(super) fn upkeep(self, now: Instant) -> Task {
        if self.renew_at <= now { self.renewal() } else { self.look() }
    }

    /// It is still there.
    pub(super) fn looked_at(self, now: Instant) -> Self {
        let check_at = (now + CHECK_EVERY).min(self.renew_at).max(now + SHORTEST);

        Self { asked_at: now, check_at, ..self }
    }

    /// Is to be looked at as soon as may be.
    pub(super) fn hurry(&mut self, now: Instant) {
        self.check_at = self.check_at.min(now.max(self.asked_at + SHORTEST));
    }

    pub(super) fn renewal(self) -> Task {
        Task::Open { by: self.claim.by, port: self.claim.port, lease: self.attempt.lease }
    }
}

/// An address or a router that changes shall be followed within two minutes.
const CHECK_EVERY: Duration = Duration::from_secs(60);
/// RFC 6887, section 11.2.1: no renewal within four seconds of the last.
const SHORTEST: Duration = Duration::from_secs(4);
/// What is open for ever is asked for again now and then, should the router not have meant it.
const RENEW_PERMANENT: Duration = Duration::from_secs(3600);
