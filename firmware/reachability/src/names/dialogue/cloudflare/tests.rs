use serde_json::{Value, json};

use super::*;
use crate::names::{
    Provider,
    dialogue::{
        Wait,
        testing::{account, addresses, answer, authorization, body, query, refusal, said},
    },
};

const ZONES: &str = "https://api.cloudflare.com/client/v4/zones";
const RECORDS: &str = "https://api.cloudflare.com/client/v4/zones/z1/dns_records";

#[test]
fn the_zone_is_looked_for_from_the_whole_name_upwards() {
    let mut dialogue = dialogue("a.home.example.org", "203.0.113.2");

    let first = query(dialogue.begin());

    assert_eq!(first, ("GET".to_owned(), ZONES.to_owned(), vec!["name=a.home.example.org".to_owned()]));
    assert_eq!(query(dialogue.hear(&list(json!([])))).2, ["name=home.example.org"]);
    assert_eq!(query(dialogue.hear(&list(json!([])))).2, ["name=example.org"]);
    let refusal = refusal(dialogue.hear(&list(json!([]))));
    assert_eq!(refusal.wait, Wait::ForTheOwner);
    assert!(refusal.why.contains("DNS Edit"), "{}", refusal.why);
}

#[test]
fn a_name_of_many_labels_leads_to_no_flood_of_questions() {
    assert_eq!(zones(&"a.".repeat(100)).len(), MAX_ZONES);
    assert_eq!(zones("example.org"), ["example.org"]);
}

#[test]
fn the_token_is_in_a_header() {
    assert_eq!(authorization(dialogue("home.example.org", "").begin()), "Bearer a-token");
}

#[test]
fn records_that_are_not_there_are_made_for_a_minute_and_without_the_proxy() {
    let mut dialogue = at_records("203.0.113.2 2001:db8::2");

    let first = dialogue.hear(&list(json!([])));

    let made: Value = serde_json::from_str(&body(&first)).unwrap();
    let name = "home.example.org";
    assert_eq!(
        made,
        json!({ "name": name, "type": "A", "content": "203.0.113.2", "ttl": 60, "proxied": false })
    );
    assert_eq!(query(first).0, "POST");
    let second = dialogue.hear(&answer(200, "{}"));
    assert!(body(&second).contains(r#""content":"2001:db8::2""#));
    let (method, url, parameters) = query(dialogue.hear(&answer(200, "{}")));
    assert_eq!((method.as_str(), url.as_str()), ("GET", RECORDS));
    assert_eq!(parameters, ["name.exact=home.example.org", "per_page=100"]);
    assert!(said(dialogue.hear(&list(json!([a("r1", "203.0.113.2"), aaaa("r2", "2001:db8::2")])))));
}

#[test]
fn what_must_not_be_there_goes_first_and_what_differs_is_changed() {
    let mut dialogue = at_records("2001:db8::2");

    let (method, url, _) =
        query(dialogue.hear(&list(json!([aaaa("r2", "2001:db8::9"), a("r1", "203.0.113.2")]))));

    assert_eq!((method.as_str(), url), ("DELETE", format!("{RECORDS}/r1")));
    let change = dialogue.hear(&answer(200, "{}"));
    assert!(body(&change).contains(r#""content":"2001:db8::2""#));
    let (method, url, _) = query(change);
    assert_eq!((method.as_str(), url), ("PATCH", format!("{RECORDS}/r2")));
}

#[test]
fn of_two_records_of_a_family_one_is_removed() {
    let mut dialogue = at_records("203.0.113.2");

    let (method, url, _) =
        query(dialogue.hear(&list(json!([a("r1", "203.0.113.2"), a("r2", "203.0.113.3")]))));

    assert_eq!((method.as_str(), url), ("DELETE", format!("{RECORDS}/r2")));
}

#[test]
fn records_that_say_what_they_should_are_left_alone() {
    let mut dialogue = at_records("203.0.113.2");
    let others = json!([
        a("r1", "203.0.113.2"),
        record("r9", "other.example.org", "A", "203.0.113.9", 60),
        record("r3", "home.example.org", "TXT", "hello", 1)
    ]);

    assert!(said(dialogue.hear(&list(others))));
}

#[test]
fn a_record_that_is_kept_for_longer_than_a_minute_is_changed() {
    let mut dialogue = at_records("203.0.113.2");

    let change = dialogue.hear(&list(json!([record("r1", "home.example.org", "A", "203.0.113.2", 3600)])));

    assert_eq!(query(change).0, "PATCH");
}

#[test]
fn a_proxied_record_is_not_touched_and_the_owner_is_told() {
    let mut proxied = a("r1", "198.51.100.9");
    proxied["proxied"] = json!(true);

    let refusal = refusal(at_records("203.0.113.2").hear(&list(json!([proxied]))));

    assert_eq!(refusal.wait, Wait::ForTheOwner);
    assert!(refusal.why.contains("orange cloud"), "{}", refusal.why);
}

#[test]
fn an_alias_is_not_touched_either() {
    let alias = record("r1", "home.example.org", "CNAME", "elsewhere.org", 1);

    assert!(refusal(at_records("203.0.113.2").hear(&list(json!([alias])))).why.contains("alias"));
}

#[test]
fn one_that_says_yes_and_does_nothing_is_found_out() {
    let mut dialogue = at_records("203.0.113.2");
    dialogue.hear(&list(json!([])));
    dialogue.hear(&answer(200, "{}"));

    assert_eq!(refusal(dialogue.hear(&list(json!([])))).wait, Wait::BackOff);
}

#[test]
fn what_it_refuses_is_read_for_what_it_means() {
    for (status, text, wait) in [
        (403, r#"{"success":false,"errors":[{"code":9109}]}"#, Wait::ForTheOwner),
        (400, r#"{"success":false,"errors":[{"code":6003}]}"#, Wait::ForTheOwner),
        (502, "<html>", Wait::BackOff),
        (404, "", Wait::BackOff),
        (200, "<html>", Wait::BackOff),
        (200, r#"{"success":false,"result":[]}"#, Wait::BackOff),
        (200, r#"{"success":true,"result":{"id":1}}"#, Wait::BackOff),
        (301, "", Wait::BackOff),
    ] {
        let mut dialogue = dialogue("home.example.org", "203.0.113.2");
        dialogue.begin();

        assert_eq!(refusal(dialogue.hear(&answer(status, text))).wait, wait, "{status} {text}");
    }
}

#[test]
fn an_id_that_would_lead_elsewhere_is_none() {
    let mut dialogue = dialogue("home.example.org", "203.0.113.2");
    dialogue.begin();

    let next = dialogue.hear(&list(json!([{ "id": "../../accounts" }])));

    assert_eq!(query(next).2, ["name=example.org"]);
    let odd = json!([a("../r1", "198.51.100.9")]);
    assert_eq!(query(at_records("203.0.113.2").hear(&list(odd))).0, "POST");
}

fn at_records(wanted: &str) -> Cloudflare {
    let mut dialogue = dialogue("home.example.org", wanted);
    dialogue.begin();
    let (_, url, _) = query(dialogue.hear(&list(json!([{ "id": "z1", "name": "home.example.org" }]))));
    assert_eq!(url, RECORDS);

    dialogue
}

fn dialogue(name: &str, wanted: &str) -> Cloudflare {
    Cloudflare::new(&account(Provider::Cloudflare, name, "a-token"), addresses(wanted))
}

fn list(result: Value) -> Response {
    answer(200, &json!({ "success": true, "errors": [], "messages": [], "result": result }).to_string())
}

fn a(id: &str, content: &str) -> Value {
    record(id, "home.example.org", "A", content, 60)
}

fn aaaa(id: &str, content: &str) -> Value {
    record(id, "home.example.org", "AAAA", content, 60)
}

fn record(id: &str, name: &str, kind: &str, content: &str, ttl: u32) -> Value {
    json!({ "id": id, "name": name, "type": kind, "content": content, "ttl": ttl, "proxied": false })
}
