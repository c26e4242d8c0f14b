//! Guests: in by a push, out by a push or when their time is up, whatever happens to the daemon and the clock.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{net::Ipv4Addr, time::Duration};

use lab::{Daemon, FakeClock, House, Listener, Options, Phone, addresses, wait_until};
use serde_json::json;

#[test]
fn a_press_lets_guests_in_and_another_puts_them_out_even_from_an_open_connection() {
    let party = Party::begin();

    assert!(!party.gets_in(), "guests are out at first");
    party.daemon.press().unwrap();
    wait_until("guests are in", SOON, || party.gets_in()).unwrap();
    let mut open = party.house.phone.tcp_connect((party.gateway, 8123), SOON).unwrap();
    party.daemon.press().unwrap();
    wait_until("guests are out", A_SECOND, || !party.gets_in()).unwrap();

    assert!(!answers(&mut open), "an open connection is dead too");
}

#[test]
fn guests_are_out_when_their_time_is_up_even_if_the_daemon_hangs() {
    let mut party = Party::begin();
    party.let_in_for(5);
    wait_until("guests are in", A_SECOND, || party.gets_in()).unwrap();

    party.daemon.freeze().unwrap();
    wait_until("guests are out by the kernel's own doing", Duration::from_secs(6), || !party.pings())
        .unwrap();

    party.daemon.thaw().unwrap();
    wait_until("the daemon knows", SOON, || !party.daemon.guests_are_in()).unwrap();
    assert!(!party.gets_in());
}

#[test]
fn guests_are_out_when_their_time_is_up_even_if_the_daemon_is_dead() {
    let mut party = Party::begin();
    party.let_in_for(5);
    party.daemon.kill();

    // Without a daemon there is no tunnel; what counts is that the kernel keeps no guest for the next one.
    wait_until("the kernel forgets the guests", Duration::from_secs(6), || {
        let rules = party.house.gateway.run("nft list table inet latchkey").unwrap();
        !rules.contains("expires")
    })
    .unwrap();

    party.daemon.start().unwrap();
    // The kernel counts in whole seconds and is the stricter of the two.
    wait_until("the next daemon keeps them out too", SOON, || !party.daemon.guests_are_in()).unwrap();
    assert!(!party.gets_in());
}

#[test]
fn a_restart_neither_ends_nor_stretches_the_guests_time() {
    let mut party = Party::begin();
    party.let_in_for(3600);

    party.daemon.restart().unwrap();

    wait_until("guests are in again", SOON, || party.gets_in()).unwrap();
    let left = party.daemon.state().unwrap()["guest_access"]["seconds_left"].as_u64().unwrap();
    assert!((3500..3600).contains(&left), "{left} s are left");
}

#[test]
fn after_a_reboot_with_a_clock_that_nobody_set_guests_are_out() {
    let mut party = Party::begin();
    party.let_in_for(3600);

    party.daemon.reboot().unwrap();

    assert!(!party.daemon.guests_are_in());
    assert!(!party.gets_in());
}

#[test]
fn a_clock_that_jumps_by_a_day_changes_nothing() {
    for jump in [86_400, -86_400] {
        let party = Party::begin();
        party.let_in_for(3600);
        wait_until("guests are in", SOON, || party.gets_in()).unwrap();

        party.clock.set_wrong_by(jump).unwrap();

        let left = || party.daemon.state().unwrap()["guest_access"]["seconds_left"].as_u64().unwrap();
        // A change makes the daemon read every clock again.
        party
            .daemon
            .api("PATCH", "/api/settings", Some(&json!({ "guest_hours": 2 })))
            .unwrap()
            .success()
            .unwrap();
        assert!((3500..=3600).contains(&left()), "{} s are left after a jump of {jump} s", left());
        assert!(party.gets_in());
        party.let_in_for(5);
        wait_until("guests are out on time", Duration::from_secs(7), || !party.pings()).unwrap();
        assert!(!party.gets_in());
    }
}

#[test]
fn the_clock_of_the_daemon_really_jumps() {
    let party = Party::begin();
    party.clock.set_wrong_by(86_400).unwrap();

    party.daemon.let_in("Later", "family").unwrap();

    let peers = party.daemon.state().unwrap()["peers"].clone();
    let [first, last] = [0, 2].map(|i| peers[i]["created_at"].as_u64().unwrap());
    assert!(last - first >= 86_000, "{first} and {last}");
}

/// A house with Home Assistant's stand-in, an owner on the list, and a guest with a phone.
struct Party {
    phone: Phone,
    daemon: Daemon,
    clock: FakeClock,
    gateway: Ipv4Addr,
    _home_assistant: Listener,
    house: House,
}

impl Party {
    fn begin() -> Self {
        let house = House::build(Options::default()).unwrap();
        let home_assistant =
            Listener::http(&house.home_assistant, (addresses::HOME_ASSISTANT, 8123), "home assistant")
                .unwrap();
        let clock = FakeClock::new(house.folder()).unwrap();
        let mut daemon = Daemon::new(&house).unwrap().with_clock(&clock);
        daemon.start().unwrap();
        daemon.settle_in(&house).unwrap();
        daemon.name_home_assistant("192.168.1.20").unwrap();
        daemon.let_in("Owner", "owner").unwrap();
        let phone = Phone::up(&house.phone, &daemon.let_in("Guest", "guest").unwrap()).unwrap();
        let gateway = daemon.gateway_address().unwrap();

        Self { phone, daemon, clock, gateway, _home_assistant: home_assistant, house }
    }

    fn let_in_for(&self, seconds: u32) {
        let change = json!({ "on": true, "seconds": seconds });
        self.daemon.api("PUT", "/api/guest-access", Some(&change)).unwrap().success().unwrap();
    }

    /// Within a second, or not at all.
    fn gets_in(&self) -> bool {
        let page = self
            .house
            .phone
            .request("GET", &format!("http://{}:8123/", self.gateway))
            .timeout(A_SECOND)
            .send();

        page.is_ok_and(|page| page.text() == "home assistant")
    }

    fn pings(&self) -> bool {
        self.phone.ping(self.gateway)
    }
}

fn answers(connection: &mut std::net::TcpStream) -> bool {
    use std::io::{Read as _, Write as _};

    connection.set_read_timeout(Some(A_SECOND)).unwrap();
    let asked = connection.write_all(b"GET / HTTP/1.1\r\nHost: home\r\n\r\n");
    asked.is_ok() && connection.read(&mut [0]).is_ok_and(|read| read > 0)
}

const SOON: Duration = Duration::from_secs(10);
const A_SECOND: Duration = Duration::from_secs(1);
