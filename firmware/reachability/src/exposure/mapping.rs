use std::net::SocketAddr;

use super::{Code, Exposure};
use crate::{
    Values,
    door::{TableEntry, Transport, printable},
};

/// Names each entry that leads to Home Assistant, or to a port of web pages.
///
/// `tunnel` is where the box itself waits for its devices, which is no exposure.
#[must_use]
pub fn mappings(
    entries: &[TableEntry],
    home_assistant: Option<SocketAddr>,
    tunnel: &[SocketAddr],
) -> Vec<Exposure> {
    let is_tunnel = |entry: &&TableEntry| entry.transport == Transport::Udp && tunnel.contains(&entry.inside);

    entries
        .iter()
        .take(MAX_ENTRIES)
        .filter(|entry| !is_tunnel(entry))
        .filter_map(|entry| judge(entry, home_assistant))
        .collect()
}

/// More than any home has; a router may say any number.
const MAX_ENTRIES: usize = 256;
/// HTTP, HTTPS, and Home Assistant's own.
const WEB_PORTS: [u16; 3] = [80, 443, 8123];

fn judge(entry: &TableEntry, home_assistant: Option<SocketAddr>) -> Option<Exposure> {
    let is_home_assistant = home_assistant.is_some_and(|address| address.ip() == entry.inside.ip());
    let is_web = [entry.inside.port(), entry.outside_port].iter().any(|port| WEB_PORTS.contains(port));
    let (code, whom) = match (is_home_assistant, is_web) {
        (true, _) => (Code::HomeAssistantForwarded, "Home Assistant".to_owned()),
        (false, true) => (Code::WebForwarded, entry.inside.ip().to_string()),
        (false, false) => return None,
    };
    let protocol = match entry.transport {
        Transport::Tcp => "TCP",
        Transport::Udp => "UDP",
    };
    let TableEntry { outside_port, inside, .. } = entry;
    let inside_port = inside.port();
    let called = printable(&entry.description);

    Some(Exposure {
        code,
        sentence: format!(
            "Your router lets anybody on the internet through to {whom}: {protocol} port {outside_port} leads to port \
             {inside_port}{}.",
            in_brackets(&called)
        ),
        to_do: format!(
            "Delete the forwarding of {protocol} port {outside_port} in the router's settings, unless you know what \
             needs it."
        ),
        values: Values::default()
            .with("address", inside.ip())
            .with("protocol", protocol)
            .with("outside_port", outside_port)
            .with("inside_port", inside_port)
            .with("called", called),
    })
}

fn in_brackets(called: &str) -> String {
    if called.is_empty() { String::new() } else { format!(" (“{called}”)") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_home_assistant_or_to_web_pages_is_named() {
        for (name, entry, expected) in [
            (
                "Home Assistant",
                entry(Transport::Tcp, 8123, HOME_ASSISTANT, 8123),
                Some(Code::HomeAssistantForwarded),
            ),
            (
                "at another port",
                entry(Transport::Tcp, 40123, HOME_ASSISTANT, 8123),
                Some(Code::HomeAssistantForwarded),
            ),
            ("its SSH", entry(Transport::Tcp, 2222, HOME_ASSISTANT, 22), Some(Code::HomeAssistantForwarded)),
            ("a web server", entry(Transport::Tcp, 443, NAS, 5001), Some(Code::WebForwarded)),
            ("a web server at another port", entry(Transport::Tcp, 4443, NAS, 443), Some(Code::WebForwarded)),
            ("a web page of the box", entry(Transport::Tcp, 80, BOX, 80), Some(Code::WebForwarded)),
            ("HTTP/3", entry(Transport::Udp, 443, NAS, 443), Some(Code::WebForwarded)),
            ("the tunnel", entry(Transport::Udp, 31820, BOX, 31820), None),
            ("the tunnel at a port of the web", entry(Transport::Udp, 443, BOX, 31820), None),
            ("the tunnel's port, but TCP", entry(Transport::Tcp, 443, BOX, 31820), Some(Code::WebForwarded)),
            ("a game", entry(Transport::Udp, 3074, NAS, 3074), None),
        ] {
            let exposed = mappings(&[entry], Some(home_assistant()), &[tunnel()]);

            assert_eq!(exposed.first().map(|exposure| exposure.code), expected, "{name}");
        }
    }

    #[test]
    fn the_sentence_says_what_leads_where_and_to_do_what_to_delete() {
        let entry = entry(Transport::Tcp, 40123, HOME_ASSISTANT, 8123);

        let exposed = mappings(&[entry], Some(home_assistant()), &[]);

        assert_eq!(
            exposed[0].sentence,
            "Your router lets anybody on the internet through to Home Assistant: TCP port 40123 leads to port 8123 \
             (“hass”)."
        );
        assert_eq!(
            exposed[0].to_do,
            "Delete the forwarding of TCP port 40123 in the router's settings, unless you know what needs it."
        );
    }

    #[test]
    fn a_description_cannot_change_the_line_and_a_table_cannot_fill_the_page() {
        let mut hostile = entry(Transport::Tcp, 80, NAS, 80);
        hostile.description = format!("\u{1b}[31m\n\u{202e}{}", "x".repeat(10_000));

        let exposed = mappings(&vec![hostile; 1000], None, &[]);

        assert_eq!(exposed.len(), MAX_ENTRIES);
        let sentence = &exposed[0].sentence;
        assert!(sentence.len() < 280 && !sentence.contains(['\u{1b}', '\n', '\u{202e}']), "{sentence}");
    }

    const HOME_ASSISTANT: &str = "192.168.1.20";
    const BOX: &str = "192.168.1.10";
    const NAS: &str = "192.168.1.30";

    fn home_assistant() -> SocketAddr {
        SocketAddr::new(HOME_ASSISTANT.parse().unwrap(), 8123)
    }

    fn tunnel() -> SocketAddr {
        SocketAddr::new(BOX.parse().unwrap(), 31820)
    }

    fn entry(transport: Transport, outside_port: u16, inside: &str, inside_port: u16) -> TableEntry {
        TableEntry {
            transport,
            outside_port,
            inside: SocketAddr::new(inside.parse().unwrap(), inside_port),
            description: "hass".to_owned(),
            lease: None,
        }
    }
}
