use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{Dialogue, Refusal, Step, request, url, with_json};
use crate::{
    Request, Response,
    names::{Account, Addresses, Reason, Secret},
};

/// `https://dynv6.github.io/api-spec/`, and for what that cannot do, `https://dynv6.com/docs/apis`.
///
/// It is read before anything is changed, and once more afterwards.
pub(super) struct Dynv6 {
    name: String,
    token: Secret,
    wanted: Addresses,
    asked: Asked,
}

#[derive(Clone, Copy)]
enum Asked {
    /// Which records there are.
    Zone,
    /// To remove the A record of this zone; its AAAA record may have to be changed, too.
    RemoveV4(Zone),
    /// To change the records.
    Change,
    /// Which records there are by now.
    ZoneAgain,
}

/// What we want to know of a zone.
#[derive(Clone, Copy)]
struct Zone {
    id: u64,
    v4: Option<Ipv4Addr>,
    v6: Option<Ipv6Addr>,
}

impl Zone {
    fn read(answer: &Response) -> Option<Self> {
        #[derive(Deserialize)]
        struct Fields {
            id: u64,
            ipv4address: Option<String>,
            ipv6prefix: Option<String>,
        }
        let fields: Fields = serde_json::from_str(&answer.text).ok()?;
        // A prefix's length may follow.
        let v6 = fields.ipv6prefix.as_deref().and_then(|text| text.split('/').next()?.parse().ok());

        Some(Self { id: fields.id, v4: fields.ipv4address.and_then(|text| text.parse().ok()), v6 })
    }
}

impl Dynv6 {
    pub(super) fn new(account: &Account, wanted: Addresses) -> Self {
        Self { name: account.name().to_owned(), token: account.secret().clone(), wanted, asked: Asked::Zone }
    }

    fn bearer(&self, method: Method, path: &str) -> Request {
        let mut url = url("https://dynv6.com/api/v2/zones");
        url.set_path(&format!("/api/v2/zones/{path}"));

        request(method, url, &format!("Bearer {}", self.token.expose()))
    }

    fn look(&self) -> Step {
        Step::ask(self.bearer(Method::GET, &format!("by-name/{}", self.name)))
    }

    /// The REST API knows no way; this one wants its token in the query.
    fn remove_v4(&self) -> Step {
        let mut url = url("https://dynv6.com/api/update");
        url.query_pairs_mut()
            .append_pair("zone", &self.name)
            .append_pair("token", self.token.expose())
            .append_pair("ipv4", "-");

        Step::ask(Request::new(Method::GET, url))
    }

    fn first(&mut self, zone: Zone) -> Step {
        if self.wanted.v4.is_none() && zone.v4.is_some() {
            self.asked = Asked::RemoveV4(zone);
            return self.remove_v4();
        }

        self.change(zone)
    }

    /// An empty text for the record that must go is not documented; reading it again tells whether it was understood.
    fn change(&mut self, zone: Zone) -> Step {
        let mut fields = serde_json::Map::new();
        if self.wanted.v4.is_some() && self.wanted.v4 != zone.v4 {
            fields.insert("ipv4address".to_owned(), json!(self.wanted.v4_text()));
        }
        if self.wanted.v6 != zone.v6 {
            fields.insert("ipv6prefix".to_owned(), json!(self.wanted.v6_text()));
        }
        if fields.is_empty() {
            return self.look_again();
        }
        self.asked = Asked::Change;

        Step::ask(with_json(self.bearer(Method::PATCH, &zone.id.to_string()), &fields.into()))
    }

    fn look_again(&mut self) -> Step {
        self.asked = Asked::ZoneAgain;

        self.look()
    }

    fn check(&self, zone: Zone) -> Step {
        if self.wanted == (Addresses { v4: zone.v4, v6: zone.v6 }) {
            return Step::Done;
        }
        if self.wanted.v6.is_none() && zone.v6.is_some() && self.wanted.v4 == zone.v4 {
            let why = format!(
                "{WHO} does not remove the IPv6 address of {}, at which this home is not reached; remove it there",
                self.name
            );
            return Step::Refused(Refusal::for_the_owner(Reason::OnlyByHand, why));
        }

        Step::Refused(Refusal::lied(WHO))
    }

    fn refusal(&self, answer: &Response) -> Step {
        Step::Refused(match (self.asked, answer.status) {
            (Asked::Zone | Asked::RemoveV4(_), 404) => {
                let why = format!("{WHO} has no zone {} that belongs to this token", self.name);
                Refusal::for_the_owner(Reason::NotYours, why)
            }
            (Asked::Zone | Asked::RemoveV4(_) | Asked::Change | Asked::ZoneAgain, _) => {
                Refusal::of_status(WHO, answer)
            }
        })
    }
}

impl Dialogue for Dynv6 {
    fn begin(&mut self) -> Step {
        self.look()
    }

    fn hear(&mut self, answer: &Response) -> Step {
        if !(200..300).contains(&answer.status) {
            return self.refusal(answer);
        }
        match (self.asked, Zone::read(answer)) {
            (Asked::Zone, Some(zone)) if self.wanted == (Addresses { v4: zone.v4, v6: zone.v6 }) => {
                Step::Done
            }
            (Asked::Zone, Some(zone)) => self.first(zone),
            (Asked::RemoveV4(zone), _) => self.change(zone),
            (Asked::Change, _) => self.look_again(),
            (Asked::ZoneAgain, Some(zone)) => self.check(zone),
            (Asked::Zone | Asked::ZoneAgain, None) => self.refusal(answer),
        }
    }
}

const WHO: &str = "dynv6";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{
        Provider,
        dialogue::{
            Wait,
            testing::{account, addresses, answer, authorization, body, query, refusal, said},
        },
    };

    const ZONE: &str = "https://dynv6.com/api/v2/zones/by-name/home.dynv6.net";
    const RECORD: &str = "https://dynv6.com/api/v2/zones/42";

    #[test]
    fn a_zone_that_says_what_it_should_is_left_alone() {
        let mut dialogue = dialogue("203.0.113.2 2001:db8::2");

        let (method, url, _) = query(dialogue.begin());

        assert_eq!((method.as_str(), url.as_str()), ("GET", ZONE));
        assert!(said(dialogue.hear(&zone("203.0.113.2", "2001:db8::2/64"))));
    }

    #[test]
    fn what_differs_is_changed_and_read_again() {
        let mut dialogue = dialogue("203.0.113.2 2001:db8::2");
        assert_eq!(authorization(dialogue.begin()), "Bearer a-token");

        let change = dialogue.hear(&zone("198.51.100.9", "2001:db8::2"));

        assert_eq!(body(&change), r#"{"ipv4address":"203.0.113.2"}"#);
        let (method, url, _) = query(change);
        assert_eq!((method.as_str(), url.as_str()), ("PATCH", RECORD));
        assert_eq!(query(dialogue.hear(&answer(200, ""))).1, ZONE);
        assert!(said(dialogue.hear(&zone("203.0.113.2", "2001:db8::2"))));
    }

    #[test]
    fn an_ipv4_address_that_must_not_be_there_is_removed_first() {
        let mut dialogue = dialogue("2001:db8::2");
        dialogue.begin();

        let (method, url, parameters) = query(dialogue.hear(&zone("198.51.100.9", "")));

        assert_eq!((method.as_str(), url.as_str()), ("GET", "https://dynv6.com/api/update"));
        assert_eq!(parameters, ["zone=home.dynv6.net", "token=a-token", "ipv4=-"]);
        let change = dialogue.hear(&answer(200, "addresses updated"));
        assert_eq!(body(&change), r#"{"ipv6prefix":"2001:db8::2"}"#);
    }

    #[test]
    fn an_ipv6_address_that_does_not_go_is_told_to_the_owner() {
        let mut dialogue = dialogue("203.0.113.2");
        dialogue.begin();

        let change = dialogue.hear(&zone("203.0.113.2", "2001:db8::2"));

        assert_eq!(body(&change), r#"{"ipv6prefix":""}"#);
        dialogue.hear(&answer(200, ""));
        let refusal = refusal(dialogue.hear(&zone("203.0.113.2", "2001:db8::2")));
        assert_eq!(refusal.wait, Wait::ForTheOwner);
    }

    #[test]
    fn one_that_says_yes_and_does_nothing_is_found_out() {
        let mut dialogue = dialogue("203.0.113.2");
        dialogue.begin();
        dialogue.hear(&zone("", ""));
        dialogue.hear(&answer(200, ""));

        assert_eq!(refusal(dialogue.hear(&zone("", ""))).wait, Wait::BackOff);
    }

    #[test]
    fn what_it_refuses_is_read_for_what_it_means() {
        for (status, text, wait) in [
            (401, "", Wait::ForTheOwner),
            (403, "", Wait::ForTheOwner),
            (404, "", Wait::ForTheOwner),
            (502, "", Wait::BackOff),
            (200, "<html>", Wait::BackOff),
            (200, r#"{"id":-1}"#, Wait::BackOff),
            (302, "", Wait::BackOff),
        ] {
            let mut dialogue = dialogue("203.0.113.2");
            dialogue.begin();

            assert_eq!(refusal(dialogue.hear(&answer(status, text))).wait, wait, "{status} {text}");
        }
    }

    fn zone(v4: &str, v6: &str) -> Response {
        let zone = json!({ "id": 42, "name": "home.dynv6.net", "ipv4address": v4, "ipv6prefix": v6 });

        answer(200, &zone.to_string())
    }

    fn dialogue(wanted: &str) -> Dynv6 {
        Dynv6::new(&account(Provider::Dynv6, "home.dynv6.net", "a-token"), addresses(wanted))
    }
}
