use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header, uri::Authority};
use tokio::sync::watch;

use crate::problem::Problem;

/// By which way a connection came in, which decides what it has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the home network.
    Lan {
        /// The box's own address on this connection.
        local: SocketAddr,
    },
    /// Through the tunnel, which has proved the source address.
    Tunnel {
        /// The box's own address on this connection.
        local: SocketAddr,
        /// The peer's address.
        source: IpAddr,
    },
    /// From a process on the box that may open the socket, which is root's.
    Socket,
}

/// Which requests may come in at all, whoever sends them: the guard against pages of strangers that use a browser at home
/// as their hand (DNS rebinding, cross-site requests).
#[derive(Debug, Clone)]
pub(crate) struct Doorway {
    /// What the box is called on the home network, such as `latchkey.local`.
    pub(crate) names: watch::Receiver<Vec<String>>,
    /// `host:port` of forwarders, word for word.
    pub(crate) extra_hosts: Arc<[String]>,
}

impl Doorway {
    /// Checks where a request says it goes and where it says it comes from.
    ///
    /// # Errors
    /// When it was not meant for this box, or another page's script sent it.
    pub(crate) fn check(
        &self,
        way: Way,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), Problem> {
        let local = match way {
            Way::Lan { local } | Way::Tunnel { local, .. } => local,
            Way::Socket => return Ok(()),
        };
        let host = only(headers, &header::HOST).and_then(Place::parse).ok_or_else(wrong_host)?;
        let addressed =
            uri.authority().is_none_or(|authority| Place::parse(authority.as_str()).as_ref() == Some(&host));
        if !addressed
            || !(host.is(local) || matches!(way, Way::Lan { .. }) && self.is_called(&host, local.port()))
        {
            return Err(wrong_host());
        }
        if only(headers, &SEC_FETCH_SITE).is_some_and(|site| site == "cross-site")
            && uri.path().starts_with("/api")
        {
            return Err(wrong_origin());
        }
        if !method.is_safe() && only(headers, &header::ORIGIN).and_then(Place::parse_origin) != Some(host) {
            return Err(wrong_origin());
        }

        Ok(())
    }

    fn is_called(&self, host: &Place, port: u16) -> bool {
        let named =
            host.port == port && self.names.borrow().iter().any(|name| name.eq_ignore_ascii_case(&host.name));

        named || self.extra_hosts.iter().any(|extra| Place::parse(extra).as_ref() == Some(host))
    }
}

/// A host and a port, as a browser writes them.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// In lower case, without the dot that ends a complete name and the brackets around an IPv6 address.
    name: String,
    port: u16,
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let authority =
            text.parse::<Authority>().ok().filter(|authority| !authority.as_str().contains('@'))?;
        let name = authority.host().trim_start_matches('[').trim_end_matches(']');
        let port = match authority.port() {
            Some(port) => port.as_str().parse().ok()?,
            // A colon without a number is no port.
            None => Some(80).filter(|_| authority.as_str() == authority.host())?,
        };

        Some(Self { name: name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase(), port })
    }

    fn parse_origin(text: &str) -> Option<Self> {
        text.strip_prefix("http://").and_then(Self::parse)
    }

    fn is(&self, local: SocketAddr) -> bool {
        let address = self.name.parse::<IpAddr>().map(|address| address.to_canonical());

        address == Ok(local.ip().to_canonical()) && self.port == local.port()
    }
}

/// The value of a header that stands there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;

    value.to_str().ok()
}

fn wrong_host() -> Problem {
    let sentence =
        "This is not an address of the box; open http://latchkey.local or the address that its page names";

    Problem::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", sentence)
}

fn wrong_origin() -> Problem {
    let sentence = "Another web page sent this, so it was refused; use the box's own page";

    Problem::new(StatusCode::FORBIDDEN, "wrong_origin", sentence)
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_home_the_box_answers_to_its_address_its_names_and_its_forwarder() {
        for host in [
            "192.168.1.9",
            "192.168.1.9:80",
            "latchkey.local",
            "Latchkey.local:80",
            "latchkey.local.",
            "127.0.0.1:8080",
        ] {
            assert!(check(lan(), "GET", &[("host", host)]), "{host}");
        }
    }

    #[test]
    fn a_name_that_was_bent_to_the_box_is_refused() {
        let strange = [
            "evil.example",
            "192.168.1.9.evil.example",
            "latchkey.local.evil.example",
            "192.168.1.8",
            "192.168.1.9:8080",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost:8080",
            "0300.0250.1.9",
            "3232235785",
            "",
            ":80",
            "192.168.1.9:",
            "[::1]",
            "a@192.168.1.9",
            "192.168.1.9:80:80",
            "192.168.1.9/",
            "latchkey.local..",
            "192.168.1.9 evil",
        ];
        for host in strange {
            assert!(!check(lan(), "GET", &[("host", host)]), "{host:?}");
        }
        assert!(!check(lan(), "GET", &[]));
        assert!(!check(lan(), "GET", &[("host", "latchkey.local"), ("host", "latchkey.local")]));
    }

    #[test]
    fn an_absolute_address_may_not_differ_from_the_host() {
        let headers = headers(&[("host", "latchkey.local")]);

        for (uri, good) in [("http://latchkey.local/api/me", true), ("http://evil.example/api/me", false)] {
            assert_eq!(
                doorway().check(lan(), &Method::GET, &uri.parse().unwrap(), &headers).is_ok(),
                good,
                "{uri}"
            );
        }
    }

    #[test]
    fn inside_the_tunnel_the_box_answers_to_its_address_only() {
        for (host, good) in
            [("10.9.8.1", true), ("latchkey.local", false), ("127.0.0.1:8080", false), ("10.9.8.2", false)]
        {
            assert_eq!(check(tunnel(), "GET", &[("host", host)]), good, "{host}");
        }
    }

    #[test]
    fn an_ipv6_address_stands_in_brackets() {
        let way = Way::Lan { local: "[fd00::9]:80".parse().unwrap() };
        let mapped = Way::Lan { local: "[::ffff:192.168.1.9]:80".parse().unwrap() };

        assert!(check(way, "GET", &[("host", "[FD00::9]")]));
        assert!(check(way, "PUT", &[("host", "[fd00::9]"), ("origin", "http://[fd00::9]")]));
        assert!(!check(way, "GET", &[("host", "[fd00::8]")]));
        assert!(check(mapped, "GET", &[("host", "192.168.1.9")]));
    }

    #[test]
    fn a_change_comes_from_the_boxs_own_page() {
        let host = ("host", "latchkey.local");
        let strange = [
            "http://evil.example",
            "https://latchkey.local",
            "http://latchkey.local:81",
            "http://192.168.1.9",
            "null",
            "",
            "latchkey.local",
            "http://latchkey.local@evil.example",
            "http://latchkey.local.evil.example",
            "http://latchkey.local/",
        ];
        for method in ["POST", "PUT", "PATCH", "DELETE", "BREW"] {
            assert!(check(lan(), method, &[host, ("origin", "http://latchkey.local")]), "{method}");
            assert!(!check(lan(), method, &[host]), "{method} without an origin");
            for origin in strange {
                assert!(!check(lan(), method, &[host, ("origin", origin)]), "{method} {origin:?}");
            }
        }
        let own = ("origin", "http://latchkey.local");
        assert!(!check(lan(), "POST", &[host, own, own]));
        assert!(!check(lan(), "POST", &[host, own, ("sec-fetch-site", "cross-site")]));
        assert!(check(lan(), "POST", &[host, own, ("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn root_on_the_box_need_not_pretend_to_be_a_browser() {
        assert!(check(Way::Socket, "POST", &[("host", "localhost")]));
        assert!(check(Way::Socket, "DELETE", &[]));
    }

    fn check(way: Way, method: &str, pairs: &[(&'static str, &str)]) -> bool {
        doorway().check(way, &method.parse().unwrap(), &Uri::from_static("/api/me"), &headers(pairs)).is_ok()
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn doorway() -> Doorway {
        let names = watch::Sender::new(vec!["latchkey.local".to_owned()]).subscribe();

        Doorway { names, extra_hosts: ["127.0.0.1:8080".to_owned()].into() }
    }

    fn lan() -> Way {
        Way::Lan { local: "192.168.1.9:80".parse().unwrap() }
    }

    fn tunnel() -> Way {
        Way::Tunnel { local: "10.9.8.1:80".parse().unwrap(), source: "10.9.8.2".parse().unwrap() }
    }
}
