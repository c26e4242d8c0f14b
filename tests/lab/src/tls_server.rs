use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context as _, Result};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::Namespace;

/// Listens for TLS on one address, until dropped. Each connection is for one request.
#[derive(Debug)]
pub(crate) struct TlsServer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A connection to whoever asks.
pub(crate) type TlsStream = StreamOwned<ServerConnection, TcpStream>;

/// Who answers.
pub(crate) trait Serve: Send + Sync + 'static {
    /// Reads one request, of somebody at this address, and answers it, unless it is to stop.
    fn serve(&self, from: SocketAddr, stream: &mut TlsStream, stop: &AtomicBool) -> io::Result<()>;
}

impl TlsServer {
    pub(crate) fn start(
        room: &Namespace,
        at: SocketAddr,
        tls: Arc<ServerConfig>,
        server: Arc<impl Serve>,
    ) -> Result<Self> {
        let listener =
            room.in_thread(|| TcpListener::bind(at))?.with_context(|| format!("listen on TCP {at}"))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let Ok((stream, from)) = listener.accept() else {
                    thread::sleep(PAUSE);
                    continue;
                };
                let (tls, server, stopped) = (Arc::clone(&tls), Arc::clone(&server), Arc::clone(&stopped));
                // Whoever hangs up early has no answer; there is nobody to tell.
                thread::spawn(move || drop(serve(stream, from, tls, &*server, &stopped)));
            }
        });

        Ok(Self { address, stop, thread: Some(thread) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}

fn serve(
    stream: TcpStream,
    from: SocketAddr,
    tls: Arc<ServerConfig>,
    server: &impl Serve,
    stopped: &AtomicBool,
) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let connection = ServerConnection::new(tls).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    server.serve(from, &mut stream, stopped)?;
    stream.conn.send_close_notify();

    io::Write::flush(&mut stream)
}

const PAUSE: Duration = Duration::from_millis(20);
/// For a caller who says nothing.
const PATIENCE: Duration = Duration::from_secs(10);
