use std::{net::IpAddr, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::{
    Method, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde_json::Value;

use super::{Account, Addresses, Provider, Reason, upkeep::Due};
use crate::{Request, Response};

mod cloudflare;
mod desec;
mod duckdns;
mod dyndns2;
mod dynv6;

/// How a provider is told where a name leads: requests out, answers in, and no I/O.
///
/// What is not known when a dialogue begins is asked; one that is over is not used again.
pub(crate) trait Dialogue: Send {
    /// What to do first.
    fn begin(&mut self) -> Step;

    /// What to do after this answer to the last request.
    fn hear(&mut self, answer: &Response) -> Step;
}

/// What comes next in a dialogue.
pub(crate) enum Step {
    /// Ask this. It may hold a secret.
    Ask(Box<Request>),
    /// The name says what it should.
    Done,
    /// It does not.
    Refused(Refusal),
}

/// Why a name does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// For programs.
    pub(crate) reason: Reason,
    /// A sentence for the owner, in which nothing is a stranger's text.
    pub(crate) why: String,
    /// When to try again.
    pub(crate) wait: Wait,
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Soon, then less and less often: it will pass.
    BackOff,
    /// Not before that, whatever happens: the provider said so.
    AtLeast(Duration),
    /// Rarely, unless something changes: the owner has to do something.
    ForTheOwner,
}

impl Provider {
    /// The dialogue that brings what is due to the provider.
    pub(crate) fn dialogue(&self, account: &Account, due: Due) -> Box<dyn Dialogue> {
        match self {
            Self::DuckDns => Box::new(duckdns::DuckDns::new(account, due)),
            Self::Cloudflare => Box::new(cloudflare::Cloudflare::new(account, due.addresses)),
            Self::DeSec => Box::new(desec::DeSec::new(account, due.addresses)),
            Self::Dynv6 => Box::new(dynv6::Dynv6::new(account, due.addresses)),
            Self::Dyndns2(server) => Box::new(dyndns2::Update::new(server, account, due)),
        }
    }

    /// For how long an address is good without being said again.
    pub(crate) fn refresh(&self) -> Duration {
        match self {
            // Somebody may have changed the record by hand. The last two look before they write.
            Self::DuckDns | Self::Cloudflare | Self::Dynv6 => DAY,
            // deSEC's terms of use, section 1, forbid updates that change nothing; a `dyndns2` server may block who sends them
            // ("nochg"), and forgets names of which it has not heard for 30 days.
            Self::DeSec | Self::Dyndns2(_) => 25 * DAY,
        }
    }
}

impl Refusal {
    pub(crate) fn passing(reason: Reason, why: String) -> Self {
        Self { reason, why, wait: Wait::BackOff }
    }

    fn for_the_owner(reason: Reason, why: String) -> Self {
        Self { reason, why, wait: Wait::ForTheOwner }
    }

    /// What a status means that has no better meaning.
    fn of_status(who: &str, answer: &Response) -> Self {
        match (answer.status, answer.retry_after) {
            (429, after) => Self {
                reason: Reason::TooOften,
                why: format!("{who} asks to be left alone for a while"),
                wait: Wait::AtLeast(after.unwrap_or(DEFAULT_RETRY_AFTER)),
            },
            (401 | 403, _) => Self::for_the_owner(
                Reason::WrongSecret,
                format!(
                    "{who} does not accept the token or password; make a new one there and enter it here"
                ),
            ),
            (503, Some(after)) => {
                Self { wait: Wait::AtLeast(after), ..Self::passing(Reason::Trouble, trouble(who, 503)) }
            }
            (200, _) => Self::passing(Reason::Nonsense, format!("{who} gave an answer that makes no sense")),
            (status, _) => Self::passing(Reason::Trouble, trouble(who, status)),
        }
    }

    /// It said yes, and yet its records say something else.
    fn lied(who: &str) -> Self {
        let why = format!("{who} said that it took the new address, but still has another one");

        Self::passing(Reason::Lied, why)
    }
}

impl Step {
    fn ask(request: Request) -> Self {
        Self::Ask(Box::new(request))
    }
}

fn trouble(who: &str, status: u16) -> String {
    format!("{who} has trouble of its own (status {status}); this usually passes")
}

/// A request with this text in its `Authorization` header.
fn request(method: Method, url: Url, authorization: &str) -> Request {
    let mut request = Request::new(method, url);
    // A secret that cannot stand in a header has been refused at the door.
    if let Ok(mut value) = HeaderValue::from_str(authorization) {
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }

    request
}

fn with_json(mut request: Request, body: &Value) -> Request {
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *request.body_mut() = Some(body.to_string().into());

    request
}

/// RFC 7617, in UTF-8.
fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

fn url(constant: &str) -> Url {
    Url::parse(constant).expect("our own text")
}

impl Addresses {
    fn v4_text(&self) -> String {
        self.v4.map(|v4| v4.to_string()).unwrap_or_default()
    }

    fn v6_text(&self) -> String {
        self.v6.map(|v6| v6.to_string()).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = IpAddr> {
        self.v4.map(IpAddr::V4).into_iter().chain(self.v6.map(IpAddr::V6))
    }

    fn is_empty(&self) -> bool {
        self.v4.is_none() && self.v6.is_none()
    }
}

const DAY: Duration = Duration::from_secs(86_400);
/// For who says "too many" and not how long.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(300);

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
