use std::{
    io,
    os::{
        fd::AsFd,
        unix::net::{UnixListener, UnixStream},
    },
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, SystemTime},
};

use crate::{
    SetError, Tunnel,
    event::{Event, wait},
    uapi::{BindError, InvalidRequest, Request, Secrets, client::Client, describe, socket_file::SocketFile},
};

/// The control socket of a tunnel, served by threads of its own until this is dropped.
pub struct Uapi {
    file: SocketFile,
    stop: Arc<Event>,
    thread: Option<JoinHandle<()>>,
}

impl Uapi {
    /// Opens the socket where `wg` looks for it and begins to answer. A socket that nobody serves is replaced, and whoever
    /// is about to end is waited for, a second at most.
    ///
    /// # Errors
    /// [`BindError::InUse`] when another program serves it, others when the system refuses.
    pub fn bind(tunnel: Arc<Tunnel>, access: Access) -> Result<Self, BindError> {
        let path = Path::new(DIRECTORY).join(format!("{}.sock", tunnel.interface()));
        let (file, listener) = SocketFile::bind(path)?;
        let stop = Arc::new(Event::new().map_err(BindError::Socket)?);
        let server = Server { tunnel, access, stop: Arc::clone(&stop), clients: AtomicUsize::new(0) };
        let thread = thread::Builder::new()
            .name("uapi".to_owned())
            .spawn(move || server.run(&listener))
            .map_err(BindError::Socket)?;

        Ok(Self { file, stop, thread: Some(thread) })
    }

    /// Where the socket is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Whether it is still there; to remove it is to ask the interface to end.
    pub(crate) fn is_there(&self) -> bool {
        self.file.is_there()
    }
}

impl Drop for Uapi {
    fn drop(&mut self) {
        // While it still answers: nobody takes its place before it is gone.
        self.file.remove();
        self.stop.set();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(path = %self.path().display(), "The thread of the control socket panicked");
        }
    }
}

/// What clients of the control socket may do. Whoever may connect is root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// All that `wg` and `wg-quick` do.
    Full,
    /// To look, without seeing secrets; for an interface that is configured elsewhere.
    ReadOnly,
}

/// Where `wg` looks.
const DIRECTORY: &str = "/var/run/wireguard";

/// Bounds threads and memory; `wg` needs one.
const CLIENTS: usize = 8;

/// How long to wait for a client to leave before looking again.
const PAUSE: Duration = Duration::from_millis(100);

struct Server {
    tunnel: Arc<Tunnel>,
    access: Access,
    stop: Arc<Event>,
    /// How many clients are served at this moment.
    clients: AtomicUsize,
}

impl Server {
    /// Serves every client in a thread of its own, until it is time to stop.
    fn run(&self, listener: &UnixListener) {
        thread::scope(|scope| {
            while self.waits_for(listener) {
                let accepted = listener.accept().and_then(|(client, _)| {
                    let served = Served::new(&self.clients);
                    let serve = move || self.serve(client, served);
                    thread::Builder::new().name("uapi-client".to_owned()).spawn_scoped(scope, serve)
                });
                if let Err(error) = accepted {
                    tracing::debug!(%error, "Accept a client of the control socket");
                    // Descriptors and threads may come free again; looking at once would only spin.
                    let _ = wait([self.stop.as_fd()], Some(PAUSE));
                }
            }
        });
    }

    /// Waits for a client, and before that for one of too many to leave; `false` when it is time to stop.
    fn waits_for(&self, listener: &UnixListener) -> bool {
        while self.clients.load(Ordering::Relaxed) >= CLIENTS {
            match wait([self.stop.as_fd()], Some(PAUSE)) {
                Ok([false]) => {}
                Ok([true]) | Err(_) => return false,
            }
        }

        matches!(wait([self.stop.as_fd(), listener.as_fd()], None), Ok([false, _]))
    }

    /// Answers one request after the other until the client has no more.
    fn serve(&self, stream: UnixStream, _served: Served<'_>) {
        let serve = || {
            let mut client = Client::new(stream, &self.stop)?;
            while let Some(request) = client.request()? {
                let (text, errno) = self.answer(&request);
                client.answer(&format!("{text}errno={}\n\n", -errno))?;
            }
            io::Result::Ok(())
        };
        if let Err(error) = serve() {
            tracing::debug!(%error, "A client of the control socket was let go");
        }
    }

    /// The lines that are asked for, and the number that says how it went, which is sent below zero: that is how
    /// `wg set` reads it.
    fn answer(&self, request: &str) -> (String, i32) {
        match (Request::parse(request), self.access) {
            (Ok(Request::Get), access) => {
                let secrets = match access {
                    Access::Full => Secrets::Shown,
                    Access::ReadOnly => Secrets::Hidden,
                };
                (describe(&self.tunnel.desired(), &self.tunnel.status(), secrets, since_1970()), 0)
            }
            (Ok(Request::Set(change)), Access::Full) => {
                let outcome = change.stages().into_iter().try_for_each(|stage| self.tunnel.change(stage));
                (String::new(), outcome.map_or_else(|error| errno(&error), |()| 0))
            }
            (Ok(Request::Set(_)), Access::ReadOnly) => (String::new(), libc::EPERM),
            (Err(InvalidRequest::Line), Access::Full | Access::ReadOnly) => (String::new(), libc::EPROTO),
            (Err(InvalidRequest::Value), Access::Full | Access::ReadOnly) => (String::new(), libc::EINVAL),
        }
    }
}

/// Counts a client for as long as it is served.
struct Served<'a>(&'a AtomicUsize);

impl<'a> Served<'a> {
    fn new(clients: &'a AtomicUsize) -> Self {
        clients.fetch_add(1, Ordering::Relaxed);
        Self(clients)
    }
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn errno(error: &SetError) -> i32 {
    tracing::warn!(%error, "The interface could not be changed");
    match error {
        SetError::PortInUse(_) => libc::EADDRINUSE,
        SetError::Stopped => libc::ENODEV,
        SetError::Socket(error) => error.raw_os_error().unwrap_or(libc::EIO),
    }
}

#[expect(clippy::disallowed_methods, reason = "the protocol of the control socket has real times in it")]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
