//! What strangers, eavesdroppers and a peer gone mad can send keeps nobody else waiting. Needs root.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod flood;
mod house;

use std::{fs, io::Read as _, iter, mem, net::UdpSocket};

use flood::{
    Flood, Force, Queue,
    datagram::{cookie, forged_initiation, initiation, message, noise, stamp},
    sources,
};
use house::{House, Place, configuration, eventually, ours};
use model::{PresharedKey, PrivateKey, PublicKey};
use nix::unistd::Pid;
use socket2::{Domain, Protocol, Socket, Type};
use tunnel::{Config, Desired, DesiredPeer, Tunnel};

#[test]
fn random_datagrams_of_any_form_delay_nobody() {
    let scene = Scene::new("noise", &[]);
    let forms = [(1, 148), (2, 92), (3, 64), (4, 32), (4, 1452)];
    let formed = forms.into_iter().cycle().map(|(kind, length)| message(kind, length));
    let datagrams = formed.flat_map(|formed| [formed, noise()]).take(5000);

    scene.withstands(
        scene.strangers(200),
        datagrams.collect(),
        &["malformed", "invalid_handshake", "unknown_receiver"],
    );
}

#[test]
fn forged_initiations_from_one_source_delay_nobody() {
    let scene = Scene::new("forge", &[]);

    scene.withstands(scene.strangers(1), scene.forged_initiations(), &["invalid_handshake", "rate_limited"]);
}

#[test]
fn forged_initiations_from_everywhere_delay_nobody() {
    let scene = Scene::new("everywhere", &[]);

    scene.withstands(
        scene.strangers(500),
        scene.forged_initiations(),
        &["invalid_handshake", "rate_limited"],
    );
}

#[test]
fn what_was_overheard_delays_nobody_when_it_comes_again() {
    let scene = Scene::new("replay", &[]);
    let again = vec![scene.overheard.initiation.clone(), scene.overheard.data.clone()];

    scene.withstands(scene.strangers(20), again, &["unauthenticated", "rate_limited"]);
}

#[test]
fn data_for_a_session_that_exists_delays_nobody_when_it_is_forged() {
    let scene = Scene::new("tag", &[]);
    let receiver = &scene.overheard.data[4..8];
    let forged = |counter: u64, length| {
        let mut datagram = message(4, length);
        datagram[4..8].copy_from_slice(receiver);
        datagram[8..16].copy_from_slice(&counter.to_le_bytes());
        datagram
    };

    let datagrams = (0..2000).flat_map(|counter| [forged(counter, 96), forged(counter << 40, 1452)]);

    scene.withstands(scene.strangers(20), datagrams.collect(), &["unauthenticated"]);
}

#[test]
fn a_peer_that_only_ever_begins_handshakes_delays_nobody_else() {
    let mad = PrivateKey::generate();
    let scene = Scene::new("mad", &[mad.public_key()]);
    let home = scene.house.home.public_key();
    // Each has a later time in it than the one before.
    let mut initiations = iter::repeat_with(|| initiation(&mad, home)).take(1000).collect::<Vec<_>>();
    let source = sources(&scene.house.phone, 1);
    let cookie = cookie(&source[0], &initiations[0], home);
    initiations.iter_mut().for_each(|initiation| stamp(initiation, &cookie));
    let before = scene.begun_by_other();

    scene.withstands(source, initiations, &["rate_limited"]);

    let begun = scene.begun_by_other() - before;
    assert!(begun > 0, "some are answered");
}

#[test]
fn a_phone_that_comes_during_a_flood_of_initiations_is_let_in_by_a_cookie() {
    let scene = Scene::new("cookie", &[]);
    let (house, phone) = (&scene.house, &scene.house.phone);
    let before = scene.tunnel.status();
    house.down(phone);
    let flood = Flood::begin(scene.strangers(500), scene.forged_initiations(), Force::AsReadily);
    eventually("the gateway is loaded", || scene.counter("rate_limited") > 1000);

    scene.phone_comes();
    // It asks again after five seconds, with the cookie.
    let comes_in = (0..10).any(|_| phone.reaches("10.99.0.1", 56));
    flood.end();

    assert!(comes_in);
    assert_ne!(scene.tunnel.status().peers[0].endpoint, before.peers[0].endpoint, "it has another port now");
    assert_eq!(Queue::here().overflown(), 0);
}

#[test]
fn a_flood_that_is_more_than_can_be_read_costs_packets_but_neither_memory_nor_the_time_after() {
    let house = House::new("blind");
    let (home, phone) = (&house.home, &house.phone);
    let psk = PresharedKey::from_bytes([0; 32]);
    make_room_for_strangers(&house);
    house.up(home, &ours(), &configuration(home, "10.99.0.1/24", phone, &psk, "10.99.0.2/32", None));
    eventually("the start is over", || home.pids().len() == 1);
    let pid = home.pids()[0];
    home.enter();
    house.up(phone, "wireguard-go", &phone_configuration(&house));
    let datagrams = (0..4000).flat_map(|_| [noise(), forged_initiation(home.public_key()), message(4, 1452)]);
    let datagrams = datagrams.collect::<Vec<_>>();
    let flood = |pings: &str| {
        let flood = Flood::begin(sources(phone, 500), datagrams.clone(), Force::Blindly);
        ping(phone, pings, "1");
        flood.end();
    };
    flood("50");
    let before = resident_kib(pid);

    flood("100");

    assert!(resident_kib(pid) <= before + 1024, "{before} KiB, then {}", resident_kib(pid));
    let (mut had, mut calm) = (0, 0);
    eventually("it is idle again", || {
        let has = ticks(pid);
        calm = if mem::replace(&mut had, has) == has { calm + 1 } else { 0 };
        calm == 10
    });
    assert_eq!(answered(&ping(phone, "20", "5")), 20);
}

/// A phone with another implementation at a gateway with ours, which have shaken hands, and what could be heard of that.
struct Scene {
    house: House,
    tunnel: Tunnel,
    overheard: Overheard,
}

impl Scene {
    fn new(test: &str, others: &[PublicKey]) -> Self {
        let house = House::new(test);
        make_room_for_strangers(&house);
        house.home.enter();
        let ear = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::UDP)).unwrap();
        let tunnel = Tunnel::start(Config {
            interface: house.home.interface.parse().unwrap(),
            mtu: 1420,
            addresses: vec!["10.99.0.1/24".parse().unwrap()],
        });
        let tunnel = tunnel.unwrap();
        let phone = DesiredPeer {
            allowed_ips: vec!["10.99.0.2/32".parse().unwrap()],
            ..DesiredPeer::new(house.phone.public_key())
        };
        let peers = iter::once(phone).chain(others.iter().copied().map(DesiredPeer::new)).collect();
        let private_key = Some(house.home.key.clone());
        tunnel.set(Desired { private_key, listen_port: 51820, fwmark: 0, peers }).unwrap();
        house.up(&house.phone, "wireguard-go", &phone_configuration(&house));
        assert!(house.phone.reaches("10.99.0.1", 56));

        Self { house, tunnel, overheard: Overheard::from(&ear) }
    }

    /// A flood for as long as 100 pings take, of which none is lost. Of the flood all is seen, dropped, and counted, and
    /// for each of these reasons some.
    fn withstands(&self, from: Vec<UdpSocket>, datagrams: Vec<Vec<u8>>, reasons: &[&str]) {
        let mut queue = Queue::here();
        eventually("nothing waits", || queue.bytes() == 0);
        let (before, seen_before) = (self.tunnel.status(), self.seen());

        let flood = Flood::begin(from, datagrams, Force::AsReadily);
        let summary = ping(&self.house.phone, "100", "5");
        let sent = flood.end();

        eventually("all is counted", || self.seen() - seen_before >= sent);
        assert_eq!(answered(&summary), 100, "{summary}");
        assert_eq!((self.seen() - seen_before, queue.overflown()), (sent, 0));
        for reason in reasons {
            assert!(self.counter(reason) > before.counters[&*format!("dropped_{reason}")], "{reason}");
        }
        assert_eq!(self.tunnel.status().peers[0].endpoint, before.peers[0].endpoint, "it was not led away");
    }

    fn forged_initiations(&self) -> Vec<Vec<u8>> {
        (0..4096).map(|_| forged_initiation(self.house.home.public_key())).collect()
    }

    fn phone_comes(&self) {
        self.house.up(&self.house.phone, "wireguard-go", &phone_configuration(&self.house));
    }

    fn counter(&self, reason: &str) -> u64 {
        self.tunnel.status().counters[&*format!("dropped_{reason}")]
    }

    /// How many datagrams of a flood went no further, or were an initiation of the other peer's.
    fn seen(&self) -> u64 {
        let reasons = ["malformed", "invalid_handshake", "unknown_key", "unknown_receiver"];
        let dropped = reasons.into_iter().chain(["unauthenticated", "rate_limited"]);

        dropped.map(|reason| self.counter(reason)).sum::<u64>() + self.begun_by_other()
    }

    /// How many handshakes of the other peer's have been answered; it sends nothing else.
    fn begun_by_other(&self) -> u64 {
        self.tunnel.status().peers.get(1).map_or(0, |peer| peer.received_bytes / 148)
    }

    fn strangers(&self, count: u16) -> Vec<UdpSocket> {
        sources(&self.house.phone, count)
    }
}

/// What somebody hears who listens on the way.
struct Overheard {
    initiation: Vec<u8>,
    data: Vec<u8>,
}

impl Overheard {
    /// The first messages of either kind to the gateway.
    fn from(mut ear: &Socket) -> Self {
        ear.set_nonblocking(true).unwrap();
        let mut room = [0; 2048];
        let heard =
            iter::from_fn(|| ear.read(&mut room).ok().map(|length| room[IP_AND_UDP..length].to_vec()));
        let heard = heard.collect::<Vec<_>>();
        let first = |kind| heard.iter().find(|message| message[0] == kind).unwrap().clone();

        Self { initiation: first(1), data: first(4) }
    }
}

const IP_AND_UDP: usize = 20 + 8;

/// Lets the phone's place speak from addresses of strangers, and the gateway answer them.
fn make_room_for_strangers(house: &House) {
    house.phone.succeeds(&["ip", "route", "add", "local", "198.18.0.0/16", "dev", "lo"]);
    house.home.succeeds(&["ip", "route", "add", "198.18.0.0/16", "via", "192.0.2.2"]);
}

fn phone_configuration(house: &House) -> String {
    let none = PresharedKey::from_bytes([0; 32]);

    configuration(&house.phone, "10.99.0.2/24", &house.home, &none, "10.99.0.1/32", Some("192.0.2.1:51820"))
}

/// Pings the gateway through the tunnel so many times, a hundred a second, and waits so many seconds for an answer.
fn ping(phone: &Place, times: &str, patience: &str) -> String {
    let output = phone.output(&["ping", "-n", "-q", "-i", "0.01", "-W", patience, "-c", times, "10.99.0.1"]);

    String::from_utf8(output.stdout).unwrap()
}

fn answered(ping: &str) -> u32 {
    ping.split(", ").find_map(|part| part.strip_suffix(" received")?.parse().ok()).unwrap()
}

/// Resident memory of a process.
fn resident_kib(pid: Pid) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();

    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Ticks of the processor that a process has had, 100 a second.
fn ticks(pid: Pid) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;

    after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}
