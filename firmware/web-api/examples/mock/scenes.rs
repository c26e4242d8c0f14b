//! How things may be, for a look at the page.

use std::collections::BTreeMap;

use model::Pattern;
use web_api::{
    Gateway,
    mock::MockGateway,
    wire::{Door, DoorState, Fault, Finding, Name, NameState, Provider, State},
};

/// Begins with the scene of this name; any other is a box to which nobody has come from outside yet.
pub(crate) fn set(state: &mut State, scene: &str) {
    match scene {
        "proven" => proven(state),
        "closed" => closed(state),
        "cgnat" => cgnat(state),
        "changed" => changed(state),
        "here" => here(state),
        "looking" => looking(state),
        "found" => found(state),
        "in-from-home" => come_in(state, "192.168.1.77:51000"),
        "in-from-outside" => come_in_from_outside(state),
        "locked" => lock(state),
        "fault" => fault(state),
        _ => {}
    }
}

/// Lets a second go by: whoever is in sends and gets a little, as people do.
pub(crate) fn tick(state: &mut State, second: u64) {
    for (place, peer) in (1..).zip(&mut state.peers).filter(|(_, peer)| peer.connected) {
        // A page is loaded, then something on it changes now and then.
        let burst = match (second + place * 17) % 47 {
            since @ 0..8 => 1_800_000 >> since,
            19 | 28 => 90_000,
            since => since * 30,
        };
        peer.received_bytes += burst / 7 + 60;
        peer.sent_bytes += burst;
    }
}

fn proven(state: &mut State) {
    state.way_in.proven_seconds_ago = Some(3 * 86_400);
    state.status.lamps.door = Pattern::Solid;
}

/// A box whose firewall is in trouble, and a home with a door open that nobody needs.
fn fault(state: &mut State) {
    state.status.faults.push(Fault {
        code: "firewall".to_owned(),
        sentence: "The firewall does not take its rules".to_owned(),
        cause: Some("nft refused the ruleset".to_owned()),
    });
    state.status.lamps.power = Pattern::FastBlink;
    let sentence =
        "Your router lets anybody on the internet through to 192.168.1.30: TCP port 443 leads to port 5001.";
    let to_do =
        "Delete the forwarding of TCP port 443 in the router's settings, unless you know what needs it.";
    let named = [
        ("address", "192.168.1.30"),
        ("protocol", "TCP"),
        ("outside_port", "443"),
        ("inside_port", "5001"),
        ("called", ""),
    ];
    state.way_in.exposed.push(finding("web_forwarded", sentence, Some(to_do), &named));
}

/// A router that opens nothing by itself.
fn closed(state: &mut State) {
    let sentence =
        "The router does not answer when the box asks for a port: PCP, NAT-PMP and UPnP are off in it.";
    let to_do = "Switch one of them on, or in the router forward UDP port 41620 to 192.168.1.9, port 41620.";
    let by_hand = [("address", "192.168.1.9"), ("port", "41620")];
    state.way_in.door_v4 = door(DoorState::Shut, finding("no_answer", sentence, Some(to_do), &by_hand));
    state.way_in.names.push(Name {
        id: 9,
        provider: Provider::DynDns2,
        name: "anna-and-ben.example.org".to_owned(),
        server: Some("https://dyndns.example.org".to_owned()),
        user: Some("anna".to_owned()),
        state: NameState::Failing,
        finding: finding(
            "failing",
            "dyndns.example.org does not accept the token or password; make a new one there and enter it here",
            None,
            &[
                ("reason", "wrong_secret"),
                ("name", "anna-and-ben.example.org"),
                ("who", "dyndns.example.org"),
            ],
        ),
    });
    state.status.lamps.door = Pattern::FastBlink;
}

/// A provider that gives its customers no IPv4 address of their own, but IPv6.
fn cgnat(state: &mut State) {
    let way_in = &mut state.way_in;
    let sentence = "Your home can be reached over IPv6 only, because your provider lets many homes share one internet \
                    address. Where a phone has no IPv6, on some Wi-Fi networks, use mobile data.";
    way_in.verdict = finding("only_v6", sentence, None, &[("why", "shared")]);
    way_in.public_v4 = None;
    way_in.public_v6 = "2001:db8:1:2::9".parse().ok();
    way_in.by_hand.address_v6 = way_in.public_v6;
    way_in.door_v4 = door(DoorState::NotWanted, finding("not_wanted", "There is nothing to open", None, &[]));
    way_in.door_v6 = door(DoorState::Asking, finding("asking", "The box is asking the router", None, &[]));
    if let Some(name) = way_in.names.first_mut() {
        name.state = NameState::Publishing;
        name.finding = finding("publishing", "The provider is being told where your home is", None, &[]);
    }
}

/// An address that no name follows is another one than before.
fn changed(state: &mut State) {
    state.way_in.names.clear();
    state.way_in.address_changed = true;
    for peer in &mut state.peers {
        peer.outdated = true;
    }
    state.status.lamps.door = Pattern::DoubleBlink;
}

/// The home's address is this machine's, so that its ports can be tried.
fn here(state: &mut State) {
    state.way_in.public_v4 = "127.0.0.2".parse().ok();
}

/// A box that was plugged in a moment ago.
fn looking(state: &mut State) {
    let sentence = "It is not known yet whether your home can be reached from outside. Wait a minute. If it stays like \
                    this, look whether something at home blocks the servers that are asked.";
    state.way_in.verdict = finding("not_known_yet", sentence, None, &[]);
    state.way_in.public_v4 = None;
    state.way_in.door_v4 =
        door(DoorState::Asking, finding("asking", "The box is asking the router", None, &[]));
    state.status.home_assistant = None;
}

/// The same box a moment later.
fn found(state: &mut State) {
    let State { status, way_in, .. } = new_box();
    state.status.home_assistant = status.home_assistant;
    state.way_in.verdict = way_in.verdict;
    state.way_in.public_v4 = way_in.public_v4;
    state.way_in.door_v4 = way_in.door_v4;
}

fn new_box() -> State {
    State::clone(&MockGateway::new_box().state().borrow())
}

/// The newest device is in now.
fn come_in(state: &mut State, endpoint: &str) {
    let Some(peer) = state.peers.last_mut() else {
        return;
    };
    peer.connected = true;
    peer.last_handshake_seconds_ago = Some(0);
    peer.endpoint = Some(endpoint.to_owned());
    state.status.lamps.people = Pattern::DoubleBlink;
}

fn come_in_from_outside(state: &mut State) {
    come_in(state, "198.51.100.80:51000");
    state.way_in.proven_seconds_ago = Some(0);
    state.status.lamps.door = Pattern::Solid;
}

fn lock(state: &mut State) {
    state.status.locked = true;
    state.status.lamps.door = Pattern::Off;
}

fn door(state: DoorState, finding: Finding) -> Door {
    Door { state, by: None, outside_port: None, finding }
}

fn finding(code: &str, sentence: &str, advice: Option<&str>, named: &[(&str, &str)]) -> Finding {
    let named = named.iter().map(|(what, value)| ((*what).to_owned(), (*value).to_owned()));

    Finding {
        code: code.to_owned(),
        sentence: sentence.to_owned(),
        advice: advice.map(ToOwned::to_owned),
        values: named.collect::<BTreeMap<_, _>>(),
    }
}
