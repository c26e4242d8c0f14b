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

use super::{Answer, Asked, Shared};
use crate::Namespace;

/// Listens for TLS on one address, until dropped. Each connection is for one request.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(
        room: &Namespace,
        at: SocketAddr,
        tls: Arc<ServerConfig>,
        shared: Arc<Shared>,
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
                let (tls, shared, stopped) = (Arc::clone(&tls), Arc::clone(&shared), Arc::clone(&stopped));
                // Whoever hangs up early has no answer; there is nobody to tell.
                thread::spawn(move || drop(serve(stream, from, tls, &shared, &stopped)));
            }
        });

        Ok(Self { address, stop, thread: Some(thread) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
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
    shared: &Shared,
    stopped: &AtomicBool,
) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let connection = ServerConnection::new(tls).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let answer = match Asked::read(from.ip().to_canonical(), &mut stream)? {
        None => Answer::text(421, "nobody of that name is here"),
        Some(asked) => match shared.handle(&asked) {
            Some(answer) => answer,
            None => return wait(stopped),
        },
    };
    answer.write(&mut stream)?;
    stream.conn.send_close_notify();

    io::Write::flush(&mut stream)
}

/// Holds the connection until all is over.
fn wait(stopped: &AtomicBool) -> io::Result<()> {
    while !stopped.load(Ordering::Relaxed) {
        thread::sleep(PAUSE);
    }

    Ok(())
}

const PAUSE: Duration = Duration::from_millis(20);
/// For a caller who says nothing.
const PATIENCE: Duration = Duration::from_secs(10);
