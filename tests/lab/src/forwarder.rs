use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};

use crate::Namespace;

/// Passes TCP connections from this machine's loopback into a room, until the process ends.
#[derive(Debug)]
pub struct Forwarder {
    address: SocketAddr,
}

impl Forwarder {
    /// Listens on the first free port from `port` upwards.
    ///
    /// # Errors
    /// When a hundred ports in a row are taken.
    pub fn open(port: u16, room: &Namespace, target: impl Into<SocketAddr>) -> Result<Self> {
        let free = (port..=port.saturating_add(100))
            .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
        let listener = free.with_context(|| format!("no free port from {port} upwards"))?;
        let (address, room, target) = (listener.local_addr()?, room.clone(), target.into());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let room = room.clone();
                thread::spawn(move || pass_on(&stream, &room, target));
            }
        });

        Ok(Self { address })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// When the room does not answer, the caller sees its connection close.
fn pass_on(outside: &TcpStream, room: &Namespace, target: SocketAddr) {
    let Ok(inside) = room.tcp_connect(target, Duration::from_secs(5)) else { return };
    thread::scope(|scope| {
        scope.spawn(|| copy(outside, &inside));
        copy(&inside, outside);
    });
}

fn copy(mut from: &TcpStream, mut to: &TcpStream) {
    // Either side may hang up at any time; the other then hears of it.
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
