//! Real packets between a box and its neighbours, each in a network namespace of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{net::IpAddr, time::Duration};

use discovery::{Config, Discovery, HomeAssistant};
use mdns_sd::{HostnameResolutionEvent, ServiceDaemon, ServiceEvent, ServiceInfo};
use street::{Namespace, Street};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

mod street;

#[test]
fn home_assistant_is_found_and_missed_when_it_goes() {
    let street = Street::build("disco-a");
    let the_box = TheBox::start(&street, &["lan"]);

    let neighbour = Neighbour::start(street.neighbour());
    neighbour.announce_home_assistant(&["10.77.0.2", "fd77::2", "10.1.2.3"]);
    // IPv4 and IPv6 speak in packets of their own.
    let found = the_box.home_assistants(|found| found.iter().any(|one| one.service.v6.is_some()));

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].uuid, "0123456789abcdef0123456789abcdef");
    assert_eq!(found[0].name.as_deref(), Some("Home"));
    assert_eq!(found[0].service.v4, Some("10.77.0.2:8123".parse().unwrap()));
    assert_eq!(found[0].service.v6, Some("[fd77::2]:8123".parse().unwrap()));

    neighbour.leave();
    assert_eq!(the_box.home_assistants(Vec::is_empty), []);
}

#[test]
fn the_name_is_answered_at_home_and_nowhere_else() {
    let street = Street::build("disco-b");
    let _the_box = TheBox::start(&street, &["lan"]);

    let at_home = Neighbour::start(street.neighbour()).look_up("latchkey.local.", &["10.77.0.1", "fd77::1"]);
    let elsewhere = Neighbour::start(street.stranger()).look_up("latchkey.local.", &["10.77.0.1"]);

    assert!(at_home.contains(&"10.77.0.1".parse().unwrap()), "{at_home:?}");
    assert!(at_home.contains(&"fd77::1".parse().unwrap()), "{at_home:?}");
    assert!(!at_home.iter().any(|address| address.to_string().starts_with("10.99.")), "{at_home:?}");
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[test]
fn the_page_is_listed_for_browsers_until_the_box_says_goodbye() {
    let street = Street::build("disco-c");
    let the_box = TheBox::start(&street, &["lan"]);

    let neighbour = Neighbour::start(street.neighbour());
    let events = neighbour.0.browse("_http._tcp.local.").unwrap();
    let page = loop {
        if let ServiceEvent::ServiceResolved(page) = events.recv_timeout(PATIENCE).unwrap() {
            break page;
        }
    };

    assert_eq!(page.get_fullname(), "Latchkey._http._tcp.local.");
    assert_eq!((page.get_hostname(), page.get_port()), ("latchkey.local.", 80));

    drop(the_box);
    // Without a goodbye it would be remembered for 75 minutes.
    while !matches!(events.recv_timeout(PATIENCE).unwrap(), ServiceEvent::ServiceRemoved(..)) {}
}

#[test]
fn a_name_that_somebody_else_has_gets_a_number_and_is_told() {
    let street = Street::build("disco-d");
    let other = Neighbour::start(street.neighbour());
    other.announce("_http._tcp.local.", "Other", "latchkey.local.", &["10.77.0.2", "fd77::2"]);
    let theirs = Neighbour::start(street.neighbour()).look_up("latchkey.local.", &["10.77.0.2"]);
    assert!(!theirs.is_empty(), "the other one has the name");

    let the_box = TheBox::start(&street, &["lan"]);
    the_box.host_name("latchkey-2.local");

    let answer = Neighbour::start(street.neighbour()).look_up("latchkey-2.local.", &["10.77.0.1"]);
    assert!(answer.contains(&"10.77.0.1".parse().unwrap()), "{answer:?}");
}

#[test]
fn an_interface_that_leads_home_only_later_is_taken_along() {
    let street = Street::build("disco-e");
    let the_box = TheBox::start(&street, &[]);
    let neighbour = Neighbour::start(street.neighbour());
    neighbour.announce_home_assistant(&["10.77.0.2"]);
    assert!(neighbour.look_up("latchkey.local.", &["10.77.0.1"]).is_empty(), "nothing leads home yet");

    the_box.lan_interfaces.send_replace(vec!["lan".to_owned()]);

    assert_eq!(the_box.home_assistants(|found| !found.is_empty()).len(), 1);
    assert!(!Neighbour::start(street.neighbour()).look_up("latchkey.local.", &["10.77.0.1"]).is_empty());
}

#[test]
fn cable_and_radio_into_the_same_home_are_one_box() {
    let street = Street::build("disco-f");
    street.add_second_lan();
    let the_box = TheBox::start(&street, &["lan", "lan2"]);

    for address in ["10.77.0.1", "10.77.0.11"] {
        let answer = Neighbour::start(street.neighbour()).look_up("latchkey.local.", &[address]);
        assert!(answer.contains(&address.parse().unwrap()), "{answer:?}");
    }
    the_box.host_name("latchkey.local");
}

/// [`Discovery`] in the box's namespace, until dropped.
struct TheBox {
    lan_interfaces: watch::Sender<Vec<String>>,
    home_assistants: watch::Receiver<Vec<HomeAssistant>>,
    host_name: watch::Receiver<String>,
    stop: CancellationToken,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl TheBox {
    fn start(street: &Street, lan_interfaces: &[&str]) -> Self {
        let lan_interfaces = watch::Sender::new(lan_interfaces.iter().map(|&name| name.to_owned()).collect());
        let config = Config {
            host_name: "latchkey".to_owned(),
            page_port: 80,
            lan_interfaces: lan_interfaces.subscribe(),
        };
        let discovery = Discovery::new(config);
        let (home_assistants, host_name) = (discovery.home_assistants(), discovery.host_name());
        let stop = CancellationToken::new();
        let run = discovery.run(stop.clone());
        let thread = street.the_box().spawn(|| runtime().block_on(run));

        Self { lan_interfaces, home_assistants, host_name, stop, thread: Some(thread) }
    }

    fn home_assistants(&self, wanted: impl Fn(&Vec<HomeAssistant>) -> bool) -> Vec<HomeAssistant> {
        let mut home_assistants = self.home_assistants.clone();

        runtime().block_on(async {
            tokio::time::timeout(PATIENCE, home_assistants.wait_for(wanted)).await.unwrap().unwrap().clone()
        })
    }

    fn host_name(&self, wanted: &str) {
        let mut host_name = self.host_name.clone();

        runtime().block_on(async {
            drop(
                tokio::time::timeout(PATIENCE, host_name.wait_for(|name| name == wanted))
                    .await
                    .unwrap()
                    .unwrap(),
            );
        });
    }
}

impl Drop for TheBox {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}

/// Somebody else who speaks multicast DNS, until dropped.
struct Neighbour(ServiceDaemon);

impl Neighbour {
    fn start(namespace: &Namespace) -> Self {
        Self(namespace.spawn(|| ServiceDaemon::new().unwrap()).join().unwrap())
    }

    fn announce_home_assistant(&self, addresses: &[&str]) {
        self.announce("_home-assistant._tcp.local.", "Home", "homeassistant.local.", addresses);
    }

    fn announce(&self, kind: &str, name: &str, host: &str, addresses: &[&str]) {
        let texts = [
            ("location_name", "Home"),
            ("uuid", "0123456789abcdef0123456789abcdef"),
            ("version", "2024.3.3"),
        ];
        let addresses = addresses.join(",");
        let info = ServiceInfo::new(kind, name, host, addresses.as_str(), 8123, &texts[..]).unwrap();

        self.0.register(info).unwrap();
    }

    /// What is answered, until all that is wanted has been.
    fn look_up(&self, name: &str, wanted: &[&str]) -> Vec<IpAddr> {
        let wanted: Vec<IpAddr> = wanted.iter().map(|address| address.parse().unwrap()).collect();
        let events = self.0.resolve_hostname(name, Some(LOOK_UP.as_millis().try_into().unwrap())).unwrap();
        let mut addresses = Vec::new();
        while !wanted.iter().all(|address| addresses.contains(address)) {
            match events.recv_timeout(PATIENCE).unwrap() {
                HostnameResolutionEvent::AddressesFound(_, found) => {
                    addresses.extend(found.iter().map(mdns_sd::ScopedIp::to_ip_addr));
                }
                HostnameResolutionEvent::SearchTimeout(_) => break,
                _ => {}
            }
        }

        addresses
    }

    /// Says goodbye, as Home Assistant does when it stops.
    fn leave(self) {
        self.0.shutdown().unwrap().recv_timeout(PATIENCE).unwrap();
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Claiming a name takes about a second (RFC 6762, section 8.1), noticing an interface up to five.
const LOOK_UP: Duration = Duration::from_secs(6);
const PATIENCE: Duration = Duration::from_secs(15);
