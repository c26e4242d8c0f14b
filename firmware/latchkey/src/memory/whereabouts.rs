use std::time::{Duration, Instant};

use reachability::{CgnatSign, NoV4, Situation, Verdict};
use registry::PublicAddress;

use super::{News, differ};

/// Where home is on the internet, as devices, names and owners are told.
#[derive(Debug, Default)]
pub(super) struct Whereabouts {
    address: PublicAddress,
    /// The same, and where an address is not known now, the last one that was.
    last: PublicAddress,
    /// What was reachable last, since the start.
    reachable: PublicAddress,
    differs_since: Option<Instant>,
}

impl Whereabouts {
    /// What was written down before.
    pub(super) fn new(address: PublicAddress) -> Self {
        Self { address, last: address, ..Self::default() }
    }

    /// Nothing is taken back while it is undecided: one bad round, or a router that has not noticed its new address yet,
    /// leaves home where it was.
    pub(super) fn settle(&mut self, mut verdict: Verdict, now: Instant) -> Verdict {
        let differs_since = self.differs_since.unwrap_or(now);
        self.differs_since = differs(&verdict.situation).then_some(differs_since);
        let may_be_late = self.differs_since.is_some_and(|since| now < since + ROUTER_IS_LATE);
        if verdict.v4_is_undecided || may_be_late {
            verdict.reachable_v4 = verdict.reachable_v4.or(self.reachable.v4);
        }
        if verdict.v6_is_undecided {
            verdict.reachable_v6 = verdict.reachable_v6.or(self.reachable.v6);
        }
        self.reachable = PublicAddress { v4: verdict.reachable_v4, v6: verdict.reachable_v6 };

        verdict
    }

    /// Home is where the verdict says, as far as it knows.
    pub(super) fn note(&mut self, verdict: &Verdict) -> Option<News> {
        let address = PublicAddress { v4: verdict.reachable_v4, v6: verdict.reachable_v6 };
        if address == PublicAddress::default() || address == self.address {
            return None;
        }
        let last = self.last;
        let has_moved = differ(last.v4, address.v4) || differ(last.v6, address.v6);
        self.last = PublicAddress { v4: address.v4.or(last.v4), v6: address.v6.or(last.v6) };
        self.address = address;
        if has_moved {
            tracing::info!("The home's address on the internet has changed");
        }
        tracing::debug!(?address, "Where home is");

        Some(News::Address { address, has_moved })
    }
}

/// Whether all that speaks against an IPv4 address is that the router says another one.
fn differs(situation: &Situation) -> bool {
    match situation {
        Situation::Cgnat { sign } | Situation::OnlyV6 { why: NoV4::Cgnat { sign }, .. } => {
            matches!(sign, CgnatSign::Differs { .. })
        }
        Situation::OnlyV6 { why: NoV4::DoubleNat { .. } | NoV4::None | NoV4::Silence, .. }
        | Situation::NotKnownYet
        | Situation::PublicV4 { .. }
        | Situation::DoubleNat { .. }
        | Situation::NoInternet { .. } => false,
    }
}

/// A router is asked at least once a minute for its address, and then everybody else again.
const ROUTER_IS_LATE: Duration = Duration::from_mins(2);

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::clock;

    #[test]
    fn an_address_is_news_once_and_not_knowing_it_is_none() {
        let verdict = |v4: &str| Verdict { reachable_v4: v4.parse().ok(), ..Verdict::default() };
        let mut whereabouts = Whereabouts::default();

        assert!(!has_moved(whereabouts.note(&verdict("203.0.113.2"))));
        assert_eq!(whereabouts.note(&verdict("203.0.113.2")), None);
        assert_eq!(whereabouts.note(&Verdict::default()), None);
        assert!(has_moved(whereabouts.note(&verdict("203.0.113.3"))));
    }

    #[test]
    fn an_address_that_comes_and_goes_is_no_move() {
        let mut whereabouts = Whereabouts::default();
        let both = home("203.0.113.2", "2001:db8::2");

        assert!(!has_moved(whereabouts.note(&both)));
        assert!(!has_moved(whereabouts.note(&home("203.0.113.2", ""))));
        assert!(!has_moved(whereabouts.note(&both)));
        assert!(!has_moved(whereabouts.note(&home("", "2001:db8::2"))));
        assert!(has_moved(whereabouts.note(&home("203.0.113.3", "2001:db8::2"))));
        assert!(has_moved(whereabouts.note(&home("203.0.113.3", "2001:db8::3"))));
    }

    fn has_moved(news: Option<News>) -> bool {
        let Some(News::Address { has_moved, .. }) = news else { panic!("{news:?}") };

        has_moved
    }

    #[test]
    fn what_is_undecided_leaves_home_where_it_was() {
        let (v4, v6) = ("203.0.113.2".parse().ok(), "2001:db8::2".parse().ok());
        let undecided = Verdict { v4_is_undecided: true, v6_is_undecided: true, ..Verdict::default() };
        let known = Verdict { reachable_v4: v4, reachable_v6: v6, ..Verdict::default() };
        let mut whereabouts = Whereabouts::default();
        let mut settle = |verdict: &Verdict| {
            let settled = whereabouts.settle(verdict.clone(), clock::instant());
            (settled.reachable_v4, settled.reachable_v6)
        };

        assert_eq!(settle(&undecided), (None, None), "nothing was known");
        assert_eq!(settle(&known), (v4, v6));
        assert_eq!(settle(&undecided), (v4, v6));
        assert_eq!(settle(&undecided), (v4, v6));
        assert_eq!(settle(&Verdict { reachable_v6: v6, ..Verdict::default() }), (None, v6));
        assert_eq!(settle(&undecided), (None, v6));
    }

    #[test]
    fn a_router_has_two_minutes_to_notice_its_new_address() {
        let [before, after] = ["203.0.113.2", "203.0.113.3"].map(|v4| v4.parse::<Ipv4Addr>().unwrap());
        let sign = CgnatSign::Differs { router_outside: before, seen: after };
        let late = Verdict { situation: Situation::Cgnat { sign }, ..Verdict::default() };
        let known = Verdict { reachable_v4: Some(before), ..Verdict::default() };
        let mut whereabouts = Whereabouts::default();
        let start = clock::instant();

        whereabouts.settle(known, start);
        let mut settle =
            |seconds| whereabouts.settle(late.clone(), start + Duration::from_secs(seconds)).reachable_v4;

        assert_eq!([0, 119, 120].map(&mut settle), [Some(before), Some(before), None]);
    }

    fn home(v4: &str, v6: &str) -> Verdict {
        Verdict { reachable_v4: v4.parse().ok(), reachable_v6: v6.parse().ok(), ..Verdict::default() }
    }
}
