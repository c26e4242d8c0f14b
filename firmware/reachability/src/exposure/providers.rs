use std::str::FromStr;

use serde::Deserialize;

use super::{Code, Exposure};
use crate::Values;

/// In which ways Home Assistant lets people in: its answer to `GET /auth/providers`.
///
/// It names only those that are open to whoever asks. The box asks from the address that all devices in the tunnel have
/// for Home Assistant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Providers {
    types: Vec<String>,
}

impl Providers {
    /// Whether somebody from the home network gets in without a password.
    #[must_use]
    pub fn trust_the_network(&self) -> bool {
        self.types.iter().any(|kind| kind == "trusted_networks")
    }
}

impl FromStr for Providers {
    type Err = InvalidProviders;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let answer = serde_json::from_str::<Answer>(s).map_err(|_| InvalidProviders)?;
        let (Answer::Now { providers } | Answer::Before2024(providers)) = answer;

        Ok(Self { types: providers.into_iter().map(|provider| provider.kind).collect() })
    }
}

/// A text that Home Assistant does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not what Home Assistant answers")]
pub struct InvalidProviders;

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Now { providers: Vec<Provider> },
    Before2024(Vec<Provider>),
}

#[derive(Deserialize)]
struct Provider {
    #[serde(rename = "type")]
    kind: String,
}

/// Says if devices in the tunnel need no login.
#[must_use]
pub fn logins(providers: &Providers) -> Option<Exposure> {
    providers.trust_the_network().then(|| Exposure {
        code: Code::LoginNotNeeded,
        sentence: "Home Assistant lets everybody in from your network without a password, and so every device that comes \
                   in from outside, guests' too."
            .to_owned(),
        to_do: "Remove “trusted_networks” from “auth_providers” in Home Assistant's configuration.yaml, or take the box's \
                address out of it."
            .to_owned(),
        values: Values::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trusted_network_is_told_in_the_present_and_the_former_form() {
        for (text, trusts) in [
            (
                r#"{"providers":[{"name":"Home Assistant Local","id":null,"type":"homeassistant"}],"preselect_remember_me":true}"#,
                false,
            ),
            (
                r#"{"providers":[{"name":"Trusted Networks","id":null,"type":"trusted_networks","users":{}},{"name":"x","id":null,"type":"homeassistant"}],"preselect_remember_me":false}"#,
                true,
            ),
            (r#"[{"name":"Home Assistant Local","id":null,"type":"homeassistant"}]"#, false),
            (r#"[{"name":"Trusted Networks","id":null,"type":"trusted_networks"}]"#, true),
            (r#"{"providers":[]}"#, false),
        ] {
            let providers = text.parse::<Providers>().unwrap();

            assert_eq!(providers.trust_the_network(), trusts, "{text}");
            assert_eq!(
                logins(&providers).map(|exposure| exposure.code),
                trusts.then_some(Code::LoginNotNeeded)
            );
        }
    }

    #[test]
    fn what_is_no_answer_of_home_assistant_is_refused() {
        let deep = "[".repeat(60_000);
        for text in
            ["", "null", "<html>", r#"{"message":"Onboarding not finished"}"#, r#"[{"name":"x"}]"#, &deep]
        {
            assert_eq!(text.parse::<Providers>(), Err(InvalidProviders));
        }
    }
}
