use proptest::prelude::*;

use super::{
    testing::{account, addresses, due},
    *,
};
use crate::names::{Dyndns2, publisher::MAX_REQUESTS};

proptest! {
    #[test]
    fn whatever_a_provider_says_a_dialogue_ends_and_repeats_nothing_of_it(
        who in 0..5_usize,
        wanted in prop::sample::select(vec!["", "203.0.113.2", "2001:db8::2", "203.0.113.2 2001:db8::2"]),
        answers in prop::collection::vec((status(), text()), MAX_REQUESTS),
    ) {
        let account = accounts().swap_remove(who);
        let mut dialogue = account.provider().dialogue(&account, due(addresses(wanted)));
        let mut step = dialogue.begin();

        for (status, text) in &answers {
            let Step::Ask(request) = step else { break };
            prop_assert_eq!(request.url().scheme(), "https");
            step = dialogue.hear(&Response { status: *status, retry_after: None, text: text.clone() });
        }

        if let Step::Refused(refusal) = step {
            prop_assert!(!refusal.why.contains("a-token") && !refusal.why.contains("MARK"), "{}", refusal.why);
            prop_assert!(refusal.why.len() < 300);
        }
    }

    #[test]
    fn no_name_of_a_zone_or_record_leads_a_request_elsewhere(id in "\\PC{0,40}") {
        let mut dialogue = cloudflare::Cloudflare::new(
            &account(Provider::Cloudflare, "home.example.org", "a-token"),
            addresses("203.0.113.2"),
        );
        dialogue.begin();
        let found = serde_json::json!({ "success": true, "result": [{ "id": id }] }).to_string();

        let Step::Ask(request) = dialogue.hear(&Response { status: 200, retry_after: None, text: found }) else {
            return Ok(());
        };

        prop_assert_eq!(request.url().host_str(), Some("api.cloudflare.com"));
        prop_assert!(request.url().path().starts_with("/client/v4/zones"));
    }
}

#[test]
fn a_sentence_for_the_owner_says_who_and_no_more_than_he_needs() {
    for status in [200, 301, 400, 401, 403, 404, 418, 429, 500, 502, 503] {
        let refusal = Refusal::of_status("DuckDNS", &testing::answer(status, "MARK"));

        assert!(refusal.why.starts_with("DuckDNS "), "{}", refusal.why);
        assert!(!refusal.why.contains("MARK"), "{}", refusal.why);
    }
}

fn accounts() -> Vec<Account> {
    let server = Dyndns2::parse("https://members.example.net", "anna").unwrap();

    vec![
        account(Provider::DuckDns, "home.duckdns.org", "a-token"),
        account(Provider::Cloudflare, "home.example.org", "a-token"),
        account(Provider::DeSec, "home.dedyn.io", "a-token"),
        account(Provider::Dynv6, "home.dynv6.net", "a-token"),
        account(Provider::Dyndns2(server), "home.example.net", "a-token"),
    ]
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![8 => Just(200), 1 => any::<u16>()]
}

/// What they say, nearly what they say, and anything.
fn text() -> impl Strategy<Value = String> {
    let said = [
        "OK",
        "OK\n203.0.113.2\n2001:db8::2\nUPDATED",
        "OK\n198.51.100.1\n\nNOCHANGE",
        "good 203.0.113.2",
        "911 MARK",
        r#"{"success":true,"result":[]}"#,
        r#"{"success":true,"result":[{"id":"z1"}]}"#,
        r#"{"success":true,"result":[{"id":"r1","name":"home.example.org","type":"A","content":"MARK","ttl":1}]}"#,
        r#"{"id":1,"ipv4address":"198.51.100.1","ipv6prefix":"MARK"}"#,
        r#"{"id":1,"ipv4address":"203.0.113.2","ipv6prefix":null}"#,
    ];

    prop_oneof![4 => prop::sample::select(said.map(str::to_owned).to_vec()), 1 => "\\PC{0,60}MARK"]
}
