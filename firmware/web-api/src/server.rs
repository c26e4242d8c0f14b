use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::{
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::doorway::Way;

/// Serves a bounded number of connections at a time until told to stop, and waits for those that are open.
pub(crate) async fn serve<L: Listener, F: Fn(&L::Stream) -> io::Result<Way>>(
    incoming: Incoming<L, F>,
    router: Router,
    stop: CancellationToken,
) -> io::Result<()> {
    let mut connections = JoinSet::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        while connections.try_join_next().is_some() {}
        let (stream, way, place) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = incoming.accept(&places) => accepted?,
        };
        connections.spawn(converse(stream, way, router.clone(), stop.clone(), place));
    }
    let all_gone = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all_gone).await.is_err() {
        tracing::debug!("Connections were cut at the end");
    }

    Ok(())
}

/// A listener, and how to tell by which way its connections come in.
pub(crate) struct Incoming<L, F> {
    listener: L,
    way: F,
}

impl<L: Listener, F: Fn(&L::Stream) -> io::Result<Way>> Incoming<L, F> {
    pub(crate) fn new(listener: L, way: F) -> Self {
        Self { listener, way }
    }

    /// Waits for a free place first, so that those who find none wait in the kernel's queue, which is bounded.
    async fn accept(&self, places: &Arc<Semaphore>) -> io::Result<(L::Stream, Way, OwnedSemaphorePermit)> {
        let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
        loop {
            let accepted = self.listener.accept().await;
            match accepted.and_then(|stream| Ok(((self.way)(&stream)?, stream))) {
                Ok((way, stream)) => return Ok((stream, way, place)),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) if is_of_the_moment(&error) => {
                    tracing::warn!(%error, "No more connections can be taken for now");
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// TCP and Unix sockets, which differ in what an address is and in nothing else here.
pub(crate) trait Listener: Send + Sync {
    /// What a connection is read from and written to.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Waits for a connection.
    fn accept(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = Self::accept(self).await?;
        stream.set_nodelay(true)?;

        Ok(stream)
    }
}

impl Listener for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<UnixStream> {
        Ok(Self::accept(self).await?.0)
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    way: Way,
    router: Router,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<_>| {
        request.extensions_mut().insert(way);
        router.call(request)
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .max_buf_size(MOST_BUFFERED)
            .serve_connection(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "Connection broke off");
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected};

    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput | NotConnected
    )
}

/// Too many open files, no memory for another socket: ENFILE, EMFILE, ENOBUFS, ENOMEM.
fn is_of_the_moment(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(23 | 24 | 105 | 12))
}

/// On each listener; a household's browsers need a tenth of it.
const MOST_CONNECTIONS: usize = 256;
/// How long a request's head may take, and how long a connection may be idle.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// For a request's head and what of its body has arrived, in bytes.
const MOST_BUFFERED: usize = 16 * 1024;
/// How long open connections have to end by themselves at a stop.
const GRACE: Duration = Duration::from_secs(2);
/// How long to wait when the kernel has no socket left to give.
const PAUSE: Duration = Duration::from_millis(200);
