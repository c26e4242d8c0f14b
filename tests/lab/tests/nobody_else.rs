//! Who must not get in does not, and who is in gets no further than Home Assistant.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use lab::{Daemon, House, Listener, Namespace, Options, Phone, addresses, wait_until};
use model::PrivateKey;
use serde_json::json;

#[test]
fn the_internet_finds_no_open_tcp_port_and_no_udp_port_that_answers() {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    let _careless =
        Listener::http(&house.gateway, (Ipv4Addr::UNSPECIFIED, 2222), "not for everybody").unwrap();
    let port = daemon.port().unwrap();
    // The router shields nothing any more: what is left is the box's own firewall.
    house.router.run("nft flush ruleset").unwrap();
    house
        .stranger
        .ip(&[&format!("route add 192.168.1.0/24 via {} dev eth0 onlink", addresses::ROUTER)])
        .unwrap();

    let udp = format!("53,67,68,123,161,500,1900,5351,5353,8123,51820,{port}");
    for target in [addresses::GATEWAY.to_string(), format!("-6 {}", addresses::GATEWAY_V6)] {
        let tcp = house
            .stranger
            .run(&format!("nmap -n -Pn -sS -T5 --max-retries 1 --min-rate 20000 -p- -oG - {target}"))
            .unwrap();
        assert!(tcp.contains("Status: Up") && !tcp.contains("/open/") && !tcp.contains("/closed/"), "{tcp}");
        let udp = house
            .stranger
            .run(&format!("nmap -n -Pn -sU -T5 --max-retries 1 -p {udp} -oG - {target}"))
            .unwrap();
        assert!(
            udp.contains("open|filtered") && !udp.contains("/open/") && !udp.contains("/closed/"),
            "{udp}"
        );
    }
}

#[test]
fn a_neighbour_finds_the_page_and_nothing_else() {
    let house = House::build(Options::default()).unwrap();
    let _daemon = Daemon::run(&house).unwrap();
    let _careless =
        Listener::http(&house.gateway, (Ipv4Addr::UNSPECIFIED, 2222), "not for everybody").unwrap();

    let found = house
        .laptop
        .run("nmap -n -Pn -sS -T5 --max-retries 1 --min-rate 20000 -p- -oG - 192.168.1.10")
        .unwrap();

    let open = found.split([' ', '\t']).filter(|word| word.contains("/open/")).collect::<Vec<_>>();
    assert_eq!(open, ["80/open/tcp//http///,"].map(|word| word.trim_end_matches(',')), "{found}");
}

#[test]
fn a_peer_reaches_home_assistants_port_and_nothing_else_at_home() {
    let house = House::build(Options::default()).unwrap();
    let _home_assistant =
        Listener::http(&house.home_assistant, (addresses::HOME_ASSISTANT, 8123), "home assistant").unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    daemon.name_home_assistant("192.168.1.20").unwrap();
    let _careless =
        Listener::http(&house.gateway, (Ipv4Addr::UNSPECIFIED, 2222), "not for everybody").unwrap();
    let gateway = daemon.gateway_address().unwrap();

    // This one sends more into the tunnel than it was told to.
    let nosy = daemon.let_in("Nosy", "family").unwrap();
    let range = gateway.to_string().rsplit_once('.').unwrap().0.to_owned() + ".0/24";
    let nosy = replace_allowed_ips(&nosy, &format!("{range}, 192.168.1.0/24, 172.30.32.0/23"));
    let nosy = Phone::up(&house.phone, &nosy).unwrap();
    let other = Phone::up(&house.second_phone, &daemon.let_in("Other", "family").unwrap()).unwrap();
    let other_address = own_address(&house.second_phone);
    let _other = Listener::http(&house.second_phone, (other_address, 8000), "another peer").unwrap();
    let home = format!("http://{gateway}:8123/");
    assert_eq!(nosy.get(&home).unwrap().text(), "home assistant");
    assert_eq!(other.get(&home).unwrap().text(), "home assistant");

    let mut forbidden: Vec<SocketAddr> = vec![
        (addresses::HOME_ASSISTANT, 8123).into(),
        (addresses::SUPERVISOR, addresses::SUPERVISOR_PORT).into(),
        (addresses::LAPTOP, addresses::LAPTOP_PORT).into(),
        (addresses::GATEWAY, 80).into(),
        (addresses::GATEWAY, 2222).into(),
        (addresses::HOME_ROUTER, 80).into(),
        (gateway, 2222).into(),
        (gateway, 22).into(),
        (other_address, 8000).into(),
    ];
    forbidden.extend(addresses::OTHER_PORTS.map(|port| SocketAddr::from((addresses::HOME_ASSISTANT, port))));
    for address in forbidden {
        assert!(house.phone.tcp_connect(address, BLINK).is_err(), "a peer reaches {address}");
    }
    assert!(!nosy.ping(addresses::LAPTOP), "a peer pings a neighbour");
    assert!(!nosy.ping(other_address), "a peer pings another");
    assert!(nosy.ping(gateway), "a peer pings the box");
}

#[test]
fn a_peer_cannot_pass_for_another() {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    daemon.let_in("Owner", "owner").unwrap();
    let guest = daemon.let_in("Guest", "guest").unwrap();
    let gateway = daemon.gateway_address().unwrap();
    let owners = Ipv4Addr::from_bits(gateway.to_bits() + 1);
    let disguised = guest
        .lines()
        .map(
            |line| {
                if line.starts_with("Address") { format!("Address = {owners}/32") } else { line.to_owned() }
            },
        )
        .collect::<Vec<_>>()
        .join("\n");

    let phone = Phone::up(&house.phone, &disguised).unwrap();

    assert!(!phone.ping(gateway));
    assert!(phone.get(&format!("http://{gateway}/api/state")).is_err());
    wait_until("it is counted", PATIENCE, || {
        daemon.counter("tunnel_dropped_wrong_inner_source").map(|count| count > 0)
    })
    .unwrap();
}

#[test]
fn a_tunnel_address_that_comes_from_the_home_network_is_dropped() {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    daemon.let_in("Owner", "owner").unwrap();
    let gateway = daemon.gateway_address().unwrap();
    let owners = Ipv4Addr::from_bits(gateway.to_bits() + 1);
    house
        .laptop
        .ip(&[
            &format!("addr add {owners}/32 dev eth0"),
            &format!("route add {gateway}/32 via {}", addresses::GATEWAY),
        ])
        .unwrap();

    for target in [gateway, addresses::GATEWAY] {
        let from_owner = format!("curl --silent --max-time 2 --interface {owners} http://{target}/api/state");
        assert!(house.laptop.run(&from_owner).is_err(), "{target}");
    }
    let as_oneself =
        format!("curl --silent --max-time 2 --interface {} http://{gateway}/api/me", addresses::LAPTOP);
    assert!(house.laptop.run(&as_oneself).is_err(), "the tunnel's own address is reached from home");

    wait_until("it is counted", PATIENCE, || daemon.counter("firewall_spoofed").map(|count| count > 0))
        .unwrap();
}

#[test]
fn a_wrong_key_gets_no_byte_back() {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    let right = daemon.let_in("Anna", "owner").unwrap();
    let stranger_key = PrivateKey::generate();
    let wrong = right
        .lines()
        .map(|line| {
            if line.starts_with("PrivateKey") {
                format!("PrivateKey = {}", *stranger_key.to_base64())
            } else {
                line.to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join("\n");

    let phone = Phone::up(&house.phone, &wrong).unwrap();
    assert!(!phone.ping(gateway));
    wait_until("the box has seen the wrong key", PATIENCE, || {
        daemon.counter("tunnel_dropped_unknown_key").map(|count| count > 0)
    })
    .unwrap();

    assert_eq!(phone.received_bytes().unwrap(), 0);
    assert_eq!(phone.last_handshake().unwrap(), None);
}

#[test]
fn the_page_is_not_shown_to_a_global_address_beyond_the_router() {
    let house = House::build(Options::default()).unwrap();
    let _daemon = Daemon::run(&house).unwrap();
    house.router.run("nft flush ruleset").unwrap();

    assert!(house.laptop.tcp_connect((addresses::GATEWAY_V6, 80), BLINK).is_ok());
    assert!(house.stranger.tcp_connect((addresses::GATEWAY_V6, 80), BLINK).is_err());
}

#[test]
fn a_clean_stop_leaves_no_rule_and_no_interface() {
    let house = House::build(Options::default()).unwrap();
    let mut daemon = Daemon::run(&house).unwrap();
    assert!(house.gateway.run("nft list tables").unwrap().contains("latchkey"));

    daemon.stop().unwrap();

    assert_eq!(house.gateway.run("nft list tables").unwrap().trim(), "");
    assert!(!house.gateway.run("ip link").unwrap().contains("latchkey0"));
    assert!(!daemon.run_dir().join("api.sock").exists() && !daemon.run_dir().join("panel.sock").exists());
}

#[test]
fn on_somebodys_own_machine_ssh_stays_and_the_tunnel_is_ruled() {
    let house = House::build(Options::default()).unwrap();
    let _ssh = Listener::http(&house.gateway, (Ipv4Addr::UNSPECIFIED, 2222), "ssh").unwrap();
    let mut daemon = Daemon::new(&house).unwrap().with_arguments(&["--firewall", "shared"]);
    daemon.start().unwrap();
    daemon.settle_in(&house).unwrap();
    let phone = Phone::up(&house.phone, &daemon.let_in("Anna", "owner").unwrap()).unwrap();
    let gateway = daemon.gateway_address().unwrap();

    assert!(house.laptop.tcp_connect((addresses::GATEWAY, 2222), BLINK).is_ok());
    assert!(phone.ping(gateway));
    assert!(house.phone.tcp_connect((gateway, 2222), BLINK).is_err());
}

#[test]
fn it_gives_up_what_it_does_not_need() {
    let house = House::build(Options::default()).unwrap();
    let mut daemon = Daemon::run(&house).unwrap();

    let threads = std::fs::read_dir(format!("/proc/{}/task", daemon.process().unwrap().id())).unwrap();
    let threads =
        threads.map(|thread| std::fs::read_to_string(thread.unwrap().path().join("status")).unwrap());

    let net_bind_service_and_net_admin = format!("{:016x}", (1 << 10) | (1 << 12));
    for status in threads {
        let field =
            |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
        for set in ["CapPrm:", "CapEff:", "CapBnd:"] {
            assert_eq!(field(set), net_bind_service_and_net_admin, "{set} of {}", field("Name:"));
        }
        assert_eq!(field("NoNewPrivs:"), "1");
    }
    let other = json!({ "guest_hours": 3 });
    daemon.api("PATCH", "/api/settings", Some(&other)).unwrap().success().unwrap();
}

fn replace_allowed_ips(configuration: &str, with: &str) -> String {
    let line = |line: &str| {
        if line.starts_with("AllowedIPs") { format!("AllowedIPs = {with}") } else { line.to_owned() }
    };

    configuration.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The address that a phone has inside the tunnel.
fn own_address(room: &Namespace) -> Ipv4Addr {
    let said = room.run("ip -json -4 address show dev phone0").unwrap();
    let said = serde_json::from_str::<serde_json::Value>(&said).unwrap();

    match said[0]["addr_info"][0]["local"].as_str().unwrap().parse().unwrap() {
        IpAddr::V4(v4) => v4,
        IpAddr::V6(v6) => panic!("{v6}"),
    }
}

const PATIENCE: Duration = Duration::from_secs(30);
/// More than a packet takes through the whole house and back.
const BLINK: Duration = Duration::from_secs(1);
