use std::time::Duration;

use model::Pattern;
use serde_json::Value;
use web_api::Answer as Held;

use crate::{
    clock::Clock,
    house::{FAMILY, House, OWNER},
    http::{Connection, Request},
};

#[tokio::test]
async fn a_stranger_hears_who_he_is_and_nothing_else() {
    let (house, clock) = (House::start().await, Clock::stop());
    let mut at_home = line(&house, None).await;
    let mut family = house.line_in_tunnel(FAMILY).await;
    family.open(&house.page_in_tunnel(events())).await;
    assert_eq!(me(&mut at_home).await["authority"], "none");
    assert_eq!(me(&mut family).await["authority"], "family");

    for _ in 0..3 {
        house.gateway.update(|state| state.status.port += 1);
        clock.advance(BEAT).await;

        assert_eq!(me(&mut at_home).await["authority"], "none");
        assert_eq!(me(&mut family).await["authority"], "family");
    }
}

#[tokio::test]
async fn a_browser_that_waits_hears_at_once_that_the_button_was_held() {
    let (house, _clock) = (House::start().await, Clock::stop());
    let anna = house.waiting().await;
    let mut line = line(&house, Some(&anna)).await;
    assert_eq!(me(&mut line).await["waiting"], "alone");

    house.api.hold();

    assert_eq!(me(&mut line).await["authority"], "session");
    assert_eq!(state(&mut line).await["peers"][0]["name"], "Anna");
}

#[tokio::test]
async fn a_browser_that_waits_hears_that_it_is_not_alone_and_that_it_was_refused() {
    let (house, _clock) = (House::start().await, Clock::stop());
    let anna = house.waiting().await;
    let mut line = line(&house, Some(&anna)).await;
    assert_eq!(me(&mut line).await["waiting"], "alone");

    house.waiting().await;
    assert_eq!(me(&mut line).await["waiting"], "not_alone");

    house.api.hold();
    assert_eq!(me(&mut line).await["waiting"], "refused");
}

#[tokio::test]
async fn who_administers_hears_how_everything_is_at_once_and_whenever_it_changes() {
    let (house, _clock) = (House::start().await, Clock::stop());
    let anna = house.session().await;
    let mut owner = house.line_in_tunnel(OWNER).await;
    owner.open(&house.page_in_tunnel(events())).await;
    let mut root = house.line_of_root().await;
    root.open(&events().header("host", "localhost")).await;

    for mut line in [line(&house, Some(&anna)).await, owner, root] {
        me(&mut line).await;
        let before = state(&mut line).await["status"]["port"].as_u64().unwrap();

        house.gateway.update(|state| state.status.port += 1);

        assert_eq!(state(&mut line).await["status"]["port"], before + 1);
    }
}

#[tokio::test]
async fn the_line_of_a_session_that_ends_says_so_and_closes() {
    let (house, clock) = (House::start().await, Clock::stop());
    let anna = house.session().await;
    let mut ended = line(&house, Some(&anna)).await;
    me(&mut ended).await;
    state(&mut ended).await;

    clock.advance(SESSION).await;

    assert_eq!(me(&mut ended).await["authority"], "none");
    assert_eq!(ended.event().await, None);

    let ben = house.session().await;
    let mut left = line(&house, Some(&ben)).await;
    me(&mut left).await;
    state(&mut left).await;

    house.at_home(Some(&ben), Request::new("DELETE", "/api/session")).await;

    assert_eq!(me(&mut left).await["authority"], "none");
    assert_eq!(left.event().await, None);
}

#[tokio::test]
async fn a_browser_waits_for_as_long_as_its_line_is_open() {
    let (house, clock) = (House::start().await, Clock::stop());
    let anna = house.waiting().await;
    let mut line = line(&house, Some(&anna)).await;
    me(&mut line).await;

    for _ in 0..30 {
        clock.advance(BEAT).await;
        assert_eq!(me(&mut line).await["waiting"], "alone");
    }
    drop(line);
    clock.advance(PATIENCE).await;

    house.lamp_shows(Pattern::Solid).await;
    assert_eq!(house.api.hold(), Held::NobodyWaiting);
}

#[tokio::test]
async fn a_line_ends_when_the_box_stops() {
    let (house, _clock) = (House::start().await, Clock::stop());
    let mut line = line(&house, None).await;
    me(&mut line).await;

    house.lan_stop.cancel();

    assert_eq!(line.event().await, None);
}

#[tokio::test]
async fn strangers_have_so_many_lines_and_take_none_from_those_who_administer() {
    let (house, _clock) = (House::start().await, Clock::stop());
    let mut lines = Vec::new();
    for _ in 0..MOST {
        lines.push(line(&house, None).await);
    }

    let refused = house.at_home(None, events()).await;
    assert_eq!((refused.status, refused.problem()), (503, "too_many_pages".to_owned()));
    let anna = house.session().await;
    line(&house, Some(&anna)).await;

    lines.pop();
    // The box learns that the line was closed in its own time.
    while house.line_at_home().await.open(&house.as_browser(None, events())).await.status != 200 {}
}

async fn line(house: &House, cookie: Option<&str>) -> Connection {
    let mut line = house.line_at_home().await;
    let answer = line.open(&house.as_browser(cookie, events())).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));

    line
}

async fn me(line: &mut Connection) -> Value {
    said(line, "me").await
}

async fn state(line: &mut Connection) -> Value {
    said(line, "state").await
}

async fn said(line: &mut Connection, expected: &str) -> Value {
    let (event, said) = line.event().await.unwrap();
    assert_eq!(event, expected, "{said}");

    said
}

fn events() -> Request {
    Request::new("GET", "/api/events")
}

const BEAT: Duration = Duration::from_secs(10);
const SESSION: Duration = Duration::from_secs(15 * 60);
const PATIENCE: Duration = Duration::from_secs(2 * 60);
const MOST: usize = 32;
