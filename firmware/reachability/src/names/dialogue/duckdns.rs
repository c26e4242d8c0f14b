use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Method;

use super::{Dialogue, Refusal, Step, url};
use crate::{
    Request, Response,
    names::{Account, Addresses, Reason, Secret, upkeep::Due},
};

/// `https://www.duckdns.org/spec.jsp`.
///
/// It cannot remove one family alone: both are cleared, and what is good is said again. A name should lead nowhere not
/// even for a moment, so that is done only when there is something to remove.
pub(super) struct DuckDns {
    name: String,
    token: Secret,
    wanted: Addresses,
    asked: Asked,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Set,
    Clear,
    SetAfterClear,
}

impl DuckDns {
    pub(super) fn new(account: &Account, due: Due) -> Self {
        let wanted = due.addresses;
        let stale = (due.left.v4 && wanted.v4.is_none()) || (due.left.v6 && wanted.v6.is_none());

        Self {
            name: account.name().to_owned(),
            token: account.secret().clone(),
            wanted,
            asked: if stale || wanted.is_empty() { Asked::Clear } else { Asked::Set },
        }
    }

    /// The token has no other place than the query.
    fn request(&self) -> Request {
        let label = self.name.strip_suffix(".duckdns.org").unwrap_or(&self.name);
        let mut url = url("https://www.duckdns.org/update");
        let mut query = url.query_pairs_mut();
        query
            .append_pair("domains", label)
            .append_pair("token", self.token.expose())
            .append_pair("verbose", "true");
        match self.asked {
            Asked::Clear => {
                query.append_pair("clear", "true");
            }
            Asked::Set | Asked::SetAfterClear => {
                let v4 = self.wanted.v4.map(|v4| ("ip", v4.to_string()));
                let v6 = self.wanted.v6.map(|v6| ("ipv6", v6.to_string()));
                query.extend_pairs(v4).extend_pairs(v6);
            }
        }
        drop(query);

        Request::new(Method::GET, url)
    }

    /// What it says its records are: a line each, which may be empty.
    fn compare(&self, answer: &Response) -> Records {
        let v4 = answer.text.lines().find_map(|line| line.trim().parse::<Ipv4Addr>().ok());
        let v6 = answer.text.lines().find_map(|line| line.trim().parse::<Ipv6Addr>().ok());
        let Addresses { v4: wanted_v4, v6: wanted_v6 } = self.wanted;

        match (v4, v6) {
            (Some(v4), _) if wanted_v4.is_some_and(|wanted| wanted != v4) => Records::Other,
            (_, Some(v6)) if wanted_v6.is_some_and(|wanted| wanted != v6) => Records::Other,
            (Some(_), _) if wanted_v4.is_none() => Records::Stale,
            (_, Some(_)) if wanted_v6.is_none() => Records::Stale,
            (Some(_) | None, Some(_) | None) => Records::AsWanted,
        }
    }
}

enum Records {
    AsWanted,
    /// There is one too many.
    Stale,
    /// There is another address than the one that was given.
    Other,
}

impl Dialogue for DuckDns {
    fn begin(&mut self) -> Step {
        Step::ask(self.request())
    }

    fn hear(&mut self, answer: &Response) -> Step {
        match (answer.status, answer.text.lines().next().map(str::trim)) {
            (200, Some("OK")) => {}
            (200, Some("KO")) => {
                let why = format!("{WHO} has no name {} that belongs to this token", self.name);
                return Step::Refused(Refusal::for_the_owner(Reason::NotYours, why));
            }
            (_, Some(_) | None) => return Step::Refused(Refusal::of_status(WHO, answer)),
        }
        self.asked = match (self.asked, self.compare(answer)) {
            (Asked::Clear, _) if self.wanted.is_empty() => return Step::Done,
            (Asked::Clear, _) => Asked::SetAfterClear,
            (Asked::Set | Asked::SetAfterClear, Records::AsWanted) => return Step::Done,
            (Asked::Set, Records::Stale) => Asked::Clear,
            (Asked::SetAfterClear, Records::Stale) | (Asked::Set | Asked::SetAfterClear, Records::Other) => {
                return Step::Refused(Refusal::lied(WHO));
            }
        };

        Step::ask(self.request())
    }
}

const WHO: &str = "DuckDNS";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{
        Provider,
        dialogue::{
            Wait,
            testing::{account, addresses, answer, due, query, refusal, said},
        },
        upkeep::Left,
    };

    #[test]
    fn both_families_are_set_in_one_request() {
        let mut dialogue = dialogue("203.0.113.2 2001:db8::2", Left::default());

        let (method, url, query) = query(dialogue.begin());

        assert_eq!((method.as_str(), url.as_str()), ("GET", "https://www.duckdns.org/update"));
        assert_eq!(
            query,
            "domains=home&token=a-token&verbose=true&ip=203.0.113.2&ipv6=2001:db8::2"
                .split('&')
                .collect::<Vec<_>>()
        );
        assert!(said(dialogue.hear(&answer(200, "OK\n203.0.113.2\n2001:db8::2\nUPDATED"))));
    }

    #[test]
    fn one_family_alone_is_set_without_letting_it_guess_the_other() {
        for (wanted, parameter) in [("203.0.113.2", "ip=203.0.113.2"), ("2001:db8::2", "ipv6=2001:db8::2")] {
            let (_, _, query) = query(dialogue(wanted, Left::default()).begin());

            assert_eq!(query[3..], [parameter]);
        }
    }

    #[test]
    fn a_family_that_is_not_to_be_there_is_cleared_before_the_other_is_set() {
        let mut dialogue = dialogue("2001:db8::2", Left { v4: true, v6: true });

        assert_eq!(query(dialogue.begin()).2[3..], ["clear=true"]);
        assert_eq!(query(dialogue.hear(&answer(200, "OK\n\n\nUPDATED"))).2[3..], ["ipv6=2001:db8::2"]);
        assert!(said(dialogue.hear(&answer(200, "OK\n\n2001:db8::2\nUPDATED"))));
    }

    #[test]
    fn a_family_of_which_we_did_not_know_is_cleared_when_it_shows() {
        let mut dialogue = dialogue("2001:db8::2", Left::default());

        assert_eq!(query(dialogue.begin()).2[3..], ["ipv6=2001:db8::2"]);
        let shown = answer(200, "OK\n198.51.100.7\n2001:db8::2\nNOCHANGE");
        assert_eq!(query(dialogue.hear(&shown)).2[3..], ["clear=true"]);
        assert_eq!(query(dialogue.hear(&answer(200, "OK\n\n\nUPDATED"))).2[3..], ["ipv6=2001:db8::2"]);
        assert_eq!(refusal(dialogue.hear(&shown)).wait, Wait::BackOff);
    }

    #[test]
    fn a_home_without_a_way_in_has_its_name_cleared() {
        let mut dialogue = dialogue("", Left::default());

        assert_eq!(query(dialogue.begin()).2[3..], ["clear=true"]);
        assert!(said(dialogue.hear(&answer(200, "OK"))));
    }

    #[test]
    fn what_it_says_is_read_for_what_it_means() {
        for (status, text, wait) in [
            (200, "KO", Some(Wait::ForTheOwner)),
            (200, "OK", None),
            (200, "OK \r\n\r\n\r\nNOCHANGE\r\n", None),
            (200, "OK\n203.0.113.9\n\nUPDATED", Some(Wait::BackOff)),
            (200, "", Some(Wait::BackOff)),
            (200, "<html>Please log in", Some(Wait::BackOff)),
            (502, "OK", Some(Wait::BackOff)),
            // It has answered this for hours when it was down.
            (404, "", Some(Wait::BackOff)),
        ] {
            let mut dialogue = dialogue("203.0.113.2", Left::default());
            dialogue.begin();

            let step = dialogue.hear(&answer(status, text));

            match wait {
                None => assert!(said(step), "{status} {text}"),
                Some(wait) => assert_eq!(refusal(step).wait, wait, "{status} {text}"),
            }
        }
    }

    fn dialogue(wanted: &str, left: Left) -> DuckDns {
        DuckDns::new(
            &account(Provider::DuckDns, "home.duckdns.org", "a-token"),
            Due { left, ..due(addresses(wanted)) },
        )
    }
}
