//! The lookout in houses with one router and with two, asking real STUN servers, an HTTPS page and the routers on the way.

#![cfg(test)]

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use lab::Namespace;
use reachability::{CgnatSign, Evidence, LookoutConfig, NoInternet, NoV4, Seen, Situation, Verdict};
use street::{BOX_V6, HOME, Street, everybody, wait_for};

mod street;

#[test]
fn a_home_behind_one_router_has_an_address_in_both_families() {
    let street = Street::build(None);

    let evidence = look(&street, everybody(), None);

    let Seen::Asked { of: 3, said } = &evidence.seen_v4 else { panic!("{evidence:#?}") };
    assert_eq!(said.iter().map(|said| said.address).collect::<Vec<_>>(), [HOME; 3]);
    let Seen::Asked { of: 3, said } = &evidence.seen_v6 else { panic!("{evidence:#?}") };
    assert_eq!(said.iter().map(|said| said.address).collect::<Vec<_>>(), [BOX_V6; 3]);
    assert_eq!(evidence.way_out, [Some(Ipv4Addr::new(192, 168, 1, 1))]);
    assert_eq!(evidence.way_to_ourselves, Some(vec![]), "our own router has the address");
    let verdict = Verdict::of(&evidence);
    assert_eq!(verdict.situation, Situation::PublicV4 { address: HOME });
    assert_eq!((verdict.reachable_v4, verdict.reachable_v6), (Some(HOME), Some(BOX_V6)));
}

#[test]
fn a_second_router_is_named_whether_or_not_the_first_one_speaks() {
    let street = Street::build(Some("10.9.0"));
    let [first, second] = [Ipv4Addr::new(192, 168, 1, 1), Ipv4Addr::new(10, 9, 0, 1)];
    let outside = Ipv4Addr::new(10, 9, 0, 2);

    for router_outside in [None, Some(outside)] {
        let evidence = look(&street, everybody(), router_outside);

        assert_eq!(evidence.way_out, [Some(first), Some(second)]);
        assert_eq!(evidence.way_to_ourselves, Some(vec![Some(first)]), "the second router has the address");
        let verdict = Verdict::of(&evidence);
        assert_eq!(verdict.situation, Situation::DoubleNat { router_outside, hop: Some(second) });
        assert_eq!((verdict.reachable_v4, verdict.seen_v4), (None, Some(HOME)));
    }
}

#[test]
fn an_address_that_a_provider_shares_is_recognised_on_the_way() {
    let street = Street::build(Some("100.64.0"));

    let verdict = Verdict::of(&look(&street, everybody(), None));

    let sign = CgnatSign::Hop { address: Ipv4Addr::new(100, 64, 0, 1) };
    assert_eq!(verdict.situation, Situation::Cgnat { sign });
}

#[test]
fn where_ipv4_is_shared_the_home_is_reached_over_ipv6() {
    let street = Street::build(Some("100.64.0"));
    street.lead_v6_through();

    let verdict = Verdict::of(&look(&street, everybody(), None));

    let why = NoV4::Cgnat { sign: CgnatSign::Hop { address: Ipv4Addr::new(100, 64, 0, 1) } };
    assert_eq!(verdict.situation, Situation::OnlyV6 { address: BOX_V6, why });
    assert_eq!((verdict.reachable_v4, verdict.reachable_v6), (None, Some(BOX_V6)));
}

#[test]
fn a_change_of_address_is_followed() {
    let street = Street::build(None);
    let new = Ipv4Addr::new(203, 0, 113, 3);

    let evidence = street.look_out(everybody(), Some(HOME), async |around, mut evidence| {
        wait_for(&mut evidence, |evidence| Verdict::of(evidence).reachable_v4 == Some(HOME)).await;
        street.change_address(HOME, new);
        // The router tells before the minute is over.
        around.send_modify(|around| around.router_outside = Some(new));
        wait_for(&mut evidence, |evidence| Verdict::of(evidence).seen_v4 == Some(new)).await
    });

    assert_eq!(Verdict::of(&evidence).reachable_v4, Some(new));
}

#[test]
fn no_internet_is_told_and_so_is_its_return() {
    let street = Street::build(None);
    street.set_internet(false);

    street.look_out(everybody(), Some(HOME), async |_around, mut evidence| {
        let silent = wait_for(&mut evidence, asked).await;
        assert_eq!(Verdict::of(&silent).situation, Situation::NoInternet { why: NoInternet::Silence });

        street.set_internet(true);
        wait_for(&mut evidence, |evidence| Verdict::of(evidence).reachable_v4 == Some(HOME)).await;
    });
}

#[test]
fn names_that_cannot_be_looked_up_do_not_hide_the_internet() {
    let street = Street::build(None);

    let evidence = street.look_out(everybody(), None, async |around, mut evidence| {
        wait_for(&mut evidence, asked).await;
        street.forget_names();
        // Whatever changes at home has everybody asked again.
        around.send_modify(|around| around.network.v4.push(Ipv4Addr::new(192, 168, 1, 11)));
        wait_for(&mut evidence, |evidence| witnesses(evidence) == 2).await
    });

    assert_eq!(Verdict::of(&evidence).reachable_v4, Some(HOME));
}

#[test]
fn a_server_that_lies_is_not_believed_and_a_dead_one_is_not_missed() {
    let mut street = Street::build(None);
    let liar = Liar::start(&street.internet);
    let config = |stun: &[&str], echo: bool| LookoutConfig {
        stun: stun.iter().map(|server| server.parse().unwrap()).collect(),
        echo: if echo { everybody().echo } else { Vec::new() },
    };

    let with_echo = look(&street, config(&[&liar.name, "stun1.example:3478"], true), None);
    let without = look(&street, config(&[&liar.name, "stun1.example:3478"], false), None);
    street.stun[0].kill();
    let dead = look(&street, everybody(), None);

    assert_eq!(Verdict::of(&with_echo).reachable_v4, Some(HOME));
    assert_eq!(Verdict::of(&without).situation, Situation::NotKnownYet);
    assert_eq!(Verdict::of(&dead).reachable_v4, Some(HOME));
}

#[test]
fn whoever_switched_everything_off_sends_nothing_and_believes_the_router() {
    let street = Street::build(None);
    let count = "table inet count {
  counter out { }
  chain out { type filter hook output priority 0; counter name out; }
}";
    street.the_box.feed("nft -f -", count).unwrap();

    let evidence = street.look_out(LookoutConfig::off(), Some(HOME), async |_around, mut evidence| {
        wait_for(&mut evidence, |evidence| evidence.seen_v4 == Seen::Off).await
    });

    assert_eq!(Verdict::of(&evidence).reachable_v4, Some(HOME));
    assert_eq!(Verdict::of(&evidence).reachable_v6, Some(BOX_V6));
    let counted = street.the_box.run("nft list counter inet count out").unwrap();
    assert!(counted.contains("packets 0 "), "{counted}");
}

fn look(street: &Street, config: LookoutConfig, router_outside: Option<Ipv4Addr>) -> Evidence {
    street
        .look_out(config, router_outside, async |_around, mut evidence| wait_for(&mut evidence, asked).await)
}

/// How many have told the IPv4 address.
fn witnesses(evidence: &Evidence) -> usize {
    match &evidence.seen_v4 {
        Seen::Asked { said, .. } => said.len(),
        Seen::NotYet | Seen::Off => 0,
    }
}

fn asked(evidence: &Evidence) -> bool {
    evidence.seen_v4 != Seen::NotYet
}

/// A STUN server that says an address of its own choice; `coturn` does not lie. First it forges, with another transaction
/// id, what the server would say.
struct Liar {
    name: String,
}

impl Liar {
    fn start(room: &Namespace) -> Self {
        let at = (Ipv4Addr::new(203, 0, 113, 1), 3479);
        let socket = room.in_thread(|| UdpSocket::bind(at)).unwrap().unwrap();
        std::thread::spawn(move || {
            let mut question = [0; 20];
            while let Ok((20, from)) = socket.recv_from(&mut question) {
                let IpAddr::V4(_) = from.ip() else { continue };
                for id in [[0; 12], question[8..].try_into().unwrap()] {
                    let lie = [0xcb ^ 0x21, 0x12, 0x71 ^ 0xa4, 0x42 ^ 0x63];
                    let head = [1, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42];
                    let answer = [&head[..], &id, &[0, 0x20, 0, 8, 0, 1, 0, 0], &lie].concat();
                    // Whoever asked may be gone.
                    let _ = socket.send_to(&answer, from);
                }
            }
        });

        Self { name: format!("{}:{}", at.0, at.1) }
    }
}
