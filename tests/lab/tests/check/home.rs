use std::{net::Ipv4Addr, time::Duration};

use lab::{
    Daemon, House, Listener, Options, Providers, Router, WayOut, addresses, providers::Service, wait_until,
};
use serde_json::{Value, json};

pub(crate) fn a_house(way_out: WayOut, ipv6: bool) -> House {
    let house = House::build(Options { way_out, ipv6, router: Router::MiniUpnpd, services: true }).unwrap();
    // A tunnel has both families inside, whatever is outside.
    house.phone.sysctl("net.ipv6.conf.default.disable_ipv6", "0").unwrap();

    house
}

/// What answers every request at Home Assistant's place with this.
pub(crate) fn answering(house: &House, status: &str, text: &str) -> Listener {
    Listener::http_status(&house.home_assistant, HOME_ASSISTANT, status, text).unwrap()
}

pub(crate) fn type_address(daemon: &Daemon, host: &str) {
    let host = json!({ "endpoint_host": host });
    daemon.api("PATCH", "/api/settings", Some(&host)).unwrap().success().unwrap();
}

pub(crate) fn a_name(secret: &str) -> Value {
    json!({ "provider": "duckdns", "name": Service::DuckDns.name(), "secret": secret })
}

pub(crate) fn providers(house: &House) -> &Providers {
    &house.services.as_ref().unwrap().providers
}

/// Has the box ask the router anew, which it would do by itself within a minute.
pub(crate) fn ask_again(daemon: &Daemon) {
    for state in ["off", "on"] {
        daemon.cli(&["settings", "--port-mapping", state]).unwrap();
        if state == "off" {
            until_door(daemon, "shut");
        }
    }
    wait_until("the box asks", LONG, || door(daemon)["finding"]["code"] != "not_allowed").unwrap();
}

/// For an owner who mends the router and looks whether that was it.
pub(crate) fn check_until_open(daemon: &Daemon) {
    wait_until("the check has had the door opened", LONG, || {
        let check = check(daemon);
        if door(daemon)["state"] == "open" { Ok(true) } else { Err(check["finding"].to_string()) }
    })
    .unwrap();
}

pub(crate) fn until_verdict(daemon: &Daemon, code: &str) {
    wait_until(&format!("the verdict is {code}"), PATIENCE, || {
        let verdict = daemon.state().map_err(|error| error.to_string())?["way_in"]["verdict"].clone();
        if verdict["code"] == code { Ok(true) } else { Err(verdict.to_string()) }
    })
    .unwrap();
}

pub(crate) fn until_door(daemon: &Daemon, state: &str) {
    wait_until(&format!("the door is {state}"), LONG, || {
        let door = door(daemon);
        if door["state"] == state { Ok(true) } else { Err(door.to_string()) }
    })
    .unwrap();
}

fn door(daemon: &Daemon) -> Value {
    daemon.state().unwrap()["way_in"]["door_v4"].clone()
}

/// Now, but for an answer of a moment ago that the daemon still shows.
pub(crate) fn assert_finds(daemon: &Daemon, code: &str) {
    finds_within(SOON, daemon, code);
}

/// For what the daemon itself has to see first.
pub(crate) fn until_finds(daemon: &Daemon, code: &str) {
    finds_within(LONG, daemon, code);
}

fn finds_within(patience: Duration, daemon: &Daemon, code: &str) {
    wait_until(&format!("the check finds {code:?}"), patience, || {
        let check = check(daemon);
        if found(&check) == code { Ok(true) } else { Err(check["finding"].to_string()) }
    })
    .unwrap_or_else(|error| panic!("{error}\n{}", daemon.log()));
}

fn found(check: &Value) -> &str {
    check["finding"]["code"].as_str().unwrap_or_default()
}

/// What `latchkey check --json` says, which must not take long, and whose exit status must fit.
fn check(daemon: &Daemon) -> Value {
    let mut command = daemon.room().command("timeout");
    command.args(["15", daemon.binary().to_str().unwrap(), "--run-dir", daemon.run_dir().to_str().unwrap()]);
    let output = command.args(["check", "--json"]).output().unwrap();
    assert_ne!(output.status.code(), Some(124), "the check takes longer than 15 seconds\n{}", daemon.log());
    let check: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.success(), check["finding"].is_null(), "{check:#}");
    let problems = check["steps"].as_array().unwrap().iter().filter(|step| step["outcome"] == "problem");
    assert_eq!(problems.count() > 0, !check["finding"].is_null(), "{check:#}");

    check
}

pub(crate) const HOME_ASSISTANT: (Ipv4Addr, u16) =
    (addresses::HOME_ASSISTANT, addresses::HOME_ASSISTANT_PORT);
pub(crate) const PROVIDERS: &str = r#"{"providers":[{"name":"Home Assistant Local","id":null,"type":"homeassistant"}],"preselect_remember_me":false}"#;
pub(crate) const NAME: &str = "home.example.org";
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);
/// The lookout looks every minute, and takes its time when nobody answers.
const LONG: Duration = Duration::from_secs(110);
/// An answer is shown for two seconds, and the next one takes up to ten.
const SOON: Duration = Duration::from_secs(20);
