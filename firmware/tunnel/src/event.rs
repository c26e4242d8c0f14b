use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
    time::Duration,
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::eventfd::{EfdFlags, EventFd},
};

/// Something that one thread says and that others can wait for beside their sockets.
#[derive(Debug)]
pub(crate) struct Event(EventFd);

impl Event {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?))
    }

    pub(crate) fn set(&self) {
        // Fails only when it has been said 2^64 times.
        let _ = self.0.write(1);
    }

    pub(crate) fn clear(&self) {
        // Fails only when there is nothing to clear.
        let _ = self.0.read();
    }
}

impl AsFd for Event {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Waits until one of them can be read, or has failed; all are `false` when the time is over first.
pub(crate) fn wait<const N: usize>(
    sources: [BorrowedFd<'_>; N],
    timeout: Option<Duration>,
) -> io::Result<[bool; N]> {
    wait_for(sources.map(|source| (source, PollFlags::POLLIN)), timeout)
}

/// Waits until one of them is ready for what it is waited for, or has failed; all are `false` when the time is over
/// first.
pub(crate) fn wait_for<const N: usize>(
    sources: [(BorrowedFd<'_>, PollFlags); N],
    timeout: Option<Duration>,
) -> io::Result<[bool; N]> {
    let mut fds = sources.map(|(source, flags)| PollFd::new(source, flags));
    // Rounded up: a timer that is polled a moment too early would be polled in a circle.
    let timeout = timeout.map_or(PollTimeout::NONE, |timeout| {
        PollTimeout::try_from(timeout + Duration::from_micros(999)).unwrap_or(PollTimeout::MAX)
    });
    match poll(&mut fds, timeout) {
        Ok(_) | Err(Errno::EINTR) => {}
        Err(error) => return Err(error.into()),
    }

    Ok(fds.map(|fd| fd.any().unwrap_or(false)))
}
