//! Packets that are very long, ways that are too narrow for them, ways that mark them, and much at once. Needs root.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod house;

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket},
    thread,
    time::Duration,
};

use house::{House, Place, configuration, ours};
use model::PresharedKey;
use nix::sys::socket::{setsockopt, sockopt::UdpGsoSegment};

#[test]
fn packets_as_long_as_ip_has_them_go_both_ways_to_wireguard_go() {
    longest("long-go", "wireguard-go");
}

#[test]
fn packets_as_long_as_ip_has_them_go_both_ways_to_one_of_our_own() {
    longest("long", &ours());
}

fn longest(test: &str, other: &str) {
    let house = connected(test, OVER_V4, &[&ours(), other], Some(65535));
    let (home, phone) = (&house.home, &house.phone);

    for size in [1, 40_000, 65_400] {
        assert!(phone.reaches("10.99.0.1", size) && home.reaches("10.99.0.2", size), "{size}");
        assert!(phone.reaches("fd99::1", size) && home.reaches("fd99::2", size), "{size}");
    }
    assert!(!home.reaches("10.99.0.2", 65_507), "no datagram outside can be so long");
    for place in [home, phone] {
        place.succeeds(&["ip", "link", "set", &place.interface, "mtu", LONGEST]);
    }
    exchange(&house);
}

/// The longest MTU with which the longest packet, padded, still goes into a datagram: 65535 bytes without the headers
/// outside, 20 and 8, and WireGuard's own, 32; in steps of 16.
const LONGEST: &str = "65472";

#[test]
fn the_shortest_mtu_that_ipv6_has_is_enough_for_it() {
    let house = connected("short", OVER_V6, &[&ours(), "wireguard-go"], Some(1280));
    let (home, phone) = (&house.home, &house.phone);

    for (place, address) in [(phone, "fd99::1"), (home, "fd99::2")] {
        place.succeeds(&["ping", "-n", "-c", "1", "-W", "2", "-M", "do", "-s", "1232", address]);
        assert!(place.reaches(address, 1233), "two fragments inside");
    }
    exchange(&house);
}

#[test]
fn a_way_too_narrow_for_our_datagrams_gets_them_in_fragments_over_ipv4() {
    narrow("narrow4", OVER_V4, "ip saddr 192.0.2.1 ip frag-off & 0x3fff != 0");
}

#[test]
fn a_way_too_narrow_for_our_datagrams_gets_them_in_fragments_over_ipv6() {
    narrow("narrow6", OVER_V6, "ip6 saddr 2001:db8::1 ip6 nexthdr 44");
}

fn narrow(test: &str, endpoint: &str, is_fragment: &str) {
    let house = connected(test, endpoint, &[&ours(), "wireguard-go"], None);
    let (home, phone) = (&house.home, &house.phone);
    for place in [home, phone] {
        place.succeeds(&["ip", "link", "set", "cable", "mtu", "1280"]);
    }
    watch(phone, "ingress device cable", &[("fragments", is_fragment), ("unbreakable", UNBREAKABLE)]);

    for (place, addresses) in [(phone, ["10.99.0.1", "fd99::1"]), (home, ["10.99.0.2", "fd99::2"])] {
        assert!(addresses.iter().all(|address| place.reaches(address, 1372)), "1420 bytes at most");
    }
    exchange(&house);

    assert!(watched(phone, "fragments") > 1000);
    assert_eq!(watched(phone, "unbreakable"), 0);
}

/// What may not be fragmented, of what home sends.
const UNBREAKABLE: &str = "ip saddr 192.0.2.1 ip frag-off & 0x4000 != 0";

#[test]
fn no_datagram_forbids_a_router_to_fragment_it() {
    let house = connected("df", OVER_V4, &[&ours(), "wireguard-go"], None);
    let (home, phone) = (&house.home, &house.phone);
    let sent = "ip saddr 192.0.2.1 udp sport 51820";
    watch(phone, "ingress device cable", &[("sent", sent), ("unbreakable", UNBREAKABLE)]);

    home.succeeds(&["ping", "-n", "-c", "1", "-W", "2", "-M", "do", "-s", "1000", "10.99.0.2"]);
    exchange(&house);

    assert!(watched(phone, "sent") > 100);
    assert_eq!(watched(phone, "unbreakable"), 0);
}

#[test]
fn congestion_marks_pass_through_over_ipv4() {
    marks("ecn4", OVER_V4, "ip");
}

#[test]
fn congestion_marks_pass_through_over_ipv6() {
    marks("ecn6", OVER_V6, "ip6");
}

fn marks(test: &str, endpoint: &str, outer: &str) {
    let house = connected(test, endpoint, &[&ours(), &ours()], None);
    let (home, phone) = (&house.home, &house.phone);
    let interface = format!("iifname {}", home.interface);
    watch(
        phone,
        "output",
        &[
            ("capable", &format!("udp dport 51820 {outer} ecn ect0")),
            ("incapable", &format!("udp dport 51820 {outer} ecn not-ect")),
        ],
    );
    watch(
        home,
        "input",
        &[
            ("v4", &format!("{interface} ip ecn ce")),
            ("v6", &format!("{interface} ip6 ecn ce")),
            ("capable", &format!("{interface} ip ecn ect0")),
            ("capable6", &format!("{interface} ip6 ecn ect0")),
            ("others", &format!("{interface} meta l4proto {{ icmp, ipv6-icmp }}")),
        ],
    );
    let pings = |class: &str| {
        // One after the other: two at a time would leave as one, and count as one.
        for address in ["10.99.0.1", "fd99::1"].repeat(3) {
            phone.succeeds(&["ping", "-n", "-c", "1", "-Q", class, address]);
        }
    };

    pings("2");
    assert_eq!(watched(phone, "capable"), 6);
    assert_eq!((watched(home, "capable"), watched(home, "capable6")), (3, 3));
    assert_eq!((watched(home, "v4"), watched(home, "v6")), (0, 0));

    phone.succeeds(&["nft", &format!("add rule inet watch output udp dport 51820 {outer} ecn set ce")]);
    pings("2");
    assert_eq!((watched(home, "v4"), watched(home, "v6")), (3, 3));

    pings("0");
    assert_eq!((watched(home, "v4"), watched(home, "v6")), (3, 3), "not for who does not know of marks");
    assert!(watched(phone, "incapable") >= 6 && watched(home, "others") >= 18);
    exchange(&house);
}

#[test]
fn a_network_card_that_helps_with_nothing_will_do() {
    let house = connected("plain", OVER_V4, &[&ours(), "wireguard-go"], None);
    for place in [&house.home, &house.phone] {
        let help = ["tx", "rx", "sg", "gso", "gro", "tso", "tx-udp-segmentation"];
        let switches = help.into_iter().flat_map(|help| [help, "off"]);
        place.succeeds(&["ethtool", "-K", "cable"].into_iter().chain(switches).collect::<Vec<_>>());
    }

    exchange(&house);
}

#[test]
fn an_interface_that_was_down_goes_on_when_it_is_up_again() {
    let house = connected("down", OVER_V4, &[&ours(), "wireguard-go"], None);
    let (home, phone) = (&house.home, &house.phone);

    for _ in 0..3 {
        home.succeeds(&["ip", "link", "set", &home.interface, "down"]);
        assert!(!phone.output(&["ping", "-n", "-c", "1", "-W", "0.2", "10.99.0.1"]).status.success());
        home.succeeds(&["ip", "link", "set", &home.interface, "up"]);
        home.succeeds(&["ip", "address", "replace", "fd99::1/64", "dev", &home.interface, "nodad"]);

        assert!(phone.reaches("10.99.0.1", 56) && home.reaches("10.99.0.2", 56));
    }
    exchange(&house);
}

#[test]
fn what_is_split_and_merged_on_its_way_arrives_as_it_was() {
    for (test, other) in [("bulk-go", "wireguard-go"), ("bulk", &ours())] {
        let house = connected(test, OVER_V4, &[&ours(), other], None);
        let (home, phone) = (&house.home, &house.phone);
        for (hook, name, direction) in [("input", "merged", "iifname"), ("output", "whole", "oifname")] {
            watch(home, hook, &[(name, &format!("{direction} {} meta length > 3000", home.interface))]);
        }

        exchange(&house);
        assert!(watched(home, "merged") > 100 && watched(home, "whole") > 100, "most went in bulk");

        for address in ["10.99.0.1", "fd99::1"] {
            send_in_bulk(phone, home, address.parse().unwrap());
        }
        for address in ["10.99.0.2", "fd99::2"] {
            send_in_bulk(home, phone, address.parse().unwrap());
        }
    }
}

/// The gateway from outside.
const OVER_V4: &str = "192.0.2.1:51820";
const OVER_V6: &str = "[2001:db8::1]:51820";

/// A gateway and a phone with these programs, which have shaken hands.
fn connected(test: &str, endpoint: &str, [at_home, at_phone]: &[&str; 2], mtu: Option<u16>) -> House {
    let house = House::new(test);
    let (home, phone) = (&house.home, &house.phone);
    let psk = PresharedKey::generate();
    let mtu = mtu.map_or_else(String::new, |mtu| format!("MTU = {mtu}\n"));
    let with_mtu = |text: String| text.replace("[Interface]\n", &format!("[Interface]\n{mtu}"));
    let (address, peer) = ("10.99.0.1/24, fd99::1/64", "10.99.0.2/32, fd99::2/128");
    house.up(home, at_home, &with_mtu(configuration(home, address, phone, &psk, peer, None)));
    let (address, peer) = ("10.99.0.2/24, fd99::2/64", "10.99.0.1/32, fd99::1/128");
    house.up(phone, at_phone, &with_mtu(configuration(phone, address, home, &psk, peer, Some(endpoint))));
    assert!(phone.reaches("10.99.0.1", 56));

    house
}

/// Eight streams at once, four of either IP version, full both ways. What arrives is what was sent.
fn exchange(house: &House) {
    let content = random(STREAM + 8);
    thread::scope(|scope| {
        for (version, address) in ["10.99.0.1", "fd99::1"].into_iter().enumerate() {
            let address = SocketAddr::new(address.parse().unwrap(), 0);
            let listener = at(&house.home, || TcpListener::bind(address).unwrap());
            let address = listener.local_addr().unwrap();
            for number in 0..4 {
                let there = at(&house.phone, || TcpStream::connect_timeout(&address, PATIENCE).unwrap());
                let (here, _) = listener.accept().unwrap();
                // No two streams have the same in the same place.
                let content = &content[4 * version + number..][..STREAM];
                for end in [here, there] {
                    end.set_nodelay(number % 2 == 0).unwrap();
                    end.set_read_timeout(Some(PATIENCE)).unwrap();
                    end.set_write_timeout(Some(PATIENCE)).unwrap();
                    let reader = end.try_clone().unwrap();
                    scope.spawn(move || write(end, content));
                    scope.spawn(move || assert!(read(reader) == content, "{address} {number}"));
                }
            }
        }
    });
}

/// In pieces of many sizes.
fn write(mut stream: TcpStream, mut content: &[u8]) {
    while let Some(first) = content.first() {
        let (piece, rest) = content.split_at(content.len().min(1 + 157 * usize::from(*first)));
        stream.write_all(piece).unwrap();
        content = rest;
    }
    stream.shutdown(Shutdown::Write).unwrap();
}

fn read(mut stream: TcpStream) -> Vec<u8> {
    let mut content = Vec::new();
    stream.read_to_end(&mut content).unwrap();

    content
}

/// One way through one stream, in bytes.
const STREAM: usize = 1 << 20;

/// With a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a program of the phone's sends by one call and the kernel splits, if nobody did so before.
fn send_in_bulk(from: &Place, to: &Place, address: IpAddr) {
    let receiver = at(to, || UdpSocket::bind((address, 0)).unwrap());
    receiver.set_read_timeout(Some(PATIENCE)).unwrap();
    let sender = at(from, || UdpSocket::bind((any_like(address), 0)).unwrap());
    sender.connect(receiver.local_addr().unwrap()).unwrap();
    setsockopt(&sender, UdpGsoSegment, &1200).unwrap();
    let content = random(40 * 1200 + 77);

    sender.send(&content).unwrap();

    let mut room = [0; 2000];
    for datagram in content.chunks(1200) {
        let length = receiver.recv(&mut room).unwrap();
        assert!(room[..length] == *datagram);
    }
}

fn any_like(address: IpAddr) -> IpAddr {
    if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() }
}

/// Counts the packets at a hook of the firewall that meet a condition, each with a name.
fn watch(place: &Place, hook: &str, conditions: &[(&str, &str)]) {
    let chain = hook.split(' ').next().unwrap();
    let mut script = format!(
        "add table inet watch; add chain inet watch {chain} {{ type filter hook {hook} priority 0; }};"
    );
    for (name, condition) in conditions {
        script += &format!("add counter inet watch {name};");
        script += &format!("add rule inet watch {chain} {condition} counter name {name};");
    }
    place.succeeds(&["nft", &script]);
}

fn watched(place: &Place, name: &str) -> u64 {
    let said = place.succeeds(&["nft", "list", "counter", "inet", "watch", name]);
    let mut words = said.split_whitespace().skip_while(|word| *word != "packets");

    words.nth(1).unwrap().parse().unwrap()
}

/// Does something at a place; the sockets that it opens stay there.
fn at<T: Send>(place: &Place, act: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let there = scope.spawn(|| {
            place.enter();
            act()
        });
        there.join().unwrap()
    })
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();

    bytes
}
