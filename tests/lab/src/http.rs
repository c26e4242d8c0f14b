use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::Namespace;

/// An HTTP request, made by `curl` in some room.
#[derive(Debug)]
#[must_use = "it does nothing until it is sent"]
pub struct Request {
    room: Namespace,
    arguments: Vec<String>,
    body: Option<Vec<u8>>,
    timeout: Duration,
}

impl Request {
    pub(crate) fn new(room: Namespace, method: &str, url: &str) -> Self {
        let arguments = ["--request", method, url].map(str::to_owned).to_vec();

        Self { room, arguments, body: None, timeout: Duration::from_secs(10) }
    }

    /// Sends `name: value`, in place of what would be sent by itself.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.arguments.extend(["--header".to_owned(), format!("{name}: {value}")]);
        self
    }

    /// Shows that one may.
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// Sends JSON.
    pub fn json(self, value: &Value) -> Self {
        self.header("Content-Type", "application/json").body(value.to_string())
    }

    /// Sends the fields of a form.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let fields = fields
            .iter()
            .flat_map(|(name, value)| ["--data-urlencode".to_owned(), format!("{name}={value}")]);
        self.arguments.extend(fields);
        self
    }

    /// Sends these bytes.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Talks to a Unix socket instead of the URL's host.
    pub fn over_socket(mut self, socket: &Path) -> Self {
        self.arguments.extend(["--unix-socket".to_owned(), socket.to_string_lossy().into_owned()]);
        self
    }

    /// Hangs up after the head of the answer, whose body may have no end.
    pub fn head_only(mut self) -> Self {
        self.arguments.push("--head".to_owned());
        self
    }

    /// Gives up after this time, if not after ten seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sends it, and reads the whole answer, whatever its status is.
    ///
    /// # Errors
    /// When there is no answer in time.
    pub fn send(self) -> Result<Response> {
        let mut command = self.room.command("curl");
        command
            .args(["--silent", "--show-error", "--include", "--globoff", "--http1.1", "--noproxy", "*"])
            // curl would ask a server for its consent before it sends a long body.
            .args(["--header", "Expect:", "--max-time", &self.timeout.as_secs_f32().to_string()])
            .args(&self.arguments);
        let output = match &self.body {
            None => command.stdin(Stdio::null()).output().context("start curl")?,
            Some(body) => {
                // From a file, since a pipe would have to be fed from another thread.
                let file = tempfile::NamedTempFile::new()?;
                std::fs::write(file.path(), body)?;
                command
                    .arg("--data-binary")
                    .arg(format!("@{}", file.path().display()))
                    .output()
                    .context("start curl")?
            }
        };
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            bail!("{} from {}: {complaint}", self.arguments.join(" "), self.room.name());
        }

        Response::parse(&output.stdout)
    }
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Such as 200.
    pub status: u16,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The whole of it.
    pub body: Vec<u8>,
}

impl Response {
    /// The body as text; what is not UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none; the body is in the error.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("expected JSON, got {}: {}", self.status, self.text()))
    }

    /// The first header of this name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    /// This answer, if its status is one of success.
    ///
    /// # Errors
    /// When it is another; status and body are in the error.
    pub fn success(self) -> Result<Self> {
        ensure!((200..300).contains(&self.status), "answered {}: {}", self.status, self.text());

        Ok(self)
    }

    fn parse(mut bytes: &[u8]) -> Result<Self> {
        loop {
            let end = bytes
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
                .context("an answer without an end of head")?;
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            bytes = &bytes[end + 4..];
            let mut lines = head.lines();
            let status =
                lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).context("no status")?;
            // 100 Continue and its like come before the answer.
            if (100..200).contains(&status) && status != 101 {
                continue;
            }
            let headers = lines.filter_map(|line| line.split_once(':'));
            let headers =
                headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();

            return Ok(Self { status, headers, body: bytes.to_vec() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_past_the_interim_ones() {
        let bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nX-Odd:  a: b \r\n\r\nnothing\r\n\r\nhere";

        let answer = Response::parse(bytes).unwrap();

        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("x-odd"), Some("a: b"));
        assert_eq!(answer.text(), "nothing\r\n\r\nhere");
    }
}
