use std::{
    net::IpAddr,
    thread,
    time::{Duration, Instant},
};

use lab::{Daemon, House, Listener, Options, Phone, addresses, providers::Service, wait_until};
use model::{Lamps, Pattern};
use serde_json::{Value, json};

/// A house with a box in it, a Home Assistant to reach, and what the box asks on the internet.
pub(crate) struct Home {
    pub(crate) daemon: Daemon,
    _home_assistant: Listener,
    pub(crate) house: House,
}

impl Home {
    /// Nothing has been plugged in yet.
    pub(crate) fn build(options: Options) -> Self {
        let house = House::build(Options { services: true, ..options }).unwrap();
        let at = (addresses::HOME_ASSISTANT, addresses::HOME_ASSISTANT_PORT);
        let home_assistant = Listener::http(&house.home_assistant, at, PAGE).unwrap();

        Self { daemon: Daemon::new(&house).unwrap(), _home_assistant: home_assistant, house }
    }

    /// Plugs the box in.
    pub(crate) fn plug_in(mut self) -> Self {
        self.daemon.start().unwrap();
        self.daemon.name_home_assistant(&addresses::HOME_ASSISTANT.to_string()).unwrap();

        self
    }

    /// Lets the router open ports, as these settings of it say.
    pub(crate) fn serve_ports(mut self, settings: &[&str]) -> Self {
        self.house.serve_ports(settings).unwrap();
        self
    }

    /// The way in, as the page shows it.
    pub(crate) fn way_in(&self) -> Value {
        self.daemon.state().unwrap()["way_in"].take()
    }

    /// Waits until the way in is like this, and gives it with the time that it took.
    pub(crate) fn wait_for(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> (Value, Duration) {
        self.wait(what, || Some(self.way_in()).filter(&is_so))
    }

    /// Waits until the home is known to have a public IPv4 address.
    pub(crate) fn wait_until_known(&self) {
        self.wait_for("the home's address is known", |way_in| way_in["verdict"]["code"] == "public_v4");
    }

    /// Waits until there is something, and gives it with the time that it took.
    pub(crate) fn wait<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> (T, Duration) {
        let began = now();
        let mut look = look;
        // Every look is a process or two, and what is waited for takes seconds.
        let look = || {
            look().or_else(|| {
                thread::sleep(BETWEEN_LOOKS);
                None
            })
        };
        let seen = wait_until(what, PATIENCE, look)
            .unwrap_or_else(|error| panic!("{error}: {:#}\n{}", self.way_in(), self.daemon.log()));

        (seen, began.elapsed())
    }

    /// Waits until the lamps say this.
    pub(crate) fn wait_for_door_lamp(&self, pattern: Pattern) {
        let mut panel = self.daemon.panel().unwrap();
        panel.wait_for(PATIENCE, |shown| shown.patterns.door == pattern).unwrap_or_else(|error| {
            panic!("DOOR is not {pattern:?}: {error}; {:?} {:#}", self.lamps(), self.way_in())
        });
    }

    /// A phone on mobile data gets a configuration, which has to name this place.
    pub(crate) fn let_in(&self, name: &str, place: &str) -> String {
        let configuration = self.daemon.let_in(name, "owner");
        let configuration = configuration.unwrap_or_else(|error| panic!("{error:#}\n{}", self.daemon.log()));
        let endpoint = format!("Endpoint = {place}\n");
        assert!(configuration.contains(&endpoint), "{place}: {configuration} {:#}", self.way_in());

        configuration
    }

    /// The phone brings its tunnel up and reaches Home Assistant.
    pub(crate) fn come_in(&self, configuration: &str) -> Phone {
        // A phone has IPv6 inside its tunnel, whatever the network has around it.
        for name in ["all", "default"] {
            self.house.phone.sysctl(&format!("net.ipv6.conf.{name}.disable_ipv6"), "0").unwrap();
        }
        let phone = Phone::up(&self.house.phone, configuration).unwrap();
        self.wait_until_in(&phone);

        phone
    }

    /// Waits until Home Assistant answers the phone through the tunnel.
    pub(crate) fn wait_until_in(&self, phone: &Phone) -> Duration {
        let url = self.daemon.home_assistant_url().unwrap();
        let reach = || phone.get(&url).ok().filter(|page| page.text() == PAGE);

        self.wait("the phone reaches Home Assistant", reach).1
    }

    /// Whether the phone does not reach Home Assistant.
    pub(crate) fn is_out(&self, phone: &Phone) -> bool {
        phone.get(&self.daemon.home_assistant_url().unwrap()).is_err()
    }

    /// Lets a name follow.
    pub(crate) fn add_name(&self, service: Service, provider: &str) {
        let name = json!({ "provider": provider, "name": service.name(), "secret": service.secret() });
        self.daemon.api("POST", "/api/names", Some(&name)).unwrap().success().unwrap();
    }

    /// What the world is told of a name.
    pub(crate) fn dns(&self, service: Service) -> Vec<IpAddr> {
        self.house.services.as_ref().unwrap().name_server.addresses(service.name()).unwrap()
    }

    /// Waits until the world is told these.
    pub(crate) fn wait_for_dns(&self, service: Service, addresses: &[IpAddr]) -> Duration {
        let what = format!("{} leads to {addresses:?}", service.name());

        self.wait(&what, || (self.dns(service) == addresses).then_some(())).1
    }

    /// What the router has opened because somebody asked.
    pub(crate) fn openings(&self) -> String {
        self.house.miniupnpd.as_ref().unwrap().openings().unwrap()
    }

    /// How many port mappings to the box the router has.
    pub(crate) fn mappings(&self) -> usize {
        self.openings().matches(&format!("dnat ip to {}:", addresses::GATEWAY)).count()
    }

    fn lamps(&self) -> Lamps {
        serde_json::from_value(self.daemon.state().unwrap()["status"]["lamps"].take()).unwrap()
    }
}

/// Tells the same story of several houses at the same time, since it is mostly about waiting.
pub(crate) fn in_houses<T: Sync>(cases: &[T], tell: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| tell(case));
        }
    });
}

/// A figure for whoever reads the test's output.
#[expect(clippy::print_stdout, reason = "a test's output is read by people")]
pub(crate) fn note(what: &str, took: Duration) {
    println!("{what}: {:.1} s", took.as_secs_f64());
}

#[expect(clippy::disallowed_methods, reason = "the lab acts on real processes, which take real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

const PAGE: &str = "home assistant";
/// Longer than two rounds of the box.
pub(crate) const PATIENCE: Duration = Duration::from_secs(150);
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);
