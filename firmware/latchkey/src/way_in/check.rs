use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use model::Host;
use reachability::{
    Web,
    check::{
        Answer, ClockFact, Facts, Finding, HomeAssistantFact, LockFact, MappingFact, NameFact, Report,
        Resolution,
    },
    door::{Opening, Why},
    exposure::{self, AskError, Providers},
    names::State,
};
use registry::Snapshot;
use serde::Serialize;
use tokio::{net::lookup_host, task::JoinSet, time::timeout};
use web_api::wire;

use super::Standing;
use crate::{clock, home_assistant::Choice, present::Present};

mod router;

/// Looks at everything between a phone outside and Home Assistant, and says what is in the way.
pub(crate) async fn check(web: &Web, present: &Present) -> wire::Check {
    to_wire(Report::of(&facts(web, present).await))
}

/// Everything is asked at the same time, so that it takes no longer than the slowest.
async fn facts(web: &Web, present: &Present) -> Facts {
    let Present { snapshot, standing, home, .. } = present;
    let now = present.endpoint().filter(|(_, is_makeshift)| !is_makeshift).map(|(endpoint, _)| endpoint.host);
    let (router, dns, name, told, home_assistant) = tokio::join!(
        router::answers(present),
        dns(present),
        name(now.as_ref(), standing),
        told(now.as_ref(), present),
        home_assistant(web, present)
    );

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
        told,
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

/// What devices were told that are told something else now, all of it at the same time.
async fn told(now: Option<&Host>, present: &Present) -> Vec<NameFact> {
    let mut asked = JoinSet::new();
    for host in told_before(now, &present.snapshot) {
        let standing = present.standing.clone();
        asked.spawn(async move { name(Some(&host), &standing).await });
    }

    asked.join_all().await
}

fn told_before(now: Option<&Host>, snapshot: &Snapshot) -> Vec<Host> {
    let told = snapshot.peers.iter().filter_map(|peer| peer.endpoint.as_ref());
    let hosts = told.map(|endpoint| &endpoint.host).filter(|host| Some(*host) != now);
    let mut hosts = hosts.cloned().collect::<Vec<_>>();
    hosts.sort_by_key(Host::to_string);
    hosts.dedup();
    hosts.truncate(MOST_HOSTS);

    hosts
}

async fn name(host: Option<&Host>, standing: &Standing) -> NameFact {
    let name = match host {
        None => return NameFact::None,
        Some(Host::Address(address)) => return NameFact::Address { address: *address },
        Some(Host::Name(name)) => name.clone(),
    };
    let state = standing.names.iter().find(|state| state.name == name);
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

    home_assistant_fact(address, exposure::ask(web, address).await)
}

fn home_assistant_fact(address: SocketAddr, answer: Result<Providers, AskError>) -> HomeAssistantFact {
    match answer {
        Err(AskError::Status(403)) => HomeAssistantFact::Banned { address },
        Err(AskError::Silence | AskError::Web(_)) => HomeAssistantFact::Silent { address },
        // A URL has no place for an interface, and packets that are passed on need none.
        Err(AskError::Address) => HomeAssistantFact::NotTried,
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
        values: step.values.into(),
        finding: step.finding.map(finding),
    });

    wire::Check { steps: steps.collect(), finding: report.finding.map(finding) }
}

fn finding(finding: Finding) -> wire::Finding {
    wire::Finding {
        code: word(&finding.code),
        sentence: finding.sentence,
        advice: Some(finding.to_do),
        values: finding.values.into(),
    }
}

/// The word that a value without fields is in JSON.
pub(super) fn word(value: &impl Serialize) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();

    json.as_str().unwrap_or_default().to_owned()
}

const PATIENCE: Duration = Duration::from_secs(8);
/// Nobody moves so often that more of them are of use to somebody.
const MOST_HOSTS: usize = 8;
/// The first of January 2026.
const WRITTEN: u64 = 1_767_225_600;

#[cfg(test)]
mod tests {
    use model::{HostNumber, Peer, PeerId, PresharedKey, PrivateKey, Role};

    use super::*;

    #[test]
    fn a_clock_from_before_this_was_written_is_wrong() {
        assert_eq!(clock_fact(true, 0), ClockFact::Wrong);
        assert_eq!(clock_fact(false, WRITTEN), ClockFact::NotKnown);
        assert_eq!(clock_fact(true, WRITTEN), ClockFact::Right);
    }

    #[test]
    fn every_name_that_some_device_was_told_is_looked_up_once() {
        let peers = ["b.example.org:1", "now.example.org:1", "a.example.org:1", "a.example.org:2"];
        let peers = peers.into_iter().map(|told| Peer {
            id: PeerId(1),
            name: "Anna".parse().unwrap(),
            role: Role::Owner,
            public_key: PrivateKey::from_bytes([1; 32]).public_key(),
            preshared_key: PresharedKey::generate(),
            host: HostNumber::GATEWAY,
            created_at: 0,
            endpoint: told.parse().ok(),
        });
        let snapshot = Snapshot { peers: peers.collect(), ..Snapshot::default() };
        let now = "now.example.org".parse().unwrap();

        let hosts = told_before(Some(&now), &snapshot);

        assert_eq!(hosts, ["a.example.org", "b.example.org"].map(|host| host.parse().unwrap()));
    }

    #[test]
    fn home_assistant_at_an_address_that_is_no_url_is_not_silent() {
        let address = "[fe80::1%2]:8123".parse().unwrap();

        assert_eq!(home_assistant_fact(address, Err(AskError::Address)), HomeAssistantFact::NotTried);
        assert_eq!(
            home_assistant_fact(address, Err(AskError::Silence)),
            HomeAssistantFact::Silent { address }
        );
    }
}
