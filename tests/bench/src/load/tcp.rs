use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use lab::Namespace;
use model::Service;

use crate::setting::Direction;

/// TCP connections that carry as much as they can, until they are stopped.
pub(crate) struct TcpLoad {
    received: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<io::Result<()>>>,
}

impl TcpLoad {
    /// Connects from the client to an address behind which the server is.
    pub(crate) fn start(
        client: &Namespace,
        server: &Namespace,
        address: Ipv4Addr,
        direction: Direction,
        streams: u32,
    ) -> Result<Self> {
        let at = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, Service::PORT);
        let listener = server.in_thread(|| TcpListener::bind(at))?.context("listen")?;
        let mut load = Self { received: Arc::default(), stop: Arc::default(), threads: Vec::new() };
        for _ in 0..streams {
            let near = client.tcp_connect(SocketAddrV4::new(address, Service::PORT), PATIENCE)?;
            let (far, _) = listener.accept()?;
            let (from, to) = match direction {
                Direction::Up => (near, far),
                Direction::Down => (far, near),
            };
            load.carry(from, to)?;
        }

        Ok(load)
    }

    /// Bytes so far.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Ends the connections.
    pub(crate) fn stop(self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            match thread.join() {
                Ok(outcome) => outcome.context("carry data over TCP")?,
                Err(_) => bail!("a thread that carries data over TCP panicked"),
            }
        }

        Ok(())
    }

    fn carry(&mut self, from: TcpStream, to: TcpStream) -> io::Result<()> {
        from.set_write_timeout(Some(LOOK_UP))?;
        to.set_read_timeout(Some(LOOK_UP))?;
        let stop = Arc::clone(&self.stop);
        self.threads.push(thread::spawn(move || send(from, &stop)));
        let (stop, received) = (Arc::clone(&self.stop), Arc::clone(&self.received));
        self.threads.push(thread::spawn(move || receive(to, &stop, &received)));

        Ok(())
    }
}

/// Fewer and larger calls leave more of the processors to what is measured.
const WRITE: usize = 128 * 1024;
const READ: usize = 512 * 1024;

/// How long a thread may sit in a call before it sees that it should stop.
const LOOK_UP: Duration = Duration::from_millis(200);

const PATIENCE: Duration = Duration::from_secs(5);

fn send(mut to: TcpStream, stop: &AtomicBool) -> io::Result<()> {
    let data = vec![0x5a; WRITE];
    while !stop.load(Ordering::Relaxed) {
        match to.write(&data) {
            Err(error) if !is_pause(&error) => return unless_stopped(error, stop),
            Ok(_) | Err(_) => {}
        }
    }

    Ok(())
}

fn receive(mut from: TcpStream, stop: &AtomicBool, received: &AtomicU64) -> io::Result<()> {
    let mut room = vec![0; READ];
    while !stop.load(Ordering::Relaxed) {
        match from.read(&mut room) {
            Ok(0) => break,
            Ok(length) => {
                received.fetch_add(length as u64, Ordering::Relaxed);
            }
            Err(error) if is_pause(&error) => {}
            Err(error) => return unless_stopped(error, stop),
        }
    }

    Ok(())
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// The first side that ends resets the connection of the other.
fn unless_stopped(error: io::Error, stop: &AtomicBool) -> io::Result<()> {
    if stop.load(Ordering::Relaxed) { Ok(()) } else { Err(error) }
}
