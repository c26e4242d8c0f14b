//! What is said to the control socket means the same to us as to `wireguard-go`, but for what is listed here.
//!
//! Needs root.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod house;

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{Shutdown, UdpSocket},
    os::unix::net::UnixStream,
    time::Duration,
};

use house::{House, Place, eventually, ours};
use model::PrivateKey;

/// Changes of an interface, each one after the other from the same beginning. Where there is a bar, a second request
/// follows the first.
const SAME: &[&str] = &[
    "",
    "private_key={own} listen_port=51821 fwmark=7 {A} preshared_key={five} endpoint=192.0.2.9:1 \
     persistent_keepalive_interval=25 replace_allowed_ips=true allowed_ip=10.0.0.1/32 allowed_ip=fd00::/8 \
     protocol_version=1",
    // Who we are.
    "private_key={zeros}",
    "private_key={ones}",
    "private_key={five}",
    "private_key=ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
    "private_key=00",
    "private_key=",
    "{A} {B} | private_key={a}",
    // Where we are.
    "listen_port=65535",
    "listen_port=0051822",
    "listen_port=65536",
    "listen_port=+1",
    "listen_port=-1",
    "listen_port=0x10",
    "listen_port=",
    "fwmark=4294967295",
    "fwmark=7 | fwmark=0",
    "fwmark=4294967296",
    "fwmark=0x7",
    // Lines that are none, or not there.
    "colour=red",
    "listen_port",
    "=1",
    "allowed_ip=10.0.0.1/32",
    "{A} | {A} colour=red",
    "{A} | {A} remove",
    "{A} | {A} listen_port=51822",
    // Who is a peer.
    "{A} | replace_peers=true {B}",
    "{A} endpoint=192.0.2.9:1 | replace_peers=true {A}",
    "{A} | replace_peers=false",
    "{A} | replace_peers=1",
    "public_key=00",
    "public_key=",
    "{A} allowed_ip=10.0.0.1/32 {B} allowed_ip=10.0.0.2/32 {A} allowed_ip=10.0.0.2/32 endpoint=192.0.2.9:1",
    "{A} allowed_ip=10.0.0.1/32 endpoint=192.0.2.9:1 | {A} remove=true {A} allowed_ip=10.0.0.3/32",
    "{A} allowed_ip=10.0.0.1/32 | {OWN} endpoint=192.0.2.9:1 allowed_ip=10.0.0.1/32 {B}",
    "{OWN} remove=true",
    "{A} {B} | {A} remove=true",
    "{A} | {B} remove=true",
    "{A} | {A} remove=false",
    "{A} | {A} remove=1",
    "{A} {B} allowed_ip=10.0.0.2/32 | {A} remove=true allowed_ip=10.0.0.2/32 replace_allowed_ips=true",
    "{A} {B} allowed_ip=10.0.0.2/32 | {A} allowed_ip=10.0.0.2/32 remove=true",
    "{A} | {A} update_only=true persistent_keepalive_interval=9",
    "{A} allowed_ip=10.0.0.1/32 | {B} update_only=true allowed_ip=10.0.0.1/32 replace_allowed_ips=true",
    "{A} allowed_ip=10.0.0.1/32 | {B} allowed_ip=10.0.0.1/32 update_only=true allowed_ip=10.0.0.2/32",
    "{A} | {A} update_only=false",
    "{A} remove=true update_only=true",
    // What a peer is.
    "{A} preshared_key={five}",
    "{A} preshared_key={five} | {A} preshared_key={zeros}",
    "{A} | {A} preshared_key=00",
    "{A} endpoint=192.0.2.9:1 | {A} endpoint=[2001:db8::9]:65535",
    "{A} endpoint=192.0.2.9:1 | {A}",
    "{A} | {A} endpoint=192.0.2.9",
    "{A} | {A} endpoint=192.0.2.9:65536",
    "{A} | {A} endpoint=localhost:1",
    "{A} | {A} endpoint=2001:db8::9:1",
    "{A} | {A} endpoint=[fe80::9%nowhere]:1",
    "{A} | {A} endpoint=",
    "{A} persistent_keepalive_interval=65535",
    "{A} persistent_keepalive_interval=25 | {A} persistent_keepalive_interval=0",
    "{A} | {A} persistent_keepalive_interval=65536",
    "{A} | {A} persistent_keepalive_interval=+1",
    "{A} | {A} persistent_keepalive_interval=off",
    "{A} | {A} protocol_version=2",
    "{A} | {A} protocol_version=true",
    // What a peer has.
    "{A} allowed_ip=10.0.0.1/32 allowed_ip=10.0.0.0/24 | {B} allowed_ip=10.0.0.1/32",
    "{A} allowed_ip=10.0.0.1/32 | {A} allowed_ip=10.0.0.1/32",
    "{A} allowed_ip=10.0.0.1/32 | {A} replace_allowed_ips=true allowed_ip=fd00::1/128",
    "{A} allowed_ip=10.0.0.1/32 replace_allowed_ips=true",
    "{A} | {A} replace_allowed_ips=false",
    "{A} allowed_ip=0.0.0.0/0 allowed_ip=::/0",
    "{A} allowed_ip=10.1.2.3/8 allowed_ip=2001:db8::ff/32",
    "{A} | {A} allowed_ip=10.0.0.1",
    "{A} | {A} allowed_ip=10.0.0.1/33",
    "{A} | {A} allowed_ip=::1/129",
    "{A} | {A} allowed_ip=10.0.0.0/08",
    "{A} | {A} allowed_ip=+10.0.0.1/32",
    "{A} | {A} allowed_ip=localhost/32",
    "{A} | {A} allowed_ip=",
];

/// Changes that end otherwise than with `wireguard-go`, and why.
const NOT_THE_SAME: &[(&str, &str)] = &[
    ("fwmark=7 {A} listen_port=x", "nothing of a request that is refused is done"),
    ("listen_port=51999", "somebody has that port, and we stay reachable on the one that we have"),
    ("listen_port=0", "that is any port, and the one that we have will do"),
    ("public_key={zeros}", "nobody could prove to have such a key; older kernels left them out too"),
    (
        "{A} endpoint=[fe80::9%cable]:1",
        "this old wireguard-go shows the address without the link that it is on",
    ),
    ("{A} allowed_ip=10.0.0.1/32 | {A} allowed_ip=-10.0.0.1/32", "this old wireguard-go knows no minus"),
];

/// What is no change, and how we answer it. `wireguard-go` answers the first in the same way, hangs up on the next ones
/// without a word, and carries out the last although nobody knows what more was to come.
const NO_CHANGES: &[(&str, Option<i32>)] = &[
    ("get=1\nlisten_port=1\n\n", Some(-22)),
    ("get=2\n\n", Some(-22)),
    ("x\n\n", Some(-22)),
    ("set=1\nfwmark=7\n", None),
];

#[test]
fn the_control_socket_means_the_same_to_us_as_to_wireguard_go() {
    let house = House::new("same");
    let (us, other) = (&house.home, &house.phone);
    for (place, program) in [(us, ours().as_str()), (other, "wireguard-go")] {
        place.succeeds(&[program, &place.interface]);
        place.succeeds(&["ip", "link", "set", &place.interface, "up"]);
        eventually("the control socket answers", || UnixStream::connect(place.socket()).is_ok());
    }
    let taken = [us, other].map(|place| {
        place.enter();
        UdpSocket::bind("[::]:51999").unwrap()
    });

    for requests in SAME {
        assert_eq!(after(us, requests), after(other, requests), "{requests}");
    }
    for (requests, reason) in NOT_THE_SAME {
        assert_ne!(after(us, requests), after(other, requests), "{requests}: {reason}");
    }
    for (text, answer) in NO_CHANGES {
        assert_eq!(errno(&say(us, text)), *answer, "{text}");
    }
    assert!(!say(us, "get=1\n\n").contains("fwmark"));
    drop(taken);
}

/// How each request was answered, and what came of it all.
fn after(place: &Place, requests: &str) -> (Vec<Option<i32>>, State) {
    let set = |request: &str| {
        let lines = request.split_whitespace().map(|line| format!("{line}\n")).collect::<String>();
        errno(&say(place, &format!("set=1\n{lines}\n")))
    };
    assert_eq!(set("private_key={own} listen_port=51820 fwmark=0 replace_peers=true"), Some(0));
    let answers = requests.split(" | ").map(set).collect();

    (answers, State::read(&say(place, "get=1\n\n")))
}

/// What is answered; nothing if the connection is closed instead.
fn say(place: &Place, request: &str) -> String {
    let mut stream = UnixStream::connect(place.socket()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(fill_in(request).as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    // Who hangs up with bytes unread makes an error of what was answered before.
    let _ = stream.read_to_string(&mut answer);

    answer
}

fn fill_in(request: &str) -> String {
    let public = |n| hex(PrivateKey::from_bytes([n; 32]).public_key().as_bytes());

    request
        .replace("{own}", &hex(&[9; 32]))
        .replace("{a}", &hex(&[1; 32]))
        .replace("{OWN}", &format!("public_key={}", public(9)))
        .replace("{A}", &format!("public_key={}", public(1)))
        .replace("{B}", &format!("public_key={}", public(2)))
        .replace("{zeros}", &hex(&[0; 32]))
        .replace("{ones}", &hex(&[0xff; 32]))
        .replace("{five}", &hex(&[5; 32]))
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn errno(answer: &str) -> Option<i32> {
    answer.lines().find_map(|line| line.strip_prefix("errno=")?.parse().ok())
}

/// What an interface says of itself, less what moves by itself, and without an order of peers and their lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct State {
    interface: Vec<String>,
    peers: BTreeMap<String, Vec<String>>,
}

impl State {
    fn read(answer: &str) -> Self {
        let mut state = Self::default();
        let mut lines = &mut state.interface;
        // Some say so where there is none.
        let no_psk = format!("preshared_key={}", hex(&[0; 32]));
        let moving = ["last_handshake", "tx_bytes", "rx_bytes", &no_psk];
        for line in answer.lines().take_while(|line| !line.starts_with("errno=")) {
            if line.starts_with("public_key=") {
                lines = state.peers.entry(line.to_owned()).or_default();
            } else if !moving.iter().any(|moving| line.starts_with(moving)) {
                lines.push(line.to_owned());
            }
        }
        state.peers.values_mut().for_each(|lines| lines.sort());

        state
    }
}
