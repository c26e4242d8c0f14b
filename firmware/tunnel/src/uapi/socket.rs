use std::{
    fs::{self, DirBuilder},
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{
            fs::DirBuilderExt as _,
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, SystemTime},
};

use nix::sys::stat::{Mode, fchmod};
use socket2::{Domain, SockAddr, Socket, Type};

use crate::{
    SetError, Tunnel,
    event::{Event, wait},
    uapi::{Request, Secrets, client::Client, describe},
};

/// The control socket of a tunnel, served by threads of its own until this is dropped.
pub struct Uapi {
    path: PathBuf,
    stop: Arc<Event>,
    thread: Option<JoinHandle<()>>,
}

impl Uapi {
    /// Opens the socket where `wg` looks for it and begins to answer. A socket that nobody serves is replaced.
    ///
    /// # Errors
    /// [`BindError::InUse`] when another program serves it, others when the system refuses.
    pub fn bind(tunnel: Arc<Tunnel>, access: Access) -> Result<Self, BindError> {
        let path = Path::new(DIRECTORY).join(format!("{}.sock", tunnel.interface()));
        let listener = listen(&path)?;
        let stop = Arc::new(Event::new().map_err(BindError::Socket)?);
        let server = Server { tunnel, access, stop: Arc::clone(&stop), clients: AtomicUsize::new(0) };
        let thread = thread::Builder::new()
            .name("uapi".to_owned())
            .spawn(move || server.run(&listener))
            .map_err(BindError::Socket)?;

        Ok(Self { path, stop, thread: Some(thread) })
    }

    /// Where the socket is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Uapi {
    fn drop(&mut self) {
        self.stop.set();
        // Somebody may have removed it already; that is how an interface is asked to end.
        let _ = fs::remove_file(&self.path);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(path = %self.path.display(), "The thread of the control socket panicked");
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

/// Why there is no control socket.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another program answers there.
    #[error("the control socket {} is served by another program", .0.display())]
    InUse(PathBuf),
    /// The directory for the sockets cannot be made.
    #[error("make the directory {}", .0.display())]
    Directory(PathBuf, #[source] io::Error),
    /// The system refuses the socket.
    #[error("open the control socket")]
    Socket(#[source] io::Error),
}

/// Where `wg` looks.
const DIRECTORY: &str = "/var/run/wireguard";

/// Bounds threads and memory; `wg` needs one.
const CLIENTS: usize = 8;

/// How long to wait for what others hold before looking again.
const PAUSE: Duration = Duration::from_millis(100);

fn listen(path: &Path) -> Result<UnixListener, BindError> {
    let directory = Path::new(DIRECTORY);
    let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|error| BindError::Directory(directory.to_owned(), error))?;
    if UnixStream::connect(path).is_ok() {
        return Err(BindError::InUse(path.to_owned()));
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(BindError::Socket(error)),
        Ok(()) | Err(_) => {}
    }

    listen_privately(path).map_err(BindError::Socket)
}

fn listen_privately(path: &Path) -> io::Result<UnixListener> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // Before it is bound, so that there is no moment in which others may connect.
    fchmod(&socket, Mode::S_IRUSR | Mode::S_IWUSR)?;
    socket.bind(&SockAddr::unix(path)?)?;
    socket.listen(16)?;
    socket.set_nonblocking(true)?;

    Ok(OwnedFd::from(socket).into())
}

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
                client.answer(&format!("{text}errno={errno}\n\n"))?;
            }
            io::Result::Ok(())
        };
        if let Err(error) = serve() {
            tracing::debug!(%error, "A client of the control socket was let go");
        }
    }

    /// The lines that are asked for, and the number that says how it went.
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
                (String::new(), self.tunnel.change(*change).map_or_else(|error| errno(&error), |()| 0))
            }
            (Ok(Request::Set(_)), Access::ReadOnly) => (String::new(), libc::EPERM),
            (Err(_), Access::Full | Access::ReadOnly) => (String::new(), libc::EINVAL),
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
