//! The command line's way to the running daemon: its API over a local socket that only root can open.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Method, Request, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::{net::UnixStream, time::timeout};
use web_api::wire::Problem;

/// A door to the daemon.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    socket: PathBuf,
}

impl Client {
    /// Talks to the daemon that listens here.
    pub(crate) fn new(socket: &Path) -> Self {
        Self { socket: socket.to_owned() }
    }

    /// Asks for something.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.ask(Method::GET, path, &Value::Null).await
    }

    /// Asks with a body, and reads the answer.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        let answer = self.fetch(method, path, body).await?;

        serde_json::from_slice(&answer)
            .context("the daemon's answer is of another version; restart the daemon")
    }

    /// Asks with a body for a file.
    pub(crate) async fn fetch(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<Bytes> {
        self.send(method, path, serde_json::to_vec(body).context("write the request")?).await
    }

    /// Asks for something that has no answer but yes.
    pub(crate) async fn tell(&self, method: Method, path: &str) -> anyhow::Result<()> {
        self.send(method, path, Vec::new()).await?;

        Ok(())
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> anyhow::Result<Bytes> {
        let stream = UnixStream::connect(&self.socket).await.with_context(|| {
            format!(
                "cannot talk to the daemon at {}; is it running, and are you root?",
                self.socket.display()
            )
        })?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.context("greet the daemon")?;
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .context("write the request")?;

        let response = timeout(PATIENCE, sender.send_request(request)).await;
        let response = response.context("the daemon runs but does not answer; look at its log")?;
        let response = response.context("ask the daemon")?;
        let status = response.status();
        let answer = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let answer =
            answer.map_err(anyhow::Error::from_boxed).context("read the daemon's answer")?.to_bytes();
        if !status.is_success() {
            match serde_json::from_slice::<Problem>(&answer) {
                Ok(problem) => bail!("{}", problem.sentence),
                Err(_) => bail!("the daemon answered {status}"),
            }
        }

        Ok(answer)
    }
}

/// Longer than a change takes on a slow card with a slow firewall.
const PATIENCE: Duration = Duration::from_secs(30);
/// 253 peers of less than 1 KiB each, and the rest.
const MAX_ANSWER: usize = 1 << 20;
