//! What is at home: the box, its cable, its router, Home Assistant.

use super::{Answer, Code, Facts, HomeAssistantFact, LockFact, step::Judgement};

pub(super) fn access(facts: &Facts) -> Judgement {
    match (facts.lock, facts.devices) {
        (LockFact::Locked, _) => Judgement::problem(
            Code::Locked,
            "Remote access is switched off.",
            "Hold the button on the box for 10 seconds to switch it on again.",
        )
        .and_no_further(),
        (LockFact::Open, 0) => Judgement::problem(
            Code::NoDevices,
            "No device has been let in yet.",
            "Add your phone on the box's page and scan the QR code.",
        )
        .and_no_further(),
        (LockFact::Open, 1) => Judgement::ok("Remote access is on, for one device.").with("devices", 1),
        (LockFact::Open, devices) => {
            Judgement::ok(format!("Remote access is on, for {devices} devices.")).with("devices", devices)
        }
    }
}

pub(super) fn link(facts: &Facts) -> Judgement {
    if facts.link {
        return Judgement::ok("The box is connected to your network.");
    }

    Judgement::problem(
        Code::NoLink,
        "The box is not connected to your network.",
        "Look at both ends of the network cable.",
    )
    .and_no_further()
}

pub(super) fn address(facts: &Facts) -> Judgement {
    if let Some(address) = facts.addresses.first() {
        return Judgement::ok(format!("The box has the address {address}.")).with("address", address);
    }

    Judgement::problem(
        Code::NoAddress,
        "Your router has not given the box an address.",
        "Look whether the router is on, then take the box off its power once.",
    )
    .and_no_further()
}

pub(super) fn router(facts: &Facts) -> Judgement {
    match facts.router {
        Answer::Yes => Judgement::ok("Your router answers."),
        Answer::NotTried => Judgement::unknown("Your router was not asked."),
        Answer::No => Judgement::problem(
            Code::RouterSilent,
            "Your router does not answer.",
            "Take the router off its power, wait ten seconds, and switch it on again.",
        )
        .and_no_further(),
    }
}

pub(super) fn home_assistant(facts: &Facts) -> Judgement {
    match facts.home_assistant {
        HomeAssistantFact::Answers { address } => {
            Judgement::ok(format!("Home Assistant answers at {address}.")).with("address", address)
        }
        HomeAssistantFact::NotTried => Judgement::unknown("Home Assistant was not asked."),
        HomeAssistantFact::NotFound => Judgement::problem(
            Code::HomeAssistantNotFound,
            "Home Assistant has not been found in your network.",
            "Look whether it is on, or type its address into the box's settings.",
        ),
        HomeAssistantFact::Silent { address } => Judgement::problem(
            Code::HomeAssistantSilent,
            format!("Home Assistant does not answer at {address}."),
            "Open it on a computer at home. If that works, type the address that you see there into the box's settings.",
        )
        .with("address", address),
        HomeAssistantFact::Banned { address } => Judgement::problem(
            Code::HomeAssistantBans,
            format!("Home Assistant at {address} refuses the box, probably after wrong passwords."),
            "Remove the box's address from Home Assistant's file ip_bans.yaml and restart Home Assistant.",
        )
        .with("address", address),
    }
}
