use std::{
    io::{self, BufRead, BufReader, Read, Write},
    os::{fd::AsFd as _, unix::net::UnixStream},
    time::{Duration, Instant},
};

use nix::poll::PollFlags;

use crate::event::{Event, wait_for};

/// A connection to the control socket: requests in, answers out, until one takes too long or the server stops.
pub(super) struct Client<'a>(BufReader<Connection<'a>>);

impl<'a> Client<'a> {
    pub(super) fn new(stream: UnixStream, stop: &'a Event) -> io::Result<Self> {
        stream.set_nonblocking(true)?;

        Ok(Self(BufReader::new(Connection { stream, stop, deadline: now() + PATIENCE })))
    }

    /// The next request, up to the empty line that ends it; nothing at the end of the connection.
    ///
    /// # Errors
    /// Of kind `TimedOut` when it is not whole in time, of kind `ConnectionAborted` when the server stops.
    pub(super) fn request(&mut self) -> io::Result<Option<String>> {
        self.0.get_mut().deadline = now() + PATIENCE;

        read_request(&mut self.0)
    }

    /// Sends an answer; errors are those of [`request`](Self::request).
    pub(super) fn answer(&mut self, text: &str) -> io::Result<()> {
        let connection = self.0.get_mut();
        connection.deadline = now() + PATIENCE;

        connection.write_all(text.as_bytes())
    }
}

struct Connection<'a> {
    stream: UnixStream,
    stop: &'a Event,
    deadline: Instant,
}

impl Connection<'_> {
    /// Waits until the stream is ready or has failed, which reading or writing will tell.
    fn ready(&self, flags: PollFlags) -> io::Result<()> {
        loop {
            let left = self.deadline.saturating_duration_since(now());
            let sources = [(self.stop.as_fd(), PollFlags::POLLIN), (self.stream.as_fd(), flags)];
            match wait_for(sources, Some(left))? {
                [true, _] => return Err(io::ErrorKind::ConnectionAborted.into()),
                [false, true] => return Ok(()),
                [false, false] if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
                [false, false] => {}
            }
        }
    }
}

impl Read for Connection<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.ready(PollFlags::POLLIN)?;
        self.stream.read(room)
    }
}

impl Write for Connection<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.ready(PollFlags::POLLOUT)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// How long a request may take to come, silence before it included, and how long its answer to be fetched.
const PATIENCE: Duration = Duration::from_secs(5);

/// In bytes: 50,000 peers, of which `wg` sends some 300 bytes each.
const LONGEST_REQUEST: u64 = 16 << 20;

/// Reads up to the empty line; nothing at the end of the connection.
pub(super) fn read_request(client: &mut impl BufRead) -> io::Result<Option<String>> {
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

#[expect(clippy::disallowed_methods, reason = "clients are waited for in real time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::thread;

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

    #[test]
    fn a_stop_ends_the_wait_for_a_silent_client_and_for_one_that_does_not_read() {
        let (_silent, stream) = UnixStream::pair().unwrap();
        let stop = Event::new().unwrap();
        let mut client = Client::new(stream, &stop).unwrap();

        let errors = thread::scope(|scope| {
            let ends = scope.spawn(|| {
                [client.request().map(drop), client.answer(&"x".repeat(16 << 20))].map(Result::unwrap_err)
            });
            stop.set();
            ends.join().unwrap()
        });

        assert_eq!(errors.map(|error| error.kind()), [io::ErrorKind::ConnectionAborted; 2]);
    }

    #[test]
    fn a_client_that_is_too_slow_is_let_go() {
        let (_silent, stream) = UnixStream::pair().unwrap();
        let stop = Event::new().unwrap();
        let connection = Connection { stream, stop: &stop, deadline: now() };

        assert_eq!(connection.ready(PollFlags::POLLIN).unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
