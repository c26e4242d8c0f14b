use super::*;
use crate::{Hop, Network, RouterV6, Said, Seen, Witness};

const HOME: &str = "203.0.113.2";
const OTHER: &str = "203.0.113.99";
const V6: &str = "2001:db8:1::10";

#[test]
fn what_witnesses_do_not_settle_is_undecided_and_not_gone() {
    for (name, Home(evidence), expected) in [
        ("they contradict each other", home().seen([HOME, OTHER]).v6(V6, Some(V6)), (true, false)),
        ("they have not been asked", home().v6(V6, Some(V6)).not_asked(), (true, true)),
        ("nobody is ever asked", home().v6(V6, None), (false, false)),
        ("all agree", home().seen([HOME, HOME]).v6(V6, Some(V6)), (false, false)),
        ("the cable is out", home().seen([HOME, OTHER]).unplugged(), (false, false)),
    ] {
        let verdict = Verdict::of(&evidence);

        assert_eq!((verdict.v4_is_undecided, verdict.v6_is_undecided), expected, "{name}");
    }
}

#[test]
fn before_anybody_has_looked_nothing_is_known_not_even_that_there_is_no_internet() {
    assert_eq!(Verdict::of(&Evidence::default()).situation, Situation::NotKnownYet);
}

#[test]
fn every_home_gets_its_verdict() {
    for (name, evidence, expected) in [
        ("all agree", home().router(HOME).seen([HOME, HOME]), "public 203.0.113.2"),
        ("the router says nothing", home().seen([HOME, HOME]), "public 203.0.113.2"),
        ("the box itself has the address", home().own(HOME).seen([HOME, HOME]), "public 203.0.113.2"),
        ("nobody is ever asked", home().router(HOME), "public 203.0.113.2"),
        ("the router alone confirms one server", home().router(HOME).seen([HOME]), "public 203.0.113.2"),
        ("the way ends at our router", home().seen([HOME, HOME]).ways(ISP, Some([])), "public 203.0.113.2"),
        (
            "the router has not noticed its new address, the way shows it",
            home().router(OTHER).seen([HOME, HOME]).ways(ISP, Some([])),
            "public 203.0.113.2",
        ),
        (
            "a provider with private addresses on its routers",
            home().seen([HOME, HOME]).ways(ISP, NOT_TRIED),
            "public 203.0.113.2",
        ),
        (
            "a provider with shared addresses on its routers",
            home().router(HOME).seen([HOME, HOME]).ways(CGN, NOT_TRIED),
            "public 203.0.113.2",
        ),
        (
            "the router has a private address",
            home().router("10.9.0.2").seen([HOME, HOME]).ways(SECOND, NOT_TRIED),
            "double nat 10.9.0.2 at 10.9.0.1",
        ),
        (
            "the router has a private address and hops are silent",
            home().router("192.168.0.7").seen([HOME, HOME]),
            "double nat 192.168.0.7",
        ),
        (
            "a second router, as homes have them",
            home().seen([HOME, HOME]).ways(["192.168.1.1", "192.168.0.1"], NOT_TRIED),
            "double nat at 192.168.0.1",
        ),
        (
            "the way ends at the second router",
            home().seen([HOME, HOME]).ways(SECOND, Some(["192.168.1.1"])),
            "double nat at 10.9.0.1",
        ),
        ("the router has a shared address", home().router("100.64.0.7").seen([HOME, HOME]), "cgnat"),
        ("DS-Lite", home().router("192.0.0.2").seen([HOME, HOME]), "cgnat"),
        ("the router has another address than is seen", home().router(OTHER).seen([HOME, HOME]), "cgnat"),
        ("a hop has a shared address", home().seen([HOME, HOME]).ways(CGN, NOT_TRIED), "cgnat"),
        (
            "a hop has a shared address behind a private one",
            home()
                .router("10.9.0.2")
                .seen([HOME, HOME])
                .ways(["192.168.1.1", "10.9.0.1", "100.64.0.1"], NOT_TRIED),
            "cgnat",
        ),
        (
            "our router leads all calls to the box, and so does the way",
            home().seen([HOME, HOME]).ways(["192.168.1.1", "198.51.100.1"], Some(["192.168.1.1"])),
            "public 203.0.113.2",
        ),
        (
            "the way ends at a provider's router with a shared address",
            home().seen([HOME, HOME]).ways(CGN, Some(["192.168.1.1"])),
            "cgnat",
        ),
        (
            "the way is another one than before",
            home().seen([HOME, HOME]).ways(SECOND, Some(["192.168.7.7"])),
            "public 203.0.113.2",
        ),
        (
            "the way ends at the provider's third router",
            home().seen([HOME, HOME]).ways(LONG, Some(["192.168.1.1", "10.9.0.1"])),
            "cgnat",
        ),
        ("the provider shares several addresses", home().router("100.64.0.7").seen([HOME, OTHER]), "cgnat"),
        (
            "IPv6 beside IPv4",
            home().router(HOME).seen([HOME, HOME]).v6(V6, Some(V6)),
            "public 203.0.113.2 and v6",
        ),
        ("IPv6 beside CGNAT", home().router("100.64.0.7").seen([HOME, HOME]).v6(V6, Some(V6)), "only v6"),
        ("IPv6 alone", home().without_v4().v6(V6, Some(V6)), "only v6"),
        ("IPv6 alone, nobody is ever asked", home().without_v4().v6(V6, None), "only v6"),
        ("IPv6 alone, and translated", home().without_v4().v6(V6, Some("2001:db8:9::1")), "cgnat"),
        ("IPv4 is dead, IPv6 is not", home().router(HOME).seen([]).v6(V6, Some(V6)), "only v6"),
        (
            "private IPv6 is none",
            home().router("100.64.0.7").seen([HOME, HOME]).v6("fd00::10", None),
            "cgnat",
        ),
        ("one server lies", home().seen([HOME, OTHER]), "not known"),
        (
            "one server lies, the router decides",
            home().router(HOME).seen([HOME, OTHER]),
            "public 203.0.113.2",
        ),
        ("one server lies, the echo decides", home().seen([HOME, OTHER]).echo(HOME), "public 203.0.113.2"),
        ("one server speaks alone", home().seen([HOME]), "not known"),
        ("nobody was asked yet", home().not_asked(), "not known"),
        ("the router alone was asked yet", home().router(HOME).not_asked(), "not known"),
        ("nobody is ever asked, and the router says nothing", home(), "not known"),
        ("nobody answers", home().seen([]), "no internet Silence"),
        ("nobody answers but the router", home().router(HOME).seen([]), "no internet Silence"),
        (
            "the cable is out, with old answers",
            home().router(HOME).seen([HOME, HOME]).unplugged(),
            "no internet NoLink",
        ),
        ("no address", home().without_v4().seen([]), "no internet NoAddress"),
        ("no way out", home().without_router().seen([]), "no internet NoRouter"),
    ] {
        let verdict = Verdict::of(&evidence.0);

        assert_eq!(short(&verdict), expected, "{name}: {verdict:?}");
    }
}

#[test]
fn what_is_published_is_only_what_leads_here() {
    let behind_cgnat = home().router("100.64.0.7").seen([HOME, HOME]).v6(V6, Some(V6));
    let verdict = Verdict::of(&behind_cgnat.0);

    assert_eq!(verdict.reachable_v4, None);
    assert_eq!(verdict.reachable_v6, Some(V6.parse().unwrap()));
    assert_eq!(verdict.seen_v4, Some(HOME.parse().unwrap()));
}

#[test]
fn every_verdict_is_a_sentence_without_jargon_and_says_what_to_do() {
    for evidence in [
        home().seen([HOME, HOME]),
        home().router("10.9.0.2").seen([HOME, HOME]).ways(SECOND, NOT_TRIED),
        home().router("100.64.0.7").seen([HOME, HOME]),
        home().router("100.64.0.7").seen([HOME, HOME]).v6(V6, Some(V6)),
        home().without_v4().v6(V6, Some("2001:db8:9::1")),
        home().not_asked(),
        home().seen([]),
        home().unplugged(),
        home().without_v4(),
        home().without_router(),
    ] {
        let situation = Verdict::of(&evidence.0).situation;
        let sentence = situation.to_string();

        assert!(sentence.ends_with('.') && sentence.matches(". ").count() == 0, "{sentence}");
        let is_fine = matches!(situation, Situation::PublicV4 { .. });
        assert_eq!(situation.to_do().is_none(), is_fine, "{sentence}");
        for text in [Some(sentence), situation.to_do()].into_iter().flatten() {
            for jargon in ["NAT", "STUN", "UPnP", "hop", "prefix", "gateway"] {
                assert!(!text.contains(jargon), "{text}");
            }
        }
    }
}

#[test]
fn a_verdict_is_written_down_for_programs() {
    let verdict = Verdict::of(&home().router("100.64.0.7").seen([HOME, HOME]).0);

    let json = serde_json::to_value(&verdict).unwrap();

    assert_eq!(json["situation"]["kind"], "cgnat");
    assert_eq!(json["situation"]["sign"]["kind"], "router_outside");
    assert_eq!(json["seen_v4"], HOME);
}

/// The way to ourselves, where nobody has tried it.
const NOT_TRIED: Option<[&str; 0]> = None;
const ISP: [&str; 3] = ["192.168.1.1", "10.0.0.1", "198.51.100.1"];
const CGN: [&str; 3] = ["192.168.1.1", "100.64.0.1", "198.51.100.1"];
const SECOND: [&str; 3] = ["192.168.1.1", "10.9.0.1", "198.51.100.1"];
const LONG: [&str; 3] = ["192.168.1.1", "10.9.0.1", "10.8.0.1"];

fn short(verdict: &Verdict) -> String {
    let v6 = if verdict.reachable_v6.is_some() { " and v6" } else { "" };
    match &verdict.situation {
        Situation::NotKnownYet => "not known".to_owned(),
        Situation::PublicV4 { address } => {
            assert_eq!(verdict.reachable_v4, Some(*address));
            format!("public {address}{v6}")
        }
        Situation::OnlyV6 { address, .. } => {
            assert_eq!((verdict.reachable_v4, verdict.reachable_v6), (None, Some(*address)));
            "only v6".to_owned()
        }
        Situation::DoubleNat { router_outside, hop } => {
            assert_eq!((verdict.reachable_v4, verdict.reachable_v6), (None, None));
            let outside = router_outside.map(|address| format!(" {address}")).unwrap_or_default();
            let hop = hop.map(|address| format!(" at {address}")).unwrap_or_default();
            format!("double nat{outside}{hop}")
        }
        Situation::Cgnat { .. } => {
            assert_eq!((verdict.reachable_v4, verdict.reachable_v6), (None, None));
            "cgnat".to_owned()
        }
        Situation::NoInternet { why } => {
            assert_eq!((verdict.reachable_v4, verdict.reachable_v6), (None, None));
            format!("no internet {why:?}")
        }
    }
}

/// A home with IPv4 in which nobody on the internet is asked.
fn home() -> Home {
    let network = Network {
        link: true,
        v4: vec!["192.168.1.10".parse().unwrap()],
        routers_v4: vec!["192.168.1.1".parse().unwrap()],
        ..Network::default()
    };

    Home(Evidence { network, seen_v4: Seen::Off, seen_v6: Seen::Off, ..Evidence::default() })
}

struct Home(Evidence);

impl Home {
    fn router(mut self, outside: &str) -> Self {
        self.0.router_outside = Some(outside.parse().unwrap());
        self
    }

    fn own(mut self, address: &str) -> Self {
        self.0.network.v4 = vec![address.parse().unwrap()];
        self
    }

    /// What the two STUN servers say.
    fn seen<const N: usize>(mut self, words: [&str; N]) -> Self {
        let said = words.iter().enumerate().map(|(i, word)| Said {
            by: Witness::Stun(format!("stun{i}.example:3478").parse().unwrap()),
            address: word.parse().unwrap(),
        });
        self.0.seen_v4 = Seen::Asked { of: 4, said: said.collect() };
        if self.0.seen_v6 == Seen::Off {
            self.0.seen_v6 = Seen::Asked { of: 4, said: Vec::new() };
        }
        self
    }

    fn echo(mut self, word: &str) -> Self {
        let Seen::Asked { said, .. } = &mut self.0.seen_v4 else { panic!("after `seen`") };
        let by = Witness::Echo("https://echo.example".parse().unwrap());
        said.push(Said { by, address: word.parse().unwrap() });
        self
    }

    fn not_asked(mut self) -> Self {
        (self.0.seen_v4, self.0.seen_v6) = (Seen::NotYet, Seen::NotYet);
        self
    }

    fn v6(mut self, own: &str, seen: Option<&str>) -> Self {
        self.0.network.v6 = vec![own.parse().unwrap()];
        let address = "fe80::1".parse().unwrap();
        self.0.network.routers_v6 = vec![RouterV6 { address, interface: "eth0".to_owned() }];
        self.0.seen_v6 = seen.map_or(Seen::Off, |seen| {
            let said = ["a.example:1", "b.example:1"].map(|server| Said {
                by: Witness::Stun(server.parse().unwrap()),
                address: seen.parse().unwrap(),
            });
            Seen::Asked { of: 4, said: said.into() }
        });
        self
    }

    fn ways<const N: usize, const M: usize>(mut self, out: [&str; N], home: Option<[&str; M]>) -> Self {
        let hops = |way: &[&str]| way.iter().map(|hop| Hop::Some(hop.parse().unwrap())).collect();
        self.0.way_out = hops(&out);
        self.0.way_to_ourselves = home.map(|way| hops(&way));
        self
    }

    fn without_v4(mut self) -> Self {
        self.0.network.v4.clear();
        self.0.network.routers_v4.clear();
        self
    }

    fn without_router(mut self) -> Self {
        self.0.network.routers_v4.clear();
        self
    }

    fn unplugged(mut self) -> Self {
        self.0.network.link = false;
        self
    }
}
