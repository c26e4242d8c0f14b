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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_that_goes_on_has_forgotten_nothing() {
        for by in [Protocol::Pcp, Protocol::NatPmp] {
            for (seconds, passed) in [(1000, 0), (1060, 60), (1057, 60), (4600, 3600), (4500, 3600)] {
                assert!(!is_lost(by, seconds, passed), "{by} {seconds} {passed}");
            }
        }
    }

    #[test]
    fn a_clock_that_begins_anew_has_forgotten_everything() {
        for by in [Protocol::Pcp, Protocol::NatPmp] {
            for (seconds, passed) in [(0, 60), (10, 60), (900, 0), (1000, 60), (3000, 3600)] {
                assert!(is_lost(by, seconds, passed), "{by} {seconds} {passed}");
            }
        }
        assert!(is_lost(Protocol::Pcp, 9000, 60), "one that leaps is another");
    }

    #[test]
    fn clocks_of_different_protocols_are_not_compared() {
        let before = epoch(Protocol::Pcp, 1000);

        assert!(!before.is_lost(epoch(Protocol::NatPmp, 0)));
    }

    fn is_lost(by: Protocol, seconds: u32, passed: u64) -> bool {
        let before = epoch(by, 1000);
        let at = before.at + Duration::from_secs(passed);

        before.is_lost(Epoch::new(by, seconds, at))
    }

    #[expect(clippy::disallowed_methods, reason = "there is no other way to have an instant")]
    fn epoch(by: Protocol, seconds: u32) -> Epoch {
        Epoch::new(by, seconds, Instant::now())
    }
}
