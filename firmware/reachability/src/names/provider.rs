use std::fmt;

use reqwest::Url;

use super::InvalidAccount;

/// Who keeps a name in the DNS, and what is needed beside the secret to talk to him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// DuckDNS: a name under `duckdns.org`, with the account's token.
    DuckDns,
    /// Cloudflare: a name in a zone of one's own, with an API token that may edit that zone's DNS.
    Cloudflare,
    /// deSEC: a name under `dedyn.io` or in a domain of one's own, with a token.
    DeSec,
    /// dynv6: a zone there, such as `home.dynv6.net`, with an HTTP token.
    Dynv6,
    /// Any other server that speaks the `dyndns2` protocol, with a password.
    Dyndns2(Dyndns2),
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuckDns => f.write_str("DuckDNS"),
            Self::Cloudflare => f.write_str("Cloudflare"),
            Self::DeSec => f.write_str("deSEC"),
            Self::Dynv6 => f.write_str("dynv6"),
            Self::Dyndns2(server) => f.write_str(server.host()),
        }
    }
}

/// A server that speaks the `dyndns2` protocol, and who we are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dyndns2 {
    url: Url,
    user: String,
}

impl Dyndns2 {
    /// Takes the server's URL, `https://members.example.net` or with its path, and the user's name there.
    ///
    /// # Errors
    /// When the URL is none of HTTPS, holds anything behind its path or a password, or when the user has a colon or
    /// control characters, which the protocol cannot tell (RFC 7617).
    pub fn parse(url: &str, user: &str) -> Result<Self, InvalidAccount> {
        if url.len() > MAX_BYTES {
            return Err(InvalidAccount::Url);
        }
        let mut url = Url::parse(url.trim()).map_err(|_| InvalidAccount::Url)?;
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if url.scheme() != "https" || !url.has_host() || !bare {
            return Err(InvalidAccount::Url);
        }
        if url.path() == "/" {
            url.set_path("/nic/update");
        }
        let user = user.trim();
        if user.is_empty() || user.len() > MAX_BYTES || user.contains(|c: char| c == ':' || c.is_control()) {
            return Err(InvalidAccount::User);
        }

        Ok(Self { url, user: user.to_owned() })
    }

    /// Where updates go.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The server's name.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Who we are there.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }
}

/// Longer than anybody types.
const MAX_BYTES: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_at_the_usual_path_unless_another_is_typed() {
        let url = |text| Dyndns2::parse(text, "anna").unwrap().url().to_owned();

        assert_eq!(url("https://Members.Example.net"), "https://members.example.net/nic/update");
        assert_eq!(url(" https://example.net:8443/v3/up "), "https://example.net:8443/v3/up");
    }

    #[test]
    fn a_url_that_would_leak_or_lose_something_is_refused() {
        for url in [
            "",
            "members.example.net",
            "http://members.example.net",
            "https://anna:secret@members.example.net",
            "https://members.example.net/update?password=secret",
            "https://members.example.net/#secret",
            "https://",
            "file:///etc/passwd",
        ] {
            assert_eq!(Dyndns2::parse(url, "anna"), Err(InvalidAccount::Url), "{url}");
        }
        for user in ["", " ", "a:b", "a\nb"] {
            assert_eq!(Dyndns2::parse("https://a.example", user), Err(InvalidAccount::User), "{user:?}");
        }
    }
}
