//! Every route of the API, asked by everybody there is: the table of the crate `web-api`, before the real daemon.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{fs, path::Path, time::Duration};

use lab::{Daemon, House, Namespace, Options, Phone, Request, addresses, wait_until};
use serde_json::{Value, json};
use table::{Row, rows};

// One table for both, so that no route can be forgotten here or there.
#[path = "../../../firmware/web-api/tests/it/matrix/table.rs"]
mod table;

#[test]
fn every_route_answers_every_caller_as_the_matrix_says() {
    let house = House::build(Options::default()).unwrap();
    let mut scene = Scene::set(&house);
    let mut rows = rows();
    // It takes away what the other rows need.
    rows.sort_by_key(|row| (row.method.as_str(), row.path.as_str()) == ("DELETE", "/api/session"));
    let mut wrong = Vec::new();

    for row in &rows {
        let before = scene.what_is_set();
        let (refused, granted) = row.answers.iter().partition::<Vec<_>, _>(|(_, status)| *status >= 400);
        wrong.extend(refused.into_iter().filter_map(|answer| scene.complaint(row, answer)));
        assert_eq!(scene.what_is_set(), before, "{} {} by those who may not", row.method, row.path);
        for answer in granted {
            wrong.extend(scene.complaint(row, answer));
            scene.renew(row);
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
    scene.assert_nobody_comes_in_who_was_removed();
    scene.assert_sound();
}

#[test]
fn every_route_of_the_committed_document_stands_in_the_matrix() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web-ui/openapi.json");
    let document = fs::read_to_string(path).unwrap();

    table::assert_complete(&serde_json::from_str(&document).unwrap());
}

/// A box and everybody who may ask it something.
struct Scene<'a> {
    house: &'a House,
    owner: Phone,
    family: Phone,
    guest: Phone,
    daemon: Daemon,
    in_tunnel: String,
    /// Cookies.
    session: String,
    waiting: String,
    /// Numbers of a device and a name that are nobody's.
    device: u64,
    name: u64,
}

impl<'a> Scene<'a> {
    fn set(house: &'a House) -> Self {
        let daemon = Daemon::run(house).unwrap();
        daemon.settle_in(house).unwrap();
        daemon.api("PUT", "/api/guest-access", Some(&json!({ "on": true }))).unwrap().success().unwrap();
        let let_in = |room, name, role| Phone::up(room, &daemon.let_in(name, role).unwrap()).unwrap();
        let [owner, family, guest] =
            [(&house.phone, "owner"), (&house.second_phone, "family"), (&house.stranger, "guest")]
                .map(|(room, role)| let_in(room, role, role));
        let in_tunnel = daemon.gateway_address().unwrap().to_string();
        // While nobody else waits.
        let session = ask_for_the_button(house);
        daemon.hold().unwrap();
        wait_until("the session is open", SOON, || {
            at_home(house, "GET", "/api/state").header("Cookie", &session).send()?.success()
        })
        .unwrap();
        let waiting = ask_for_the_button(house);
        let mut scene =
            Self { house, owner, family, guest, daemon, in_tunnel, session, waiting, device: 0, name: 0 };
        scene.add_victims();

        scene
    }

    /// What is wrong with this answer, if anything.
    fn complaint(&self, row: &Row, (caller, expected): (&str, u16)) -> Option<String> {
        // Cryptokey routing lets nobody in whom the box does not know: see the end of the test.
        if caller == "unknown" {
            return None;
        }
        let mut request = self.request(caller, row).timeout(PATIENCE);
        if let Some(body) = row.body() {
            request = request.json(&body);
        }
        if row.path == "/api/events" {
            request = request.head_only();
        }
        let status = request.send().unwrap().status;

        (status != expected)
            .then(|| format!("{} {} by {caller}: {status} instead of {expected}", row.method, row.path))
    }

    fn request(&self, caller: &str, row: &Row) -> Request {
        let id = if row.path.starts_with("/api/names") { self.name } else { self.device };
        let (method, path) = (row.method.as_str(), row.path.replace("{id}", &id.to_string()));
        let browser = |cookie: &str| at_home(self.house, method, &path).header("Cookie", cookie);
        let page = page(&addresses::GATEWAY.to_string());

        match caller {
            "root" => self.daemon.request(method, &path),
            "owner" => self.through_tunnel(self.owner.room(), method, &path),
            "family" => self.through_tunnel(self.family.room(), method, &path),
            "guest" => self.through_tunnel(self.guest.room(), method, &path),
            "stranger" => from_page(at_home(self.house, method, &path), method, &page),
            "waiting" => from_page(browser(&self.waiting), method, &page),
            "session" => from_page(browser(&self.session), method, &page),
            "host" => browser(&self.session).header("Host", "evil.example").header("Origin", EVIL),
            "origin" => browser(&self.session).header("Origin", EVIL),
            "no-origin" => browser(&self.session),
            "cross-site" => {
                from_page(browser(&self.session), method, &page).header("Sec-Fetch-Site", "cross-site")
            }
            caller => panic!("nobody knows who {caller} is"),
        }
    }

    fn through_tunnel(&self, room: &Namespace, method: &str, path: &str) -> Request {
        let page = page(&self.in_tunnel);

        from_page(room.request(method, &format!("{page}{path}")), method, &page)
    }

    /// What nobody may change who may not administer.
    fn what_is_set(&self) -> Value {
        let state = self.daemon.state().unwrap();
        let lists = [&state["peers"], &state["way_in"]["names"]].map(|list| {
            let fields = ["id", "name", "role", "public_key", "provider"];
            list.as_array().unwrap().iter().map(|entry| fields.map(|field| entry[field].clone())).collect()
        });
        let lists: [Vec<_>; 2] = lists;

        json!([lists, state["settings"], state["guest_access"]["on"], state["status"]["locked"]])
    }

    /// The device and the name again, after they were changed or removed.
    fn renew(&mut self, row: &Row) {
        if row.path.starts_with("/api/peers") || row.path.starts_with("/api/names") {
            self.remove_all_but_the_callers();
            self.add_victims();
        }
    }

    fn remove_all_but_the_callers(&self) {
        let state = self.daemon.state().unwrap();
        let id = |entry: &Value| entry["id"].as_u64().unwrap();
        let peers = state["peers"].as_array().unwrap().iter().map(id).filter(|id| *id > 3);
        let names = state["way_in"]["names"].as_array().unwrap().iter().map(id);
        let paths =
            peers.map(|id| format!("/api/peers/{id}")).chain(names.map(|id| format!("/api/names/{id}")));
        for path in paths {
            self.daemon.api("DELETE", &path, None).unwrap().success().unwrap();
        }
    }

    fn add_victims(&mut self) {
        self.daemon.let_in("Victim", "family").unwrap();
        let name = json!({ "provider": "duckdns", "name": "victim.duckdns.org", "secret": "abc" });
        let name = self.daemon.api("POST", "/api/names", Some(&name)).unwrap().success().unwrap();
        self.name = name.json().unwrap()["id"].as_u64().unwrap();
        let state = self.daemon.state().unwrap();
        self.device = state["peers"].as_array().unwrap().last().unwrap()["id"].as_u64().unwrap();
    }

    /// The last of the table's callers: there is no way to ask.
    fn assert_nobody_comes_in_who_was_removed(&self) {
        assert_eq!(self.guest.get(&format!("{}/api/health", page(&self.in_tunnel))).unwrap().status, 200);
        self.daemon.api("DELETE", "/api/peers/3", None).unwrap().success().unwrap();

        assert!(self.guest.get(&format!("{}/api/health", page(&self.in_tunnel))).is_err());
    }

    fn assert_sound(&mut self) {
        let log = self.daemon.log();
        assert!(!log.contains("panicked"), "{log}");
        assert!(self.daemon.process().unwrap().ended().is_none(), "{log}");
        assert_eq!(self.daemon.state().unwrap()["status"]["faults"], json!([]));
    }
}

fn ask_for_the_button(house: &House) -> String {
    let page = page(&addresses::GATEWAY.to_string());
    let answer = from_page(at_home(house, "POST", "/api/session"), "POST", &page).send().unwrap();
    let answer = answer.success().unwrap();

    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn at_home(house: &House, method: &str, path: &str) -> Request {
    house.laptop.request(method, &format!("{}{path}", page(&addresses::GATEWAY.to_string())))
}

/// What a browser says by itself when a page of this address asks.
fn from_page(request: Request, method: &str, page: &str) -> Request {
    if method == "GET" { request } else { request.header("Origin", page) }
}

fn page(host: &str) -> String {
    format!("http://{host}")
}

const EVIL: &str = "http://evil.example";
const SOON: Duration = Duration::from_secs(10);
/// The box looks around for some seconds when it is asked why somebody cannot get in.
const PATIENCE: Duration = Duration::from_secs(60);
