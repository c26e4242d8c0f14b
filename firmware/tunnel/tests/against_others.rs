//! Our implementation against `wg`, `wg-quick` and `wireguard-go`, in namespaces of its own. Needs root.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod house;

use std::{
    fs,
    io::{Read as _, Write as _},
    net::UdpSocket,
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    sync::Arc,
    time::Duration,
};

use caps::{CapSet, Capability};
use house::{House, Place, configuration, eventually, ours, within};
use model::{PresharedKey, PrivateKey};
use nix::sys::signal::{Signal, kill};
use tunnel::{Access, Config, Desired, DesiredPeer, SetError, StartError, Tunnel, Uapi};

#[test]
fn wireguard_go_reaches_us_over_ipv4() {
    reach_and_remove("v4", "192.0.2.1:51820");
}

#[test]
fn wireguard_go_reaches_us_over_ipv6() {
    reach_and_remove("v6", "[2001:db8::1]:51820");
}

fn reach_and_remove(test: &str, endpoint: &str) {
    let house = House::new(test);
    let (home, phone) = (&house.home, &house.phone);
    let psk = PresharedKey::generate();
    house.up(
        home,
        &ours(),
        &configuration(home, "10.99.0.1/24, fd99::1/64", phone, &psk, "10.99.0.2/32, fd99::2/128", None),
    );
    house.up(
        phone,
        "wireguard-go",
        &configuration(
            phone,
            "10.99.0.2/24, fd99::2/64",
            home,
            &psk,
            "10.99.0.1/32, fd99::1/128",
            Some(endpoint),
        ),
    );

    assert!(phone.reaches("10.99.0.1", 56) && phone.reaches("fd99::1", 56));
    assert!(phone.reaches("10.99.0.1", 6000) && phone.reaches("fd99::1", 6000), "several fragments");
    assert!(home.reaches("10.99.0.2", 56) && home.reaches("fd99::2", 1300));

    let dump = home.dump();
    assert_eq!(dump[0][1], home.public_key().to_string());
    assert_eq!(dump[0][2], "51820");
    let [_, _, _, allowed_ips, handshake, received, sent, _] = &dump[1][..] else { panic!("{dump:?}") };
    assert_eq!(allowed_ips, "10.99.0.2/32,fd99::2/128");
    for number in [handshake, received, sent] {
        assert!(number.parse::<u64>().is_ok_and(|number| number > 0), "{dump:?}");
    }

    home.succeeds(&["wg", "set", &home.interface, "peer", &phone.public_key().to_string(), "remove"]);
    assert!(!phone.reaches("10.99.0.1", 56) && !phone.reaches("fd99::1", 56));

    house.down(phone);
    house.down(home);
    eventually("nothing is left", || {
        home.pids().is_empty() && phone.pids().is_empty() && !home.socket().exists()
    });
}

#[test]
fn we_reach_wireguard_go_and_wg_changes_us_while_we_run() {
    let house = House::new("out");
    let (home, phone) = (&house.home, &house.phone);
    let psk = PresharedKey::generate();
    house.up(home, "wireguard-go", &configuration(home, "10.99.0.1/24", phone, &psk, "10.99.0.2/32", None));
    let wrong = configuration(
        phone,
        "10.99.0.2/24",
        home,
        &PresharedKey::generate(),
        "10.99.0.1/32",
        Some("192.0.2.9:1"),
    );
    house.up(phone, &ours(), &wrong);
    assert!(!phone.reaches("10.99.0.1", 56));

    let right = configuration(phone, "", home, &psk, "10.99.0.1/32", Some("[2001:db8::1]:51820"));
    let right = right.lines().filter(|line| !line.starts_with("Address")).collect::<Vec<_>>().join("\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), right).unwrap();
    phone.succeeds(&["wg", "syncconf", &phone.interface, file.path().to_str().unwrap()]);
    assert!(phone.reaches("10.99.0.1", 56));

    let socket = fs::metadata(phone.socket()).unwrap().permissions().mode() & 0o777;
    assert_eq!(socket, 0o600);
    phone.succeeds(&["wg", "set", &phone.interface, "fwmark", "0x7", "listen-port", "12345"]);
    assert_eq!(phone.dump()[0][2..], ["12345", "0x7"]);
    assert!(phone.reaches("10.99.0.1", 56), "from another port");
    assert!(!phone.output(&["wg", "set", &phone.interface, "listen-port", "x"]).status.success());
}

#[test]
fn an_answer_leaves_from_the_address_that_was_spoken_to_while_that_is_ours_over_ipv4() {
    answer_from("src4", "192.0.2.3", "24", "ip");
}

#[test]
fn an_answer_leaves_from_the_address_that_was_spoken_to_while_that_is_ours_over_ipv6() {
    answer_from("src6", "2001:db8::3", "64", "ip6");
}

fn answer_from(test: &str, spoken_to: &str, prefix_length: &str, family: &str) {
    let house = House::new(test);
    let (home, phone) = (&house.home, &house.phone);
    // Not preferred, so that nobody sends from it without being told to.
    let address = format!("{spoken_to}/{prefix_length}");
    home.succeeds(&["ip", "address", "add", &address, "dev", "cable", "nodad", "preferred_lft", "0"]);
    phone.succeeds(&[
        "nft",
        "add table inet path; add chain inet path in { type filter hook input priority 0; }",
    ]);
    phone.succeeds(&[
        "nft",
        &format!("add rule inet path in udp sport 51820 {family} saddr != {spoken_to} drop"),
    ]);
    let psk = PresharedKey::generate();
    house.up(home, &ours(), &configuration(home, "10.99.0.1/24", phone, &psk, "10.99.0.2/32", None));
    let endpoint = match family {
        "ip" => format!("{spoken_to}:51820"),
        _ => format!("[{spoken_to}]:51820"),
    };
    house.up(
        phone,
        "wireguard-go",
        &configuration(phone, "10.99.0.2/24", home, &psk, "10.99.0.1/32", Some(&endpoint)),
    );

    assert!(phone.reaches("10.99.0.1", 56));
    assert!(home.reaches("10.99.0.2", 56));

    phone.succeeds(&["nft", "delete table inet path"]);
    home.succeeds(&["ip", "address", "delete", &address, "dev", "cable"]);
    assert!(home.reaches("10.99.0.2", 56), "from an address that is left");
}

#[test]
fn a_stopped_tunnel_has_let_go_of_all_and_says_so_to_those_who_still_hold_it() {
    let house = House::new("stop");
    let home = &house.home;
    home.enter();
    let tunnel = start(home);
    let others = Arc::clone(&tunnel);
    let desired =
        || Desired { private_key: Some(home.key.clone()), listen_port: 51820, ..Desired::default() };
    tunnel.set(desired()).unwrap();
    assert!(UdpSocket::bind("0.0.0.0:51820").is_err());

    tunnel.stop();

    assert!(!home.output(&["ip", "link", "show", &home.interface]).status.success());
    assert!(UdpSocket::bind("0.0.0.0:51820").is_ok() && UdpSocket::bind("[::]:51820").is_ok());
    assert!(!others.is_running());
    assert_eq!(others.status().port, 0);
    assert!(matches!(others.set(desired()), Err(SetError::Stopped)));
    others.stop();
}

#[test]
fn a_client_that_stays_connected_keeps_neither_other_clients_nor_the_end_waiting() {
    let house = House::new("idle");
    let home = &house.home;
    home.enter();
    let tunnel = start(home);
    tunnel.set(Desired::default()).unwrap();
    let uapi = Uapi::bind(Arc::clone(&tunnel), Access::ReadOnly).unwrap();

    let silent = UnixStream::connect(uapi.path()).unwrap();
    let mut unfinished = UnixStream::connect(uapi.path()).unwrap();
    unfinished.write_all(b"get=1\n").unwrap();
    let mut satisfied = UnixStream::connect(uapi.path()).unwrap();
    satisfied.write_all(b"get=1\n\n").unwrap();
    assert!(satisfied.read(&mut [0; 100]).unwrap() > 0);

    // All of them within the patience with a single client, of which others would have to wait for the end.
    within(Duration::from_secs(2), || {
        assert_eq!(home.dump().len(), 1);
        drop(uapi);
    });
    drop((silent, unfinished, satisfied));
}

#[test]
fn a_port_change_that_fails_halfway_changes_nothing() {
    let house = House::new("mark");
    let home = &house.home;
    home.enter();
    let tunnel = start(home);
    let desired = |listen_port, fwmark| Desired { listen_port, fwmark, ..Desired::default() };
    tunnel.set(desired(51820, 7)).unwrap();
    // Without these a mark is refused.
    for capability in [Capability::CAP_NET_ADMIN, Capability::CAP_NET_RAW] {
        caps::drop(None, CapSet::Effective, capability).unwrap();
    }

    for port in [51821, 51820] {
        assert!(matches!(tunnel.set(desired(port, 8)), Err(SetError::Socket(_))));

        assert_eq!((tunnel.desired().listen_port, tunnel.desired().fwmark), (51820, 7));
        assert!(UdpSocket::bind("0.0.0.0:51821").is_ok());
    }
}

#[test]
fn a_wrong_key_gets_no_byte_back() {
    let house = House::new("wrong");
    let (home, phone) = (&house.home, &house.phone);
    let psk = PresharedKey::generate();
    let expected = Place { key: PrivateKey::generate(), namespace: String::new(), interface: String::new() };
    house.up(home, &ours(), &configuration(home, "10.99.0.1/32", &expected, &psk, "10.99.0.2/32", None));
    house.up(
        phone,
        "wireguard-go",
        &configuration(phone, "10.99.0.2/24", home, &psk, "10.99.0.1/32", Some("192.0.2.1:51820")),
    );

    assert!(!phone.reaches("10.99.0.1", 56));

    assert!(phone.sent_datagrams() > 0);
    assert_eq!(home.sent_datagrams(), 0);
}

#[test]
fn who_sends_to_nobody_is_told_so_by_the_kernel_at_once() {
    let house = House::new("nobody");
    let (home, phone) = (&house.home, &house.phone);
    let psk = PresharedKey::generate();
    // The phone has never been heard of, and nobody has the other addresses of the nets.
    let addresses = "10.99.0.1/24, fd99::1/64";
    house.up(home, &ours(), &configuration(home, addresses, phone, &psk, "10.99.0.2/32, fd99::2/128", None));

    for (address, answer) in [
        ("10.99.0.2", "From 10.99.0.2 icmp_seq=1 Destination Host Unreachable"),
        ("10.99.0.3", "From 10.99.0.3 icmp_seq=1 Destination Host Unreachable"),
        ("fd99::2", "From fd99::2 icmp_seq=1 Destination unreachable: Address unreachable"),
        ("fd99::3", "From fd99::3 icmp_seq=1 Destination unreachable: Address unreachable"),
    ] {
        let ping = home.output(&["ping", "-n", "-c", "1", "-W", "2", "-s", "1300", address]);
        let said = String::from_utf8(ping.stdout).unwrap();
        assert!(said.contains(answer), "{said}");
    }
}

#[test]
fn an_interface_ends_with_its_socket_its_device_or_a_signal_and_cleans_up() {
    let house = House::new("end");
    let home = &house.home;
    let ends: [(&str, &dyn Fn()); 3] = [
        ("socket removed", &|| fs::remove_file(home.socket()).unwrap()),
        ("device removed", &|| drop(home.succeeds(&["ip", "link", "delete", &home.interface]))),
        ("SIGTERM", &|| home.pids().into_iter().for_each(|pid| kill(pid, Signal::SIGTERM).unwrap())),
    ];
    for (what, end) in ends {
        home.succeeds(&[&ours(), &home.interface]);
        assert_eq!(home.dump().len(), 1, "answers as soon as the program is in the background");

        end();

        eventually(what, || home.pids().is_empty());
        assert!(!home.socket().exists(), "{what}");
        assert!(!home.output(&["ip", "link", "show", &home.interface]).status.success(), "{what}");
    }
}

#[test]
fn a_stale_socket_is_replaced_and_a_second_interface_of_the_same_name_is_refused() {
    let house = House::new("stale");
    let home = &house.home;
    fs::create_dir_all("/var/run/wireguard").unwrap();
    drop(UnixListener::bind(home.socket()).unwrap());

    home.succeeds(&[&ours(), &home.interface]);
    let second = home.output(&[&ours(), &home.interface]);

    assert_eq!(home.dump().len(), 1);
    assert!(!second.status.success());
    assert_eq!(home.pids().len(), 1);
}

#[test]
fn a_tunnel_says_what_is_in_the_way_and_lets_nobody_in_who_was_taken_off_the_list() {
    let house = House::new("library");
    let (home, phone) = (&house.home, &house.phone);
    home.enter();
    let tunnel = start(home);
    let taken = UdpSocket::bind("[::]:51821").unwrap();
    let desired =
        |port, peers| Desired { private_key: Some(home.key.clone()), listen_port: port, fwmark: 0, peers };
    let peer = DesiredPeer {
        allowed_ips: vec!["10.99.0.2/32".parse().unwrap(), "fd99::2/128".parse().unwrap()],
        ..DesiredPeer::new(phone.public_key())
    };

    assert!(matches!(Tunnel::start(config(home)), Err(StartError::InUse(_))));
    assert!(matches!(tunnel.set(desired(51821, vec![])), Err(SetError::PortInUse(51821))));
    drop(taken);
    tunnel.set(desired(51820, vec![peer])).unwrap();
    let uapi = Uapi::bind(Arc::clone(&tunnel), Access::ReadOnly).unwrap();

    let psk = PresharedKey::from_bytes([0; 32]);
    let addresses = "10.99.0.2/24, fd99::2/64";
    let endpoint = Some("192.0.2.1:51820");
    house.up(
        phone,
        "wireguard-go",
        &configuration(phone, addresses, home, &psk, "10.99.0.1/32, fd99::1/128", endpoint),
    );
    assert!(phone.reaches("10.99.0.1", 56) && phone.reaches("fd99::1", 2000));
    let status = tunnel.status();
    assert_eq!(status.port, 51820);
    assert!(status.peers[0].last_handshake.is_some() && status.peers[0].received_bytes > 2000);
    assert_eq!(status.peers[0].endpoint.unwrap().ip().to_string(), "192.0.2.2");
    assert_eq!(home.dump()[0][0], "(none)", "no private key");
    assert!(!home.output(&["wg", "set", &home.interface, "listen-port", "1"]).status.success());

    tunnel.set(desired(51820, vec![])).unwrap();
    assert!(!phone.reaches("10.99.0.1", 56));
    assert!(tunnel.status().counters["dropped_unknown_receiver"] > 0);

    drop(uapi);
    home.succeeds(&["ip", "link", "set", &home.interface, "down"]);
    home.succeeds(&["ip", "link", "set", &home.interface, "up", "mtu", "1400"]);
    assert!(tunnel.is_running());
    tunnel.stop();
    assert!(!home.output(&["ip", "link", "show", &home.interface]).status.success());
}

fn start(place: &Place) -> Arc<Tunnel> {
    Arc::new(Tunnel::start(config(place)).unwrap())
}

fn config(place: &Place) -> Config {
    Config {
        interface: place.interface.parse().unwrap(),
        mtu: 1280,
        addresses: vec!["10.99.0.1/24".parse().unwrap(), "fd99::1/64".parse().unwrap()],
    }
}
