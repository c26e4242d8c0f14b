use crate::{
    Refusal,
    wire::{
        ByHand, Check, Door, DoorState, Exposure, Finding, Name, NameState, NewName, Outcome, PortAnswer,
        Provider, Step, Tried, WayIn,
    },
};

/// A home with an IPv4 address of its own and a router that opens its door.
pub(super) fn new() -> WayIn {
    WayIn {
        verdict: finding("public_v4", "Your home has an address of its own on the internet", None),
        public_v4: "203.0.113.7".parse().ok(),
        public_v6: None,
        door_v4: Door {
            state: DoorState::Open,
            by: Some("UPnP".to_owned()),
            outside_port: Some(41_620),
            finding: finding("open", "The router lets the tunnel in", None),
        },
        door_v6: Door {
            state: DoorState::NotWanted,
            by: None,
            outside_port: None,
            finding: finding("not_wanted", "There is nothing to open", None),
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

/// A name that was there before.
pub(super) fn name(way_in: &mut WayIn) {
    way_in.names.push(Name {
        id: 4,
        provider: Provider::DuckDns,
        name: "home-4711.duckdns.org".to_owned(),
        server: None,
        user: None,
        state: NameState::Published,
        finding: finding("published", "The name leads home", None),
    });
}

pub(super) fn add_name(way_in: &mut WayIn, id: u32, new: NewName) -> Result<Name, Refusal> {
    if !new.name.contains('.') {
        return Err(Refusal::Invalid("Write the whole name, such as home.duckdns.org".to_owned()));
    }
    way_in.names.retain(|known| known.name != new.name);
    let name = Name {
        id,
        provider: new.provider,
        name: new.name,
        server: new.server,
        user: new.user,
        state: NameState::Published,
        finding: finding("published", "The name leads home", None),
    };
    way_in.names.push(name.clone());

    Ok(name)
}

pub(super) fn remove_name(way_in: &mut WayIn, id: u32) -> Result<(), Refusal> {
    let at = way_in.names.iter().position(|name| name.id == id).ok_or(Refusal::NoSuchName)?;
    way_in.names.remove(at);

    Ok(())
}

pub(super) fn check(way_in: &WayIn) -> Check {
    let step = |code: &str, title: &str, outcome, sentence: &str| Step {
        code: code.to_owned(),
        title: title.to_owned(),
        outcome,
        sentence: sentence.to_owned(),
    };
    let link = step("link", "Network", Outcome::Ok, "The box is in your home network");
    let clock = step("clock", "Clock", Outcome::Unknown, "Nothing has set the clock yet");
    let mapping = |outcome, sentence| step("mapping", "Door in the router", outcome, sentence);
    let home_assistant = |outcome, sentence| step("home_assistant", "Home Assistant", outcome, sentence);
    if way_in.door_v4.state != DoorState::Shut {
        let open = mapping(Outcome::Ok, "The router lets the tunnel in");
        let answers = home_assistant(Outcome::Ok, "It answers at 192.168.1.20:8123");

        return Check { steps: vec![link, clock, open, answers], finding: None };
    }
    let shut = mapping(Outcome::Problem, "The router does not open the tunnel's port");
    let skipped = home_assistant(Outcome::Skipped, "Not looked at, because nobody gets this far");
    let advice = "In the router, forward UDP port 41620 to 192.168.1.9";

    Check {
        steps: vec![link, clock, shut, skipped],
        finding: Some(finding("router_closed", "The router does not let anybody in", Some(advice))),
    }
}

pub(super) fn exposure(way_in: &WayIn) -> Exposure {
    let mapped = finding(
        "mapped_home_assistant",
        "The router sends TCP port 8123 from the internet to Home Assistant",
        Some("Remove this port forward in the router"),
    );
    let router_tells = way_in.door_v4.by.is_some();

    Exposure {
        findings: Vec::from_iter(Some(mapped).filter(|_| router_tells)),
        looked_seconds_ago: Some(0),
        router_tells,
        address: way_in.public_v4,
        ports: vec![80, 81, 443, 8080, 8123, 8443],
        control_port: CONTROL_PORT,
    }
}

pub(super) fn judge(tried: &Tried) -> Vec<Finding> {
    let open = tried.ports.iter().filter(|tried| tried.answer == PortAnswer::Answered);
    let open = open.filter(|tried| tried.port.get() != CONTROL_PORT);

    open.map(|tried| {
        finding(
            "port_open",
            &format!("Port {} of your home answers", tried.port),
            Some("Close it in the router"),
        )
    })
    .collect()
}

fn finding(code: &str, sentence: &str, advice: Option<&str>) -> Finding {
    Finding { code: code.to_owned(), sentence: sentence.to_owned(), advice: advice.map(ToOwned::to_owned) }
}

const CONTROL_PORT: u16 = 49_151;
