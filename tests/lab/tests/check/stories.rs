use lab::{Daemon, FakeClock, MiniUpnpd, Phone, WayOut, addresses, providers::Service, wait_until};
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::home::{
    HOME_ASSISTANT, NAME, PATIENCE, PROVIDERS, a_house, a_name, answering, ask_again, assert_finds,
    check_until_open, providers, type_address, until_door, until_finds, until_verdict,
};

#[test]
fn a_box_into_which_nobody_has_come_yet_says_what_keeps_people_out() {
    let mut house = a_house(WayOut::Public, false);
    let daemon = Daemon::run(&house).unwrap();
    until_verdict(&daemon, "public_v4");
    until_door(&daemon, "open");
    let port = daemon.port().unwrap();

    assert_finds(&daemon, "no_devices");
    let configuration = daemon.let_in("Anna", "owner").unwrap();
    assert_finds(&daemon, "nothing_arrives");

    house
        .stranger
        .udp_socket((addresses::STRANGER, 0))
        .unwrap()
        .send_to(b"noise", (house.public_v4(), port))
        .unwrap();
    until_finds(&daemon, "only_noise");

    // What the box says to the phone is lost on the way.
    house
        .phone
        .feed(
            "nft -f -",
            &format!(
                "table ip deaf {{ chain c {{ type filter hook input priority 0; udp sport {port} drop; }}; }}"
            ),
        )
        .unwrap();
    let phone = Phone::up(&house.phone, &configuration).unwrap();
    assert!(!phone.ping(daemon.gateway_address().unwrap()));
    until_finds(&daemon, "no_packets");
    phone.down().unwrap();

    let removed = daemon.let_in("Ben", "family").unwrap();
    daemon.api("DELETE", "/api/peers/2", None).unwrap().success().unwrap();
    let phone = Phone::up(&house.phone, &removed).unwrap();
    assert!(!phone.ping(daemon.gateway_address().unwrap()));
    until_finds(&daemon, "unknown_key");
    drop(phone);

    type_address(&daemon, "198.51.100.99");
    assert_finds(&daemon, "name_elsewhere");
    type_address(&daemon, "nobody.example.org");
    assert_finds(&daemon, "name_unknown");
    type_address(&daemon, "");
    let somebody =
        providers(&house).put(Service::DuckDns.name(), "198.51.100.99".parse().unwrap(), 60, false);
    somebody.unwrap();
    daemon.api("POST", "/api/names", Some(&a_name("not-the-token"))).unwrap().success().unwrap();
    until_finds(&daemon, "name_refused");
    daemon.cli(&["name", "remove", Service::DuckDns.name()]).unwrap();

    house.serve_ports(&[MiniUpnpd::REFUSE]).unwrap();
    ask_again(&daemon);
    until_door(&daemon, "shut");
    assert_finds(&daemon, "router_refuses");
    house.serve_ports(&[]).unwrap();
    check_until_open(&daemon);
    house.miniupnpd.as_mut().unwrap().stop().unwrap();
    ask_again(&daemon);
    until_door(&daemon, "shut");
    assert_finds(&daemon, "router_cannot_be_asked");
}

#[test]
fn a_box_that_has_worked_says_what_has_broken() {
    let mut house = a_house(WayOut::Public, false);
    let clock = FakeClock::new(house.folder()).unwrap();
    let mut daemon = Daemon::new(&house).unwrap().with_clock(&clock);
    daemon.start().unwrap();
    until_verdict(&daemon, "public_v4");
    until_door(&daemon, "open");
    let phone = Phone::up(&house.phone, &daemon.let_in("Anna", "owner").unwrap()).unwrap();
    wait_until("the phone is in", PATIENCE, || phone.ping(daemon.gateway_address().unwrap())).unwrap();
    until_finds(&daemon, "home_assistant_not_found");

    daemon.name_home_assistant(&format!("{}:{}", HOME_ASSISTANT.0, HOME_ASSISTANT.1)).unwrap();
    until_finds(&daemon, "home_assistant_silent");
    let banning = answering(&house, "403 Forbidden", "403: Forbidden");
    until_finds(&daemon, "home_assistant_bans");
    drop(banning);
    let _home_assistant = answering(&house, "200 OK", PROVIDERS);
    until_finds(&daemon, "");
    assert_eq!(daemon.api("POST", "/api/check", None).unwrap().json().unwrap()["finding"], Value::Null);
    let said = daemon.cli(&["check"]).unwrap();
    assert!(said.contains("Nothing is wrong"), "{said}");

    daemon.long_hold().unwrap();
    until_finds(&daemon, "locked");
    let said = daemon.cli(&["check"]).unwrap_err().to_string();
    assert!(said.contains("Hold the button on the box for 10 seconds"), "{said}");
    daemon.long_hold().unwrap();
    until_finds(&daemon, "");

    clock.set_wrong_by(-20 * 365 * 86_400).unwrap();
    assert_finds(&daemon, "clock_wrong");
    clock.set_wrong_by(0).unwrap();

    house.services.as_mut().unwrap().name_server.process().signal(Signal::SIGSTOP).unwrap();
    until_finds(&daemon, "no_dns");
    house.services.as_mut().unwrap().name_server.process().signal(Signal::SIGCONT).unwrap();

    house.router.ip(&["link set gateway down"]).unwrap();
    until_finds(&daemon, "no_link");
    house.router.ip(&["link set gateway up"]).unwrap();
    until_finds(&daemon, "");

    house.router.ip(&["addr del 192.168.1.1/24 dev lan", "link set lan arp off"]).unwrap();
    until_finds(&daemon, "router_silent");
    house.router.ip(&["addr add 192.168.1.1/24 dev lan", "link set lan arp on"]).unwrap();

    house.cut_cable().unwrap();
    house.gateway.ip(&["addr flush dev eth0"]).unwrap();
    until_finds(&daemon, "no_address");
    house.gateway.ip(&["addr add 192.168.1.10/24 dev eth0", "route add default via 192.168.1.1"]).unwrap();
    until_finds(&daemon, "no_internet");
    house.mend_cable().unwrap();
    until_finds(&daemon, "");
}

#[test]
fn homes_that_cannot_be_reached_are_told_apart() {
    for (way_out, ipv6, verdict, finding) in [
        (WayOut::CarrierGrade, false, "cgnat", "cgnat"),
        (WayOut::DoubleNat, false, "double_nat", "double_nat"),
        (WayOut::CarrierGrade, true, "only_v6", "name_unreachable"),
    ] {
        let house = a_house(way_out, ipv6);
        let daemon = Daemon::run(&house).unwrap();
        daemon.let_in("Anna", "owner").unwrap();
        let dns = &house.services.as_ref().unwrap().name_server;
        dns.set_host(NAME, &[house.public_v4().into(), house.gateway_v6().into()]).unwrap();
        type_address(&daemon, NAME);
        until_verdict(&daemon, verdict);

        until_finds(&daemon, finding);
    }
}
