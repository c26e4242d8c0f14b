use std::time::Duration;

use lab::{Options, addresses};
use model::Pattern;

use crate::home::{Home, in_houses, note, now};

#[test]
fn by_each_protocol_the_box_opens_its_own_door_and_keeps_it() {
    in_houses(&Protocol::ALL, |protocol| protocol.tell());
}

/// What a router speaks; nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Pcp,
    NatPmp,
    Upnp,
}

impl Protocol {
    const ALL: [Self; 3] = [Self::Pcp, Self::NatPmp, Self::Upnp];

    fn tell(self) {
        let home = Home::build(Options::default()).serve_ports(self.settings());
        if let Some(version) = self.unspoken() {
            home.house.router.feed("nft -f -", &deaf_to(version)).unwrap();
        }
        let mut home = home.plug_in();

        self.a_phone_comes_in(&home);
        self.it_is_renewed(&home);
        self.it_is_made_again_after_the_router_restarted(&mut home);
        self.it_is_shut_while_the_box_is_locked(&home);
        self.it_goes_with_the_daemon_and_is_found_again(&mut home);
    }

    fn a_phone_comes_in(self, home: &Home) {
        home.wait_for_door_lamp(Pattern::SlowPulse);
        note(&format!("{self:?}: open after"), self.wait_until_open(home));
        home.wait_until_known();

        let port = home.daemon.port().unwrap();
        let phone = home.come_in(&home.let_in("Anna", &format!("{}:{port}", addresses::ROUTER)));

        home.wait_for_door_lamp(Pattern::Solid);
        assert_eq!(home.way_in()["proven_seconds_ago"], 0);
        phone.down().unwrap();
    }

    /// This router shortens the leases of PCP alone. Of those of an hour nobody here sees the end; that the box asks again
    /// in time is seen when the router restarts.
    fn it_is_renewed(self, home: &Home) {
        if self != Self::Pcp {
            return;
        }
        let began = now();

        home.wait("two leases are over", || {
            assert_eq!(home.mappings(), 1, "{self:?}: {}", home.openings());
            (began.elapsed() > 2 * LEASE).then_some(())
        });
    }

    fn it_is_made_again_after_the_router_restarted(self, home: &mut Home) {
        home.house.reboot_router().unwrap();
        assert_eq!(home.mappings(), 0, "{self:?}");

        let (_, took) = home.wait("it is made again", || (home.mappings() == 1).then_some(()));

        note(&format!("{self:?}: made again after"), took);
        assert!(took < Duration::from_secs(120), "{took:?}");
        self.wait_until_open(home);
    }

    fn it_is_shut_while_the_box_is_locked(self, home: &Home) {
        home.daemon.long_hold().unwrap();
        let (_, took) = home.wait("it is shut", || (home.mappings() == 0).then_some(()));
        note(&format!("{self:?}: shut after the lock in"), took);
        let locked = home.wait_for("it says so", |way_in| way_in["door_v4"]["state"] == "not_wanted");
        assert_eq!(locked.0["door_v4"]["finding"]["code"], "not_wanted");
        home.wait_for_door_lamp(Pattern::Off);

        home.daemon.long_hold().unwrap();
        note(&format!("{self:?}: open after the unlock in"), self.wait_until_open(home));
        home.wait_for_door_lamp(Pattern::Solid);
    }

    fn it_goes_with_the_daemon_and_is_found_again(self, home: &mut Home) {
        home.daemon.stop().unwrap();
        assert_eq!(home.mappings(), 0, "{self:?}: {}", home.openings());

        home.daemon.start().unwrap();
        self.wait_until_open(home);
        home.daemon.kill();
        assert_eq!(home.mappings(), 1, "{self:?}: nobody took it away");
        home.daemon.start().unwrap();

        note(&format!("{self:?}: found again in"), self.wait_until_open(home));
        home.wait_until_known();
        let port = home.daemon.port().unwrap();
        let phone = home.come_in(&home.let_in("Ben", &format!("{}:{port}", addresses::ROUTER)));
        drop(phone);
    }

    /// Waits until the box says so, and the router says the same of one port and no other.
    fn wait_until_open(self, home: &Home) -> Duration {
        let port = home.daemon.port().unwrap();
        let (way_in, took) = home.wait_for("the door is open", |way_in| way_in["door_v4"]["state"] == "open");

        let door = &way_in["door_v4"];
        assert_eq!(
            (door["by"].as_str(), door["outside_port"].as_u64()),
            (Some(self.name()), Some(port.into()))
        );
        let openings = home.openings();
        assert!(
            openings.contains(&format!("th dport {port} dnat ip to {}:{port}", addresses::GATEWAY)),
            "{openings}"
        );
        assert_eq!(home.mappings(), 1, "{self:?}: {openings}");

        took
    }

    /// As the page calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Pcp => "PCP",
            Self::NatPmp => "NAT-PMP",
            Self::Upnp => "UPnP",
        }
    }

    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Pcp => &["enable_upnp=no", "max_lifetime=20"],
            Self::NatPmp => &["enable_upnp=no"],
            Self::Upnp => &["enable_natpmp=no"],
        }
    }

    /// The version in the first byte of what it must not hear: PCP's is 2, NAT-PMP's is 0, and both go to one port.
    fn unspoken(self) -> Option<u8> {
        match self {
            Self::Pcp => Some(0),
            Self::NatPmp => Some(2),
            Self::Upnp => None,
        }
    }
}

/// A router has no setting for this.
fn deaf_to(version: u8) -> String {
    format!(
        "add table inet deaf
add chain inet deaf input {{ type filter hook input priority -10; }}
add rule inet deaf input udp dport 5351 @th,64,8 {version} drop
"
    )
}

/// What the router gives at a time by PCP.
const LEASE: Duration = Duration::from_secs(20);
