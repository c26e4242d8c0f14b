use std::{net::Ipv4Addr, time::Duration};

use reqwest::{Method, Url};

use super::{Dialogue, Refusal, Step, Wait, basic, request};
use crate::{
    Response,
    names::{Account, Dyndns2, Reason, Secret, upkeep::Due},
};

/// `https://help.dyn.com/perform-update/` and `https://help.dyn.com/return-codes/`.
///
/// The protocol has no way to remove a record. Dyn's own server, and many others, remove the family that an update does
/// not mention; so both go into one.
pub(super) struct Update {
    url: String,
    user: String,
    host: String,
    name: String,
    password: Secret,
    due: Due,
}

impl Update {
    pub(super) fn new(server: &Dyndns2, account: &Account, due: Due) -> Self {
        Self {
            url: server.url().to_owned(),
            user: server.user().to_owned(),
            host: server.host().to_owned(),
            name: account.name().to_owned(),
            password: account.secret().clone(),
            due,
        }
    }

    fn nothing_to_say(&self) -> Step {
        if !self.due.left.v4 && !self.due.left.v6 {
            return Step::Done;
        }
        let Self { host, name, .. } = self;

        let why = format!(
            "{name} still leads to an address at which this home is not reached, and {host} can remove it only by hand"
        );

        Step::Refused(Refusal::for_the_owner(Reason::OnlyByHand, why))
    }

    /// The first word of the answer is a code.
    fn refusal(&self, code: &str, answer: &Response) -> Refusal {
        let Self { host, name, .. } = self;
        let (reason, why) = match code {
            "badauth" => return Refusal::of_status(host, &Response { status: 401, ..answer.clone() }),
            "notfqdn" | "nohost" | "numhost" => {
                (Reason::NotYours, format!("{host} has no name {name} that belongs to this user"))
            }
            "!donator" => (Reason::Unpaid, format!("{host} wants to be paid for what is asked of it")),
            "abuse" => (Reason::Blocked, format!("{host} has blocked {name}; ask there why")),
            "badagent" | "good" | "nochg" if answer.status == 200 => {
                (Reason::NotThisDevice, format!("{host} does not talk to this kind of device"))
            }
            "dnserr" | "911" => {
                let why = format!("{host} has trouble of its own; this usually passes");
                return Refusal { reason: Reason::Trouble, why, wait: Wait::AtLeast(AFTER_911) };
            }
            _ => return Refusal::of_status(host, answer),
        };

        Refusal::for_the_owner(reason, why)
    }
}

impl Dialogue for Update {
    fn begin(&mut self) -> Step {
        if self.due.addresses.is_empty() {
            return self.nothing_to_say();
        }
        let Ok(mut url) = Url::parse(&self.url) else { return self.nothing_to_say() };
        let addresses: Vec<_> = self.due.addresses.iter().map(|address| address.to_string()).collect();
        url.query_pairs_mut().append_pair("hostname", &self.name).append_pair("myip", &addresses.join(","));

        Step::ask(request(Method::GET, url, &basic(&self.user, self.password.expose())))
    }

    fn hear(&mut self, answer: &Response) -> Step {
        let mut words = answer.text.split_whitespace();
        let code = words.next().unwrap_or_default();
        // Dyn says "good 127.0.0.1" to programs that it ignores.
        let ignored = words.next() == Some(&Ipv4Addr::LOCALHOST.to_string());
        if answer.status == 200 && matches!(code, "good" | "nochg") && !ignored {
            return Step::Done;
        }

        Step::Refused(self.refusal(code, answer))
    }
}

/// "Wait at least 30 minutes", says the description of the codes `911` and `dnserr`.
const AFTER_911: Duration = Duration::from_secs(30 * 60);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{
        Provider,
        dialogue::testing::{account, addresses, answer, authorization, due, query, refusal, said},
        upkeep::Left,
    };

    #[test]
    fn all_addresses_are_in_one_update_and_the_password_in_a_header() {
        for (wanted, myip) in [
            ("203.0.113.2 2001:db8::2", "myip=203.0.113.2,2001:db8::2"),
            ("203.0.113.2", "myip=203.0.113.2"),
            ("2001:db8::2", "myip=2001:db8::2"),
        ] {
            let (method, url, query) = query(update(wanted, Left::default()).begin());

            assert_eq!((method.as_str(), url.as_str()), ("GET", "https://members.example.net/nic/update"));
            assert_eq!(query, ["hostname=home.example.net", myip]);
        }
        let shown = authorization(update("203.0.113.2", Left::default()).begin());
        assert_eq!(shown, "Basic YW5uYTpww6RzcyB3w7ZyZA==");
    }

    #[test]
    fn what_cannot_be_removed_is_told_to_the_owner() {
        assert!(said(update("", Left::default()).begin()));

        let refusal = refusal(update("", Left { v4: true, v6: false }).begin());

        assert_eq!(refusal.wait, Wait::ForTheOwner);
        assert!(refusal.why.contains("only by hand"), "{}", refusal.why);
    }

    #[test]
    fn what_it_says_is_read_for_what_it_means() {
        for (status, text, wait) in [
            (200, "good 203.0.113.2", None),
            (200, "nochg 203.0.113.2\r\n", None),
            (200, "good", None),
            (200, "good 127.0.0.1", Some(Wait::ForTheOwner)),
            (200, "badauth", Some(Wait::ForTheOwner)),
            (401, "badauth", Some(Wait::ForTheOwner)),
            (401, "<html>", Some(Wait::ForTheOwner)),
            (200, "!donator", Some(Wait::ForTheOwner)),
            (200, "notfqdn", Some(Wait::ForTheOwner)),
            (200, "nohost", Some(Wait::ForTheOwner)),
            (200, "numhost", Some(Wait::ForTheOwner)),
            (200, "abuse", Some(Wait::ForTheOwner)),
            (200, "badagent", Some(Wait::ForTheOwner)),
            (200, "dnserr", Some(Wait::AtLeast(AFTER_911))),
            (200, "911", Some(Wait::AtLeast(AFTER_911))),
            (200, "911 too busy", Some(Wait::AtLeast(AFTER_911))),
            (200, "goodbye", Some(Wait::BackOff)),
            (200, "", Some(Wait::BackOff)),
            (404, "", Some(Wait::BackOff)),
            (500, "good 203.0.113.2", Some(Wait::BackOff)),
        ] {
            let mut update = update("203.0.113.2", Left::default());
            update.begin();

            let step = update.hear(&answer(status, text));

            match wait {
                None => assert!(said(step), "{status} {text}"),
                Some(wait) => assert_eq!(refusal(step).wait, wait, "{status} {text}"),
            }
        }
    }

    fn update(wanted: &str, left: Left) -> Update {
        let server = Dyndns2::parse("https://members.example.net", "anna").unwrap();
        let account = account(Provider::Dyndns2(server.clone()), "home.example.net", "päss wörd");

        Update::new(&server, &account, Due { left, ..due(addresses(wanted)) })
    }
}
