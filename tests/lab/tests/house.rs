//! The house itself, before Latchkey moves in.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use lab::{FakeClock, Forwarder, HomeAssistant, House, Listener, Namespace, Options, Phone, addresses};

#[test]
fn a_phone_and_the_home_reach_the_internet() {
    let house = House::build(Options::default()).unwrap();

    for room in [&house.phone, &house.second_phone, &house.stranger, &house.laptop, &house.gateway] {
        for url in ["http://203.0.113.1/", "http://[2001:db8:ff::1]/"] {
            let page = room.request("GET", url).send().unwrap();

            assert_eq!(
                (page.status, page.text().as_str()),
                (200, "the internet"),
                "{url} from {}",
                room.name()
            );
        }
    }
}

#[test]
fn the_internet_does_not_reach_into_the_home() {
    let house = House::build(Options::default()).unwrap();
    house
        .stranger
        .ip(&[&format!("route add 192.168.1.0/24 via {} dev eth0 onlink", addresses::ROUTER)])
        .unwrap();
    let laptop: [SocketAddr; 2] = [
        (addresses::LAPTOP, addresses::LAPTOP_PORT).into(),
        (addresses::LAPTOP_V6, addresses::LAPTOP_PORT).into(),
    ];

    for address in laptop {
        assert!(reaches(&house.gateway, address), "a neighbour reaches {address}");
        assert!(!reaches(&house.stranger, address), "a stranger reaches {address}");
        assert!(!reaches(&house.phone, address), "a phone reaches {address}");
    }
}

#[test]
fn only_the_forwarded_udp_port_leads_to_the_gateway() {
    let house = House::build(Options::default()).unwrap();
    let _v4 = Listener::udp_echo(&house.gateway, (addresses::GATEWAY, 40000)).unwrap();
    let _v6 = Listener::udp_echo(&house.gateway, (addresses::GATEWAY_V6, 40000)).unwrap();
    let outside: [SocketAddr; 2] = [(addresses::ROUTER, 40000).into(), (addresses::GATEWAY_V6, 40000).into()];

    assert_eq!(outside.map(|to| is_echoed(&house.phone, to)), [false, false]);
    house.forward_port(40000).unwrap();
    assert_eq!(outside.map(|to| is_echoed(&house.phone, to)), [true, true]);
    assert!(is_echoed(&house.laptop, outside[0]), "a phone at home is turned around by the router");
    house.close_port().unwrap();
    assert_eq!(outside.map(|to| is_echoed(&house.second_phone, to)), [false, false]);
}

#[test]
fn what_peers_must_not_reach_is_there_to_be_reached() {
    let house = House::build(Options::default()).unwrap();

    assert!(reaches(&house.gateway, (addresses::SUPERVISOR, addresses::SUPERVISOR_PORT)));
    for port in addresses::OTHER_PORTS {
        assert!(reaches(&house.gateway, (addresses::HOME_ASSISTANT, port)));
        assert!(reaches(&house.gateway, (addresses::HOME_ASSISTANT_V6, port)));
    }
}

#[test]
fn a_house_without_ipv6_has_none() {
    let house = House::build(Options { ipv6: false, ..Options::default() }).unwrap();

    assert_eq!(house.phone.run("ip -6 address").unwrap(), "");
    assert!(reaches(&house.phone, (addresses::INTERNET, addresses::INTERNET_PORT)));
}

#[test]
fn two_houses_stand_side_by_side() {
    let one = House::build(Options::default()).unwrap();
    let other = House::build(Options::default()).unwrap();
    let _echo = Listener::udp_echo(&one.gateway, (addresses::GATEWAY, 40000)).unwrap();

    one.forward_port(40000).unwrap();

    assert!(is_echoed(&one.phone, (addresses::ROUTER, 40000)));
    assert!(!is_echoed(&other.phone, (addresses::ROUTER, 40000)));
}

#[test]
fn home_assistant_answers_and_says_where_it_is() {
    let house = House::build(Options::default()).unwrap();

    let home_assistant = HomeAssistant::start(&house).unwrap();

    let page = house.laptop.request("GET", &HomeAssistant::url()).send().unwrap();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<title>Home Assistant</title>"), "{}", page.text());
    let api = house.laptop.request("GET", &format!("{}/api/config", HomeAssistant::url()));
    let config = api.bearer(home_assistant.token()).send().unwrap().json().unwrap();
    assert_eq!(config["location_name"], "Lab");
    let greeting = house.laptop.websocket(&format!("{}/api/websocket", HomeAssistant::url())).unwrap();
    assert!(greeting.contains("auth_required"), "{greeting}");
    let announced =
        lab::wait_until("it is announced", Duration::from_secs(20), || ask_mdns(&house.laptop)).unwrap();
    assert!(announced.contains("_home-assistant"), "{announced}");
}

#[test]
fn two_clients_that_are_not_ours_talk_through_a_tunnel() {
    let house = House::build(Options::default()).unwrap();
    let keys = [(); 2].map(|()| model::PrivateKey::generate());
    let configuration = |own: usize, rest: &str| {
        let (private, public) = (keys[own].to_base64(), keys[1 - own].public_key());
        format!("[Interface]\nPrivateKey = {}\n{rest}\nPublicKey = {public}\n", private.as_str())
    };
    house.forward_port(40000).unwrap();

    let gateway = "Address = 10.9.8.1/32\nListenPort = 40000\n[Peer]\nAllowedIPs = 10.9.8.2/32";
    let gateway = Phone::up(&house.gateway, &configuration(0, gateway)).unwrap();
    let phone = "Address = 10.9.8.2/32\n[Peer]\nAllowedIPs = 10.9.8.1/32\nEndpoint = 1.2.3.4:40000";
    let phone = Phone::up(&house.phone, &configuration(1, phone)).unwrap();

    assert!(phone.ping(Ipv4Addr::new(10, 9, 8, 1)));
    assert!(phone.last_handshake().unwrap().is_some());
    assert!(phone.received_bytes().unwrap() > 0);
    gateway.down().unwrap();
    assert!(!phone.ping(Ipv4Addr::new(10, 9, 8, 1)));
    phone.down().unwrap();
}

#[test]
fn a_clock_can_be_wrong_for_one_program_alone() {
    let house = House::build(Options::default()).unwrap();
    let clock = FakeClock::new(house.folder()).unwrap();
    let read = |which: &str| {
        let mut command = house.gateway.command("python3");
        clock.give_to(command.args(["-c", &format!("import time; print(time.clock_gettime(time.{which}))")]));
        let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
        said.trim().parse::<f64>().unwrap()
    };
    let boot = read("CLOCK_BOOTTIME");

    clock.set_wrong_by(-86400).unwrap();

    assert!((now() - read("CLOCK_REALTIME") - 86400.0).abs() < 60.0);
    assert!((read("CLOCK_BOOTTIME") - boot).abs() < 60.0);
    assert!((read("CLOCK_MONOTONIC") - boot).abs() < 86000.0);
}

#[test]
fn this_machine_can_look_into_a_room_and_its_files_are_left_alone() {
    let before = std::fs::read_to_string("/etc/resolv.conf").unwrap();
    let house = House::build(Options::default()).unwrap();

    let window = Forwarder::open(18080, &house.laptop, (addresses::LAPTOP, addresses::LAPTOP_PORT)).unwrap();
    let page = Command::new("curl")
        .args(["-s", "--noproxy", "*", &format!("http://{}/", window.address())])
        .output();

    assert_eq!(page.unwrap().stdout, b"the laptop");
    assert!(!house.gateway.run("cat /etc/resolv.conf").unwrap().contains("nameserver"));
    assert_eq!(std::fs::read_to_string("/etc/resolv.conf").unwrap(), before);
}

fn reaches(room: &Namespace, address: impl Into<SocketAddr>) -> bool {
    room.tcp_connect(address, Duration::from_millis(500)).is_ok()
}

fn is_echoed(room: &Namespace, to: impl Into<SocketAddr>) -> bool {
    let to = to.into();
    let any: SocketAddr = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }.parse().unwrap();
    let socket = room.udp_socket(any).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    socket.send_to(b"hello", to).unwrap();
    let mut buffer = [0; 16];

    // Whoever answers from another address than the one that was asked is not heard by a phone either.
    socket.recv_from(&mut buffer).is_ok_and(|(length, from)| &buffer[..length] == b"hello" && from == to)
}

/// Asks for Home Assistant as RFC 6762 has it for simple askers (section 6.7), and gives what answers, readable in parts.
fn ask_mdns(room: &Namespace) -> Option<String> {
    let socket = room.udp_socket(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))).unwrap();
    let question = b"\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x0f_home-assistant\x04_tcp\x05local\x00\x00\x0c\x00\x01";
    socket.send_to(question, "224.0.0.251:5353").unwrap();
    let mut buffer = [0; 1500];
    let (length, from) = socket.recv_from(&mut buffer).ok()?;

    (from.ip() == addresses::HOME_ASSISTANT).then(|| String::from_utf8_lossy(&buffer[..length]).into_owned())
}

#[expect(clippy::disallowed_methods, reason = "the clock of the real programs that the lab runs")]
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}
