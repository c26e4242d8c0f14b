//! The way through the router.

use std::net::IpAddr;

use super::{Code, Facts, MappingFact, step::Judgement};

/// Over IPv4 if home can be reached over it, since phones try that first; else over IPv6.
pub(super) fn mapping(facts: &Facts) -> Judgement {
    let verdict = &facts.verdict;
    match (verdict.reachable_v4, verdict.reachable_v6) {
        (Some(_), _) => judge(facts, &facts.mapping, "forward"),
        (None, Some(_)) => judge(facts, &facts.pinhole, "allow"),
        (None, None) => Judgement::unknown("It is not known where the way would lead."),
    }
}

fn judge(facts: &Facts, fact: &MappingFact, verb: &str) -> Judgement {
    let target = target(facts, verb == "allow");
    let by_hand = format!(
        "In the router's settings, {verb} UDP port {} to the box{}.",
        facts.port,
        target.map(|address| format!(", {address}")).unwrap_or_default()
    );
    let problem = |code, sentence| {
        Judgement::problem(code, sentence, by_hand).with("port", facts.port).with_known("address", target)
    };
    match fact {
        // The owner, or somebody else, has opened it by hand.
        MappingFact::Refused | MappingFact::NoProtocol if facts.traffic.proven => {
            Judgement::ok("A device has come in this way within the last seven days.")
        }
        MappingFact::NotYet => Judgement::unknown("Your router is still being asked."),
        MappingFact::NotNeeded => Judgement::ok("Nothing stands in the way."),
        MappingFact::ByHand => Judgement::ok("You have opened the router by hand."),
        MappingFact::Open { port } => Judgement::ok(format!("Your router has opened UDP port {port}.")),
        MappingFact::Lost => problem(
            Code::MappingLost,
            "Your router says that it lets calls in, and then knows nothing of it.",
        ),
        MappingFact::Refused => problem(Code::RouterRefuses, "Your router refuses to let calls in."),
        MappingFact::NoProtocol => {
            problem(Code::RouterCannotBeAsked, "Your router cannot be asked to let calls in.")
        }
    }
}

fn target(facts: &Facts, v6: bool) -> Option<IpAddr> {
    match facts.verdict.reachable_v6.filter(|_| v6) {
        Some(address) => Some(address.into()),
        None => facts.addresses.iter().copied().find(|address| address.is_ipv6() == v6),
    }
}
