use std::{io, time::Duration};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1,
    header::{CONNECTION, CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpSocket, time::timeout};

use crate::door::path::Path;

/// What to ask the router's web server.
#[derive(Debug, Clone)]
pub(crate) struct Question<'a> {
    pub(crate) port: u16,
    /// It begins with a slash.
    pub(crate) path: &'a str,
    /// The action and the text of a SOAP call; without, the page is fetched.
    pub(crate) call: Option<(String, String)>,
}

/// What it said, whatever its status.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) text: String,
}

/// Asks the router, and nobody else: there is no name to look up, and a redirection is an answer like any other.
///
/// # Errors
/// When no whole answer of less than [`MAX_BYTES`] comes within [`PATIENCE`].
pub(crate) async fn ask(path: &Path, question: Question<'_>) -> Result<Page, NoPage> {
    timeout(PATIENCE, talk(path, question)).await.map_err(|_| NoPage::Silent)?
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPage {
    /// Nobody answers.
    Silent,
    /// What comes is no HTTP, or far too much.
    Garbled,
}

async fn talk(path: &Path, question: Question<'_>) -> Result<Page, NoPage> {
    let stream = connect(path, question.port).await.map_err(|_| NoPage::Silent)?;
    // Routers are sloppy; what matters is the text behind the headers.
    let (mut sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .ignore_invalid_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .max_buf_size(MAX_HEAD)
        .handshake::<_, Full<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(|_| NoPage::Garbled)?;
    let request = question.request(path).map_err(|_| NoPage::Garbled)?;
    let exchange = async move {
        let answer = sender.send_request(request).await.map_err(|error| {
            if error.is_parse() || error.is_parse_too_large() { NoPage::Garbled } else { NoPage::Silent }
        })?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
        let text = String::from_utf8_lossy(&body.map_err(|_| NoPage::Garbled)?.to_bytes()).into_owned();

        Ok(Page { status, text })
    };
    tokio::pin!(exchange);

    tokio::select! {
        page = &mut exchange => page,
        // The connection may be over before all that came over it has been read.
        _ = connection => exchange.await,
    }
}

async fn connect(path: &Path, port: u16) -> io::Result<tokio::net::TcpStream> {
    let socket = if path.own.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // From the address that the port shall lead to: most routers let a device open ports to itself only.
    socket.bind(path.here())?;

    socket.connect(path.there(port)).await
}

impl Question<'_> {
    fn request(self, path: &Path) -> hyper::http::Result<Request<Full<Bytes>>> {
        let host = match path.router {
            std::net::IpAddr::V4(v4) => format!("{v4}:{}", self.port),
            std::net::IpAddr::V6(v6) => format!("[{v6}]:{}", self.port),
        };
        let request = Request::builder().uri(self.path).header(HOST, host).header(CONNECTION, "close");
        match self.call {
            None => request.body(Full::default()),
            Some((action, text)) => request
                .method("POST")
                .header(CONTENT_TYPE, "text/xml; charset=\"utf-8\"")
                .header("SOAPAction", format!("\"{action}\""))
                .body(Full::from(text)),
        }
    }
}

/// For how long to wait for a whole answer: home routers are slow, but not so slow.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest descriptions are some 20 KiB.
const MAX_BYTES: usize = 128 << 10;
/// The least that hyper takes as a limit for headers.
const MAX_HEAD: usize = 8 << 10;
