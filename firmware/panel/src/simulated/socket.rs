use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt as _, PermissionsExt as _},
        net::UnixStream,
    },
    path::{Path, PathBuf},
};

use tokio::net::UnixListener;

/// A listening socket with its place in the file system, which is empty again afterwards.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Listens at the path. Only this user may connect, from the first moment on.
    pub(crate) fn bind(path: &Path) -> io::Result<Self> {
        make_room(path)?;
        let unseen = path.with_extension(format!("{}.new", std::process::id()));
        make_room(&unseen)?;

        let listener = UnixListener::bind(&unseen)?;
        let moved = fs::set_permissions(&unseen, fs::Permissions::from_mode(0o600))
            .and_then(|()| fs::rename(&unseen, path));
        if let Err(error) = moved {
            drop(fs::remove_file(&unseen));
            return Err(error);
        }

        Ok(Self { listener, path: path.to_owned() })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, path = %self.path.display(), "Socket was already gone");
        }
    }
}

/// Removes what a process that has died left behind, and nothing else.
fn make_room(path: &Path) -> io::Result<()> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !metadata.file_type().is_socket() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file that is not a socket"));
    }
    if UnixStream::connect(path).is_ok() {
        return Err(io::Error::new(io::ErrorKind::AddrInUse, "another process listens there"));
    }

    fs::remove_file(path)
}
