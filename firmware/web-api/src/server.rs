use std::{io, pin::pin, time::Duration};

use axum::Router;
use hyper::{
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::OwnedSemaphorePermit,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{capacity::Capacity, doorway::Way};

/// Serves as many connections at a time as there is capacity for, until told to stop, and waits for those that are open.
pub(crate) async fn serve<L: Listener, F: Fn(&L::Stream) -> io::Result<Way>>(
    incoming: Incoming<L, F>,
    router: Router,
    capacity: Capacity,
    stop: CancellationToken,
) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let (stream, way, place) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = incoming.accept(&capacity) => accepted?,
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

    /// Takes one connection and waits until there is a place for it; the next ones wait in the kernel's queue meanwhile,
    /// which is bounded.
    async fn accept(&self, capacity: &Capacity) -> io::Result<(L::Stream, Way, OwnedSemaphorePermit)> {
        loop {
            match self.listener.accept().await {
                Ok(stream) => {
                    let prepared = L::prepare(&stream).and_then(|()| (self.way)(&stream));
                    // A connection that cannot be prepared is gone already.
                    let Ok(way) = prepared else { continue };
                    let place = capacity.take(way).await?;
                    return Ok((stream, way, place));
                }
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

    /// Sets what is to be set on a connection.
    fn prepare(stream: &Self::Stream) -> io::Result<()>;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<TcpStream> {
        Ok(Self::accept(self).await?.0)
    }

    fn prepare(stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;

        SockRef::from(stream).set_tcp_user_timeout(Some(DEAF))
    }
}

impl Listener for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<UnixStream> {
        Ok(Self::accept(self).await?.0)
    }

    fn prepare(_: &UnixStream) -> io::Result<()> {
        Ok(())
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

/// What Linux passes on from a connection that broke before it was accepted: ECONNABORTED, and those that accept(2) tells
/// to try again after.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionReset, HostUnreachable, NetworkDown, NetworkUnreachable,
        PermissionDenied,
    };

    matches!(
        error.kind(),
        ConnectionAborted
            | ConnectionReset
            | HostUnreachable
            | NetworkDown
            | NetworkUnreachable
            | PermissionDenied
    )
}

/// Too many open files, no memory for another socket: ENFILE, EMFILE, ENOBUFS, ENOMEM.
fn is_of_the_moment(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(23 | 24 | 105 | 12))
}

/// How long a request's head may take, and how long a connection may be idle.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// How long what was sent may lie unread. A phone that left the house does not say so, and the kernel by itself would go
/// on for a quarter of an hour, in which its page would still be waiting for the button.
const DEAF: Duration = Duration::from_secs(30);
/// For a request's head and what of its body has arrived, in bytes.
const MOST_BUFFERED: usize = 16 * 1024;
/// How long open connections have to end by themselves at a stop.
const GRACE: Duration = Duration::from_secs(2);
/// How long to wait when the kernel has no socket left to give.
const PAUSE: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_browser_that_went_away_without_a_word_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _browser = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let incoming = Incoming::new(listener, |_: &TcpStream| Ok(Way::Socket));

        let (stream, ..) = incoming.accept(&Capacity::default()).await.unwrap();

        assert_eq!(SockRef::from(&stream).tcp_user_timeout().unwrap(), Some(DEAF));
    }
}
