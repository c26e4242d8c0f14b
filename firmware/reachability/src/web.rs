use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

pub use reqwest::Request;
use reqwest::{Client, ClientBuilder, redirect};

/// Asks servers on the internet, over TLS, and over one family of addresses where that matters.
///
/// It believes the certificates that the machine believes, follows nobody anywhere else, and gives up after
/// [`Web::PATIENCE`].
#[derive(Debug, Clone)]
pub struct Web {
    any: Client,
    v4: Client,
    v6: Client,
}

/// A family of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// What a server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status, as in RFC 9110.
    pub status: u16,
    /// For how long the server asks to be left alone (`Retry-After` in seconds).
    pub retry_after: Option<Duration>,
    /// The text, cut off at [`Web::MAX_BYTES`].
    pub text: String,
}

impl Web {
    /// For how long to wait for a whole answer.
    pub const PATIENCE: Duration = Duration::from_secs(15);
    /// How much of an answer is read: far more than any that we know what to do with.
    pub const MAX_BYTES: usize = 64 << 10;

    /// Reads which certificates the machine believes.
    ///
    /// # Errors
    /// When it believes none.
    pub fn new() -> Result<Self, WebError> {
        Self::built_by(ClientBuilder::default)
    }

    /// Believes no certificate, so that every server over TLS is refused, and speaks to those at home without.
    ///
    /// # Errors
    /// When the system has no room for it.
    pub fn without_certificates() -> Result<Self, WebError> {
        Self::built_by(|| ClientBuilder::default().tls_certs_only([]))
    }

    fn built_by(builder: impl Fn() -> ClientBuilder) -> Result<Self, WebError> {
        // The same cryptography that the tunnel is built on; whoever was first has it.
        let _ = rustls::crypto::CryptoProvider::install_default(rustls::crypto::ring::default_provider());
        let client = |from: Option<IpAddr>| {
            builder()
                .user_agent(concat!("Latchkey/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .timeout(Self::PATIENCE)
                .no_proxy()
                // A home's address changes; a connection from the former one is of no use.
                .pool_max_idle_per_host(0)
                .local_address(from)
                .build()
                .map_err(WebError::new)
        };

        Ok(Self {
            any: client(None)?,
            v4: client(Some(Ipv4Addr::UNSPECIFIED.into()))?,
            v6: client(Some(Ipv6Addr::UNSPECIFIED.into()))?,
        })
    }

    /// Asks over whichever family of addresses works.
    ///
    /// # Errors
    /// When there is no answer; any status is one.
    pub async fn ask(&self, request: Request) -> Result<Response, WebError> {
        read(&self.any, request).await
    }

    /// Asks over this family of addresses and no other, so that the server sees that one.
    ///
    /// # Errors
    /// When there is no answer; any status is one.
    pub async fn ask_over(&self, family: Family, request: Request) -> Result<Response, WebError> {
        let client = match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        };

        read(client, request).await
    }
}

async fn read(client: &Client, request: Request) -> Result<Response, WebError> {
    let mut answer = client.execute(request).await.map_err(WebError::new)?;
    let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let status = answer.status().as_u16();
    let mut bytes = Vec::new();
    while bytes.len() < Web::MAX_BYTES {
        let Some(chunk) = answer.chunk().await.map_err(WebError::new)? else { break };
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(Web::MAX_BYTES);

    Ok(Response {
        status,
        retry_after: retry_after.map(Duration::from_secs),
        text: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

/// Why there is no answer. It never names the address that was asked, which may hold a secret.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{what}")]
pub struct WebError {
    what: &'static str,
    #[source]
    source: Arc<reqwest::Error>,
}

impl WebError {
    fn new(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let what = if error.is_timeout() {
            "the server does not answer"
        } else if error.is_connect() {
            "cannot connect to the server"
        } else {
            "talk to the server"
        };

        Self { what, source: Arc::new(error) }
    }
}
