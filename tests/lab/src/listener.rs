use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context as _, Result};

use crate::Namespace;

/// Something that listens in a room, until dropped.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Answers whoever connects with an HTTP page that holds this text.
    ///
    /// # Errors
    /// When the address is not one of this room, or is taken.
    pub fn http(room: &Namespace, at: impl Into<SocketAddr>, text: &str) -> Result<Self> {
        Self::http_status(room, at, "200 OK", text)
    }

    /// [`http`](Self::http) with another status, such as `403 Forbidden`.
    ///
    /// # Errors
    /// As there.
    pub fn http_status(
        room: &Namespace,
        at: impl Into<SocketAddr>,
        status: &str,
        text: &str,
    ) -> Result<Self> {
        let at = at.into();
        let listener =
            room.in_thread(|| TcpListener::bind(at))?.with_context(|| format!("listen on TCP {at}"))?;
        listener.set_nonblocking(true)?;
        let length = text.len();
        let page =
            format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}");

        Ok(Self::start(listener.local_addr()?, move || {
            rest_if_idle(listener.accept().map(|(stream, _)| answer(stream, &page)));
        }))
    }

    /// Sends every datagram back to where it came from.
    ///
    /// # Errors
    /// When the address is not one of this room, or is taken.
    pub fn udp_echo(room: &Namespace, at: impl Into<SocketAddr>) -> Result<Self> {
        let socket = room.udp_socket(at)?;
        socket.set_nonblocking(true)?;

        Ok(Self::start(socket.local_addr()?, move || rest_if_idle(echo(&socket))))
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn start(address: SocketAddr, mut serve: impl FnMut() + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                serve();
            }
        });

        Self { address, stop, thread: Some(thread) }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}

/// Reads what is asked before it answers, since closing with something unread would throw the answer away.
fn answer(mut stream: TcpStream, page: &str) {
    let talk = || -> io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        let _ = stream.read(&mut [0; 4096])?;
        stream.write_all(page.as_bytes())
    };
    // A caller that only wanted to see whether somebody is there has seen it.
    let _ = { talk }();
}

fn echo(socket: &UdpSocket) -> io::Result<()> {
    let mut buffer = [0; 2048];
    let (length, from) = socket.recv_from(&mut buffer)?;
    socket.send_to(&buffer[..length], from)?;

    Ok(())
}

fn rest_if_idle(served: io::Result<()>) {
    if served.is_err() {
        thread::sleep(Duration::from_millis(20));
    }
}
