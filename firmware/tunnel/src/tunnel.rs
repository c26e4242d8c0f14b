use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    thread::{self, JoinHandle},
};

use ipnet::IpNet;
use model::InterfaceName;

use crate::{
    Desired, PeerStatus, Status,
    event::wait,
    interface::Interface,
    packet_path::{PacketPath, now},
    sockets::Sockets,
};

/// What a tunnel is for as long as it lives.
#[derive(Debug, Clone)]
pub struct Config {
    /// What the interface is called.
    pub interface: InterfaceName,
    /// The longest packet that goes in, in bytes, 1280 or more if IPv6 is to work.
    pub mtu: u16,
    /// Our addresses inside the tunnel, with the nets that are reached through it.
    pub addresses: Vec<IpNet>,
}

/// A WireGuard interface that runs, in threads of its own, until it is stopped or dropped.
pub struct Tunnel {
    interface: InterfaceName,
    path: Arc<PacketPath>,
    settings: Mutex<Settings>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Tunnel {
    /// Makes the interface and brings it up. Nobody is answered until [`set`](Self::set).
    ///
    /// # Errors
    /// [`StartError::InUse`] when there is an interface of this name, others when the system refuses.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let interface = Interface::create(&config)?;
        let path = Arc::new(PacketPath::new(interface, config.mtu).map_err(StartError::System)?);
        let tunnel =
            Self { interface: config.interface, path, settings: Mutex::default(), threads: Mutex::default() };
        tunnel.spawn("tunnel-out", PacketPath::run_outbound).map_err(StartError::System)?;
        tunnel.spawn("tunnel-in", PacketPath::run_inbound).map_err(StartError::System)?;
        tracing::debug!(interface = %tunnel.interface, "Tunnel started");

        Ok(tunnel)
    }

    /// Becomes what is desired, complete; peers that stay keep their sessions, others are dead when this returns.
    ///
    /// # Errors
    /// [`SetError::PortInUse`] when somebody else has the port; nothing is changed then.
    pub fn set(&self, desired: Desired) -> Result<(), SetError> {
        self.set_locked(desired, &mut self.settings())
    }

    /// Becomes what `change` makes of what the tunnel is now, each peer's endpoint where it really is.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn change(&self, change: impl FnOnce(&mut Desired)) -> Result<(), SetError> {
        let mut settings = self.settings();
        self.path.device().adopt_endpoints();
        let mut desired = self.desired_locked(&settings);
        change(&mut desired);

        self.set_locked(desired, &mut settings)
    }

    /// What the tunnel is, as [`set`](Self::set) would have it.
    #[must_use]
    pub fn desired(&self) -> Desired {
        self.desired_locked(&self.settings())
    }

    /// How the tunnel and each peer are now.
    #[must_use]
    pub fn status(&self) -> Status {
        let time = now();
        let device = self.path.device();
        let peers = device.peers().map(|peer| PeerStatus {
            public_key: peer.public_key,
            endpoint: peer.endpoint,
            last_handshake: peer.last_handshake.map(|at| time.saturating_duration_since(at)),
            received_bytes: peer.received_bytes,
            sent_bytes: peer.sent_bytes,
        });
        let mut counters = device.counters().pairs().collect::<BTreeMap<_, _>>();
        counters.insert("lost_to_network", self.path.losses.send.load(Ordering::Relaxed));
        counters.insert("lost_to_interface", self.path.losses.interface.load(Ordering::Relaxed));

        Status {
            port: self.path.sockets().map_or(0, |sockets| sockets.port()),
            peers: peers.collect(),
            counters,
        }
    }

    /// What the interface is called.
    #[must_use]
    pub fn interface(&self) -> &InterfaceName {
        &self.interface
    }

    /// Whether packets still move: not after a stop, and not after somebody has removed the interface.
    #[must_use]
    pub fn is_running(&self) -> bool {
        wait([self.ended()], Some(std::time::Duration::ZERO)).is_ok_and(|[has_ended]| !has_ended)
    }

    /// Ends the threads and removes the interface. A second time does nothing.
    pub fn stop(&self) {
        self.path.stop.set();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!(interface = %self.interface, "A thread of the tunnel panicked");
            }
        }
    }

    /// Can be read once the tunnel has ended.
    pub(crate) fn ended(&self) -> std::os::fd::BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.path.ended)
    }

    fn spawn(&self, name: &str, run: fn(&PacketPath) -> io::Result<()>) -> io::Result<()> {
        let end = End { path: Arc::clone(&self.path) };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            if let Err(error) = run(&end.path) {
                tracing::warn!(%error, "The interface is gone");
            }
        })?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);

        Ok(())
    }

    fn set_locked(&self, desired: Desired, settings: &mut Settings) -> Result<(), SetError> {
        let bound = self.path.sockets();
        if bound.is_none_or(|sockets| ![0, sockets.port()].contains(&desired.listen_port)) {
            self.path.set_sockets(Sockets::bind(desired.listen_port)?);
            settings.fwmark = 0;
        }
        if desired.fwmark != settings.fwmark {
            let sockets = self.path.sockets();
            sockets.map_or(Ok(()), |sockets| sockets.set_mark(desired.fwmark)).map_err(SetError::Socket)?;
            settings.fwmark = desired.fwmark;
        }
        let config = wireguard::Config { private_key: desired.private_key, peers: desired.peers };
        self.path.device().set(config, now());
        self.path.changed.set();

        Ok(())
    }

    fn desired_locked(&self, settings: &Settings) -> Desired {
        let config = self.path.device().config();

        Desired {
            private_key: config.private_key,
            listen_port: self.path.sockets().map_or(0, |sockets| sockets.port()),
            fwmark: settings.fwmark,
            peers: config.peers,
        }
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What is set of the sockets beside their port. Whoever holds it is the only one who changes the tunnel.
#[derive(Debug, Default)]
struct Settings {
    fwmark: u32,
}

/// Says that the tunnel has ended when a thread of it does, in whatever way.
struct End {
    path: Arc<PacketPath>,
}

impl Drop for End {
    fn drop(&mut self) {
        self.path.ended.set();
    }
}

/// Why a tunnel could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is an interface of this name.
    #[error("the interface {0} exists already; another program has it")]
    InUse(InterfaceName),
    /// The system refuses to make the interface or to give it its addresses.
    #[error("make the interface")]
    Interface(#[source] io::Error),
    /// The system refuses a thread or an event.
    #[error("start the tunnel's threads")]
    System(#[source] io::Error),
}

/// Why a tunnel could not become what was desired.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// Somebody else has the port.
    #[error("UDP port {0} is in use by another program")]
    PortInUse(u16),
    /// The system refuses the sockets.
    #[error("open the UDP sockets")]
    Socket(#[source] io::Error),
}
