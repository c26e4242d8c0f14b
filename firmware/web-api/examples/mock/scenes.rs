//! How things may be, for a look at the page.

use model::Pattern;
use web_api::{
    Gateway,
    mock::MockGateway,
    wire::{Door, DoorState, Finding, Name, NameState, Provider, State},
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
        _ => {}
    }
}

fn proven(state: &mut State) {
    state.way_in.proven_seconds_ago = Some(3 * 86_400);
    state.status.lamps.door = Pattern::Solid;
}

/// A router that opens nothing by itself.
fn closed(state: &mut State) {
    let advice = "Open it by hand: in the router, forward UDP port 41620 to 192.168.1.9";
    let sentence = "The router does not open the door by itself";
    state.way_in.door_v4 = door(DoorState::Shut, finding("no_mapping_protocol", sentence, Some(advice)));
    state.way_in.names.push(Name {
        id: 9,
        provider: Provider::DynDns2,
        name: "anna-and-ben.example.org".to_owned(),
        server: Some("dyndns.example.org".to_owned()),
        user: Some("anna".to_owned()),
        state: NameState::Failing,
        finding: finding(
            "wrong_secret",
            "dyndns.example.org does not take this password",
            Some("Make a new one there, and add the name again with it"),
        ),
    });
    state.status.lamps.door = Pattern::FastBlink;
}

/// A provider that gives its customers no IPv4 address of their own, but IPv6.
fn cgnat(state: &mut State) {
    let way_in = &mut state.way_in;
    let advice =
        "Ask your provider for “a public IPv4 address”; many give one for free. Until then, phones need IPv6";
    let sentence = "Your provider shares one IPv4 address among many homes, so only IPv6 leads to yours";
    way_in.verdict = finding("only_v6", sentence, Some(advice));
    way_in.public_v4 = None;
    way_in.public_v6 = "2001:db8:1:2::9".parse().ok();
    way_in.by_hand.address_v6 = way_in.public_v6;
    way_in.door_v4 = door(DoorState::NotWanted, finding("not_wanted", "There is nothing to open", None));
    way_in.door_v6 = door(DoorState::Asking, finding("asking", "The box is asking the router", None));
    way_in.names[0].state = NameState::Publishing;
    way_in.names[0].finding = finding("publishing", "The name is being published", None);
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
    state.way_in.verdict =
        finding("not_known_yet", "The box is still finding out how your home is connected", None);
    state.way_in.public_v4 = None;
    state.way_in.door_v4 = door(DoorState::Asking, finding("asking", "The box is asking the router", None));
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

fn finding(code: &str, sentence: &str, advice: Option<&str>) -> Finding {
    Finding { code: code.to_owned(), sentence: sentence.to_owned(), advice: advice.map(ToOwned::to_owned) }
}
