//! Names that follow the home's address, through the box: told once, kept for ever, whatever their providers do.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{fs, net::IpAddr, os::unix::fs::PermissionsExt as _, time::Duration};

use lab::{
    Daemon, House, Options, RecordType, Router,
    providers::{Answer, Mood, Service},
    wait_until,
};
use serde_json::{Value, json};

#[test]
fn names_are_told_where_home_is_and_none_waits_for_one_that_fails() {
    let house = a_house();
    let providers = &house.services.as_ref().unwrap().providers;
    let mut daemon = Daemon::new(&house).unwrap().with_log("trace");
    daemon.start().unwrap();
    until_settled(&daemon);
    providers.set_mood(Service::DuckDns, Mood::bad_gateway(1));
    providers.set_mood(Service::DeSec, Mood::rate_limit(Duration::from_secs(10), 1));
    providers.set_mood(Service::Dynv6, Mood::Answers(Answer::text(404, "<html>Not Found</html>"), 1));

    add_by_command(&daemon, Service::DuckDns, "duckdns");
    for (service, provider) in [(Service::DeSec, "desec"), (Service::Dynv6, "dynv6")] {
        add(&daemon, service, provider, service.secret());
    }
    add(&daemon, Service::Dyndns2, "dyndns2", "not the password");
    add(&daemon, Service::Cloudflare, "cloudflare", Service::Cloudflare.secret());

    until_published(&daemon, Service::Cloudflare);
    for (service, complaint) in [
        (Service::DuckDns, "status 502"),
        (Service::DeSec, "left alone"),
        (Service::Dynv6, "has no zone lab-home.dynv6.net"),
        (Service::Dyndns2, "does not accept the token or password"),
    ] {
        let name = until_state(&daemon, service, "failing");
        assert!(name["finding"]["sentence"].as_str().unwrap().contains(complaint), "{name}");
    }
    assert_leads_home(&house, Service::Cloudflare);
    let configuration = daemon.let_in("Anna", "owner").unwrap();
    assert!(configuration.contains("Endpoint = home.example.org:"), "the one that works: {configuration}");

    // What is the owner's to mend is tried at once when he types the token again, even if it was right all along.
    add(&daemon, Service::Dynv6, "dynv6", Service::Dynv6.secret());
    add(&daemon, Service::Dyndns2, "dyndns2", Service::Dyndns2.secret());
    for service in [Service::Dynv6, Service::Dyndns2, Service::DuckDns, Service::DeSec] {
        until_published(&daemon, service);
        assert_leads_home(&house, service);
    }
    assert_tells_no_secret(&daemon);
}

#[test]
fn a_name_outlives_a_restart_and_is_let_go_when_the_owner_says_so() {
    let mut house = a_house();
    let mut daemon = Daemon::new(&house).unwrap().with_log("trace");
    daemon.start().unwrap();
    until_settled(&daemon);
    add_by_command(&daemon, Service::DuckDns, "duckdns");
    add(&daemon, Service::Cloudflare, "cloudflare", Service::Cloudflare.secret());
    for service in [Service::DuckDns, Service::Cloudflare] {
        until_published(&daemon, service);
    }
    let database = fs::read_dir(daemon.data_dir()).unwrap().map(|file| file.unwrap().path());
    for file in database {
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is {mode:o}", file.display());
    }

    daemon.stop().unwrap();
    house.change_address().unwrap();
    house.services.as_ref().unwrap().providers.forget();
    daemon.start().unwrap();
    for service in [Service::DuckDns, Service::Cloudflare] {
        wait_until("the name has followed", LONG, || leads(&house, service) == home(&house)).unwrap();
    }

    let said = daemon.cli(&["name", "remove", Service::DuckDns.name()]).unwrap();
    assert!(said.contains("no more"), "{said}");
    house.services.as_ref().unwrap().providers.forget();
    let former = leads(&house, Service::DuckDns);
    house.change_address().unwrap();
    wait_until("the other name has followed", LONG, || leads(&house, Service::Cloudflare) == home(&house))
        .unwrap();
    assert_eq!(leads(&house, Service::DuckDns), former);
    assert!(house.services.as_ref().unwrap().providers.asked(Service::DuckDns).is_empty());
    let listed = daemon.cli(&["name", "list", "--json"]).unwrap();
    assert!(!listed.contains("duckdns") && listed.contains("home.example.org"), "{listed}");
    assert_tells_no_secret(&daemon);
}

fn a_house() -> House {
    House::build(Options { router: Router::MiniUpnpd, services: true, ..Options::default() }).unwrap()
}

fn until_settled(daemon: &Daemon) {
    wait_until("the box knows where home is", LONG, || {
        let state = daemon.state().unwrap();
        state["way_in"]["verdict"]["code"] == "public_v4" && state["way_in"]["door_v4"]["state"] == "open"
    })
    .unwrap();
}

/// As the owner does on the box, with the token on standard input.
fn add_by_command(daemon: &Daemon, service: Service, provider: &str) {
    let line = format!(
        "{} --run-dir {} name add {provider} {}",
        daemon.binary().display(),
        daemon.run_dir().display(),
        service.name()
    );
    let said = daemon.room().feed(&line, &format!("{}\n", service.secret())).unwrap();

    assert!(said.contains(service.name()) && !said.contains(service.secret()), "{said}");
}

/// As the page does.
fn add(daemon: &Daemon, service: Service, provider: &str, secret: &str) {
    let mut new = json!({ "provider": provider, "name": service.name(), "secret": secret });
    if let Some(user) = service.user() {
        new["server"] = service.host().into();
        new["user"] = user.into();
    }
    let said = daemon.api("POST", "/api/names", Some(&new)).unwrap().success().unwrap().text();

    assert!(!said.contains(secret), "{said}");
}

fn until_published(daemon: &Daemon, service: Service) {
    until_state(daemon, service, "published");
}

fn until_state(daemon: &Daemon, service: Service, wanted: &str) -> Value {
    wait_until(&format!("{service:?} is {wanted}"), LONG, || {
        let state = daemon.state().map_err(|error| error.to_string())?;
        let names = state["way_in"]["names"].as_array().cloned().unwrap_or_default();
        let name = names.into_iter().find(|name| name["name"] == service.name()).ok_or("it is not there")?;
        if name["state"] == wanted { Ok(Some(name)) } else { Err(name.to_string()) }
    })
    .unwrap_or_else(|error| panic!("{error}\n{}", providers_part(&daemon.log())))
}

/// What matters of a log that says all.
fn providers_part(log: &str) -> String {
    log.lines().filter(|line| line.contains("reachability")).map(|line| format!("{line}\n")).collect()
}

fn assert_leads_home(house: &House, service: Service) {
    let dns = &house.services.as_ref().unwrap().name_server;

    assert_eq!(leads(house, service), home(house), "{service:?}");
    for kind in [RecordType::A, RecordType::Aaaa] {
        let ttls: Vec<_> =
            dns.records(service.name(), kind).unwrap().iter().map(|record| record.ttl).collect();
        assert_eq!(ttls, [60], "{service:?} {kind}");
    }
}

fn leads(house: &House, service: Service) -> Vec<IpAddr> {
    house.services.as_ref().unwrap().name_server.addresses(service.name()).unwrap()
}

fn home(house: &House) -> Vec<IpAddr> {
    vec![house.public_v4().into(), house.gateway_v6().into()]
}

fn assert_tells_no_secret(daemon: &Daemon) {
    let log = daemon.log();
    assert!(log.contains("TRACE"), "the log says all there is");
    let state = daemon.state().unwrap().to_string();
    let listed = daemon.cli(&["name", "list", "--json"]).unwrap() + &daemon.cli(&["name", "list"]).unwrap();
    let checked = daemon.api("POST", "/api/check", None).unwrap().text();
    for secret in Service::ALL.map(Service::secret).into_iter().chain(["not the password"]) {
        for (place, text) in [("log", &log), ("state", &state), ("list", &listed), ("check", &checked)] {
            assert!(!text.contains(secret), "{secret} is in the {place}");
        }
    }
}

/// A provider that fails is asked again after half a minute, and a glance at the address takes a minute to come.
const LONG: Duration = Duration::from_secs(130);
