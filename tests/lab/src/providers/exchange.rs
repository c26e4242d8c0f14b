use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write},
    net::IpAddr,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::Service;

/// What somebody has asked of a provider.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Of which.
    pub service: Service,
    /// `GET` and the like.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// What stands behind the question mark, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// From where.
    pub from: IpAddr,
}

impl Asked {
    /// Reads a request; none is one for a host that is not here, or that makes no sense.
    pub(super) fn read(from: IpAddr, stream: impl io::Read) -> io::Result<Option<Self>> {
        let mut reader = BufReader::new(stream.take(MAX_REQUEST));
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            if line.trim_end().is_empty() {
                break;
            }
            lines.push(line.trim_end().to_owned());
        }
        let Some(mut asked) = Self::parse(from, &lines) else { return Ok(None) };
        let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reader.take(length).read_to_end(&mut asked.body)?;

        Ok(Some(asked))
    }

    fn parse(from: IpAddr, lines: &[String]) -> Option<Self> {
        let (first, headers) = lines.split_first()?;
        let headers: Vec<_> = headers
            .iter()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let host = headers.iter().find(|header| header.0 == "host").map(|header| header.1.as_str())?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));

        Some(Self {
            service: Service::at(host)?,
            method,
            path: path.to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers,
            body: Vec::new(),
            from,
        })
    }

    /// The first header of this name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    /// The first parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|parameter| parameter.0 == name).map(|parameter| parameter.1.as_str())
    }

    /// The body as JSON, or nothing.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether it shows this token in its header, after a word such as `Bearer`.
    pub(super) fn shows(&self, scheme: &str, token: &str) -> bool {
        self.header("authorization") == Some(&format!("{scheme} {token}"))
    }

    /// Whether it shows user and password (RFC 7617).
    pub(super) fn shows_password(&self, user: &str, password: &str) -> bool {
        self.shows("Basic", &BASE64_STANDARD.encode(format!("{user}:{password}")))
    }
}

/// What a provider says.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Such as 200.
    pub status: u16,
    /// For how long it wants to be left alone.
    pub retry_after: Option<Duration>,
    /// What kind of text it is.
    pub content_type: &'static str,
    /// The text.
    pub text: String,
}

impl Answer {
    /// Plain text.
    #[must_use]
    pub fn text(status: u16, text: &str) -> Self {
        Self { status, retry_after: None, content_type: "text/plain", text: text.to_owned() }
    }

    /// JSON.
    #[must_use]
    pub fn json(status: u16, value: &Value) -> Self {
        Self { content_type: "application/json", ..Self::text(status, &value.to_string()) }
    }

    pub(super) fn write(&self, mut to: impl Write) -> io::Result<()> {
        let retry_after = self.retry_after.map(|time| format!("Retry-After: {}\r\n", time.as_secs()));
        write!(
            to,
            "HTTP/1.1 {} Lab\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}",
            self.status,
            self.content_type,
            self.text.len(),
            retry_after.unwrap_or_default(),
            self.text
        )?;

        to.flush()
    }
}

/// More than any request that makes sense.
const MAX_REQUEST: u64 = 64 << 10;
