use std::{
    fs::{self, DirBuilder},
    io::{self, BufRead, BufReader, Read as _, Write as _},
    os::{
        fd::{AsFd, OwnedFd},
        unix::{
            fs::DirBuilderExt as _,
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, SystemTime},
};

use nix::sys::stat::{Mode, fchmod};
use socket2::{Domain, SockAddr, Socket, Type};

use crate::{
    SetError, Tunnel,
    event::{Event, wait},
    uapi::{Request, Secrets, describe},
};

/// The control socket of a tunnel, served by a thread of its own until this is dropped.
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
        let server = Server { tunnel, access, stop: Arc::clone(&stop) };
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

/// In bytes: 50,000 peers, of which `wg` sends some 300 bytes each.
const LONGEST_REQUEST: u64 = 16 << 20;

/// A client that is silent for so long is cut off, so that it cannot keep others out.
const PATIENCE: Duration = Duration::from_secs(1);

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
}

impl Server {
    fn run(&self, listener: &UnixListener) {
        loop {
            match wait([self.stop.as_fd(), listener.as_fd()], None) {
                Ok([false, _]) => {}
                Ok([true, _]) | Err(_) => return,
            }
            let Ok((client, _)) = listener.accept() else { continue };
            if let Err(error) = self.serve(client) {
                tracing::debug!(%error, "A client of the control socket went away");
            }
        }
    }

    /// Answers one request after the other until the client has no more.
    fn serve(&self, client: UnixStream) -> io::Result<()> {
        client.set_nonblocking(false)?;
        client.set_read_timeout(Some(PATIENCE))?;
        client.set_write_timeout(Some(PATIENCE))?;
        let mut requests = BufReader::new(&client);
        while let Some(request) = read_request(&mut requests)? {
            let (text, errno) = self.answer(&request);
            (&client).write_all(format!("{text}errno={errno}\n\n").as_bytes())?;
        }

        Ok(())
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
            (Ok(Request::Set(change)), Access::Full) => (
                String::new(),
                self.tunnel
                    .change(|desired| change.apply(desired))
                    .map_or_else(|error| errno(&error), |()| 0),
            ),
            (Ok(Request::Set(_)), Access::ReadOnly) => (String::new(), libc::EPERM),
            (Err(_), Access::Full | Access::ReadOnly) => (String::new(), libc::EINVAL),
        }
    }
}

/// Reads up to the empty line; nothing at the end of the connection.
fn read_request(client: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut client = client.take(LONGEST_REQUEST);
    let mut request = Vec::new();
    while !request.ends_with(b"\n\n") {
        if client.read_until(b'\n', &mut request)? == 0 {
            return Ok(None);
        }
    }

    // What is not UTF-8 is no request either.
    Ok(Some(String::from_utf8(request).unwrap_or_default()))
}

fn errno(error: &SetError) -> i32 {
    tracing::warn!(%error, "The interface could not be changed");
    match error {
        SetError::PortInUse(_) => libc::EADDRINUSE,
        SetError::Socket(error) => error.raw_os_error().unwrap_or(libc::EIO),
    }
}

#[expect(clippy::disallowed_methods, reason = "the protocol of the control socket has real times in it")]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_one_by_one_up_to_their_empty_lines() {
        let mut client = b"get=1\n\nset=1\nlisten_port=1\n\n\xff\n\nget=1\n".as_slice();

        assert_eq!(read_request(&mut client).unwrap().unwrap(), "get=1\n\n");
        assert_eq!(read_request(&mut client).unwrap().unwrap(), "set=1\nlisten_port=1\n\n");
        assert_eq!(read_request(&mut client).unwrap().unwrap(), "");
        assert_eq!(read_request(&mut client).unwrap(), None);
    }

    #[test]
    fn a_request_without_an_end_is_not_read_for_ever() {
        let mut client = BufReader::new(io::repeat(b'x'));

        assert_eq!(read_request(&mut client).unwrap(), None);
    }
}
