use std::time::Duration;

use serde_json::json;

use crate::{clock::Clock, house::House, http::Request};

#[tokio::test]
async fn what_cannot_be_read_or_cannot_be_is_refused_with_a_sentence_and_changes_nothing() {
    let house = House::start().await;
    let anna = house.session().await;
    let before = state(&house, &anna).await;

    for (method, path) in CHANGES {
        for (body, statuses) in malformed() {
            let request = Request::new(method, path).json(body.clone());
            let answer = house.at_home(Some(&anna), request).await;
            let shown = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
            assert!(statuses.contains(&answer.status), "{method} {path} {shown}: {}", answer.status);
            answer.problem();
        }
    }

    assert_eq!(state(&house, &anna).await, before);
}

#[tokio::test]
async fn an_absurd_name_is_refused_in_words_that_say_what_a_name_is() {
    let house = House::start().await;
    let anna = house.session().await;
    let names = [
        String::new(),
        "   ".to_owned(),
        "\u{1f600}".to_owned(),
        "a".repeat(33),
        "a".repeat(10_000),
        "\u{0}".to_owned(),
        "Anna\nBen".to_owned(),
        "\u{202e}annA".to_owned(),
        "$(reboot)".to_owned(),
        "; rm -rf /".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        "' OR 1=1 --".to_owned(),
    ];
    for name in names {
        let new = json!({"name": name, "role": "guest", "public_key": KEY}).to_string();
        for request in [
            Request::new("POST", "/api/peers").json(new),
            Request::new("PATCH", "/api/peers/1").json(json!({ "name": name }).to_string()),
        ] {
            let answer = house.at_home(Some(&anna), request).await;
            assert_eq!((answer.status, &*answer.problem()), (422, "invalid"), "{name:?}");
            assert!(answer.json()["sentence"].as_str().unwrap().contains("name"), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn values_that_cannot_be_are_refused() {
    let house = House::start().await;
    let anna = house.session().await;
    for (method, path, body, status) in [
        ("POST", "/api/peers", json!({"name": "Clara", "role": "king", "public_key": KEY}), 422),
        ("POST", "/api/peers", json!({"name": "Clara", "role": "guest", "public_key": "AAAA"}), 422),
        ("POST", "/api/peers", json!({"name": "Anna", "role": "guest", "public_key": KEY}), 409),
        ("PATCH", "/api/peers/1", json!({"role": "king"}), 422),
        ("PATCH", "/api/peers/99", json!({"name": "Clara"}), 404),
        ("PATCH", "/api/peers/-1", json!({"name": "Clara"}), 400),
        ("PATCH", "/api/peers/99999999999", json!({"name": "Clara"}), 400),
        ("PATCH", "/api/peers/%00", json!({"name": "Clara"}), 400),
        ("PATCH", "/api/peers/%ff", json!({"name": "Clara"}), 400),
        ("PUT", "/api/peers/99/key", json!({ "public_key": KEY }), 404),
        ("PUT", "/api/peers/1/key", json!({"public_key": ""}), 422),
        ("PUT", "/api/guest-access", json!({"on": true, "seconds": 0}), 422),
        ("PUT", "/api/guest-access", json!({"on": true, "seconds": 604_801}), 422),
        ("PUT", "/api/guest-access", json!({"on": "yes"}), 422),
        ("POST", "/api/backup", json!({"passphrase": "elevenchars"}), 422),
        ("POST", "/api/backup", json!({"passphrase": "x".repeat(257)}), 422),
        ("POST", "/api/restore", json!({"passphrase": "elevenchars", "file": ""}), 422),
        ("POST", "/api/restore", json!({"passphrase": "twelve chars", "file": "<>"}), 422),
        ("POST", "/api/restore", json!({"passphrase": "twelve chars", "file": "AAAA"}), 422),
        ("POST", "/api/factory-reset", json!({"really": true}), 422),
        ("PATCH", "/api/settings", json!({"guest_hours": 0}), 422),
        ("PATCH", "/api/settings", json!({"guest_hours": 169}), 422),
        ("PATCH", "/api/settings", json!({"endpoint_host": "a b; c"}), 422),
        ("DELETE", "/api/peers/99", json!({}), 404),
        ("DELETE", "/api/peers/1", json!({"really": true}), 422),
        ("DELETE", "/api/peers/x", json!({}), 400),
        ("POST", "/api/exposure/tried", json!({"ports": [{"port": 0, "answer": "silent"}]}), 422),
    ] {
        let answer = house.at_home(Some(&anna), Request::new(method, path).json(body.to_string())).await;
        assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.text());
        answer.problem();
    }
}

#[tokio::test]
async fn only_json_that_says_so_is_taken() {
    let house = House::start().await;
    let anna = house.session().await;
    for (method, path) in CHANGES {
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("")] {
            let request = Request::new(method, path).body("{}");
            let request =
                kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
            let answer = house.at_home(Some(&anna), request).await;
            assert_eq!((answer.status, &*answer.problem()), (415, "not_json"), "{method} {path} {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_change_has_to_say_what_it_is() {
    let house = House::start().await;
    let anna = house.session().await;
    for (method, path) in CHANGES_WITH_A_BODY {
        let answer = house.at_home(Some(&anna), Request::new(method, path)).await;
        assert_eq!((answer.status, &*answer.problem()), (415, "not_json"), "{method} {path}");
        let answer = house.at_home(Some(&anna), Request::new(method, path).json("")).await;
        assert_eq!((answer.status, &*answer.problem()), (400, "malformed_json"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read_to_its_end() {
    let house = House::start().await;
    let anna = house.session().await;
    let json = |method, path| Request::new(method, path).header("content-type", "application/json");
    for (method, path) in CHANGES {
        let announced = json(method, path).header("content-length", "1000000000");
        let answer = house.at_home(Some(&anna), announced).await;
        assert_eq!((answer.status, &*answer.problem()), (413, "too_large"), "{method} {path}");

        let endless =
            house.as_browser(Some(&anna), json(method, path).header("transfer-encoding", "chunked"));
        let mut connection = house.line_at_home().await;
        connection.write(&endless.to_bytes()).await;
        let most = if path == "/api/restore" { 384 } else { 16 } * 1024;
        connection.write(format!("{:x}\r\n", most + 1).as_bytes()).await;
        connection.write(&vec![b' '; most + 1]).await;
        let answer = connection.answer().await;
        assert_eq!((answer.status, &*answer.problem()), (413, "too_large"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_waited_for_ten_seconds() {
    let (house, clock) = (House::start().await, Clock::stop());
    let slow =
        Request::new("POST", "/api/session").header("content-length", "2").header("expect", "100-continue");
    let mut connection = house.line_at_home().await;

    // The box says "go on" when it begins to read.
    assert_eq!(connection.open(&house.as_browser(None, slow)).await.status, 100);
    connection.write(b"{").await;
    clock.advance(PATIENCE).await;

    let answer = connection.answer().await;
    assert_eq!((answer.status, &*answer.problem()), (408, "too_slow"));
}

/// Bodies that no route takes, and what may be said of them.
fn malformed() -> Vec<(Vec<u8>, &'static [u16])> {
    let unreadable: &[u16] = &[400];
    // Whoever reads a body only as far as he understands it says that it is not what he expects.
    let wrong: &[u16] = &[400, 422];

    vec![
        (b"{".to_vec(), unreadable),
        (b"{\"".to_vec(), unreadable),
        (b"nul".to_vec(), unreadable),
        (b"\xff\xfe".to_vec(), unreadable),
        ("\u{feff}{}".into(), unreadable),
        (b"null".to_vec(), wrong),
        (b"[1]".to_vec(), wrong),
        (b"[]".to_vec(), wrong),
        (b"[null, null]".to_vec(), wrong),
        (b"3".to_vec(), wrong),
        (b"\"Anna\"".to_vec(), wrong),
        (b"{} {}".to_vec(), wrong),
        ("[".repeat(10_000).into(), wrong),
        ("{\"name\":".repeat(1_000).into(), wrong),
        (b"{\"shoe_size\": 38}".to_vec(), wrong),
        (format!("{{\"{}\": 1}}", "x".repeat(10_000)).into(), wrong),
    ]
}

async fn state(house: &House, cookie: &str) -> serde_json::Value {
    house.at_home(Some(cookie), Request::new("GET", "/api/state")).await.json()
}

const CHANGES: [(&str, &str); 18] = [
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
    ("POST", "/api/peers"),
    ("PATCH", "/api/peers/1"),
    ("DELETE", "/api/peers/1"),
    ("PUT", "/api/peers/1/key"),
    ("PUT", "/api/guest-access"),
    ("PUT", "/api/lock"),
    ("PATCH", "/api/settings"),
    ("POST", "/api/names"),
    ("DELETE", "/api/names/4"),
    ("POST", "/api/check"),
    ("POST", "/api/exposure"),
    ("POST", "/api/exposure/tried"),
    ("POST", "/api/backup"),
    ("POST", "/api/restore"),
    ("POST", "/api/factory-reset"),
    ("DELETE", "/api/factory-reset"),
];
const CHANGES_WITH_A_BODY: [(&str, &str); 9] = [
    ("POST", "/api/peers"),
    ("PATCH", "/api/peers/1"),
    ("PUT", "/api/peers/1/key"),
    ("PUT", "/api/guest-access"),
    ("PATCH", "/api/settings"),
    ("POST", "/api/names"),
    ("POST", "/api/exposure/tried"),
    ("POST", "/api/backup"),
    ("POST", "/api/restore"),
];
const KEY: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
const PATIENCE: Duration = Duration::from_secs(10);
