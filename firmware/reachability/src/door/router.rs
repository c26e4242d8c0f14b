use std::net::{IpAddr, Ipv4Addr};

use super::{path::Path, upnp::Igd};

/// What the router says about itself by UPnP; nothing of it is more than its word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Router {
    /// What it calls itself, at most 64 characters without control characters; may be empty.
    pub name: String,
    /// Who made it and which of theirs it is, at most 129 such characters; may be empty.
    pub model: String,
    /// Its own outside address, if it has one and tells.
    pub outside: Option<Ipv4Addr>,
    /// Where its own page probably is, at its address at home.
    pub page: String,
}

impl Router {
    /// Asks the router at the end of this path, which takes some seconds.
    pub(crate) async fn ask(path: &Path) -> Option<Self> {
        let igd = Igd::find(path).await?;
        let device = igd.device();

        Some(Self {
            name: device.name.clone(),
            model: device.model.clone(),
            outside: igd.outside_address().await,
            page: page(&device.page, path.router),
        })
    }
}

/// The page that the router names, if it is on the router, and else its front page.
fn page(named: &str, router: IpAddr) -> String {
    let host = match router {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    };
    let is_its_own = named.parse::<hyper::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
            && uri.host() == Some(&host)
    });
    if is_its_own && named.len() <= MAX_URL { named.to_owned() } else { format!("http://{host}/") }
}

const MAX_URL: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_on_the_router_whatever_it_names() {
        let page = |named| page(named, Ipv4Addr::new(192, 168, 1, 1).into());

        assert_eq!(page("http://192.168.1.1:8080/start"), "http://192.168.1.1:8080/start");
        assert_eq!(page("https://192.168.1.1/"), "https://192.168.1.1/");
        for elsewhere in [
            "",
            "/start",
            "http://evil.example/",
            "http://192.168.1.1@evil.example/",
            "javascript:alert(1)",
            "http://192.168.1.10/",
        ] {
            assert_eq!(page(elsewhere), "http://192.168.1.1/", "{elsewhere}");
        }
    }
}
