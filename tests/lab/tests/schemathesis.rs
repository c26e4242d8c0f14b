//! Requests that nobody thought of, made up from the API's own document: the answers are as it says, and the box goes on.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use lab::{Daemon, House, Options, Phone, Schemathesis, addresses};
use serde_json::{Value, json};

#[test]
fn what_an_owner_may_send_is_answered_as_the_document_says() {
    let house = House::build(Options { services: true, ..Options::default() }).unwrap();
    let mut daemon = daemon(&house);
    let owner = Phone::up(&house.phone, &daemon.let_in("Owner", "owner").unwrap()).unwrap();
    for number in 2..8 {
        daemon.let_in(&format!("Device {number}"), "family").unwrap();
    }
    let page = format!("http://{}", daemon.gateway_address().unwrap());

    let schemathesis = Schemathesis::find().unwrap();
    let folder = house.folder().join("schemathesis");
    schemathesis.run(owner.room(), &page, Some(1), &folder).unwrap_or_else(|error| panic!("{error:#}"));

    assert_sound(&mut daemon);
    assert_much_has_happened(&daemon);
    let still_in = owner.get(&format!("{page}/api/me")).unwrap().json().unwrap();
    assert_eq!(still_in["authority"], "owner");
}

#[test]
fn what_a_stranger_at_home_may_send_is_answered_as_the_document_says_and_changes_nothing() {
    let house = House::build(Options::default()).unwrap();
    let mut daemon = daemon(&house);
    daemon.let_in("Owner", "owner").unwrap();
    let before = what_is_set(&daemon);
    let page = format!("http://{}", addresses::GATEWAY);

    let schemathesis = Schemathesis::find().unwrap();
    let folder = house.folder().join("schemathesis");
    schemathesis.run(&house.laptop, &page, None, &folder).unwrap_or_else(|error| panic!("{error:#}"));

    assert_sound(&mut daemon);
    assert_eq!(what_is_set(&daemon), before);
}

fn daemon(house: &House) -> Daemon {
    let daemon = Daemon::run(house).unwrap();
    daemon.settle_in(house).unwrap();

    daemon
}

/// Who only ever sends what is refused shows little. Which changes are made is up to chance, but that most kinds are is not.
fn assert_much_has_happened(daemon: &Daemon) {
    let table = daemon.api("GET", "/api/activity.csv", None).unwrap().success().unwrap().text();
    let kinds = [
        "device_added",
        "device_removed",
        "device_renamed",
        "role_changed",
        "key_renewed",
        "guests_let_in",
        "guests_put_out",
        "setting_changed",
        "name_added",
        "name_changed",
    ];
    let made = kinds.iter().filter(|kind| table.contains(&format!(",{kind},"))).count();
    assert!(made > kinds.len() / 2, "{table}");
}

fn assert_sound(daemon: &mut Daemon) {
    let log = daemon.log();
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
    assert!(daemon.process().unwrap().ended().is_none(), "{log}");
    assert_eq!(daemon.state().unwrap()["status"]["faults"], json!([]));
}

fn what_is_set(daemon: &Daemon) -> Value {
    let state = daemon.state().unwrap();

    json!([
        state["peers"],
        state["settings"],
        state["guest_access"]["on"],
        state["way_in"]["names"],
        state["status"]["locked"]
    ])
}
