//! Who may administer: the one browser for which the button was held, and an owner's phone. Nobody else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::time::Duration;

use lab::{Daemon, House, Options, Phone, Request, Response, addresses, wait_until};
use model::{Pattern, PrivateKey};
use serde_json::{Value, json};

#[test]
fn holding_the_button_opens_the_page_for_the_browser_that_waits() {
    let (house, daemon) = house();
    let stranger = AtHome::new(&house);
    assert_eq!(stranger.get("/api/state").status, 401);

    let cookie = stranger.ask();
    let mut panel = daemon.panel().unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.power == Pattern::DoubleBlink).unwrap();
    assert_eq!(stranger.me(&cookie)["waiting"], "alone");
    assert_eq!(
        stranger.with(&cookie, "GET", "/api/state").send().unwrap().status,
        401,
        "no hold, no session"
    );
    daemon.hold().unwrap();

    wait_until("the session is open", SOON, || stranger.me(&cookie)["authority"] == "session").unwrap();
    panel.wait_for(SOON, |shown| shown.patterns.power == Pattern::Solid).unwrap();
    assert!(stranger.me(&cookie)["seconds_left"].as_u64().unwrap() > 890);
    assert_eq!(stranger.with(&cookie, "GET", "/api/state").send().unwrap().status, 200);
    assert_eq!(stranger.get("/api/state").status, 401, "another browser has no part in it");
}

#[test]
fn a_press_or_a_long_hold_opens_no_page() {
    let (house, daemon) = house();
    let browser = AtHome::new(&house);
    let cookie = browser.ask();

    daemon.press().unwrap();
    wait_until("the press has its own meaning", SOON, || daemon.guests_are_in()).unwrap();
    daemon.long_hold().unwrap();
    wait_until("the long hold has its own meaning", SOON, || {
        daemon.state().unwrap()["status"]["locked"] == true
    })
    .unwrap();

    assert_eq!(browser.me(&cookie)["authority"], "none");
}

#[test]
fn two_browsers_that_wait_are_both_refused_and_told_why() {
    let (house, daemon) = house();
    let (one, other) = (AtHome::new(&house), AtHome::new(&house));
    let cookies = [one.ask(), other.ask()];
    assert_eq!(one.me(&cookies[0])["waiting"], "not_alone");

    daemon.hold().unwrap();

    for (browser, cookie) in [(&one, &cookies[0]), (&other, &cookies[1])] {
        wait_until("it is refused", SOON, || browser.me(cookie)["waiting"] == "refused").unwrap();
        assert_eq!(browser.me(cookie)["authority"], "none");
        assert_eq!(browser.with(cookie, "GET", "/api/state").send().unwrap().status, 401);
    }
}

#[test]
fn a_host_or_an_origin_that_is_not_ours_is_refused() {
    let (house, daemon) = house();
    let browser = AtHome::new(&house);
    let cookie = browser.ask();
    daemon.hold().unwrap();
    wait_until("the session is open", SOON, || browser.me(&cookie)["authority"] == "session").unwrap();
    let press = json!({ "on": true });

    for host in ["evil.example", "192.168.1.10.evil.example", "203.0.113.2", "192.168.1.10:8080", ""] {
        let answer = browser.with(&cookie, "GET", "/api/state").header("Host", host).send().unwrap();
        assert!((400..500).contains(&answer.status), "Host {host:?}: {}", answer.status);
    }
    for origin in [
        "http://evil.example",
        "null",
        "https://192.168.1.10",
        "http://192.168.1.10:8080",
        "http://latchkey.local",
    ] {
        let request = daemon_request(&house, "PUT", "/api/guest-access").header("Cookie", &cookie);
        let answer = request.header("Origin", origin).json(&press).send().unwrap();
        assert_eq!(answer.status, 403, "Origin {origin:?}");
        assert!(!answer.json().unwrap()["sentence"].as_str().unwrap().is_empty());
    }
    let without = daemon_request(&house, "PUT", "/api/guest-access")
        .header("Cookie", &cookie)
        .json(&press)
        .send()
        .unwrap();
    assert_eq!(without.status, 403, "no Origin");
    assert!(!daemon.guests_are_in());

    let right = browser.with(&cookie, "PUT", "/api/guest-access").json(&press).send().unwrap();
    assert_eq!(right.status, 200, "{}", right.text());
    let by_name = daemon_request(&house, "GET", "/api/me").header("Host", "latchkey.local").send().unwrap();
    assert_eq!(by_name.status, 200);
}

#[test]
fn through_the_tunnel_an_owner_administers_and_family_and_guests_do_not() {
    let (house, daemon) = house();
    daemon.settle_in(&house).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    let at = |path: &str| format!("http://{gateway}{path}");
    let change = json!({ "on": true });

    let owner = Phone::up(&house.phone, &daemon.let_in("Owner", "owner").unwrap()).unwrap();
    let family = Phone::up(&house.second_phone, &daemon.let_in("Family", "family").unwrap()).unwrap();
    assert_eq!(owner.get(&at("/api/state")).unwrap().status, 200);
    assert_eq!(put(&owner, &at("/api/guest-access"), &change, &at("")).status, 200);
    assert_eq!(family.get(&at("/api/me")).unwrap().json().unwrap()["authority"], "family");
    assert_eq!(family.get(&at("/api/state")).unwrap().status, 403);
    assert_eq!(put(&family, &at("/api/guest-access"), &change, &at("")).status, 403);
    family.down().unwrap();

    let guest = Phone::up(&house.second_phone, &daemon.let_in("Guest", "guest").unwrap()).unwrap();
    wait_until("the guest is in", SOON, || guest.get(&at("/api/me"))).unwrap();
    assert_eq!(guest.get(&at("/api/me")).unwrap().json().unwrap()["authority"], "guest");
    assert_eq!(guest.get(&at("/api/state")).unwrap().status, 403);
    let key = PrivateKey::generate().public_key().to_string();
    let new = json!({ "name": "Friend", "role": "owner", "public_key": key });
    let added =
        guest.room().request("POST", &at("/api/peers")).header("Origin", &at("")).json(&new).send().unwrap();
    assert_eq!(added.status, 403);

    let changed = json!({ "role": "owner" });
    daemon.api("PATCH", "/api/peers/2", Some(&changed)).unwrap().success().unwrap();
    daemon.api("PATCH", "/api/peers/1", Some(&json!({ "role": "family" }))).unwrap().success().unwrap();
    assert_eq!(
        owner.get(&at("/api/state")).unwrap().status,
        403,
        "a role that was taken away is gone at once"
    );
}

#[test]
fn the_first_peer_ever_is_an_owner_and_later_ones_are_what_was_asked() {
    let (_house, daemon) = house();
    daemon.let_in("First", "guest").unwrap();
    daemon.let_in("Second", "guest").unwrap();

    let peers = daemon.state().unwrap()["peers"].clone();
    assert_eq!([&peers[0]["role"], &peers[1]["role"]], ["owner", "guest"]);
}

fn house() -> (House, Daemon) {
    let house = House::build(Options::default()).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    let _ = daemon
        .api("PATCH", "/api/settings", Some(&json!({ "endpoint_host": addresses::ROUTER.to_string() })))
        .unwrap()
        .success()
        .unwrap();

    (house, daemon)
}

/// A browser on the laptop, with no more manners than a browser has.
struct AtHome<'a>(&'a House);

impl<'a> AtHome<'a> {
    fn new(house: &'a House) -> Self {
        Self(house)
    }

    fn get(&self, path: &str) -> Response {
        daemon_request(self.0, "GET", path).send().unwrap()
    }

    /// Asks for the button, and keeps the cookie.
    fn ask(&self) -> String {
        let answer = self.with("", "POST", "/api/session").send().unwrap().success().unwrap();
        let cookie = answer.header("set-cookie").unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");

        cookie.split(';').next().unwrap().to_owned()
    }

    fn me(&self, cookie: &str) -> Value {
        self.with(cookie, "GET", "/api/me").send().unwrap().success().unwrap().json().unwrap()
    }

    fn with(&self, cookie: &str, method: &str, path: &str) -> Request {
        daemon_request(self.0, method, path).header("Cookie", cookie).header("Origin", "http://192.168.1.10")
    }
}

fn daemon_request(house: &House, method: &str, path: &str) -> Request {
    house.laptop.request(method, &format!("http://192.168.1.10{path}"))
}

fn put(phone: &Phone, url: &str, body: &Value, origin: &str) -> Response {
    phone.room().request("PUT", url).header("Origin", origin).json(body).send().unwrap()
}

const SOON: Duration = Duration::from_secs(10);
