use reachability::{
    Situation, Values,
    door::{Opening, Router, Shut, Why},
    names::{NameState, State},
};
use registry::StoredName;
use web_api::wire;

use super::{Standing, accounts::account, check::word, provider};
use crate::lan::HomeNetwork;

impl Standing {
    /// As the page shows it, but for what the daemon itself has seen of it.
    pub(crate) fn wire(&self, names: &[StoredName], home: &HomeNetwork, port: u16) -> wire::WayIn {
        let own_v4 = home.network.v4.first().copied();

        wire::WayIn {
            verdict: verdict(&self.verdict.situation),
            public_v4: self.verdict.reachable_v4,
            public_v6: self.verdict.reachable_v6,
            door_v4: door(&self.door.v4),
            door_v6: door(&self.door.v6),
            router: self.door.router.as_ref().map(called),
            by_hand: wire::ByHand {
                protocol: "UDP".to_owned(),
                port,
                address: own_v4,
                address_v6: home.network.v6.iter().copied().find(|v6| !v6.is_unique_local()),
            },
            names: names.iter().map(|stored| self.wire_name(stored)).collect(),
            proven_seconds_ago: None,
            address_changed: false,
            exposed: Vec::new(),
        }
    }

    /// One of the names.
    pub(crate) fn wire_name(&self, stored: &StoredName) -> wire::Name {
        let state = self.names.iter().find(|state| state.account.0 == stored.id);

        wire::Name {
            id: stored.id,
            provider: provider(stored),
            name: stored.name.clone(),
            server: stored.server.clone(),
            user: stored.user.clone(),
            state: if stored.secret.is_empty() { wire::NameState::Failing } else { name_state(state) },
            finding: if stored.secret.is_empty() { no_secret() } else { name_finding(stored, state) },
        }
    }
}

/// Advice stands beside what is wrong, and there alone; elsewhere it is one more sentence.
fn verdict(situation: &Situation) -> wire::Finding {
    let (code, sentence, to_do) = (situation_code(situation), situation.to_string(), situation.to_do());
    match situation {
        Situation::NotKnownYet | Situation::PublicV4 { .. } | Situation::OnlyV6 { .. } => {
            let more = to_do.map(|to_do| format!(" {to_do}")).unwrap_or_default();
            finding(code, sentence + &more, None, situation.values())
        }
        Situation::DoubleNat { .. } | Situation::Cgnat { .. } | Situation::NoInternet { .. } => {
            finding(code, sentence, to_do, situation.values())
        }
    }
}

fn situation_code(situation: &Situation) -> &'static str {
    match situation {
        Situation::NotKnownYet => "not_known_yet",
        Situation::PublicV4 { .. } => "public_v4",
        Situation::OnlyV6 { .. } => "only_v6",
        Situation::DoubleNat { .. } => "double_nat",
        Situation::Cgnat { .. } => "cgnat",
        Situation::NoInternet { .. } => "no_internet",
    }
}

fn door(opening: &Opening) -> wire::Door {
    match opening {
        Opening::NotWanted => {
            plain_door(wire::DoorState::NotWanted, "not_wanted", "There is nothing to open")
        }
        Opening::Asking => plain_door(wire::DoorState::Asking, "asking", "The box is asking the router"),
        Opening::Open(opened) => wire::Door {
            state: wire::DoorState::Open,
            by: Some(opened.by.to_string()),
            outside_port: Some(opened.port),
            finding: plain("open", "The router lets the tunnel in"),
        },
        Opening::Shut(shut) => wire::Door {
            state: wire::DoorState::Shut,
            by: None,
            outside_port: None,
            finding: shut_finding(shut),
        },
    }
}

/// Whatever says more.
fn called(router: &Router) -> String {
    if router.model.is_empty() { router.name.clone() } else { router.model.clone() }
}

fn plain_door(state: wire::DoorState, code: &str, sentence: &str) -> wire::Door {
    wire::Door { state, by: None, outside_port: None, finding: plain(code, sentence) }
}

fn shut_finding(shut: &Shut) -> wire::Finding {
    let code = match shut.why {
        Why::NotAllowed => "not_allowed",
        Why::NoAnswer => "no_answer",
        Why::Garbled(_) => "garbled",
        Why::Refused { .. } => "refused",
        Why::NoTime(_) => "no_time",
        Why::Lied(_) => "lied",
        Why::RouterHasPrivateAddress(_) | Why::BehindAnotherRouter | Why::BehindCarrier => {
            "router_has_private_address"
        }
    };

    finding(code, shut.to_string(), Some(shut.to_do()), shut.values())
}

fn name_state(state: Option<&NameState>) -> wire::NameState {
    match state.map(|state| &state.state) {
        None | Some(State::Waiting | State::Publishing) => wire::NameState::Publishing,
        Some(State::Published { .. }) => wire::NameState::Published,
        Some(State::Failing { .. }) => wire::NameState::Failing,
    }
}

fn name_finding(stored: &StoredName, state: Option<&NameState>) -> wire::Finding {
    match state.map(|state| &state.state) {
        Some(State::Waiting) => plain("waiting", "There is no address yet by which your home can be reached"),
        None | Some(State::Publishing) => {
            plain("publishing", "The provider is being told where your home is")
        }
        Some(State::Published { addresses, .. }) => {
            let v4 = addresses.v4.map(|v4| v4.to_string());
            let v6 = addresses.v6.map(|v6| v6.to_string());
            let to = [v4, v6].into_iter().flatten().collect::<Vec<_>>().join(" and ");
            let values = Values::default().with_known("v4", addresses.v4).with_known("v6", addresses.v6);
            finding("published", format!("The name leads to {to}"), None, values)
        }
        Some(State::Failing { reason, why, for_the_owner, .. }) => {
            let again = "The box tries again by itself".to_owned();
            let values = Values::default()
                .with("reason", word(reason))
                .with("name", &stored.name)
                .with_known("who", account(stored).ok().map(|account| account.provider().to_string()));
            finding("failing", why.clone(), (!for_the_owner).then_some(again), values)
        }
    }
}

/// As it is after a restore.
fn no_secret() -> wire::Finding {
    let sentence = "The box has no token for this name, since none is ever in a backup";
    let advice = "Add the name again with its token or password";

    finding("secret_missing", sentence.to_owned(), Some(advice.to_owned()), Values::default())
}

/// What names nothing.
fn plain(code: &str, sentence: &str) -> wire::Finding {
    finding(code, sentence.to_owned(), None, Values::default())
}

fn finding(code: &str, sentence: String, advice: Option<String>, values: Values) -> wire::Finding {
    wire::Finding { code: code.to_owned(), sentence, advice, values: values.into() }
}
