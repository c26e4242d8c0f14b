use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

use crate::{Batch, Dropped, Ecn, Endpoint, session::Identity};

/// Decides once for the whole device which handshakes are worth the arithmetic.
///
/// While few come, all are. When many come, a source must show by a cookie that it is where it says, and has a rate
/// of its own. Data never passes here.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    second: Option<Instant>,
    handshakes: u32,
    loaded_until: Option<Instant>,
    /// For each source, the time at which its handshakes so far would have been in order.
    sources: HashMap<IpAddr, Instant>,
}

impl Gate {
    /// Lets a handshake message in, or says why not; what its sender may hear about that goes to `out`.
    pub(crate) fn admit(
        &mut self,
        identity: &Identity,
        source: Endpoint,
        handshake: &[u8],
        now: Instant,
        out: &mut Batch,
    ) -> Result<(), Dropped> {
        if !identity.is_addressed_by(handshake) {
            return Err(Dropped::InvalidHandshake);
        }
        if !self.is_loaded(now) {
            return Ok(());
        }
        if let Err(reply) = identity.check_cookie(source.remote, handshake, out.room(COOKIE_REPLY)) {
            if let Some(length) = reply {
                out.push_datagram(source, Ecn::NOT_CAPABLE, length);
            }
            return Err(Dropped::RateLimited);
        }

        if self.has_credit(source.remote.ip(), now) { Ok(()) } else { Err(Dropped::RateLimited) }
    }

    /// Counts one more handshake.
    fn is_loaded(&mut self, now: Instant) -> bool {
        if self.second.is_none_or(|begun| now.saturating_duration_since(begun) >= SECOND) {
            self.second = Some(now);
            self.handshakes = 0;
        }
        self.handshakes = self.handshakes.saturating_add(1);
        if self.handshakes > HANDSHAKES_PER_SECOND {
            self.loaded_until = Some(now + SECOND);
        }

        self.loaded_until.is_some_and(|until| now < until)
    }

    fn has_credit(&mut self, source: IpAddr, now: Instant) -> bool {
        if self.sources.len() >= SOURCES {
            self.sources.retain(|_, in_order_at| *in_order_at > now);
        }
        let source = network_of(source);
        if self.sources.len() >= SOURCES && !self.sources.contains_key(&source) {
            return false;
        }
        let in_order_at = self.sources.entry(source).or_insert(now);
        *in_order_at = (*in_order_at).max(now);
        if in_order_at.saturating_duration_since(now) > SOURCE_BURST {
            return false;
        }
        *in_order_at += SOURCE_INTERVAL;

        true
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// Two scalar multiplications each: some 30 ms of a Pi's core.
const HANDSHAKES_PER_SECOND: u32 = 100;

/// 20 a second and 5 at once, as in the kernel's implementation.
const SOURCE_INTERVAL: Duration = Duration::from_millis(50);
const SOURCE_BURST: Duration = Duration::from_millis(200);

/// Bounds the memory; each has shown by a cookie that it exists.
const SOURCES: usize = 8192;

const COOKIE_REPLY: usize = 64;

/// Who has one IPv6 address has the whole /64.
fn network_of(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's time begins somewhere")]
mod tests {
    use super::*;

    #[test]
    fn the_load_ends_a_second_after_the_flood() {
        let start = Instant::now();
        let mut gate = Gate::default();

        for _ in 0..HANDSHAKES_PER_SECOND {
            assert!(!gate.is_loaded(start));
        }

        assert!(gate.is_loaded(start));
        assert!(gate.is_loaded(start + SECOND / 2));
        assert!(!gate.is_loaded(start + 2 * SECOND));
    }

    #[test]
    fn a_source_has_five_at_once_and_twenty_a_second() {
        let start = Instant::now();
        let source = "192.0.2.1".parse().unwrap();
        let mut gate = Gate::default();

        let at_once = (0..100).filter(|_| gate.has_credit(source, start)).count();
        let over_ten_seconds =
            (1..=1000).filter(|n| gate.has_credit(source, start + *n * Duration::from_millis(10))).count();

        assert_eq!(at_once, 5);
        assert!((199..=201).contains(&over_ten_seconds), "{over_ten_seconds}");
    }

    #[test]
    fn a_source_takes_nothing_from_another_unless_they_share_a_network() {
        let start = Instant::now();
        let mut gate = Gate::default();

        while gate.has_credit("2001:db8::1".parse().unwrap(), start) {}

        assert!(!gate.has_credit("2001:db8::2".parse().unwrap(), start));
        assert!(gate.has_credit("2001:db8:0:1::1".parse().unwrap(), start));
        assert!(gate.has_credit("192.0.2.1".parse().unwrap(), start));
    }

    #[test]
    fn the_memory_of_sources_is_bounded() {
        let start = Instant::now();
        let mut gate = Gate::default();

        for n in 0..2 * SOURCES as u32 {
            gate.has_credit(IpAddr::V4(n.into()), start);
        }

        assert_eq!(gate.sources.len(), SOURCES);
        assert!(gate.has_credit("255.0.0.1".parse().unwrap(), start + SECOND));
    }
}
