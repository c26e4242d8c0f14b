use std::{net::Ipv4Addr, path::Path, time::Duration};

use lab::{Browser, Daemon, House, Listener, Namespace, Options, Phone, addresses, wait_until};

use crate::code;

/// A house with a box that its owner has settled in, and a Home Assistant to reach.
pub(crate) struct Home {
    pub(crate) daemon: Daemon,
    _home_assistant: Listener,
    pub(crate) house: House,
}

impl Home {
    pub(crate) fn settled() -> Self {
        let house = House::build(Options { services: true, ..Options::default() }).unwrap();
        let at = (addresses::HOME_ASSISTANT, addresses::HOME_ASSISTANT_PORT);
        let home_assistant = Listener::http(&house.home_assistant, at, PAGE).unwrap();
        let daemon = Daemon::run(&house).unwrap();
        daemon.settle_in(&house).unwrap();
        daemon.name_home_assistant(&addresses::HOME_ASSISTANT.to_string()).unwrap();
        daemon.look_around().unwrap();

        Self { daemon, _home_assistant: home_assistant, house }
    }

    /// The browser of somebody at home, before the box's page.
    pub(crate) fn browse(&self, script: &str) -> Browser {
        open(&self.house, script)
    }

    /// The browser of a phone in the tunnel, before the box's page.
    pub(crate) fn browse_on(&self, phone: &Phone, script: &str, more: &[&str]) -> Browser {
        let page = format!("http://{}/", self.gateway());

        Browser::run(phone.room(), script, &[&[page.as_str()], more].concat()).unwrap()
    }

    /// A phone outside takes a configuration, and knocks until it is known. A guest's is, whether guests are in or not.
    pub(crate) fn come_in(&self, room: &Namespace, configuration: &str) -> Phone {
        let phone = Phone::up(room, configuration).unwrap();
        let gateway = self.gateway();
        wait_until("the phone is known", PATIENCE, || {
            phone.ping(gateway) || phone.last_handshake().unwrap().is_some()
        })
        .unwrap();

        phone
    }

    /// The same with what the browser shows.
    pub(crate) fn scan(&self, room: &Namespace, browser: &mut Browser) -> Phone {
        self.come_in(room, &self.read_code(browser))
    }

    /// Waits for a code, and reads it.
    pub(crate) fn read_code(&self, browser: &mut Browser) -> String {
        let picture = browser.wait_for("code", PATIENCE).unwrap();

        code::read(&[Path::new(&picture)])
    }

    /// Whether a phone reaches Home Assistant, within a second or not at all.
    pub(crate) fn is_let_in(&self, phone: &Phone) -> bool {
        let home_assistant = format!("http://{}:{}/", self.gateway(), addresses::HOME_ASSISTANT_PORT);
        let page = phone.room().request("GET", &home_assistant).timeout(Duration::from_secs(1)).send();

        page.is_ok_and(|page| page.text() == PAGE)
    }

    /// The public key by which phones know the box.
    pub(crate) fn key(&self) -> String {
        let state = self.daemon.state().unwrap();

        state["status"]["public_key"].as_str().unwrap().to_owned()
    }

    fn gateway(&self) -> Ipv4Addr {
        self.daemon.gateway_address().unwrap()
    }
}

/// The browser of somebody at home, before the box's page.
pub(crate) fn open(house: &House, script: &str) -> Browser {
    let page = format!("http://{}/", addresses::GATEWAY);

    Browser::run(&house.laptop, script, &[&page, house.folder().to_str().unwrap()]).unwrap()
}

/// Where Home Assistant's own page would be.
pub(crate) const PAGE: &str = "home assistant";
/// More than a script takes from one step to the next, with all its pictures, on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
