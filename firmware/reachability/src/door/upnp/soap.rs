use std::{fmt::Write as _, str::FromStr};

use roxmltree::{Document, Node, ParsingOptions};

use super::http::Page;

/// A call to a service, as text.
pub(crate) fn envelope(service: &str, action: &str, arguments: &[(&str, String)]) -> String {
    let mut text = String::from(HEAD);
    // Writing to a string does not fail.
    let _ = write!(text, "<u:{action} xmlns:u=\"{}\">", escaped(service));
    for (name, value) in arguments {
        let _ = write!(text, "<{name}>{}</{name}>", escaped(value));
    }
    let _ = write!(text, "</u:{action}>{TAIL}");

    text
}

/// What a service gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply(Vec<(String, String)>);

impl Reply {
    /// The reply to this action that is in the page.
    pub(crate) fn read(action: &str, page: &Page) -> Result<Self, Fault> {
        let document = parse(&page.text).ok_or(match page.status {
            401 | 403 => Fault::Number(NOT_AUTHORIZED),
            404 | 405 | 501 => Fault::Unspoken,
            _ => Fault::Garbled,
        })?;
        let named = |name: &str| document.descendants().find(|node| node.tag_name().name() == name);
        if let Some(number) = named("errorCode") {
            return Err(text_of(number).parse().map_or(Fault::Garbled, Fault::Number));
        }
        let reply = named(&format!("{action}Response")).ok_or(Fault::Garbled)?;
        let values = reply
            .children()
            .filter(Node::is_element)
            .map(|node| (node.tag_name().name().to_owned(), text_of(node).to_owned()));

        Ok(Self(values.collect()))
    }

    /// A value as text; nothing if it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A value as what it should be.
    pub(crate) fn value<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }
}

/// Why a service gave nothing back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nobody answers.
    Silent,
    /// There is no such service or action.
    Unspoken,
    /// The answer makes no sense.
    Garbled,
    /// A number of the UPnP Device Architecture or of the service.
    Number(u16),
}

/// Reads XML that comes from the network: no document types, hence no entities that grow, and no more elements than make
/// sense.
pub(crate) fn parse(text: &str) -> Option<Document<'_>> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());

    Document::parse_with_options(text.trim_end_matches(['\0', ' ', '\r', '\n']), options).ok()
}

/// The text of an element without elements.
pub(crate) fn text_of<'a>(node: Node<'a, '_>) -> &'a str {
    node.text().unwrap_or_default().trim()
}

fn escaped(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Far more than the longest description has.
const MAX_NODES: u32 = 10_000;
/// UPnP's "Action not authorized".
const NOT_AUTHORIZED: u16 = 606;

const HEAD: &str = "<?xml version=\"1.0\"?>\r\n\
<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>";
const TAIL: &str = "</s:Body></s:Envelope>\r\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_gives_its_values() {
        let page = page(
            200,
            "<s:Envelope xmlns:s=\"e\"><s:Body><u:GetThingResponse xmlns:u=\"x\"><NewPort> 17 </NewPort><NewName/>\
             </u:GetThingResponse></s:Body></s:Envelope>",
        );

        let reply = Reply::read("GetThing", &page).unwrap();

        assert_eq!(reply.value("NewPort"), Some(17_u16));
        assert_eq!(reply.value::<u16>("NewName"), None);
        assert_eq!(reply.text("NewOther"), "");
        assert_eq!(Reply::read("GetOther", &page), Err(Fault::Garbled));
    }

    #[test]
    fn a_fault_gives_its_number() {
        let fault = |number| {
            let text = format!(
                "<e><Fault><detail><UPnPError><errorCode>{number}</errorCode></UPnPError></detail></Fault></e>"
            );
            Reply::read("GetThing", &page(500, &text)).unwrap_err()
        };

        assert_eq!(fault("725"), Fault::Number(725));
        assert_eq!(fault("many"), Fault::Garbled);
    }

    #[test]
    fn what_is_no_xml_is_understood_by_its_status() {
        assert_eq!(Reply::read("GetThing", &page(404, "<html><p>not here")), Err(Fault::Unspoken));
        assert_eq!(Reply::read("GetThing", &page(403, "no")), Err(Fault::Number(606)));
        assert_eq!(Reply::read("GetThing", &page(200, "")), Err(Fault::Garbled));
    }

    #[test]
    fn entities_that_grow_and_crowds_of_elements_are_not_read() {
        let laughs = "<!DOCTYPE a [<!ENTITY l \"ha\"><!ENTITY m \"&l;&l;&l;\">]><a>&m;</a>";

        assert!(parse(laughs).is_none());
        assert!(parse(&format!("<a>{}</a>", "<b/>".repeat(10_001))).is_none());
        assert!(parse(&"<a>".repeat(40_000)).is_none());
        assert!(parse("\u{feff}\r\n<a/>\r\n\0").is_some());
    }

    #[test]
    fn what_is_said_cannot_break_out_of_its_element() {
        let text = envelope("urn:x", "SetName", &[("NewName", "</NewName><Evil a=\"&\"/>".to_owned())]);

        assert!(text.contains("<NewName>&lt;/NewName&gt;&lt;Evil a=&quot;&amp;&quot;/&gt;</NewName>"));
        assert!(parse(&text).is_some());
    }

    fn page(status: u16, text: &str) -> Page {
        Page { status, text: text.to_owned() }
    }
}
