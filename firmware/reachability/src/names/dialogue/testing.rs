//! What the tests of all dialogues need.

use reqwest::Url;

use super::{Refusal, Step};
use crate::{
    Response,
    names::{Account, AccountId, Addresses, Provider, Secret, upkeep::Due, upkeep::Left},
};

pub(super) fn account(provider: Provider, name: &str, secret: &str) -> Account {
    Account::new(AccountId(1), provider, &name.parse().unwrap(), Secret::parse(secret).unwrap()).unwrap()
}

/// Addresses from a text with spaces between them.
pub(super) fn addresses(text: &str) -> Addresses {
    let mut words = text.split_whitespace();

    Addresses {
        v4: text.split_whitespace().find_map(|word| word.parse().ok()),
        v6: words.find_map(|word| word.parse().ok()),
    }
}

pub(super) fn due(addresses: Addresses) -> Due {
    Due { addresses, left: Left::default() }
}

pub(super) fn answer(status: u16, text: &str) -> Response {
    Response { status, retry_after: None, text: text.to_owned() }
}

/// Method, URL without its query, and the query.
pub(super) fn query(step: Step) -> (String, String, Vec<String>) {
    let Step::Ask(request) = step else { panic!("there is no request") };
    let query = request.url().query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    let mut url: Url = request.url().clone();
    url.set_query(None);

    (request.method().to_string(), url.to_string(), query)
}

pub(super) fn authorization(step: Step) -> String {
    let Step::Ask(request) = step else { panic!("there is no request") };
    let value = &request.headers()["authorization"];
    assert!(value.is_sensitive());

    value.to_str().unwrap().to_owned()
}

pub(super) fn body(step: &Step) -> String {
    let Step::Ask(request) = step else { panic!("there is no request") };
    let bytes = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();

    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(super) fn said(step: Step) -> bool {
    matches!(step, Step::Done)
}

pub(super) fn refusal(step: Step) -> Refusal {
    let Step::Refused(refusal) = step else { panic!("nothing is refused") };

    refusal
}
