use std::{
    collections::BTreeMap,
    io,
    os::fd::{AsFd as _, BorrowedFd},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    thread::{self, JoinHandle},
    time::Duration,
};

use ipnet::IpNet;
use model::InterfaceName;

use crate::{
    Desired, PeerStatus, Status,
    event::wait,
    interface::Interface,
    packet_path::{PacketPath, now},
    sockets::Sockets,
    uapi::Change,
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

/// A WireGuard interface that runs, in a thread of its own, until it is stopped or dropped.
pub struct Tunnel {
    interface: InterfaceName,
    path: Arc<PacketPath>,
    settings: Mutex<Settings>,
}

impl Tunnel {
    /// Makes the interface and brings it up. Nobody is answered until [`set`](Self::set).
    ///
    /// # Errors
    /// [`StartError::InUse`] when there is an interface of this name, others when the system refuses.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let interface = Interface::create(&config)?;
        let path = Arc::new(PacketPath::new(config.mtu).map_err(StartError::System)?);
        let tunnel = Self { interface: config.interface, path, settings: Mutex::default() };
        tunnel.spawn(interface).map_err(StartError::System)?;
        tracing::debug!(interface = %tunnel.interface, "Tunnel started");

        Ok(tunnel)
    }

    /// Becomes what is desired, complete. Peers that stay keep their sessions; of others nothing is passed on any more
    /// when this returns, what the kernel had before aside.
    ///
    /// # Errors
    /// [`SetError::PortInUse`] when somebody else has the port, [`SetError::Stopped`] after [`stop`](Self::stop),
    /// others when the system refuses; nothing is changed then.
    pub fn set(&self, desired: Desired) -> Result<(), SetError> {
        self.set_locked(desired, &mut self.settings())
    }

    /// Becomes what `change` makes of what the tunnel is now, each peer's endpoint where it really is.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub(crate) fn change(&self, change: Change) -> Result<(), SetError> {
        let mut settings = self.settings();
        let mut device = self.path.device();
        device.adopt_endpoints();
        change.endpoints().for_each(|endpoint| device.forget_local(endpoint));
        drop(device);
        let mut desired = self.desired_locked(&settings);
        change.apply(&mut desired);

        self.set_locked(desired, &mut settings)
    }

    /// What the tunnel is, as [`set`](Self::set) would have it.
    #[must_use]
    pub fn desired(&self) -> Desired {
        self.desired_locked(&self.settings())
    }

    /// How the tunnel and each peer are now, or were when it was stopped.
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
        counters.insert("lost_to_network", self.path.losses.network.load(Ordering::Relaxed));
        counters.insert("lost_to_interface", self.path.losses.interface.load(Ordering::Relaxed));

        Status { port: self.path.port(), peers: peers.collect(), counters }
    }

    /// What the interface is called.
    #[must_use]
    pub fn interface(&self) -> &InterfaceName {
        &self.interface
    }

    /// Whether packets still move: not after a stop, and not after somebody has removed the interface.
    #[must_use]
    pub fn is_running(&self) -> bool {
        wait([self.ended()], Some(Duration::ZERO)).is_ok_and(|[has_ended]| !has_ended)
    }

    /// Ends the thread, removes the interface and closes the sockets, all before it returns. A second time does
    /// nothing.
    pub fn stop(&self) {
        let mut settings = self.settings();
        settings.is_stopped = true;
        self.path.stop.set();
        // The thread alone has the interface, and lets go of it when it ends.
        if settings.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(interface = %self.interface, "The thread of the tunnel panicked");
        }
        self.path.set_sockets(None);
    }

    /// Can be read once the tunnel has ended.
    pub(crate) fn ended(&self) -> BorrowedFd<'_> {
        self.path.ended.as_fd()
    }

    fn spawn(&self, interface: Interface) -> io::Result<()> {
        let end = End { path: Arc::clone(&self.path) };
        let thread = thread::Builder::new().name("tunnel".to_owned()).spawn(move || {
            if let Err(error) = end.path.run(&interface) {
                tracing::warn!(%error, "The interface is gone");
            }
        })?;
        self.settings().thread = Some(thread);

        Ok(())
    }

    fn set_locked(&self, desired: Desired, settings: &mut Settings) -> Result<(), SetError> {
        if settings.is_stopped {
            return Err(SetError::Stopped);
        }
        self.set_sockets(desired.listen_port, desired.fwmark, settings.fwmark)?;
        settings.fwmark = desired.fwmark;
        self.path.set(wireguard::Config { private_key: desired.private_key, peers: desired.peers });

        Ok(())
    }

    /// Opens the sockets anew if the port is to be another, and marks them.
    fn set_sockets(&self, port: u16, mark: u32, former_mark: u32) -> Result<(), SetError> {
        match self.path.sockets() {
            Some(bound) if [0, bound.port()].contains(&port) => {
                if mark != former_mark {
                    bound.set_mark(mark).map_err(SetError::Socket)?;
                }
            }
            Some(_) | None => {
                let sockets = Sockets::bind(port)?;
                if mark != 0 {
                    sockets.set_mark(mark).map_err(SetError::Socket)?;
                }
                self.path.set_sockets(Some(sockets));
            }
        }

        Ok(())
    }

    fn desired_locked(&self, settings: &Settings) -> Desired {
        let config = self.path.device().config();

        Desired {
            private_key: config.private_key,
            listen_port: self.path.port(),
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

/// What the packet path does not know of. Whoever holds it is the only one who changes the tunnel.
#[derive(Debug, Default)]
struct Settings {
    fwmark: u32,
    is_stopped: bool,
    thread: Option<JoinHandle<()>>,
}

/// Says that the tunnel has ended when its thread does, in whatever way.
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
    #[error("start the tunnel's thread")]
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
    /// It has been stopped, and stays so.
    #[error("the tunnel has been stopped")]
    Stopped,
}
