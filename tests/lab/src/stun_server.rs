use std::{
    net::{IpAddr, SocketAddr},
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, Result};

use crate::{Namespace, Process, wait_until};

/// A STUN server (`coturn`): it tells whoever asks from which address the question came. Ends with this value.
#[derive(Debug)]
pub struct StunServer {
    process: Process,
}

impl StunServer {
    /// The port that all of them have (RFC 8489, 18.6).
    pub const PORT: u16 = 3478;

    /// Starts it on these addresses of a room, of either family, and waits until it answers on each. Its log goes into
    /// the folder.
    ///
    /// # Errors
    /// When it cannot be started, or an address does not answer within ten seconds; its log is in the error.
    pub fn start(room: &Namespace, addresses: &[IpAddr], folder: &Path) -> Result<Self> {
        Self::start_on(room, addresses, Self::PORT, folder)
    }

    /// [`start`](Self::start) on another port; several in a room need several.
    ///
    /// # Errors
    /// As there.
    pub fn start_on(room: &Namespace, addresses: &[IpAddr], port: u16, folder: &Path) -> Result<Self> {
        let mut command = room.command("turnserver");
        command.args([
            "--stun-only",
            "--no-cli",
            "--no-tls",
            "--no-dtls",
            "--log-file=stdout",
            "--simple-log",
        ]);
        // `/run` is the room's own; a second server elsewhere has another.
        command.args(["-c", "/dev/null", &format!("--pidfile=/run/turnserver-{port}.pid")]);
        command.args([format!("--userdb=/run/turndb-{port}"), format!("--listening-port={port}")]);
        command.args(addresses.iter().map(|address| format!("--listening-ip={address}")));
        let process = room.spawn(command, &folder.join(format!("stun-{}-{port}.log", room.name())))?;
        let server = Self { process };
        for &address in addresses {
            let at = SocketAddr::from((address, port));
            wait_until(&format!("STUN answers on {at}"), PATIENCE, || answers(room, at))
                .with_context(|| server.process.log())?;
        }

        Ok(server)
    }

    /// Ends it at once: from now on nobody answers there.
    pub fn kill(&mut self) {
        self.process.kill();
    }
}

/// Far more than it takes to start on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(10);
/// A binding request without attributes; its transaction id is of no interest (RFC 8489, 5).
const BINDING_REQUEST: [u8; 20] = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

fn answers(room: &Namespace, at: SocketAddr) -> Result<bool> {
    let socket = room.udp_socket((at.ip(), 0))?;
    socket.set_read_timeout(Some(Duration::from_millis(200)))?;
    socket.send_to(&BINDING_REQUEST, at)?;

    Ok(socket.recv_from(&mut [0; 256]).is_ok())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_stun_server_answers_until_it_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let room = Namespace::create("stun").unwrap();
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);

        let mut server = StunServer::start(&room, &[here], folder.path()).unwrap();
        server.kill();

        assert!(!answers(&room, (here, StunServer::PORT).into()).unwrap_or(false));
    }
}
