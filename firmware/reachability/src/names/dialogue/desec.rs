use reqwest::Method;

use super::{Dialogue, Refusal, Step, request, url};
use crate::{
    Response,
    names::{Account, Addresses, Reason, Secret},
};

/// `https://desec.readthedocs.io/en/latest/dyndns/update-api.html`.
///
/// Not its REST API: in a domain of one's own that has a least TTL of an hour, and this one 60 s.
pub(super) struct DeSec {
    name: String,
    token: Secret,
    wanted: Addresses,
}

impl DeSec {
    pub(super) fn new(account: &Account, wanted: Addresses) -> Self {
        Self { name: account.name().to_owned(), token: account.secret().clone(), wanted }
    }
}

impl Dialogue for DeSec {
    fn begin(&mut self) -> Step {
        let mut url = url("https://update.dedyn.io/");
        // An empty value removes the record; a missing one would mean the address that we come from.
        url.query_pairs_mut()
            .append_pair("hostname", &self.name)
            .append_pair("myipv4", &self.wanted.v4_text())
            .append_pair("myipv6", &self.wanted.v6_text());

        Step::ask(request(Method::GET, url, &format!("Token {}", self.token.expose())))
    }

    fn hear(&mut self, answer: &Response) -> Step {
        let (reason, why) = match (answer.status, answer.text.trim()) {
            (200, "good") => return Step::Done,
            (404, "nohost") => {
                (Reason::NotYours, format!("{WHO} has no domain for {} in this account", self.name))
            }
            (400, _) => {
                (Reason::NoAddressTaken, format!("{WHO} does not accept an address for {}", self.name))
            }
            (_, _) => return Step::Refused(Refusal::of_status(WHO, answer)),
        };

        Step::Refused(Refusal::for_the_owner(reason, why))
    }
}

const WHO: &str = "deSEC";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::names::{
        Provider,
        dialogue::{
            Wait,
            testing::{account, addresses, answer, authorization, query, refusal, said},
        },
    };

    #[test]
    fn each_family_is_set_or_removed_in_so_many_words() {
        for (wanted, v4, v6) in [
            ("203.0.113.2 2001:db8::2", "myipv4=203.0.113.2", "myipv6=2001:db8::2"),
            ("203.0.113.2", "myipv4=203.0.113.2", "myipv6="),
            ("2001:db8::2", "myipv4=", "myipv6=2001:db8::2"),
            ("", "myipv4=", "myipv6="),
        ] {
            let (method, url, query) = query(dialogue(wanted).begin());

            assert_eq!((method.as_str(), url.as_str()), ("GET", "https://update.dedyn.io/"));
            assert_eq!(query, ["hostname=home.dedyn.io", v4, v6]);
        }
    }

    #[test]
    fn the_token_is_in_a_header() {
        assert_eq!(authorization(dialogue("").begin()), "Token a-token");
    }

    #[test]
    fn what_it_says_is_read_for_what_it_means() {
        for (status, text, wait) in [
            (200, "good\n", None),
            (200, "<html>", Some(Wait::BackOff)),
            (401, "badauth", Some(Wait::ForTheOwner)),
            (403, "", Some(Wait::ForTheOwner)),
            (404, "nohost", Some(Wait::ForTheOwner)),
            (404, "<html>", Some(Wait::BackOff)),
            (400, "", Some(Wait::ForTheOwner)),
            (429, "", Some(Wait::AtLeast(Duration::from_secs(300)))),
            (502, "good", Some(Wait::BackOff)),
        ] {
            let mut dialogue = dialogue("203.0.113.2");
            dialogue.begin();

            let step = dialogue.hear(&answer(status, text));

            match wait {
                None => assert!(said(step), "{status} {text}"),
                Some(wait) => assert_eq!(refusal(step).wait, wait, "{status} {text}"),
            }
        }
    }

    #[test]
    fn it_is_left_alone_for_as_long_as_it_asks() {
        let asked = Response { retry_after: Some(Duration::from_secs(50)), ..answer(429, "throttled") };

        let refusal = refusal(dialogue("").hear(&asked));

        assert_eq!(refusal.wait, Wait::AtLeast(Duration::from_secs(50)));
    }

    fn dialogue(wanted: &str) -> DeSec {
        DeSec::new(&account(Provider::DeSec, "home.dedyn.io", "a-token"), addresses(wanted))
    }
}
