//! Whatever is sent to the API: an answer with a status of 4xx, a sentence that says what to do, and a daemon that goes on.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    io::{Read as _, Write as _},
    time::Duration,
};

use lab::{Daemon, House, Options, addresses, wait_until};
use model::PrivateKey;
use serde_json::{Value, json};

#[test]
fn malformed_and_absurd_bodies_are_refused_with_a_sentence() {
    let (_house, mut daemon) = house();

    for (method, path) in CHANGES {
        for body in bodies() {
            let what = || format!("{method} {path} {:?}", body.chars().take(80).collect::<String>());
            let request =
                daemon.request(method, path).header("Content-Type", "application/json").body(body.clone());

            let answer = request.send().unwrap();

            assert!((400..500).contains(&answer.status), "{}: {} {}", what(), answer.status, answer.text());
            let sentence = answer.json().unwrap()["sentence"].as_str().unwrap_or_default().to_owned();
            assert!(sentence.len() > 10 && sentence.len() < 500, "{}: {sentence:?}", what());
        }
    }

    assert_sound(&mut daemon);
}

#[test]
fn absurd_names_are_refused_and_named() {
    let (_house, mut daemon) = house();
    let endless = "a".repeat(10_240);
    let names = [
        "",
        "   ",
        "🦄",
        "👩‍👩‍👧‍👦",
        "a\0b",
        "a\r\nSet-Cookie: x",
        "\u{202e}annA",
        "<script>alert(1)</script>",
        "'; DROP TABLE peer; --",
        "$(reboot)",
        "`reboot`",
        "| nc",
        "../../etc/passwd",
        "%n%s",
        "--",
        &endless,
    ];

    for name in names {
        let key = PrivateKey::generate().public_key().to_string();
        for (method, path, body) in [
            ("POST", "/api/peers", json!({ "name": name, "role": "family", "public_key": key })),
            ("PATCH", "/api/peers/1", json!({ "name": name })),
        ] {
            let answer = daemon.api(method, path, Some(&body)).unwrap();

            assert!((400..500).contains(&answer.status), "{method} {name:?}: {}", answer.status);
            assert!(!answer.json().unwrap()["sentence"].as_str().unwrap().is_empty());
        }
    }

    assert_eq!(daemon.state().unwrap()["peers"].as_array().unwrap().len(), 1);
    assert_sound(&mut daemon);
}

#[test]
fn a_key_that_everybody_can_guess_one_that_is_taken_and_the_boxs_own_are_refused() {
    let (_house, daemon) = house();
    let state = daemon.state().unwrap();
    let [anna, own] =
        [&state["peers"][0]["public_key"], &state["status"]["public_key"]].map(|key| key.as_str().unwrap());

    for key in ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", anna, own, "short", &"A".repeat(5000)] {
        let new = json!({ "name": "Bert", "role": "family", "public_key": key });
        let answer = daemon.api("POST", "/api/peers", Some(&new)).unwrap();
        assert!((400..500).contains(&answer.status), "{key:.60}: {} {}", answer.status, answer.text());
    }
    let twice = json!({ "name": "aNNa", "role": "family", "public_key": PrivateKey::generate().public_key().to_string() });
    let answer = daemon.api("POST", "/api/peers", Some(&twice)).unwrap();
    assert_eq!(
        (answer.status, answer.json().unwrap()["code"].as_str().unwrap().to_owned()),
        (409, "name_taken".to_owned())
    );
}

#[test]
fn huge_bodies_long_heads_and_slow_senders_do_not_wear_the_box_out() {
    let (house, mut daemon) = house();
    let huge = daemon
        .request("POST", "/api/peers")
        .header("Content-Type", "application/json")
        .body("a".repeat(5_000_000))
        .send();
    assert!(huge.is_err() || huge.unwrap().status == 413);

    let at = (addresses::GATEWAY, 80);
    let answer = raw(
        &house,
        format!("GET /api/me HTTP/1.1\r\nHost: 192.168.1.10\r\nX-Long: {}\r\n\r\n", "a".repeat(1_000_000))
            .as_bytes(),
    );
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer:.100}");
    for noise in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        &[0; 4096],
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answer = raw(&house, noise);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer:.100}");
    }

    // More connections than the box holds, each with half a request.
    let mut slow = Vec::new();
    for _ in 0..400 {
        if let Ok(mut stream) = house.laptop.tcp_connect(at, Duration::from_millis(200)) {
            let _ = stream.write_all(b"GET /api/me HTTP/1.1\r\nHost: ");
            slow.push(stream);
        }
    }
    daemon.state().unwrap();
    wait_until("the page answers again although nobody hung up", Duration::from_secs(60), || {
        house.laptop.request("GET", "http://192.168.1.10/api/me").timeout(Duration::from_secs(2)).send()
    })
    .unwrap();

    assert_sound(&mut daemon);
}

#[test]
fn routes_and_methods_that_do_not_exist_are_told() {
    let (house, mut daemon) = house();

    for (method, path) in [
        ("GET", "/api/nothing"),
        ("GET", "/api/peers/1/../../../etc/passwd"),
        ("DELETE", "/api/state"),
        ("PUT", "/api/me"),
        ("PATCH", "/api/peers/99"),
        ("DELETE", "/api/peers/-1"),
        ("DELETE", "/api/peers/99999999999999999999"),
        ("PUT", "/api/peers/x/key"),
        ("TRACE", "/"),
        ("OPTIONS", "/api/peers"),
        ("GET", "/nothing.js"),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd"),
        ("GET", "/%00"),
    ] {
        let answer = daemon.request(method, path).send().unwrap();
        assert!((400..500).contains(&answer.status), "{method} {path}: {}", answer.status);
        let at_home = house
            .laptop
            .request(method, &format!("http://192.168.1.10{path}"))
            .header("Origin", "http://192.168.1.10");
        assert!((400..500).contains(&at_home.send().unwrap().status), "{method} {path} at home");
    }

    assert_sound(&mut daemon);
}

#[test]
fn settings_that_make_no_sense_are_refused_with_an_example() {
    let (_house, daemon) = house();

    for change in [
        json!({ "endpoint_host": "http://home.example.org" }),
        json!({ "endpoint_host": "home.example.org:51820" }),
        json!({ "endpoint_host": "a b" }),
        json!({ "endpoint_host": "127.0.0.1" }),
        json!({ "endpoint_host": "x".repeat(300) }),
        json!({ "home_assistant": "homeassistant.local" }),
        json!({ "home_assistant": "127.0.0.1" }),
        json!({ "home_assistant": "1.2.3.4:99999" }),
        json!({ "guest_hours": 0 }),
        json!({ "guest_hours": 169 }),
        json!({ "guest_hours": -1 }),
        json!({ "guest_hours": 1e99 }),
    ] {
        let answer = daemon.api("PATCH", "/api/settings", Some(&change)).unwrap();
        assert!((400..500).contains(&answer.status), "{change}: {} {}", answer.status, answer.text());
    }
    assert_eq!(daemon.state().unwrap()["settings"]["endpoint_host"], addresses::ROUTER.to_string());
}

#[test]
fn noise_on_the_udp_port_is_met_with_silence() {
    let (house, mut daemon) = house();
    let target = (addresses::GATEWAY, daemon.port().unwrap());
    let socket = house.laptop.udp_socket((addresses::LAPTOP, 0)).unwrap();
    socket.connect(target).unwrap();

    for length in [0, 1, 4, 31, 32, 64, 91, 92, 147, 148, 149, 1500, 9000] {
        for kind in 0..=5_u8 {
            let mut datagram = vec![0x5a; length];
            datagram.iter_mut().zip([kind, 0, 0, 0]).for_each(|(byte, start)| *byte = start);
            socket.send(&datagram).unwrap();
        }
    }

    socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    assert!(socket.recv(&mut [0; 2000]).is_err(), "the box answered noise");
    assert_sound(&mut daemon);
}

fn house() -> (House, Daemon) {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();
    daemon.let_in("Anna", "owner").unwrap();

    (house, daemon)
}

const CHANGES: [(&str, &str); 7] = [
    ("POST", "/api/peers"),
    ("PATCH", "/api/peers/1"),
    ("PUT", "/api/peers/1/key"),
    ("PUT", "/api/guest-access"),
    ("PATCH", "/api/settings"),
    ("POST", "/api/backup"),
    ("POST", "/api/restore"),
];

fn bodies() -> Vec<String> {
    let mut bodies = [
        "{",
        "}",
        "null",
        "[]",
        "1",
        "\"text\"",
        "{\"name\":",
        "{\"unknown\":1}",
        "{\"on\":\"yes\"}",
        "\u{feff}{}",
        "{\"role\":\"root\"}",
    ]
    .map(str::to_owned)
    .to_vec();
    bodies.push("[".repeat(10_000));
    bodies.push(format!("{{\"name\":\"{}\"}}", "\\u0000".repeat(1000)));
    bodies.push(json!({ "name": { "name": 1 }, "on": [], "role": {}, "public_key": 5, "guest_hours": "x", "seconds": {} }).to_string());

    bodies
}

/// What comes back for these bytes; nothing when the box hangs up.
fn raw(house: &House, bytes: &[u8]) -> String {
    let mut stream = house.laptop.tcp_connect((addresses::GATEWAY, 80), Duration::from_secs(2)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.take(4096).read_to_end(&mut answer);

    String::from_utf8_lossy(&answer).into_owned()
}

/// It has not panicked, it runs, and it knows what it knew.
fn assert_sound(daemon: &mut Daemon) {
    let log = daemon.log();
    assert!(!log.contains("panicked"), "{log}");
    assert!(daemon.process().unwrap().ended().is_none(), "{log}");
    let state: Value = daemon.state().unwrap();
    assert_eq!(state["peers"][0]["name"], "Anna");
    assert_eq!(state["status"]["faults"], json!([]));
}
