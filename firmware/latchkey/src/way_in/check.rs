use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use model::Host;
use reachability::{
    Web,
    check::{
        Answer, ClockFact, Facts, HomeAssistantFact, LockFact, MappingFact, NameFact, Report, Resolution,
    },
    door::{Opening, Why},
    exposure::{self, AskError},
    names::State,
};
use serde::Serialize;
use tokio::{net::lookup_host, time::timeout};
use web_api::wire;

use crate::{clock, home_assistant::Choice, present::Present};

mod router;

/// Looks at everything between a phone outside and Home Assistant, and says what is in the way.
pub(crate) async fn check(web: &Web, present: &Present) -> wire::Check {
    to_wire(Report::of(&facts(web, present).await))
}

/// Everything is asked at the same time, so that it takes no longer than the slowest.
async fn facts(web: &Web, present: &Present) -> Facts {
    let Present { snapshot, standing, home, .. } = present;
    let (router, dns, name, home_assistant) =
        tokio::join!(router::answers(present), dns(present), name(present), home_assistant(web, present));

    Facts {
        lock: if snapshot.locked { LockFact::Locked } else { LockFact::Open },
        devices: snapshot.peers.len(),
        link: home.network.link,
        addresses: home.own_addresses(),
        router,
        dns,
        clock: clock_fact(present.clock_is_set, clock::unix_seconds()),
        verdict: standing.verdict.clone(),
        port: present.port,
        mapping: mapping(&standing.door.v4, snapshot.settings.port_mapping),
        pinhole: mapping(&standing.door.v6, snapshot.settings.port_mapping),
        name,
        traffic: present.traffic,
        home_assistant,
    }
}

/// Asks for a name that is asked for anyway.
async fn dns(present: &Present) -> Answer {
    if !present.snapshot.settings.address_lookup {
        return Answer::NotTried;
    }

    match timeout(PATIENCE, lookup_host(reachability::LookoutConfig::STUN[0])).await {
        Ok(Ok(_)) => Answer::Yes,
        Ok(Err(_)) | Err(_) => Answer::No,
    }
}

async fn name(present: &Present) -> NameFact {
    let Some((endpoint, false)) = present.endpoint() else { return NameFact::None };
    let name = match endpoint.host {
        Host::Address(address) => return NameFact::Address { address },
        Host::Name(name) => name,
    };
    let state = present.standing.names.iter().find(|state| state.name == name);
    let refused =
        state.is_some_and(|state| matches!(state.state, State::Failing { for_the_owner: true, .. }));
    let resolution = match timeout(PATIENCE, lookup_host((name.as_str(), 0))).await {
        Ok(Ok(found)) => resolution(found),
        Ok(Err(_)) => Resolution::Nothing,
        Err(_) => Resolution::NotTried,
    };

    NameFact::Name { name, resolution, refused }
}

fn resolution(found: impl Iterator<Item = SocketAddr>) -> Resolution {
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for address in found {
        match address.ip() {
            IpAddr::V4(address) => v4.push(address),
            IpAddr::V6(address) => v6.push(address),
        }
    }

    Resolution::Addresses { v4, v6 }
}

async fn home_assistant(web: &Web, present: &Present) -> HomeAssistantFact {
    let choice = present.home_assistant.as_ref();
    let Some(address) = choice.and_then(Choice::address) else { return HomeAssistantFact::NotFound };

    match exposure::ask(web, address).await {
        Err(AskError::Status(403)) => HomeAssistantFact::Banned { address },
        Err(AskError::Silence | AskError::Web(_) | AskError::Address) => {
            HomeAssistantFact::Silent { address }
        }
        Ok(_) | Err(AskError::Status(_) | AskError::Answer(_)) => HomeAssistantFact::Answers { address },
    }
}

/// A clock that stands before this program was written is wrong whatever the kernel says.
fn clock_fact(is_set: bool, unix_seconds: u64) -> ClockFact {
    if unix_seconds < WRITTEN {
        ClockFact::Wrong
    } else if is_set {
        ClockFact::Right
    } else {
        ClockFact::NotKnown
    }
}

fn mapping(opening: &Opening, is_asked_for: bool) -> MappingFact {
    match opening {
        Opening::NotWanted => MappingFact::NotNeeded,
        Opening::Asking => MappingFact::NotYet,
        Opening::Open(opened) => MappingFact::Open { port: opened.port },
        Opening::Shut(_) if !is_asked_for => MappingFact::ByHand,
        Opening::Shut(shut) => match shut.why {
            Why::NotAllowed => MappingFact::ByHand,
            Why::NoAnswer | Why::Garbled(_) => MappingFact::NoProtocol,
            Why::Lied(_) => MappingFact::Lost,
            Why::Refused { .. }
            | Why::NoTime(_)
            | Why::RouterHasPrivateAddress(_)
            | Why::BehindAnotherRouter
            | Why::BehindCarrier => MappingFact::Refused,
        },
    }
}

fn to_wire(report: Report) -> wire::Check {
    let steps = report.steps.into_iter().map(|step| wire::Step {
        code: word(&step.id),
        title: step.title.to_owned(),
        outcome: match step.outcome {
            reachability::check::Outcome::Ok => wire::Outcome::Ok,
            reachability::check::Outcome::Problem => wire::Outcome::Problem,
            reachability::check::Outcome::Unknown => wire::Outcome::Unknown,
            reachability::check::Outcome::Skipped => wire::Outcome::Skipped,
        },
        sentence: step.sentence,
    });
    let finding = report.finding.map(|finding| wire::Finding {
        code: word(&finding.code),
        sentence: finding.sentence,
        advice: Some(finding.to_do),
    });

    wire::Check { steps: steps.collect(), finding }
}

/// The word that a value without fields is in JSON.
pub(super) fn word(value: &impl Serialize) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();

    json.as_str().unwrap_or_default().to_owned()
}

const PATIENCE: Duration = Duration::from_secs(8);
/// The first of January 2026.
const WRITTEN: u64 = 1_767_225_600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_from_before_this_was_written_is_wrong() {
        assert_eq!(clock_fact(true, 0), ClockFact::Wrong);
        assert_eq!(clock_fact(false, WRITTEN), ClockFact::NotKnown);
        assert_eq!(clock_fact(true, WRITTEN), ClockFact::Right);
    }
}
