//! The way in, as the daemon keeps it: hands the parts of `reachability` what they are to do, and reads how things stand.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::{Moment, Place};
use reachability::{
    Around, Evidence, Lookout, LookoutConfig, Seen, Situation, Verdict, Web,
    door::{Door, Doorman, Opened, Opening, Shut, Why, Wish},
    is_public,
    names::{NameState, Publisher, Wanted},
};
use registry::StoredName;
use tokio::sync::watch;

use accounts::former;
pub(crate) use accounts::{provider, published, stored};
pub(crate) use aims::{Aims, endpoint, is_outdated};
pub(crate) use check::check;
pub(crate) use knocker::Doorbell;
use knocker::Knocker;
pub(crate) use sentry::{Looked, Sentry, judge};

use crate::services::Services;

mod accounts;
mod aims;
mod check;
mod knocker;
mod sentry;
mod view;

/// How the way in stands, as far as is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// What was seen.
    pub evidence: Evidence,
    /// What it means.
    pub verdict: Verdict,
    /// The door in the router.
    pub door: Door,
    /// The names that follow.
    pub names: Vec<NameState>,
    /// Whether somebody came in over IPv4 not too long ago, whatever the router says.
    pub v4_is_proven: bool,
    /// The port on the router's outside, where it is known; for as long as the router does not answer, the last one.
    pub port_outside: Option<u16>,
    /// The one that the router gave last.
    pub last_port_outside: Option<u16>,
    /// How often to have knocked at the door.
    pub knocks: u32,
}

impl Standing {
    /// Where who comes from there is. At home are also the home's other networks, and who is turned around by a router that
    /// knows the home's own address.
    pub(crate) fn place_of(&self, address: IpAddr) -> Place {
        let (is_known, is_our_own) = match address.to_canonical() {
            IpAddr::V4(v4) => {
                // Nobody who was told to ask nobody ever knows.
                let own = [self.verdict.seen_v4, self.verdict.reachable_v4, self.router_outside()];
                let is_known = own.iter().any(Option::is_some) || self.evidence.seen_v4 == Seen::Off;
                (is_known, own.contains(&Some(v4)))
            }
            IpAddr::V6(v6) => {
                let mut own = self.evidence.network.v6.iter().copied().chain(self.verdict.seen_v6);
                (true, own.any(|own| home_prefix(own) == home_prefix(v6)))
            }
        };

        match (is_public(address) && !is_our_own, is_known) {
            (false, _) => Place::Home,
            (true, true) => Place::Outside,
            (true, false) => Place::Unknown,
        }
    }

    /// Whether the internet cannot reach this home at all. Whoever came in all the same knows better than what the way looks
    /// like.
    pub(crate) fn is_cut_off(&self) -> bool {
        let is_for_sure = match self.verdict.situation {
            Situation::NotKnownYet => false,
            Situation::DoubleNat { .. } | Situation::Cgnat { .. } => !self.v4_is_proven,
            Situation::PublicV4 { .. } | Situation::OnlyV6 { .. } | Situation::NoInternet { .. } => true,
        };

        is_for_sure && self.reachable_v4().is_none() && self.verdict.reachable_v6.is_none()
    }

    /// The IPv4 address that leads here: the home's own, or that of a second router whose owner was seen to lead the port
    /// through both by hand.
    pub(crate) fn reachable_v4(&self) -> Option<Ipv4Addr> {
        let by_hand = || self.behind_two_routers().filter(|_| self.v4_is_proven);

        self.verdict.reachable_v4.or_else(by_hand)
    }

    /// The address of a second router in the home; the one of a carrier is of no use to anybody.
    pub(crate) fn behind_two_routers(&self) -> Option<Ipv4Addr> {
        match self.verdict.situation {
            Situation::DoubleNat { .. } => self.verdict.seen_v4,
            Situation::NotKnownYet
            | Situation::PublicV4 { .. }
            | Situation::OnlyV6 { .. }
            | Situation::Cgnat { .. }
            | Situation::NoInternet { .. } => None,
        }
    }

    /// Whether the router says of each way in that there is that it is shut. One that is not asked says nothing.
    pub(crate) fn is_shut(&self) -> bool {
        let v4 = self.verdict.reachable_v4.map(|_| self.door.v4);
        let v6 = self.verdict.reachable_v6.map(|_| self.door.v6);
        let mut doors = v4.into_iter().chain(v6).peekable();

        let is_shut = |door| match door {
            Opening::Shut(shut) => shut.why != Why::NotAllowed,
            Opening::NotWanted | Opening::Asking | Opening::Open(_) => false,
        };

        doors.peek().is_some() && doors.all(is_shut)
    }

    /// Whether the router has not answered yet about one of the ways in.
    fn is_asking(&self) -> bool {
        [self.door.v4, self.door.v6].contains(&Opening::Asking)
    }

    /// The router's own address outside, as it says.
    pub(crate) fn router_outside(&self) -> Option<Ipv4Addr> {
        let said = match self.door.v4 {
            Opening::Open(Opened { address: Some(IpAddr::V4(address)), .. })
            | Opening::Shut(Shut { why: Why::RouterHasPrivateAddress(address), .. }) => Some(address),
            Opening::Open(_) | Opening::Shut(_) | Opening::NotWanted | Opening::Asking => None,
        };

        said.or_else(|| self.door.router.as_ref()?.outside)
    }
}

/// The ends of what leads to the parts.
pub(crate) struct WayIn {
    wishes: watch::Sender<Option<Wish>>,
    around: watch::Sender<Around>,
    wanted: watch::Sender<Wanted>,
    evidence: watch::Receiver<Evidence>,
    door: watch::Receiver<Door>,
    names: watch::Receiver<Vec<NameState>>,
    knocker: Knocker,
    doorbell: Doorbell,
}

/// The parts, before they run.
pub(crate) struct Parts {
    doorman: Doorman,
    lookout: Lookout,
    publisher: Publisher,
}

impl WayIn {
    /// Asks nobody for anything yet.
    pub(crate) fn new(web: &Web, names: &[StoredName], now: &Moment) -> (Self, Parts) {
        let (wishes, wishes_receiver) = watch::channel(None);
        let (around, around_receiver) = watch::channel(Around::default());
        let (wanted, wanted_receiver) = watch::channel(Wanted::default());
        let (doorman, door) = Doorman::new(wishes_receiver);
        let (lookout, evidence) = Lookout::new(web.clone(), LookoutConfig::default(), around_receiver);
        let former = former(names, now);
        let (publisher, names) = Publisher::new(web.clone(), wanted_receiver);
        let publisher = publisher.remembering(former);

        let (knocker, doorbell) = (Knocker::default(), Doorbell::default());

        (
            Self { wishes, around, wanted, evidence, door, names, knocker, doorbell },
            Parts { doorman, lookout, publisher },
        )
    }

    /// What has a shut door tried at once, with the next reconciliation.
    pub(crate) fn doorbell(&self) -> Doorbell {
        self.doorbell.clone()
    }

    /// Hands every part the whole of what it is to do.
    pub(crate) fn set(&self, aims: Aims) {
        let Aims { wish, around, wanted } = aims;
        replace(&self.wishes, wish);
        replace(&self.around, around);
        replace(&self.wanted, wanted);
    }

    /// Ends when there is news from any of the parts.
    pub(crate) async fn changed(&mut self) {
        tokio::select! {
            Ok(()) = self.evidence.changed() => {}
            Ok(()) = self.door.changed() => {}
            Ok(()) = self.names.changed() => {}
            else => std::future::pending().await,
        }
    }

    /// How things stand now, but for what the parts do not know.
    pub(crate) fn standing(&mut self) -> Standing {
        let evidence = self.evidence.borrow_and_update().clone();
        let verdict = Verdict::of(&evidence);
        let door = self.door.borrow_and_update().clone();

        Standing {
            knocks: self.knocker.note(&evidence, &verdict, &door).wrapping_add(self.doorbell.rings()),
            door: door.explained_by(&verdict.situation),
            verdict,
            evidence,
            names: self.names.borrow_and_update().clone(),
            v4_is_proven: false,
            port_outside: None,
            last_port_outside: None,
        }
    }
}

/// What a provider gives a home at most, of which it makes its networks (RFC 6177: a /56).
fn home_prefix(address: Ipv6Addr) -> u128 {
    address.to_bits() >> 72
}

/// Wakes nobody for nothing.
fn replace<T: PartialEq>(sender: &watch::Sender<T>, value: T) {
    sender.send_if_modified(|known| {
        let is_new = *known != value;
        if is_new {
            *known = value;
        }
        is_new
    });
}

impl Parts {
    /// Lets them run.
    pub(crate) fn spawn(self, services: &mut Services) {
        let Self { doorman, lookout, publisher } = self;
        services.spawn("door in the router", |stop| async move {
            doorman.run(stop).await;
            Ok(())
        });
        services.spawn("lookout", |stop| async move {
            lookout.run(stop).await;
            Ok(())
        });
        services.spawn("names", |stop| async move {
            publisher.run(stop).await;
            Ok(())
        });
    }
}

#[cfg(test)]
mod tests {
    use reachability::{CgnatSign, Network};

    use super::*;

    #[test]
    fn a_home_that_somebody_came_into_is_not_cut_off_whatever_the_way_looks_like() {
        let sign = CgnatSign::RouterOutside { address: Ipv4Addr::new(100, 64, 0, 2) };
        let double_nat = Situation::DoubleNat { router_outside: None, hop: None };
        for situation in [Situation::Cgnat { sign }, double_nat] {
            let verdict = Verdict { situation, ..Verdict::default() };
            let hidden = Standing { verdict, ..Standing::default() };

            assert!(hidden.is_cut_off());
            assert!(!Standing { v4_is_proven: true, ..hidden }.is_cut_off());
        }
    }

    #[test]
    fn only_who_is_certainly_elsewhere_comes_from_outside() {
        let verdict = Verdict { seen_v4: "203.0.113.7".parse().ok(), ..Verdict::default() };
        let network = Network { v6: vec!["2001:db8:1:100::7".parse().unwrap()], ..Network::default() };
        let evidence = Evidence { network, ..Evidence::default() };
        let standing = Standing { verdict, evidence, ..Standing::default() };

        for (address, place) in [
            ("198.51.100.2", Place::Outside),
            ("::ffff:198.51.100.2", Place::Outside),
            ("203.0.113.7", Place::Home),
            ("192.168.2.9", Place::Home),
            ("100.64.0.9", Place::Home),
            ("2001:db8:2::2", Place::Outside),
            ("2001:db8:1:100::9", Place::Home),
            ("2001:db8:1:1ff::9", Place::Home),
            ("2001:db8:1:200::9", Place::Outside),
            ("fd00::9", Place::Home),
        ] {
            assert_eq!(standing.place_of(address.parse().unwrap()), place, "{address}");
        }
    }

    #[test]
    fn nobody_is_known_to_be_elsewhere_before_the_home_is_known() {
        let phone = IpAddr::from([198, 51, 100, 2]);
        let off = Evidence { seen_v4: Seen::Off, ..Evidence::default() };

        assert_eq!(Standing::default().place_of(phone), Place::Unknown);
        assert_eq!(Standing { evidence: off, ..Standing::default() }.place_of(phone), Place::Outside);
    }

    #[test]
    fn a_router_that_is_not_asked_is_not_shut() {
        for (why, is_shut) in [(Why::NotAllowed, false), (Why::NoAnswer, true)] {
            let door = |own: IpAddr| Opening::Shut(Shut { why, inside: (own, 1).into() });
            let (v4, v6) = (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST);
            let standing = Standing {
                verdict: Verdict { reachable_v4: Some(v4), reachable_v6: Some(v6), ..Verdict::default() },
                door: Door { v4: door(v4.into()), v6: door(v6.into()), ..Door::default() },
                ..Standing::default()
            };

            assert_eq!(standing.is_shut(), is_shut, "{why:?}");
        }
    }
}
