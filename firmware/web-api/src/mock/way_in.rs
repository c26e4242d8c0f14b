use std::{collections::BTreeMap, net::Ipv4Addr};

use crate::{
    Refusal,
    wire::{
        ByHand, Check, Door, DoorState, Exposure, Finding, HomeAssistant, Name, NameState, NewName, Outcome,
        PortAnswer, Provider, State, Step, Tried, WayIn,
    },
};

/// A home with an IPv4 address of its own and a router that opens its door.
pub(super) fn new() -> WayIn {
    WayIn {
        verdict: finding(
            "public_v4",
            "Your home has an internet address of its own, 203.0.113.7.",
            None,
            &[("address", "203.0.113.7")],
        ),
        public_v4: "203.0.113.7".parse().ok(),
        public_v6: None,
        door_v4: Door {
            state: DoorState::Open,
            by: Some("UPnP".to_owned()),
            outside_port: Some(41_620),
            finding: finding("open", "The router lets the tunnel in", None, &[]),
        },
        door_v6: Door {
            state: DoorState::NotWanted,
            by: None,
            outside_port: None,
            finding: finding("not_wanted", "There is nothing to open", None, &[]),
        },
        router: Some("FRITZ!Box 7590".to_owned()),
        by_hand: ByHand {
            protocol: "UDP".to_owned(),
            port: 41_620,
            address: "192.168.1.9".parse().ok(),
            address_v6: None,
        },
        names: Vec::new(),
        proven_seconds_ago: None,
        address_changed: false,
        exposed: Vec::new(),
    }
}

/// Home Assistant where the box finds it.
pub(super) fn home_assistant(tunnel_v4: Ipv4Addr) -> HomeAssistant {
    HomeAssistant {
        name: Some("Home".to_owned()),
        address: format!("{FOUND}:8123"),
        typed: false,
        url: format!("http://{tunnel_v4}:8123"),
    }
}

/// Home Assistant where the owner says that it is, or found again.
pub(super) fn set_home_assistant(state: &mut State, typed: &str) {
    let found = home_assistant(state.status.tunnel_v4);
    let address = if typed.contains(':') { typed.to_owned() } else { format!("{typed}:8123") };
    let is_typed = !typed.is_empty();

    state.settings.home_assistant = is_typed.then(|| address.clone());
    state.status.home_assistant =
        Some(if is_typed { HomeAssistant { name: None, address, typed: true, ..found } } else { found });
}

/// A name that was there before.
pub(super) fn name(way_in: &mut WayIn) {
    way_in.names.push(Name {
        id: 4,
        provider: Provider::DuckDns,
        name: "home-4711.duckdns.org".to_owned(),
        server: None,
        user: None,
        state: NameState::Published,
        finding: published(),
    });
}

pub(super) fn add_name(way_in: &mut WayIn, id: u32, new: NewName) -> Result<Name, Refusal> {
    if !new.name.contains('.') {
        return Err(Refusal::Invalid("Write the whole name, such as home.example.org".to_owned()));
    }
    way_in.names.retain(|known| known.name != new.name);
    let name = Name {
        id,
        provider: new.provider,
        name: new.name,
        server: new.server,
        user: new.user,
        state: NameState::Published,
        finding: published(),
    };
    way_in.names.push(name.clone());

    Ok(name)
}

pub(super) fn remove_name(way_in: &mut WayIn, id: u32) -> Result<(), Refusal> {
    let at = way_in.names.iter().position(|name| name.id == id).ok_or(Refusal::NoSuchName)?;
    way_in.names.remove(at);

    Ok(())
}

/// What is in the way: the lock, a router that cannot be asked, or Home Assistant where it is not.
pub(super) fn check(state: &State) -> Check {
    let devices = state.peers.len().to_string();
    let mut steps = vec![
        step("access", "Remote access", "Remote access is on.", &[("devices", &devices)]),
        step("link", "Cable", "The box is connected to your network.", &[]),
        step(
            "address",
            "Address at home",
            "The box has the address 192.168.1.9.",
            &[("address", "192.168.1.9")],
        ),
        step("router", "Router", "Your router answers.", &[]),
        step("clock", "Clock", "The clock is right.", &[]),
        step("mapping", "Way through the router", "Your router has opened UDP port 41620.", &[]),
    ];
    if state.way_in.door_v4.state == DoorState::Shut {
        let to_do = "In the router's settings, forward UDP port 41620 to the box, 192.168.1.9.";
        let by_hand = [("port", "41620"), ("address", "192.168.1.9")];
        let sentence = "Your router cannot be asked to let calls in.";
        fail(&mut steps[5], finding("router_cannot_be_asked", sentence, Some(to_do), &by_hand));
    }
    if state.status.locked {
        let to_do = "Hold the button on the box for 10 seconds to switch it on again.";
        fail(&mut steps[0], finding("locked", "Remote access is switched off.", Some(to_do), &[]));
        steps[1..].iter_mut().for_each(skip);
    }
    steps.push(home_assistant_step(state));
    let finding = steps.iter().find_map(|step| step.finding.clone());

    Check { steps, finding }
}

fn home_assistant_step(state: &State) -> Step {
    let Some(HomeAssistant { address, .. }) = &state.status.home_assistant else {
        let mut step = step("home_assistant", "Home Assistant", "", &[]);
        let to_do = "Look whether it is on, or type its address into the box's settings.";
        let sentence = "Home Assistant has not been found in your network.";
        fail(&mut step, finding("home_assistant_not_found", sentence, Some(to_do), &[]));
        return step;
    };
    let at = [("address", address.as_str())];
    let mut step =
        step("home_assistant", "Home Assistant", &format!("Home Assistant answers at {address}."), &at);
    if !address.starts_with(FOUND) {
        let to_do = "Open it on a computer at home. If that works, type the address that you see there into the box's \
                     settings.";
        let sentence = format!("Home Assistant does not answer at {address}.");
        fail(&mut step, finding("home_assistant_silent", &sentence, Some(to_do), &at));
    }

    step
}

pub(super) fn exposure(state: &State) -> Exposure {
    let mapped = finding(
        "home_assistant_forwarded",
        "Your router lets anybody on the internet through to Home Assistant: TCP port 8123 leads to port 8123 (“hass”).",
        Some(
            "Delete the forwarding of TCP port 8123 in the router's settings, unless you know what needs it.",
        ),
        &[
            ("address", FOUND),
            ("protocol", "TCP"),
            ("outside_port", "8123"),
            ("inside_port", "8123"),
            ("called", "hass"),
        ],
    );
    let router_tells = state.way_in.door_v4.by.is_some();

    Exposure {
        findings: Vec::from_iter(Some(mapped).filter(|_| router_tells)),
        looked_seconds_ago: Some(0),
        router_tells,
        address: state.way_in.public_v4,
        ports: vec![80, 81, 443, 8080, 8123, 8443],
        control_port: CONTROL_PORT,
    }
}

pub(super) fn judge(tried: &Tried) -> Vec<Finding> {
    let open = tried.ports.iter().filter(|tried| tried.answer == PortAnswer::Answered);
    let open = open.filter(|tried| tried.port.get() != CONTROL_PORT);

    open.map(|tried| {
        let port = tried.port.to_string();
        finding(
            "port_open",
            &format!("Anybody on the internet reaches TCP port {port} of your home, perhaps a web page."),
            Some(&format!(
                "Look in the router's settings who opened TCP port {port}, and close it if nobody needs it."
            )),
            &[("port", &port)],
        )
    })
    .collect()
}

fn published() -> Finding {
    finding("published", "The name leads to 203.0.113.7", None, &[("v4", "203.0.113.7"), ("v6", "")])
}

fn step(code: &str, title: &str, sentence: &str, named: &[(&str, &str)]) -> Step {
    Step {
        code: code.to_owned(),
        title: title.to_owned(),
        outcome: Outcome::Ok,
        sentence: sentence.to_owned(),
        values: values(named),
        finding: None,
    }
}

fn fail(step: &mut Step, finding: Finding) {
    step.outcome = Outcome::Problem;
    step.sentence.clone_from(&finding.sentence);
    step.finding = Some(finding);
}

fn skip(step: &mut Step) {
    step.outcome = Outcome::Skipped;
    step.sentence = "Not looked at: the problem above comes first.".to_owned();
    step.finding = None;
}

fn finding(code: &str, sentence: &str, advice: Option<&str>, named: &[(&str, &str)]) -> Finding {
    Finding {
        code: code.to_owned(),
        sentence: sentence.to_owned(),
        advice: advice.map(ToOwned::to_owned),
        values: values(named),
    }
}

fn values(named: &[(&str, &str)]) -> BTreeMap<String, String> {
    named.iter().map(|(what, value)| ((*what).to_owned(), (*value).to_owned())).collect()
}

/// Where the box finds Home Assistant.
const FOUND: &str = "192.168.1.20";
const CONTROL_PORT: u16 = 49_151;
