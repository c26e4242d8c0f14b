use serde_json::Value;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};

/// A socket of either kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A request, as it goes over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));

        self
    }

    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        self.body(body).header("content-type", "application/json")
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let length = body.len().to_string();

        Self { body, ..self }.header("content-length", length)
    }

    pub(crate) fn is_change(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known == name)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += "\r\n";

        [text.as_bytes(), &self.body].concat()
    }
}

/// A connection to the box.
pub(crate) struct Connection(BufReader<Box<dyn Stream>>);

impl Connection {
    pub(crate) fn new(stream: impl Stream + 'static) -> Self {
        Self(BufReader::new(Box::new(stream)))
    }

    /// Sends a request and reads the whole answer; the connection can be used again.
    pub(crate) async fn ask(&mut self, request: &Request) -> Answer {
        self.write(&request.to_bytes()).await;

        self.answer().await
    }

    /// Sends a request and reads the head of an answer that goes on.
    pub(crate) async fn open(&mut self, request: &Request) -> Answer {
        self.write(&request.to_bytes()).await;

        self.head().await
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    pub(crate) async fn answer(&mut self) -> Answer {
        let mut answer = self.head().await;
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        answer.body.resize(length, 0);
        self.0.read_exact(&mut answer.body).await.unwrap();

        answer
    }

    /// What a live line says next; none when it was closed.
    pub(crate) async fn event(&mut self) -> Option<(String, Value)> {
        let mut name = String::new();
        loop {
            // A piece of no bytes ends the answer, and the connection may go on.
            let line = self.line().await.filter(|line| line != "0")?;
            if let Some(said) = line.strip_prefix("event: ") {
                said.clone_into(&mut name);
            }
            if let Some(said) = line.strip_prefix("data: ") {
                return Some((name, serde_json::from_str(said).unwrap()));
            }
        }
    }

    /// The rest of an answer that is sent piece by piece (RFC 9112, section 7.1).
    pub(crate) async fn pieces(&mut self) -> String {
        let mut whole = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line().await.unwrap(), 16).unwrap();
            let mut piece = vec![0; length];
            self.0.read_exact(&mut piece).await.unwrap();
            whole.extend(piece);
            assert_eq!(self.line().await.as_deref(), Some(""));
            if length == 0 {
                return String::from_utf8(whole).unwrap();
            }
        }
    }

    /// A line without its end; none when the connection was closed.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).await.unwrap();

        (read > 0).then(|| line.trim_end().to_owned())
    }

    async fn head(&mut self) -> Answer {
        let status = self.line().await.expect("an answer");
        let status = status.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = Vec::new();
        while let Some((name, value)) = self.line().await.unwrap().split_once(": ") {
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }

        Answer { status, headers, body: Vec::new() }
    }
}

/// What the box said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The code of the problem that it is, after a look at whether it is a whole one.
    pub(crate) fn problem(&self) -> String {
        let problem = self.json();
        let sentence = problem["sentence"].as_str().unwrap();
        assert!((10..=200).contains(&sentence.chars().count()), "{sentence}");
        assert!(sentence.starts_with(|first: char| !first.is_lowercase()), "{sentence}");

        problem["code"].as_str().unwrap().to_owned()
    }
}
