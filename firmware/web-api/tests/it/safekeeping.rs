use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::Pattern;
use serde_json::{Value, json};
use web_api::Answer as Held;

use crate::{
    clock::Clock,
    house::{House, OWNER},
    http::{Answer, Request},
};

#[tokio::test]
async fn a_backup_is_a_file_to_be_saved_that_the_same_box_takes_back() {
    let house = House::start().await;
    let anna = house.session().await;

    let backup = ask(&house, &anna, "POST", "/api/backup", json!({ "passphrase": PASSPHRASE })).await;
    assert_eq!(backup.header("content-type"), Some("application/octet-stream"));
    assert!(backup.header("content-disposition").unwrap().starts_with("attachment; "));
    assert_eq!(backup.header("cache-control"), Some("no-store"));
    let restore = |passphrase: &str, replace| json!({ "passphrase": passphrase, "file": STANDARD.encode(backup.text()), "replace": replace });

    let wrong = ask(&house, &anna, "POST", "/api/restore", restore("wrong horse battery staple", true)).await;
    assert_eq!((wrong.status, &*wrong.problem()), (422, "wrong_passphrase"));
    let refused = ask(&house, &anna, "POST", "/api/restore", restore(PASSPHRASE, false)).await;
    assert_eq!((refused.status, &*refused.problem()), (409, "not_empty"));
    let restored = ask(&house, &anna, "POST", "/api/restore", restore(PASSPHRASE, true)).await;
    assert_eq!(restored.json(), json!({ "peers": 4, "names_without_secret": ["home-4711.duckdns.org"] }));
}

#[tokio::test]
async fn a_passphrase_is_in_no_answer_but_the_file() {
    let house = House::start().await;
    let anna = house.session().await;
    let odd = "a passphrase with \u{7f} in it";

    for (path, body) in [
        ("/api/backup", json!({ "passphrase": odd })),
        ("/api/restore", json!({ "passphrase": odd, "file": "" })),
        ("/api/restore", json!({ "passphrase": PASSPHRASE, "file": "AAAA" })),
    ] {
        let answer = ask(&house, &anna, "POST", path, body).await;
        assert_eq!(answer.status, 422);
        assert!(
            !answer.text().contains("phrase with") && !answer.text().contains("horse"),
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_factory_reset_is_confirmed_by_the_button_and_by_nothing_else() {
    let (house, clock) = (House::start().await, Clock::stop());
    let anna = house.session().await;

    let armed = ask(&house, &anna, "POST", "/api/factory-reset", json!({})).await;
    assert_eq!(armed.json()["reset_seconds_left"], 120);
    house.lamp_shows(Pattern::DoubleBlink).await;
    clock.advance(Duration::from_secs(119)).await;
    assert_eq!(me(&house, Some(&anna)).await["reset_seconds_left"], 1);
    assert_eq!(me(&house, None).await["reset_seconds_left"], Value::Null, "strangers are not told");
    clock.advance(Duration::from_secs(1)).await;
    house.lamp_shows(Pattern::Solid).await;
    assert_eq!(me(&house, Some(&anna)).await["reset_seconds_left"], Value::Null);
    assert_eq!(house.api.hold(), Held::NobodyWaiting);

    ask(&house, &anna, "POST", "/api/factory-reset", json!({})).await;
    let taken_back = ask(&house, &anna, "DELETE", "/api/factory-reset", json!({})).await;
    assert_eq!(taken_back.json()["reset_seconds_left"], Value::Null);
    assert_eq!(house.api.hold(), Held::NobodyWaiting);

    ask(&house, &anna, "POST", "/api/factory-reset", json!({})).await;
    assert_eq!(house.api.hold(), Held::FactoryReset);
}

#[tokio::test]
async fn a_stranger_who_waits_for_the_button_is_never_taken_for_a_yes_to_a_factory_reset() {
    let house = House::start().await;
    let anna = house.session().await;
    ask(&house, &anna, "POST", "/api/factory-reset", json!({})).await;
    let mallory = house.waiting().await;

    assert_eq!(house.api.hold(), Held::RefusedSeveral(1));

    assert_eq!(me(&house, Some(&mallory)).await["waiting"], "refused");
    assert_eq!(me(&house, Some(&anna)).await["reset_seconds_left"], Value::Null);
    assert_eq!(house.api.hold(), Held::NobodyWaiting);
}

#[tokio::test]
async fn a_factory_reset_is_not_asked_for_from_outside() {
    let house = House::start().await;
    let asked = Request::new("POST", "/api/factory-reset").json("{}".to_owned());

    let refused = house.in_tunnel_whole(OWNER, asked).await;

    assert_eq!((refused.status, &*refused.problem()), (403, "reset_at_home"));
    assert_eq!(house.api.hold(), Held::NobodyWaiting);
}

async fn ask(house: &House, cookie: &str, method: &str, path: &str, body: Value) -> Answer {
    house.at_home(Some(cookie), Request::new(method, path).json(body.to_string())).await
}

async fn me(house: &House, cookie: Option<&str>) -> Value {
    house.at_home(cookie, Request::new("GET", "/api/me")).await.json()
}

const PASSPHRASE: &str = "correct horse battery staple";
