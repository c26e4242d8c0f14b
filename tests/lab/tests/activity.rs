//! What happened, as the box tells it afterwards: once, in order, and without what is nobody's business.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{fs, time::Duration};

use lab::{Daemon, House, Options, Phone, Router, addresses, wait_until};
use serde_json::{Value, json};

#[test]
fn a_week_in_the_life_of_a_box_can_be_read_afterwards() {
    let (house, mut daemon) = house_on(Options { services: true, ..Options::default() });
    // Who knows where home is knows who comes from outside.
    daemon.look_around().unwrap();
    sign_in(&house, &daemon, 1);
    sign_in(&house, &daemon, 2);
    let configuration = daemon.let_in("Anna", "owner").unwrap();
    let phone = come_in(&house, &daemon, &configuration);
    daemon.press().unwrap();
    wait_until("guests are in", SOON, || daemon.guests_are_in()).unwrap();
    change(&daemon, "PUT", "/api/guest-access", &json!({ "on": false }));
    change(&daemon, "PATCH", "/api/settings", &json!({ "guest_hours": 4 }));
    change(&daemon, "PATCH", "/api/peers/1", &json!({ "name": "Anna’s phone", "role": "family" }));
    for locked in [true, false] {
        daemon.long_hold().unwrap();
        let is_so = || daemon.state().unwrap()["status"]["locked"] == locked;
        wait_until("the lock has turned", SOON, is_so).unwrap();
    }
    phone.down().unwrap();
    daemon.restart().unwrap();
    daemon.api("DELETE", "/api/peers/1", None).unwrap().success().unwrap();

    let told = sentences(&daemon);

    let expected = [
        "The box was switched on",
        "The address of the home from outside was set to 1.2.3.4",
        "The button was held: a browser at home may administer",
        "The button was held, but 2 browsers waited, so none was let in",
        "Anna was put on the list as an owner",
        "Anna came in with its key for the first time, from outside",
        "Guests were let in with the button for 8 hours",
        "Guests were put out on the page",
        "A press of the button lets guests in for 4 hours now",
        "Anna is called Anna’s phone now",
        "Anna’s phone is family now, and was an owner",
        "Remote access was switched off",
        "Remote access was switched on again",
        "The program on the box started again",
        "Anna’s phone was removed",
    ];
    let told = told.iter().map(String::as_str).filter(|told| !told.contains("router")).collect::<Vec<_>>();
    assert_eq!(told, expected);
    holds_no_secret(&daemon, &configuration);
}

#[test]
fn the_table_and_the_command_tell_the_same_as_the_page() {
    let (_house, daemon) = house();
    daemon.let_in("-1", "owner").unwrap();
    let lines = lines(&daemon, "?limit=200");

    let table = daemon.api("GET", "/api/activity.csv", None).unwrap().success().unwrap();
    let told = daemon.cli(&["activity"]).unwrap();
    let as_json: Value = serde_json::from_str(&daemon.cli(&["activity", "--json"]).unwrap()).unwrap();

    assert!(table.header("content-disposition").unwrap().contains("attachment"));
    assert_eq!(table.text().lines().count(), lines.len() + 1);
    assert!(
        table.text().contains(",device_added,'-1,'-1 was put on the list as an owner\r\n"),
        "{}",
        table.text()
    );
    assert_eq!(told.lines().count(), lines.len());
    assert!(told.contains("-1 was put on the list as an owner"), "{told}");
    assert_eq!(as_json["lines"], json!(lines));
    let first = daemon.cli(&["activity", "--limit", "1"]).unwrap();
    assert!(first.contains("latchkey activity --before"), "{first}");
}

#[test]
fn the_guests_time_is_up_once_and_a_device_that_was_removed_is_counted() {
    let (house, daemon) = house();
    let configuration = daemon.let_in("Anna", "owner").unwrap();
    let phone = come_in(&house, &daemon, &configuration);
    change(&daemon, "PUT", "/api/guest-access", &json!({ "on": true, "seconds": 1 }));
    wait_until("the guests' time is up", SOON, || codes(&daemon).contains(&"guests_time_up".to_owned()))
        .unwrap();

    daemon.api("DELETE", "/api/peers/1", None).unwrap().success().unwrap();
    phone.down().unwrap();
    let phone = Phone::up(&house.phone, &configuration).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    wait_until("somebody is refused", SOON, || {
        !phone.ping(gateway) && codes(&daemon).last().unwrap() == "refused"
    })
    .unwrap();

    let codes = codes(&daemon);
    for code in ["guests_time_up", "device_arrived", "refused"] {
        assert_eq!(codes.iter().filter(|known| *known == code).count(), 1, "{codes:?}");
    }
    assert!(!codes.contains(&"came_in".to_owned()), "{codes:?}");
}

#[test]
fn a_door_that_opens_and_an_address_that_moves_are_told_and_a_restart_repeats_neither() {
    let mut house =
        House::build(Options { services: true, router: Router::MiniUpnpd, ..Options::default() }).unwrap();
    let mut daemon = Daemon::run(&house).unwrap();
    wait_until("the door is open", PATIENCE, || opened(&daemon)).unwrap();

    daemon.restart().unwrap();
    wait_until("the door is open again", PATIENCE, || {
        daemon.state().unwrap()["way_in"]["door_v4"]["state"] == "open"
    })
    .unwrap();
    house.change_address().unwrap();
    wait_until("the new address is told", Duration::from_secs(120), || {
        codes(&daemon).contains(&"address_changed".to_owned())
    })
    .unwrap_or_else(|error| panic!("{error}: {:#?}\n{}", sentences(&daemon), daemon.log()));

    let told = sentences(&daemon);
    let opened = told.iter().filter(|told| told.contains("opened the door") && told.contains("IPv4"));
    assert_eq!(opened.count(), 1, "{told:?}");
}

#[test]
fn nobody_reads_it_who_may_not_administer() {
    let (house, daemon) = house();
    daemon.let_in("Owner", "owner").unwrap();
    let configuration = daemon.let_in("Ben", "family").unwrap();
    let phone = come_in(&house, &daemon, &configuration);
    let gateway = daemon.gateway_address().unwrap();

    for path in ["/api/activity", "/api/activity.csv"] {
        let at_home = house.laptop.request("GET", &format!("http://{}{path}", addresses::GATEWAY));
        assert_eq!(at_home.send().unwrap().status, 401, "{path}");
        assert_eq!(phone.get(&format!("http://{gateway}{path}")).unwrap().status, 403, "{path}");
    }
}

/// Neither a key nor where a phone is stands in what is told, or in what is kept of it.
fn holds_no_secret(daemon: &Daemon, configuration: &str) {
    let told = [
        daemon.api("GET", "/api/activity?limit=200", None).unwrap().text(),
        daemon.api("GET", "/api/activity.csv", None).unwrap().text(),
    ]
    .concat();
    let keys = configuration.lines().filter_map(|line| line.split_once("Key = ").map(|(_, key)| key.trim()));
    let keys = keys.map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(keys.len(), 3, "private, public, preshared");
    for secret in keys.iter().map(String::as_str).chain([addresses::PHONE.to_string().as_str()]) {
        assert!(!told.contains(secret), "{secret}");
    }
    let database = fs::read(daemon.data_dir().join("latchkey.db")).unwrap();
    let phone = addresses::PHONE.to_string();
    assert!(!database.windows(phone.len()).any(|part| part == phone.as_bytes()));
}

fn house() -> (House, Daemon) {
    house_on(Options::default())
}

fn house_on(options: Options) -> (House, Daemon) {
    let house = House::build(options).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    daemon.settle_in(&house).unwrap();

    (house, daemon)
}

/// So many browsers ask, and the button is held.
fn sign_in(house: &House, daemon: &Daemon, browsers: usize) {
    let page = format!("http://{}", addresses::GATEWAY);
    let ask = || house.laptop.request("POST", &format!("{page}/api/session")).header("Origin", &page).send();
    for _ in 0..browsers {
        ask().unwrap().success().unwrap();
    }
    let before = codes(daemon).len();
    daemon.hold().unwrap();
    wait_until("the hold is told", SOON, || codes(daemon).len() > before).unwrap();
}

fn come_in(house: &House, daemon: &Daemon, configuration: &str) -> Phone {
    let phone = Phone::up(&house.phone, configuration).unwrap();
    let gateway = daemon.gateway_address().unwrap();
    wait_until("the phone is in", SOON, || phone.ping(gateway)).unwrap();
    wait_until("that is told", SOON, || codes(daemon).contains(&"device_arrived".to_owned())).unwrap();

    phone
}

fn change(daemon: &Daemon, method: &str, path: &str, change: &Value) {
    daemon.api(method, path, Some(change)).unwrap().success().unwrap();
}

fn opened(daemon: &Daemon) -> bool {
    sentences(daemon).iter().any(|told| told == "The router has opened the door for the tunnel (IPv4)")
}

/// In the order in which it happened.
fn sentences(daemon: &Daemon) -> Vec<String> {
    let text = |line: &Value| line["sentence"].as_str().unwrap().to_owned();

    lines(daemon, "?limit=200").iter().rev().map(text).collect()
}

fn codes(daemon: &Daemon) -> Vec<String> {
    let text = |line: &Value| line["event"]["code"].as_str().unwrap().to_owned();

    lines(daemon, "?limit=200").iter().rev().map(text).collect()
}

fn lines(daemon: &Daemon, asked: &str) -> Vec<Value> {
    let answer = daemon.api("GET", &format!("/api/activity{asked}"), None).unwrap().success().unwrap();

    answer.json().unwrap()["lines"].as_array().unwrap().clone()
}

const SOON: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(40);
