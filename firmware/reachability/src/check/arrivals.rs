//! What comes in on the box's port. Only the box itself can tell a closed router from a wrong key.

use super::{Code, Facts, MappingFact, Traffic, step::Judgement};

pub(super) fn arrivals(facts: &Facts) -> Judgement {
    match facts.traffic {
        Traffic { proven: true, .. } => {
            Judgement::ok("Your devices have come in within the last seven days.")
        }
        Traffic { datagrams: 0, .. } => Judgement::problem(
            Code::NothingArrives,
            "Nothing at all has arrived from outside: the way is closed, or nobody has tried yet.",
            nothing_to_do(facts),
        )
        .with("port", facts.port)
        .and_no_further(),
        Traffic { .. } => Judgement::ok("Calls from outside arrive."),
    }
}

fn nothing_to_do(facts: &Facts) -> String {
    let test = "Switch the phone's Wi-Fi off and the tunnel on, wait a minute, and look again.";
    let port = facts.port;
    let is_v4 = facts.verdict.reachable_v4.is_some();
    match if is_v4 { &facts.mapping } else { &facts.pinhole } {
        MappingFact::ByHand => {
            format!(
                "{test} If nothing arrives, look in the router whether UDP port {port} leads to the box, and is UDP."
            )
        }
        MappingFact::NotYet
        | MappingFact::NotNeeded
        | MappingFact::Open { .. }
        | MappingFact::Lost
        | MappingFact::Refused
        | MappingFact::NoProtocol => {
            format!(
                "{test} If nothing arrives, let UDP port {port} through to the box in the router's settings."
            )
        }
    }
}

pub(super) fn keys(facts: &Facts) -> Judgement {
    match facts.traffic {
        // One device that comes in says nothing of another that does not.
        Traffic { unknown_keys: PERSISTENT.., .. } => unknown_key(),
        Traffic { proven: true, .. } | Traffic { handshakes: 1.., .. } => {
            Judgement::ok("A device that the box knows has called.")
        }
        Traffic { unknown_keys: 1.., .. } => unknown_key().and_no_further(),
        Traffic { .. } => Judgement::problem(
            Code::OnlyNoise,
            "Something arrives, but no device has called in a way that the box understands.",
            "Look whether the tunnel is on in the phone's WireGuard app. If it is, scan a new QR code.",
        )
        .and_no_further(),
    }
}

/// A device that calls in vain does it every five seconds (the WireGuard paper, section 6.1: Rekey-Timeout); a single
/// call may be a stray one.
const PERSISTENT: u64 = 3;

fn unknown_key() -> Judgement {
    Judgement::problem(
        Code::UnknownKey,
        "A device calls with a key that the box does not know: it was removed, or has an old QR code.",
        "Add that device again on the box's page, and delete the old tunnel on it.",
    )
}

pub(super) fn packets(facts: &Facts) -> Judgement {
    match facts.traffic {
        Traffic { handshakes, completed, .. } if completed < handshakes => Judgement::problem(
            Code::NoPackets,
            "A device calls and is answered, but then nothing comes through the tunnel.",
            "Switch the tunnel on the phone off and on, and open Home Assistant by the address under its QR code.",
        ),
        Traffic { completed: 1.., .. } => Judgement::ok("Packets come through the tunnel."),
        Traffic { proven: true, .. } => Judgement::ok("Packets have come through the tunnel."),
        Traffic { .. } => Judgement::unknown("No packet has come through the tunnel yet."),
    }
}
