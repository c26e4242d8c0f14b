use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{IpAddr, SocketAddr},
    sync::{Arc, atomic::AtomicBool},
};

use anyhow::Result;

use crate::{
    NameServer, Namespace,
    authority::Authority,
    tls_server::{Serve, TlsServer, TlsStream},
};

/// A page that tells whoever asks from which address the question came, over TLS. Ends with this value.
#[derive(Debug)]
pub(crate) struct AddressEcho {
    _servers: Vec<TlsServer>,
}

impl AddressEcho {
    /// Starts it on port 443 of these addresses, under this name.
    pub(crate) fn start(
        room: &Namespace,
        addresses: &[IpAddr],
        name: &str,
        name_server: &NameServer,
        authority: &Authority,
    ) -> Result<Self> {
        name_server.set_host(name, addresses)?;
        let tls = authority.vouch_for(&[name])?;
        let listen = |address: &IpAddr| {
            TlsServer::start(room, (*address, 443).into(), Arc::clone(&tls), Arc::new(Echo))
        };

        Ok(Self { _servers: addresses.iter().map(listen).collect::<Result<_>>()? })
    }
}

struct Echo;

impl Serve for Echo {
    fn serve(&self, from: SocketAddr, stream: &mut TlsStream, _stop: &AtomicBool) -> io::Result<()> {
        // What is asked does not matter, but closing with something unread would throw the answer away.
        let mut lines = BufReader::new(&mut *stream).lines();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        drop(lines);
        let text = format!("{}\n", from.ip().to_canonical());

        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
            text.len()
        )
    }
}
