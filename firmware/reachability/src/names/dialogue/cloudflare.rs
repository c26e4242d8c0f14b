use std::collections::VecDeque;

use reqwest::Method;
use serde_json::json;

use self::records::{Change, Record};
use super::{Dialogue, Refusal, Step, request, url, with_json};
use crate::{
    Request, Response,
    names::{Account, Addresses, Reason, Secret},
};

mod records;

/// `https://developers.cloudflare.com/api/resources/dns/subresources/records/`.
///
/// Finds the zone by its name, reads what is there, changes what differs, and reads again.
pub(super) struct Cloudflare {
    name: String,
    token: Secret,
    wanted: Addresses,
    zone: String,
    asked: Asked,
}

enum Asked {
    /// Whether the token sees the zone of this name; these are to be asked about next.
    Zone(VecDeque<String>),
    /// Which records there are.
    Records,
    /// To make a change; these come next.
    Change(VecDeque<Change>),
    /// Which records there are by now.
    RecordsAgain,
}

impl Cloudflare {
    pub(super) fn new(account: &Account, wanted: Addresses) -> Self {
        let asked = Asked::Zone(zones(account.name()));

        Self {
            name: account.name().to_owned(),
            token: account.secret().clone(),
            wanted,
            zone: String::new(),
            asked,
        }
    }

    fn request(&self, method: Method, path: &[&str], query: &[(&str, &str)]) -> Request {
        let mut url = url("https://api.cloudflare.com/client/v4/zones");
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }

        request(method, url, &format!("Bearer {}", self.token.expose()))
    }

    fn look_for_zone(&mut self, mut rest: VecDeque<String>) -> Step {
        let Some(name) = rest.pop_front() else {
            let why = format!(
                "{WHO} shows this token no zone that {} belongs to; it needs the permissions Zone Read and DNS Edit",
                self.name
            );
            return Step::Refused(Refusal::for_the_owner(Reason::MissingRights, why));
        };
        self.asked = Asked::Zone(rest);

        Step::ask(self.request(Method::GET, &[], &[("name", &name)]))
    }

    fn look(&mut self, asked: Asked) -> Step {
        self.asked = asked;
        let query = [("name.exact", self.name.as_str()), ("per_page", "100")];

        Step::ask(self.request(Method::GET, &[&self.zone, "dns_records"], &query))
    }

    fn change(&mut self, mut rest: VecDeque<Change>) -> Step {
        let Some(change) = rest.pop_front() else { return self.look(Asked::RecordsAgain) };
        self.asked = Asked::Change(rest);
        let record = |content: &str, kind: &str| json!({ "name": self.name, "type": kind, "content": content, "ttl": TTL, "proxied": false });
        let path = [&self.zone, "dns_records"];

        Step::ask(match &change {
            Change::Remove(id) => self.request(Method::DELETE, &[path[0], path[1], id], &[]),
            Change::Set(id, address) => with_json(
                self.request(Method::PATCH, &[path[0], path[1], id], &[]),
                &record(&address.to_string(), records::kind(*address)),
            ),
            Change::Add(address) => with_json(
                self.request(Method::POST, &path, &[]),
                &record(&address.to_string(), records::kind(*address)),
            ),
        })
    }

    fn hear_zone(&mut self, rest: VecDeque<String>, answer: &Response) -> Step {
        match records::zone(&answer.text) {
            Err(_) => self.refuse(answer),
            Ok(None) => self.look_for_zone(rest),
            Ok(Some(id)) => {
                self.zone = id;
                self.look(Asked::Records)
            }
        }
    }

    fn hear_records(&mut self, changed: bool, answer: &Response) -> Step {
        let Ok(records) = Record::read(&answer.text, &self.name) else { return self.refuse(answer) };
        if let Some((reason, why)) = records::obstacle(&records, &self.name) {
            return Step::Refused(Refusal::for_the_owner(reason, why));
        }
        let changes = Change::plan(&records, self.wanted);
        match (changes.is_empty(), changed) {
            (true, _) => Step::Done,
            (false, false) => self.change(changes),
            (false, true) => Step::Refused(Refusal::lied(WHO)),
        }
    }

    fn refuse(&self, answer: &Response) -> Step {
        // 400 is what a token gets that has the wrong form.
        let status =
            if answer.status == 400 && matches!(self.asked, Asked::Zone(_)) { 401 } else { answer.status };

        Step::Refused(Refusal::of_status(WHO, &Response { status, ..answer.clone() }))
    }
}

impl Dialogue for Cloudflare {
    fn begin(&mut self) -> Step {
        let zones = zones(&self.name);

        self.look_for_zone(zones)
    }

    fn hear(&mut self, answer: &Response) -> Step {
        if answer.status != 200 {
            return self.refuse(answer);
        }
        match std::mem::replace(&mut self.asked, Asked::Records) {
            Asked::Zone(rest) => self.hear_zone(rest, answer),
            Asked::Records => self.hear_records(false, answer),
            Asked::Change(rest) => self.change(rest),
            Asked::RecordsAgain => self.hear_records(true, answer),
        }
    }
}

/// Which zones a name may belong to: itself and what is above it, but for the top, and no more than [`MAX_ZONES`].
fn zones(name: &str) -> VecDeque<String> {
    let labels: Vec<_> = name.split('.').collect();
    let least = labels.len().saturating_sub(MAX_ZONES + 1);

    (least..labels.len().saturating_sub(1)).map(|first| labels[first..].join(".")).collect()
}

const WHO: &str = "Cloudflare";
/// The least that everybody may have, in seconds.
const TTL: u32 = 60;
/// A zone has two or three labels nearly always.
const MAX_ZONES: usize = 5;

#[cfg(test)]
mod tests;
