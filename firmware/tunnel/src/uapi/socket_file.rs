use std::{
    fs::{self, DirBuilder},
    io,
    os::{
        fd::OwnedFd,
        unix::{
            fs::{DirBuilderExt as _, MetadataExt as _},
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use nix::sys::stat::{Mode, fchmod};
use socket2::{Domain, SockAddr, Socket, Type};

/// The file by which a control socket is found.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    /// Which file is ours, by device and number; somebody else's may have taken its place.
    file: (u64, u64),
}

impl SocketFile {
    /// Opens a socket for root alone. One that nobody serves is replaced; whoever is about to end is waited for.
    pub(super) fn bind(path: PathBuf) -> Result<(Self, UnixListener), BindError> {
        let directory = path.parent().unwrap_or_else(|| Path::new("/"));
        let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.map_err(|error| BindError::Directory(directory.to_owned(), error))?;
        make_room(&path)?;
        let listener = listen_privately(&path).map_err(BindError::Socket)?;
        let file = file_at(&path).map_err(BindError::Socket)?;

        Ok((Self { path, file }, listener))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it still leads to us.
    pub(super) fn is_there(&self) -> bool {
        file_at(&self.path).is_ok_and(|file| file == self.file)
    }

    /// Takes it away, unless somebody has done so already.
    pub(super) fn remove(&self) {
        if self.is_there() {
            let _ = fs::remove_file(&self.path);
        }
    }
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

/// An interface that was removed takes less to end.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(50);

fn make_room(path: &Path) -> Result<(), BindError> {
    let mut patience = PATIENCE;
    while UnixStream::connect(path).is_ok() {
        patience = patience.checked_sub(PAUSE).ok_or_else(|| BindError::InUse(path.to_owned()))?;
        thread::sleep(PAUSE);
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BindError::Socket(error)),
        Ok(()) | Err(_) => Ok(()),
    }
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

fn file_at(path: &Path) -> io::Result<(u64, u64)> {
    let file = fs::symlink_metadata(path)?;

    Ok((file.dev(), file.ino()))
}
