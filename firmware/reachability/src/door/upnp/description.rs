use hyper::Uri;
use roxmltree::Node;

use super::soap::{parse, text_of};

/// What a router says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    /// What it calls itself.
    pub(crate) name: String,
    /// Who made it, and which of theirs it is.
    pub(crate) model: String,
    /// Where its own page is said to be.
    pub(crate) page: String,
    /// Its connections to the internet, at most [`MAX_SERVICES`].
    pub(crate) connections: Vec<Service>,
    /// Its IPv6 firewall.
    pub(crate) firewall: Option<Service>,
}

/// Something that a router can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Service {
    /// Its full type with version.
    pub(crate) kind: String,
    pub(crate) place: Place,
}

/// Where on the router: its address is known, and nobody is believed who names another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) port: u16,
    /// It begins with a slash.
    pub(crate) path: String,
}

impl Device {
    /// Reads a description that was found there.
    pub(crate) fn read(text: &str, place: &Place) -> Option<Self> {
        let document = parse(text)?;
        let first = |name: &str| {
            let node = document.descendants().find(|node| node.tag_name().name() == name);
            node.map(text_of).unwrap_or_default()
        };
        let base = Some(first("URLBase")).filter(|base| !base.is_empty());
        let base = base.and_then(|base| place.join(base)).unwrap_or_else(|| place.clone());
        let services = || document.descendants().filter(|node| node.tag_name().name() == "service");
        let base = &base;
        let of_kind = |kind: &'static str| services().filter_map(move |node| Service::read(node, kind, base));
        let maker = printable(first("manufacturer"));

        Some(Self {
            name: printable(first("friendlyName")),
            model: format!("{maker} {}", printable(first("modelName"))).trim().to_owned(),
            page: first("presentationURL").to_owned(),
            connections: KINDS.into_iter().flat_map(of_kind).take(MAX_SERVICES).collect(),
            firewall: of_kind(FIREWALL).next(),
        })
    }
}

impl Service {
    fn read(node: Node<'_, '_>, kind: &str, base: &Place) -> Option<Self> {
        let child = |name: &str| node.children().find(|node| node.tag_name().name() == name).map(text_of);
        let own = child("serviceType").filter(|own| own.starts_with(kind) && is_printable(own))?;

        Some(Self { kind: own.to_owned(), place: base.join(child("controlURL")?)? })
    }
}

impl Place {
    /// What an absolute URL says but for its host.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let uri: Uri = Some(url).filter(|url| url.len() <= MAX_URL)?.parse().ok()?;
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http"))?;
        let port = if authority.as_str() == authority.host() { 80 } else { authority.port_u16()? };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());

        Some(Self { port, path: path.to_owned() })
    }

    /// Where a URL leads that was found here.
    fn join(&self, url: &str) -> Option<Self> {
        if url.contains("://") {
            return Self::of(url);
        }
        let path = if url.starts_with('/') {
            url.to_owned()
        } else {
            let folder =
                self.path.split(['?', '#']).next()?.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{folder}/{url}")
        };

        Self::of(&format!("http://router:{}{path}", self.port))
    }
}

/// What can be shown to people: nothing that steers a terminal or turns the text around, and not too long.
pub(crate) fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };

    text.chars().filter(|c| !steers(*c)).take(MAX_NAME).collect::<String>().trim().to_owned()
}

fn is_printable(text: &str) -> bool {
    text.len() <= MAX_URL && text.chars().all(|c| c.is_ascii_graphic())
}

/// The connections on which ports can be opened, whatever their version.
const KINDS: [&str; 2] =
    ["urn:schemas-upnp-org:service:WANIPConnection:", "urn:schemas-upnp-org:service:WANPPPConnection:"];
const FIREWALL: &str = "urn:schemas-upnp-org:service:WANIPv6FirewallControl:";
/// A router has one connection, or two with a line that is not plugged in.
const MAX_SERVICES: usize = 4;
const MAX_URL: usize = 512;
const MAX_NAME: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_names_the_services_wherever_they_stand() {
        let device = read(&description("", "/ctl/IPConn"));

        assert_eq!((device.name.as_str(), device.model.as_str()), ("Lab router", "Maker Lab 1"));
        assert_eq!(device.connections.len(), 1);
        assert_eq!(device.connections[0].kind, "urn:schemas-upnp-org:service:WANIPConnection:2");
        assert_eq!(device.connections[0].place, place(5000, "/ctl/IPConn"));
        assert_eq!(device.firewall.unwrap().place, place(5000, "/ctl/IP6FCtl"));
    }

    #[test]
    fn urls_give_a_port_and_a_path_and_never_a_host() {
        let control = |base, url| read(&description(base, url)).connections.first().map(|s| s.place.clone());

        assert_eq!(control("", "http://203.0.113.9:81/evil?a=b"), Some(place(81, "/evil?a=b")));
        assert_eq!(control("", "relative"), Some(place(5000, "/igd/relative")));
        assert_eq!(control("http://203.0.113.9:82/", "relative"), Some(place(82, "/relative")));
        assert_eq!(control("", "https://192.168.1.1/ctl"), None);
        assert_eq!(control("", "file:///etc/passwd"), None);
        assert_eq!(control("", "/with space"), None);
        assert_eq!(control("", &format!("/{}", "a".repeat(600))), None);
    }

    #[test]
    fn names_are_cut_and_cleaned() {
        let text = format!("<root><friendlyName>A\u{202e}\t{}</friendlyName></root>", "b".repeat(1000));

        assert_eq!(read(&text).name.chars().count(), 64);
        assert!(read(&text).name.starts_with("Ab"));
    }

    #[test]
    fn more_connections_than_a_router_has_are_not_looked_at() {
        let services = service(KINDS[0], "/a").repeat(100);

        assert_eq!(read(&format!("<root>{services}</root>")).connections.len(), MAX_SERVICES);
    }

    fn read(text: &str) -> Device {
        Device::read(text, &place(5000, "/igd/desc.xml")).unwrap()
    }

    fn place(port: u16, path: &str) -> Place {
        Place { port, path: path.to_owned() }
    }

    fn description(base: &str, control: &str) -> String {
        let connection = service("urn:schemas-upnp-org:service:WANIPConnection:2", control);
        let firewall = service("urn:schemas-upnp-org:service:WANIPv6FirewallControl:1", "/ctl/IP6FCtl");

        format!(
            "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><URLBase>{base}</URLBase><device>\
             <friendlyName>Lab router</friendlyName><manufacturer>Maker</manufacturer><modelName>Lab 1</modelName>\
             <deviceList><device><friendlyName>WANDevice</friendlyName><serviceList>{connection}{firewall}\
             </serviceList></device></deviceList></device></root>"
        )
    }

    fn service(kind: &str, control: &str) -> String {
        format!("<service><serviceType>{kind}</serviceType><controlURL>{control}</controlURL></service>")
    }
}
