//! What the outside of a message says about the packet inside, and the other way round; what becomes of packets that
//! fit nowhere.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::net::Ipv6Addr;

use conformance::{LOCALHOST, Peer, Program, Session, Terms, inner};

#[test]
fn a_message_says_of_congestion_what_its_packet_says() {
    let (program, peer, session) = Program::with_connected_peer().unwrap();

    for (mark, inside, outside) in [
        ("not-ect", NOT_ECT, "not-ect"),
        ("ect0", ECT_0, "ect0"),
        ("ect1", ECT_1, "ect1"),
        // RFC 6040 has the mark outside too, RFC 3168 and the kernel let the message meet congestion anew.
        ("ce", CE, "{ ect0, ce }"),
    ] {
        mark_what_leaves(&program, "oifname wg0", mark);
        let seen = Seen::count(&program, &format!("udp sport 51820 ip ecn {outside}"));

        program.say(peer.address.into(), 100).unwrap();
        let content = peer.receive_data(&session).unwrap().content;

        assert_eq!((inner::ecn(&content), seen.packets()), (inside, 1), "{mark}");
        program.run("nft delete table inet look").unwrap();
    }
}

#[test]
fn congestion_that_a_message_has_met_is_told_inside() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    mark_what_leaves(&program, "udp dport 51820", "ce");
    let seen = Seen::count(&program, "iifname wg0 ip ecn ce");

    for ecn in [ECT_0, ECT_1, CE] {
        ping_with(ecn, &peer, &mut session);
    }

    assert_eq!(seen.packets(), 3);
}

#[test]
fn congestion_is_not_told_to_a_packet_that_does_not_know_of_such_things() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    mark_what_leaves(&program, "udp dport 51820", "ce");
    let seen = Seen::count(&program, "iifname wg0 ip ecn ce");

    // RFC 6040 would have it dropped, the kernel's implementation lets it in.
    peer.say(&mut session, b"a packet of old").unwrap();
    ping_with(ECT_0, &peer, &mut session);

    assert_eq!(seen.packets(), 1);
}

#[test]
fn a_message_that_is_too_long_for_the_way_is_fragmented_and_not_lost() {
    for outside in [LOCALHOST, Ipv6Addr::LOCALHOST.into()] {
        let program = Program::start().unwrap();
        let peer = program.admit_on(&Terms { outside, ..Terms::default() }).unwrap();
        let session = peer.connect().unwrap();
        program.run("ip link set lo mtu 1280").unwrap();

        says(&program, &peer, &session, 1420);
        program.set_mtu(9000).unwrap();
        says(&program, &peer, &session, 9000);
    }
}

#[test]
fn a_packet_for_nobody_is_refused_and_not_just_lost() {
    let (program, ..) = Program::with_connected_peer().unwrap();

    for address in ["10.9.0.200", "fd09::200"] {
        let complaint = program.run(&format!("ping -n -c 1 -W 1 {address}")).unwrap_err().to_string();
        assert!(complaint.contains("nreachable"), "{complaint}");
    }
}

fn says(program: &Program, peer: &Peer, session: &Session, size: usize) {
    program.say(peer.address.into(), size).unwrap();
    let datagram = peer.receive().unwrap();
    assert_eq!(datagram.len(), 32 + size.next_multiple_of(16).min(if size > 1420 { 9000 } else { 1420 }));
    session.open(&datagram).unwrap();
}

fn ping_with(ecn: u8, peer: &Peer, session: &mut Session) {
    let echo = peer.echo(84);
    let mut request = echo.request();
    inner::set_ecn(&mut request, ecn);
    peer.send(&session.seal(&request).unwrap()).unwrap();
    peer.receive_echo(session, &echo).unwrap();
}

/// Marks packets of a kind as `nft` has it, before anybody sees them.
fn mark_what_leaves(program: &Program, kind: &str, mark: &str) {
    program.run("nft add table inet look").unwrap();
    program.run("nft add chain inet look out { type filter hook output priority -300 ; }").unwrap();
    program.run(&format!("nft add rule inet look out {kind} ip ecn set {mark}")).unwrap();
}

/// A counter of packets that come in by any interface and are of some kind.
struct Seen<'a>(&'a Program);

impl<'a> Seen<'a> {
    fn count(program: &'a Program, kind: &str) -> Self {
        program.run("nft add counter inet look seen").unwrap();
        program.run("nft add chain inet look in { type filter hook input priority -300 ; }").unwrap();
        program.run(&format!("nft add rule inet look in {kind} counter name seen")).unwrap();

        Self(program)
    }

    fn packets(&self) -> u32 {
        let said = self.0.run("nft list counter inet look seen").unwrap();
        let mut words = said.split_whitespace().skip_while(|word| *word != "packets");

        words.nth(1).and_then(|number| number.parse().ok()).unwrap()
    }
}

/// RFC 3168.
const NOT_ECT: u8 = 0b00;
const ECT_1: u8 = 0b01;
const ECT_0: u8 = 0b10;
const CE: u8 = 0b11;
