//! The way in: the box opens its own door, follows the home's address, and says what is wrong when it cannot.

use std::time::Duration;

use lab::{Daemon, House, Options, Phone, Router, wait_until};
use model::Pattern;

#[test]
fn a_box_that_is_plugged_in_opens_its_own_door_and_a_phone_comes_in_through_it() {
    let house =
        House::build(Options { services: true, router: Router::MiniUpnpd, ..Options::default() }).unwrap();
    let daemon = Daemon::run(&house).unwrap();
    let mut panel = daemon.panel().unwrap();

    wait_until("the door is open", PATIENCE, || {
        let state = daemon.state().unwrap();
        let way_in = &state["way_in"];
        (way_in["verdict"]["code"] == "public_v4" && way_in["door_v4"]["state"] == "open").then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {:#}\n{}", daemon.state().unwrap()["way_in"], daemon.log()));
    panel.wait_for(PATIENCE, |shown| shown.patterns.door == Pattern::SlowPulse).unwrap();
    let configuration = daemon.let_in("Anna", "owner").unwrap();
    let here = format!("Endpoint = {}:", house.public_v4());
    assert!(configuration.contains(&here), "{configuration} {:#}", daemon.state().unwrap()["way_in"]);
    let phone = Phone::up(&house.phone, &configuration).unwrap();

    wait_until("the phone is in", PATIENCE, || phone.ping(daemon.gateway_address().unwrap())).unwrap();
    panel.wait_for(PATIENCE, |shown| shown.patterns.door == Pattern::Solid).unwrap();
    assert_eq!(daemon.state().unwrap()["way_in"]["proven_seconds_ago"], 0);
    daemon.long_hold().unwrap();
    wait_until("the door is shut", PATIENCE, || {
        daemon.state().unwrap()["way_in"]["door_v4"]["state"] == "not_wanted"
    })
    .unwrap();
}

const PATIENCE: Duration = Duration::from_secs(40);
