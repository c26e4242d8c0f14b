use std::time::{Duration, Instant};

use reachability::{CgnatSign, NoV4, Situation, Verdict};
use registry::PublicAddress;

use super::{News, differ};

/// Where home is on the internet, as devices, names and owners are told.
#[derive(Debug, Default)]
pub(super) struct Whereabouts {
    address: PublicAddress,
    /// Where home was when it was told last, and where an address was not known then, the last one that was.
    told: PublicAddress,
    told_at: Option<Instant>,
    /// What was reachable last, since the start.
    reachable: PublicAddress,
    differs_since: Option<Instant>,
}

impl Whereabouts {
    /// What was written down before.
    pub(super) fn new(address: PublicAddress) -> Self {
        Self { address, told: address, ..Self::default() }
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
    pub(super) fn note(&mut self, verdict: &Verdict, now: Instant) -> Option<News> {
        let address = PublicAddress { v4: verdict.reachable_v4, v6: verdict.reachable_v6 };
        if address == PublicAddress::default() {
            return None;
        }
        let has_moved = self.has_moved(address, now);
        if address == self.address && !has_moved {
            return None;
        }
        self.address = address;
        if has_moved {
            tracing::info!("The home's address on the internet has changed");
        }
        tracing::debug!(?address, "Where home is");

        Some(News::Address { address, has_moved })
    }

    /// Whether a move is to be told, which it is at most every [`RESTS`].
    fn has_moved(&mut self, address: PublicAddress, now: Instant) -> bool {
        let told = self.told;
        let is_elsewhere = differ(told.v4, address.v4) || differ(told.v6, address.v6);
        let has_rested = self.told_at.is_none_or(|at| now.duration_since(at) >= RESTS);
        if is_elsewhere && !has_rested {
            return false;
        }
        self.told = PublicAddress { v4: address.v4.or(told.v4), v6: address.v6.or(told.v6) };
        if is_elsewhere {
            self.told_at = Some(now);
        }

        is_elsewhere
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
/// A home with two lines that take turns does not fill the card.
const RESTS: Duration = Duration::from_mins(10);

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::clock;

    #[test]
    fn an_address_is_news_once_and_not_knowing_it_is_none() {
        let verdict = |v4: &str| Verdict { reachable_v4: v4.parse().ok(), ..Verdict::default() };
        let (mut whereabouts, now) = (Whereabouts::default(), clock::instant());

        assert!(!has_moved(whereabouts.note(&verdict("203.0.113.2"), now)));
        assert_eq!(whereabouts.note(&verdict("203.0.113.2"), now), None);
        assert_eq!(whereabouts.note(&Verdict::default(), now), None);
        assert!(has_moved(whereabouts.note(&verdict("203.0.113.3"), now)));
    }

    #[test]
    fn an_address_that_comes_and_goes_is_no_move() {
        let (mut whereabouts, start) = (Whereabouts::default(), clock::instant());
        let both = home("203.0.113.2", "2001:db8::2");
        let mut has_moved = |verdict: &Verdict, minutes| {
            has_moved(whereabouts.note(verdict, start + Duration::from_mins(minutes)))
        };

        assert!(!has_moved(&both, 0));
        assert!(!has_moved(&home("203.0.113.2", ""), 1));
        assert!(!has_moved(&both, 2));
        assert!(!has_moved(&home("", "2001:db8::2"), 3));
        assert!(has_moved(&home("203.0.113.3", "2001:db8::2"), 4));
        assert!(has_moved(&home("203.0.113.3", "2001:db8::3"), 14));
    }

    #[test]
    fn a_home_with_two_addresses_that_take_turns_is_told_of_now_and_then() {
        let (mut whereabouts, start) = (Whereabouts::default(), clock::instant());
        let mut told = 0;
        for minute in 0..61 {
            let v4 = if minute % 2 == 0 { "203.0.113.2" } else { "203.0.113.3" };
            let news = whereabouts.note(&home(v4, ""), start + Duration::from_mins(minute));
            told += usize::from(has_moved(news));
        }

        assert!((2..=6).contains(&told), "{told}");
    }

    #[test]
    fn a_move_within_the_rest_is_told_after_it() {
        let (mut whereabouts, start) = (Whereabouts::default(), clock::instant());
        let mut note = |v4: &str, minutes| {
            let news = whereabouts.note(&home(v4, ""), start + Duration::from_mins(minutes));
            news.map(|news| has_moved(Some(news)))
        };

        note("203.0.113.2", 0);
        assert_eq!(note("203.0.113.3", 1), Some(true));
        assert_eq!([5, 6, 11, 12].map(|at| note("203.0.113.4", at)), [Some(false), None, Some(true), None]);
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
