use std::{
    cell::Cell,
    net::{IpAddr, UdpSocket},
    time::Duration,
};

use anyhow::{Context as _, Result};
use lab::{Namespace, Process, wait_until};
use model::{PrivateKey, PublicKey};
use set_up::set_up;
use tempfile::TempDir;
use udp_table::is_anything_unread;

use crate::{
    Identity, Peer, Session, Terms,
    addresses::{ADDRESS, ADDRESS_V6, LISTEN_PORT, PORT},
    clock::Clock,
    implementation::Implementation,
};

mod set_up;
mod udp_table;

/// The implementation under test, with an interface that is up, in a network of its own; both end with this value.
///
/// Its peers reach it over the loopback interface, on which nothing is lost, and everything comes in order.
#[derive(Debug)]
pub struct Program {
    room: Namespace,
    _process: Process,
    clock: Clock,
    key: PrivateKey,
    inside: [UdpSocket; 2],
    peers: Cell<u8>,
    _folder: TempDir,
}

impl Program {
    /// Starts it and makes it somebody, without peers. Its log is in the error when it does not come up.
    ///
    /// # Errors
    /// When there is no program, or its interface does not come up.
    pub fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("conformance-").tempdir()?;
        let room = Namespace::create("conformance")?;
        let implementation = Implementation::chosen()?;
        let clock = implementation.clock(folder.path())?;
        let mut command = implementation.command(&room, INTERFACE)?;
        clock.give_to(&mut command);
        let mut process = room.spawn(command, &folder.path().join("log"))?;
        let key = PrivateKey::generate();
        set_up(&room, &mut process, &key).with_context(|| format!("the program said:\n{}", process.log()))?;
        let inside = [
            room.udp_socket((IpAddr::from(ADDRESS), PORT))?,
            room.udp_socket((IpAddr::from(ADDRESS_V6), PORT))?,
        ];

        Ok(Self { room, _process: process, clock, key, inside, peers: Cell::new(1), _folder: folder })
    }

    /// [`start`](Self::start), with one peer that shares a session with it.
    ///
    /// # Errors
    /// When anything of it fails.
    pub fn with_connected_peer() -> Result<(Self, Peer, Session)> {
        let program = Self::start()?;
        let peer = program.admit()?;
        let session = peer.connect()?;

        Ok((program, peer, session))
    }

    /// A new peer that the program knows.
    ///
    /// # Errors
    /// When `wg` refuses.
    pub fn admit(&self) -> Result<Peer> {
        self.admit_on(&Terms::default())
    }

    /// A new peer that the program knows, and knows where to find.
    ///
    /// # Errors
    /// When `wg` refuses.
    pub fn admit_known(&self) -> Result<Peer> {
        self.admit_on(&Terms { is_known: true, ..Terms::default() })
    }

    /// [`admit`](Self::admit) with more to say.
    ///
    /// # Errors
    /// When `wg` refuses.
    pub fn admit_on(&self, terms: &Terms) -> Result<Peer> {
        let peer = self.stranger(terms.outside)?;
        let mut text = format!(
            "[Peer]\nPublicKey = {}\nPresharedKey = {}\n",
            peer.identity.key.public_key(),
            *peer.identity.psk.to_base64()
        );
        match &terms.allowed_ips {
            Some(nets) => text += &format!("AllowedIPs = {nets}\n"),
            None => text += &format!("AllowedIPs = {}/32, {}/128\n", peer.address, peer.address_v6),
        }
        if terms.is_known {
            text += &format!("Endpoint = {}\n", peer.outside()?);
        }
        if let Some(seconds) = terms.persistent_keepalive {
            text += &format!("PersistentKeepalive = {seconds}\n");
        }
        self.room.feed(&format!("wg addconf {INTERFACE} /dev/stdin"), &text)?;

        Ok(peer)
    }

    /// A peer that the program does not know.
    ///
    /// # Errors
    /// When its address is not one of the loopback interface.
    pub fn stranger(&self, outside: IpAddr) -> Result<Peer> {
        let number = self.peers.get() + 1;
        self.peers.set(number);

        Peer::new(self.room.clone(), Identity::new(self.public_key()), number, outside)
    }

    /// Who it is.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.key.public_key()
    }

    /// Lets time pass for it once it has dealt with all that it was sent, and whatever is due happen.
    ///
    /// # Errors
    /// When it does not read what it is sent.
    pub fn pass(&self, time: Duration) -> Result<()> {
        wait_until("the program has read all that it was sent", PATIENCE, || {
            let is_anything_unread = self.room.in_thread(|| is_anything_unread(LISTEN_PORT))??;
            anyhow::Ok(!is_anything_unread)
        })?;

        self.clock.pass(time)
    }

    /// Sends a packet of `size` bytes from behind its interface to a peer, which nobody there answers.
    ///
    /// # Errors
    /// When the packet does not fit the interface.
    pub fn say(&self, to: IpAddr, size: usize) -> Result<()> {
        let (socket, headers) = if to.is_ipv4() { (&self.inside[0], 28) } else { (&self.inside[1], 48) };
        let payload = (0..size - headers).map(|n| n as u8).collect::<Vec<_>>();
        socket.send_to(&payload, (to, PORT)).with_context(|| format!("send {size} bytes to {to}"))?;

        Ok(())
    }

    /// What a peer has said to us behind its interface, with [`Peer::say`].
    ///
    /// # Errors
    /// When nothing comes within two seconds.
    pub fn hear(&self) -> Result<Vec<u8>> {
        hear_on(&self.inside[0])
    }

    /// [`hear`](Self::hear) over IPv6.
    ///
    /// # Errors
    /// When nothing comes within two seconds.
    pub fn hear_v6(&self) -> Result<Vec<u8>> {
        hear_on(&self.inside[1])
    }

    /// Whether everything that a peer has said has been heard.
    ///
    /// # Errors
    /// When a socket fails.
    pub fn has_heard_all(&self) -> Result<bool> {
        let mut has_more = false;
        for socket in &self.inside {
            socket.set_nonblocking(true)?;
            has_more |= socket.peek(&mut [0]).is_ok();
            socket.set_nonblocking(false)?;
        }

        Ok(!has_more)
    }

    /// Gives its interface another MTU, and waits until it has taken notice.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn set_mtu(&self, mtu: u16) -> Result<()> {
        self.room.ip(&[&format!("link set {INTERFACE} mtu {mtu}")])?;

        self.pass(Duration::from_secs(2))
    }

    /// Lets `wg` change it.
    ///
    /// # Errors
    /// When `wg` refuses.
    pub fn wg_set(&self, arguments: &str) -> Result<()> {
        self.run(&format!("wg set {INTERFACE} {arguments}"))?;

        Ok(())
    }

    /// Runs a command line in its network, split at its spaces and seen by no shell, and gives what it said.
    ///
    /// # Errors
    /// When it fails.
    pub fn run(&self, line: &str) -> Result<String> {
        self.room.run(line)
    }
}

fn hear_on(socket: &UdpSocket) -> Result<Vec<u8>> {
    let mut room = [0; 2000];
    let length = socket.recv(&mut room).context("nothing came through the tunnel")?;

    Ok(room[..length].to_vec())
}

/// More than reading takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Every room has sockets and interfaces of its own, so that all may have one name.
const INTERFACE: &str = "wg0";
