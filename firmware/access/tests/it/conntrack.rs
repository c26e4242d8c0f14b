use std::{
    io,
    net::{SocketAddr, UdpSocket},
};

use socket2::{Domain, Protocol, Socket, Type};

use crate::{
    house::{House, address, udp},
    namespace::Namespace,
    support::policy,
};

#[test]
fn a_flood_at_the_tunnels_port_leaves_no_trace() {
    let house = House::new();
    house.apply(&policy());
    let port = udp(&house.gateway, "[::]:41194");

    house.home.run(|| {
        for (from, to) in [("192.168.5.10", "192.168.5.2:41194"), ("2001:db8:5::10", "[2001:db8:5::2]:41194")]
        {
            for port in 10_000..20_000 {
                UdpSocket::bind((from, port)).unwrap().send_to(b"flood", to).unwrap();
            }
        }
    });

    let (_, from) = port.recv_from(&mut [0; 16]).unwrap();
    port.send_to(b"answer", from).unwrap();
    assert_eq!(tracked(&house.gateway), 0);
}

#[test]
fn the_tunnels_port_answers_and_the_box_still_asks_others() {
    let house = House::new();
    house.apply(&policy());
    let port = udp(&house.gateway, "0.0.0.0:41194");
    let other = udp(&house.home, "192.168.5.10:41194");
    let client = udp(&house.gateway, "192.168.5.2:0");

    for (asks, answers, address) in
        [(&other, &port, "192.168.5.2:41194"), (&client, &other, "192.168.5.10:41194")]
    {
        asks.send_to(b"?", address).unwrap();
        let (_, from) = answers.recv_from(&mut [0; 8]).unwrap();
        answers.send_to(b"answer", from).unwrap();
        assert_eq!(asks.recv(&mut [0; 8]).unwrap(), b"answer".len(), "{address}");
    }
}

#[test]
fn a_narrow_path_is_heard_of_from_routers_and_not_from_peers() {
    let house = House::new();
    let _internet = narrow_internet(&house);
    house.apply(&policy());
    let port = udp(&house.gateway, "0.0.0.0:41194");
    house.gateway.ip("route add 203.0.113.0/24 via 192.168.5.10");

    house.phone.run(|| lie_about_the_path().unwrap());
    assert!(house.counted("peer_to_closed_port") > 0);
    assert_eq!(learned_mtu(&house), None, "a peer's word");
    port.send_to(&[0; 1400], "203.0.113.2:9").unwrap();

    assert_eq!(learned_mtu(&house).as_deref(), Some("1300"), "a router's word");
}

fn tracked(namespace: &Namespace) -> u32 {
    let count = || std::fs::read_to_string("/proc/sys/net/netfilter/nf_conntrack_count").unwrap();
    namespace.run(count).trim().parse().unwrap()
}

/// The home is a router to it, over a link with an MTU of 1300.
fn narrow_internet(house: &House) -> Namespace {
    let internet = Namespace::new();
    house.home.ip(&format!("link add wan type veth peer name wan netns {}", internet.id));
    address(&house.home, "wan", "203.0.113.1/24", "2001:db8:203::1/64");
    address(&internet, "wan", "203.0.113.2/24", "2001:db8:203::2/64");
    house.home.ip("link set wan mtu 1300");
    house.home.run(|| std::fs::write("/proc/sys/net/ipv4/ip_forward", "1").unwrap());
    internet
}

fn learned_mtu(house: &House) -> Option<String> {
    let route = house.gateway.command("ip", "route get 203.0.113.2");
    let mut words = route.split_whitespace().skip_while(|word| *word != "mtu");
    words.nth(1).map(str::to_owned)
}

/// Tells the box that its packets from 192.168.5.2:41194 to 203.0.113.2:9 are too long.
fn lie_about_the_path() -> io::Result<usize> {
    let outer = [0x45, 0, 5, 0, 0, 0, 0x40, 0, 64, 17, 0, 0, 192, 168, 5, 2, 203, 0, 113, 2];
    let [high, low] = 41194_u16.to_be_bytes();
    // RFC 1191, section 4: destination unreachable, fragmentation needed, an MTU of 1000.
    let mut message = [3, 4, 0, 0, 0, 0, 0x03, 0xe8].to_vec();
    message.extend(outer);
    message.extend([high, low, 0, 9, 4, 0xec, 0, 0]);
    let sum = message.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum::<u32>();
    let checksum = !u16::try_from((sum & 0xffff) + (sum >> 16)).unwrap();
    message[2..4].copy_from_slice(&checksum.to_be_bytes());

    let socket = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::ICMPV4))?;
    socket.bind(&SocketAddr::from(([10, 77, 7, 2], 0)).into())?;

    socket.send_to(&message, &SocketAddr::from(([10, 77, 7, 1], 0)).into())
}
