use std::time::Duration;

use model::Pattern;
use serde_json::json;
use web_api::Answer as Held;

use crate::{clock::Clock, house::House, http::Request};

#[tokio::test]
async fn a_session_lasts_fifteen_minutes_and_not_a_second_longer() {
    let (house, clock) = (House::start().await, Clock::stop());
    let anna = house.session().await;

    clock.advance(SESSION - Duration::from_secs(1)).await;
    assert_eq!(me(&house, &anna).await["seconds_left"], 1);
    assert_eq!(state(&house, &anna).await, 200);

    clock.advance(Duration::from_secs(1)).await;
    assert_eq!(me(&house, &anna).await["authority"], "none");
    assert_eq!(state(&house, &anna).await, 401);
}

#[tokio::test]
async fn two_browsers_that_wait_are_both_refused_and_told_so() {
    let house = House::start().await;
    let (anna, mallory) = (house.waiting().await, house.waiting().await);
    assert_eq!(me(&house, &anna).await["waiting"], "not_alone");

    assert_eq!(house.api.hold(), Held::RefusedSeveral(2));

    for cookie in [&anna, &mallory] {
        assert_eq!(me(&house, cookie).await["waiting"], "refused");
        assert_eq!(state(&house, cookie).await, 401);
    }
    house.lamp_shows(Pattern::Solid).await;
    house.at_home(Some(&anna), Request::new("POST", "/api/session")).await;
    assert_eq!(house.api.hold(), Held::Granted);
    assert_eq!((state(&house, &anna).await, state(&house, &mallory).await), (200, 401));
}

#[tokio::test]
async fn a_browser_that_says_nothing_is_forgotten_after_two_minutes_and_the_lamp_with_it() {
    let (house, clock) = (House::start().await, Clock::stop());
    let anna = house.waiting().await;
    house.lamp_shows(Pattern::DoubleBlink).await;

    clock.advance(PATIENCE - Duration::from_secs(1)).await;
    assert_eq!(me(&house, &anna).await["waiting"], "alone");
    clock.advance(PATIENCE).await;

    house.lamp_shows(Pattern::Solid).await;
    assert_eq!(me(&house, &anna).await["waiting"], "no");
    assert_eq!(house.api.hold(), Held::NobodyWaiting);
}

#[tokio::test]
async fn the_lamp_goes_out_also_when_the_network_at_home_went_away_meanwhile() {
    let (house, clock) = (House::start().await, Clock::stop());
    house.waiting().await;
    house.lamp_shows(Pattern::DoubleBlink).await;

    house.lan_stop.cancel();
    assert_eq!(house.as_root(Request::new("GET", "/api/health")).await.status, 200);
    clock.advance(PATIENCE).await;

    house.lamp_shows(Pattern::Solid).await;
}

#[tokio::test]
async fn who_leaves_has_left() {
    let house = House::start().await;
    let anna = house.session().await;

    let left = house.at_home(Some(&anna), Request::new("DELETE", "/api/session")).await;
    assert_eq!(left.status, 204);
    assert_eq!(state(&house, &anna).await, 401);

    let ben = house.waiting().await;
    house.at_home(Some(&ben), Request::new("DELETE", "/api/session")).await;
    house.lamp_shows(Pattern::Solid).await;
    assert_eq!(house.api.hold(), Held::NobodyWaiting);
}

#[tokio::test]
async fn a_cookie_counts_at_home_and_nowhere_else() {
    let house = House::start().await;
    let anna = house.waiting().await;

    for request in [Request::new("DELETE", "/api/session"), Request::new("GET", "/api/me")] {
        house.as_root(request.clone().header("cookie", &*anna)).await;
        house.in_tunnel(crate::house::FAMILY, request.header("cookie", &*anna)).await;
    }

    assert_eq!(me(&house, &anna).await["waiting"], "alone");
}

#[tokio::test]
async fn a_cookie_that_the_box_did_not_make_opens_nothing_and_is_not_taken_over() {
    let house = House::start().await;
    let planted = format!("latchkey={}", "0".repeat(64));
    let crowd = "latchkey=x; ".repeat(500);
    for cookie in [&*planted, &*crowd, "latchkey=", "latchkey=\u{e9}", ";;;=;=="] {
        assert_eq!(me(&house, cookie).await["authority"], "none", "{cookie}");
    }

    let asked = house.at_home(Some(&planted), Request::new("POST", "/api/session")).await;

    let given = asked.header("set-cookie").unwrap();
    assert!(!given.starts_with(&planted));
    assert!(given.ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{given}");
    assert_eq!(
        asked.json(),
        json!({"authority": "none", "waiting": "alone", "seconds_left": null, "reset_seconds_left": null, "home_assistant_url": null})
    );
}

async fn me(house: &House, cookie: &str) -> serde_json::Value {
    house.at_home(Some(cookie), Request::new("GET", "/api/me")).await.json()
}

async fn state(house: &House, cookie: &str) -> u16 {
    house.at_home(Some(cookie), Request::new("GET", "/api/state")).await.status
}

const SESSION: Duration = Duration::from_secs(15 * 60);
const PATIENCE: Duration = Duration::from_secs(2 * 60);
