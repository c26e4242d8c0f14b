//! What is outside: the home's address there, names, the time.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Answer, ClockFact, Code, Facts, Finding, NameFact, Resolution, step::Judgement};
use crate::{Situation, Verdict};

pub(super) fn verdict(facts: &Facts) -> Judgement {
    let situation = &facts.verdict.situation;
    let sentence = situation.to_string();
    let problem = |code| {
        Judgement::problem(code, sentence.clone(), situation.to_do().unwrap_or_default())
            .with_all(situation.values())
            .and_no_further()
    };
    match situation {
        Situation::PublicV4 { .. } | Situation::OnlyV6 { .. } => Judgement::ok(sentence),
        Situation::NotKnownYet => Judgement::unknown(sentence),
        // Whoever came in all the same knows better.
        Situation::DoubleNat { .. } | Situation::Cgnat { .. } if facts.traffic.proven => {
            Judgement::unknown("A device has come in, though it looks as if your home could not be reached.")
        }
        Situation::DoubleNat { .. } => problem(Code::DoubleNat),
        Situation::Cgnat { .. } => problem(Code::Cgnat),
        Situation::NoInternet { .. } => problem(Code::NoInternet),
    }
}

pub(super) fn dns(facts: &Facts) -> Judgement {
    match facts.dns {
        Answer::Yes => Judgement::ok("Names on the internet can be looked up."),
        Answer::NotTried => Judgement::unknown("No name was looked up."),
        Answer::No => Judgement::problem(
            Code::NoDns,
            "Names on the internet cannot be looked up, so that the name of your home cannot follow its address.",
            "Restart the router. If a filter for advertisements runs at home, let it look up names for the box.",
        ),
    }
}

pub(super) fn clock(facts: &Facts) -> Judgement {
    match facts.clock {
        ClockFact::Right => Judgement::ok("The clock is right."),
        ClockFact::NotKnown => Judgement::unknown("Nobody has told the box the time yet."),
        ClockFact::Wrong => Judgement::problem(
            Code::ClockWrong,
            "The box's clock is wrong, so that it trusts no server.",
            "Take the box off its power once while the internet works; it then asks for the time.",
        ),
    }
}

pub(super) fn name(facts: &Facts) -> Judgement {
    let now = one(&facts.verdict, &facts.name).with("told", "now");
    if now.finding.is_some() {
        return now;
    }
    let mut told = facts.told.iter().map(|name| one(&facts.verdict, name));

    told.find_map(|judgement| judgement.finding).map_or(now, of_old)
}

/// Whatever is wrong with it, the device can be told something better.
fn of_old(finding: Finding) -> Judgement {
    let to_do = "Make a new QR code on the box's page for each device that has an old one.";

    Judgement::problem(finding.code, finding.sentence, to_do).with_all(finding.values.with("told", "before"))
}

fn one(verdict: &Verdict, name: &NameFact) -> Judgement {
    match name {
        NameFact::None => Judgement::problem(
            Code::NoName,
            "Your devices do not know where your home is: it has no name yet.",
            "Choose a name for your home on the box's page.",
        ),
        NameFact::Address { address } => address_typed(verdict, *address),
        NameFact::Name { name, resolution, refused } => match resolution {
            Resolution::Addresses { v4, v6 } if !is_wrong(verdict, v4, v6) => {
                Judgement::ok(format!("{name} leads to your home."))
            }
            _ if *refused => refused_name(name),
            Resolution::NotTried => Judgement::unknown(format!("{name} was not looked up.")),
            Resolution::Nothing => Judgement::problem(
                Code::NameUnknown,
                format!("The internet does not know {name}."),
                "Look at the name's provider whether the name is still yours, and type it again on the box's page.",
            )
            .with("name", name),
            Resolution::Addresses { v4, v6 } => resolved(verdict, name, v4, v6),
        },
    }
}

fn refused_name(name: &str) -> Judgement {
    Judgement::problem(
        Code::NameRefused,
        format!("The provider of {name} refuses to change where it leads."),
        "Type the token of that provider again on the box's page.",
    )
    .with("name", name)
}

fn is_wrong(verdict: &Verdict, v4: &[Ipv4Addr], v6: &[Ipv6Addr]) -> bool {
    let is_stale = stale(verdict, v4, v6).is_some();

    is_stale || (v4.is_empty() && v6.is_empty())
}

/// The first address that does not lead here, where it is known what would.
fn stale(verdict: &Verdict, v4: &[Ipv4Addr], v6: &[Ipv6Addr]) -> Option<IpAddr> {
    if verdict.reachable_v4.is_none() && verdict.reachable_v6.is_none() {
        return None;
    }
    let stale_v4 = v4.iter().find(|address| verdict.reachable_v4 != Some(**address)).copied().map(IpAddr::V4);
    let stale_v6 = v6.iter().find(|address| verdict.reachable_v6 != Some(**address)).copied().map(IpAddr::V6);

    stale_v4.or(stale_v6)
}

fn resolved(verdict: &Verdict, name: &str, v4: &[Ipv4Addr], v6: &[Ipv6Addr]) -> Judgement {
    let wait =
        "Wait five minutes and look again. If it stays, look at the name's provider on the box's page.";
    match stale(verdict, v4, v6) {
        Some(address) if is_reachable_in_family_of(verdict, address) => Judgement::problem(
            Code::NameElsewhere,
            format!("{name} leads to {address}, which is not your home's address."),
            wait,
        )
        .with("name", name)
        .with("address", address),
        Some(address) => Judgement::problem(
            Code::NameUnreachable,
            format!(
                "{name} leads to {address} too, where your home cannot be reached, and phones try that first."
            ),
            format!("Remove {address} at the provider of the name, or let the box alone change that name."),
        )
        .with("name", name)
        .with("address", address),
        None => {
            Judgement::problem(Code::NameUnknown, format!("{name} leads nowhere."), wait).with("name", name)
        }
    }
}

fn address_typed(verdict: &Verdict, address: IpAddr) -> Judgement {
    let addresses = match address {
        IpAddr::V4(v4) => stale(verdict, &[v4], &[]),
        IpAddr::V6(v6) => stale(verdict, &[], &[v6]),
    };
    if addresses.is_none() {
        return Judgement::ok(format!("Your devices call {address}."));
    }

    Judgement::problem(
        Code::NameElsewhere,
        format!("Your devices call {address}, which is not your home's address."),
        "Choose a name for your home on the box's page: a name follows the address.",
    )
    .with("name", "")
    .with("address", address)
}

fn is_reachable_in_family_of(verdict: &Verdict, address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => verdict.reachable_v4.is_some(),
        IpAddr::V6(_) => verdict.reachable_v6.is_some(),
    }
}
