//! Asks a STUN server from which address a question comes (RFC 8489, a binding without credentials).

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use tokio::{net::UdpSocket, time::timeout};

use self::binding::Binding;

mod binding;

/// Asks this server, from this address.
///
/// # Errors
/// When it does not answer.
pub(crate) async fn ask(server: SocketAddr, from: IpAddr) -> io::Result<IpAddr> {
    let socket = UdpSocket::bind((from, 0)).await?;
    // Only what comes from there is read.
    socket.connect(server).await?;
    let mut id = [0; 12];
    getrandom::fill(&mut id).map_err(|_| io::Error::other("the system has no random numbers"))?;
    let binding = Binding::new(id);
    for wait in WAITS {
        socket.send(&binding.request()).await?;
        if let Ok(answer) = timeout(wait, answer(&socket, &binding)).await {
            return answer;
        }
    }

    Err(io::ErrorKind::TimedOut.into())
}

/// How long to wait after each try (RFC 8489, 6.2.1), which ends after the third: another server may know.
const WAITS: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_millis(1000), Duration::from_millis(2000)];

async fn answer(socket: &UdpSocket, binding: &Binding) -> io::Result<IpAddr> {
    // No answer to this question is longer.
    let mut buffer = [0; 548];
    loop {
        let length = socket.recv(&mut buffer).await?;
        if let Some(address) = binding.read(buffer.get(..length).unwrap_or_default()) {
            return Ok(address.ip());
        }
    }
}
