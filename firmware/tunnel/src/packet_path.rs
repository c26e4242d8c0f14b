use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use nix::poll::PollFlags;
use parking_lot::{Mutex, MutexGuard};
use wireguard::{Config, Device};

use crate::{
    event::{Event, wait_for},
    inbound::Inbound,
    interface::Interface,
    outbound::Outbound,
    sockets::Sockets,
};

/// What the thread that moves the packets shares with others: the sockets and the protocol.
///
/// One thread goes both ways: two would wait for each other's use of the protocol, and took a tenth more of the
/// processor when they were measured.
pub(crate) struct PacketPath {
    /// Locked for a whole round, from reading to writing.
    device: Mutex<Device>,
    sockets: Mutex<Option<Arc<Sockets>>>,
    /// How often there was a new configuration.
    generation: AtomicU64,
    /// There is something new to wait for.
    pub(crate) changed: Event,
    pub(crate) stop: Event,
    pub(crate) ended: Event,
    pub(crate) losses: Losses,
}

/// What was lost on the way out, beside what the protocol drops.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    pub(crate) network: AtomicU64,
    pub(crate) interface: AtomicU64,
}

impl PacketPath {
    pub(crate) fn new(mtu: u16) -> io::Result<Self> {
        Ok(Self {
            device: Mutex::new(Device::new(mtu)),
            sockets: Mutex::new(None),
            generation: AtomicU64::new(0),
            changed: Event::new()?,
            stop: Event::new()?,
            ended: Event::new()?,
            losses: Losses::default(),
        })
    }

    pub(crate) fn device(&self) -> MutexGuard<'_, Device> {
        self.device.lock()
    }

    /// Becomes what the configuration says. Whatever was decided before has been done when this returns, or will not be.
    pub(crate) fn set(&self, config: Config) {
        let mut device = self.device();
        device.set(config, now());
        self.generation.fetch_add(1, Ordering::Relaxed);
        drop(device);
        self.changed.set();
    }

    /// A number that is another one after each [`set`](Self::set).
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// The port of the sockets; 0 if there are none.
    pub(crate) fn port(&self) -> u16 {
        self.sockets.lock().as_ref().map_or(0, |sockets| sockets.port())
    }

    pub(crate) fn sockets(&self) -> Option<Arc<Sockets>> {
        self.sockets.lock().clone()
    }

    pub(crate) fn set_sockets(&self, sockets: Option<Sockets>) {
        *self.sockets.lock() = sockets.map(Arc::new);
        self.changed.set();
    }

    /// Moves packets both ways and does whatever is due, until the tunnel is stopped or the interface is gone.
    pub(crate) fn run(&self, interface: &Interface) -> io::Result<()> {
        let (mut inbound, mut outbound) = (Inbound::new(self, interface), Outbound::new(self, interface));
        loop {
            let sockets = self.sockets();
            let sockets = sockets.as_deref();
            let way_out = outbound.waits_for(sockets);
            let [is_stopped, is_changed, is_way_out_ready, ready @ ..] = self.wait(sockets, way_out)?;
            if is_stopped {
                return Ok(());
            }
            if is_changed {
                self.changed.clear();
            }
            let mut device = self.device();
            inbound.round(&mut device, sockets, ready);
            if is_way_out_ready {
                outbound.round(&mut device, sockets)?;
            }
            // To whoever has waited, who else might wait for as long as packets come.
            MutexGuard::unlock_fair(device);
        }
    }

    /// Which are ready: stop, changed, the way out, and the sockets in their order.
    fn wait(&self, sockets: Option<&Sockets>, way_out: (BorrowedFd<'_>, PollFlags)) -> io::Result<[bool; 7]> {
        let due = self.device().poll_timeout();
        let timeout = due.map(|due| due.saturating_duration_since(now()));
        let sockets = sockets.map_or_else(|| [self.changed.as_fd(); 4], Sockets::fds);
        let readable = |fd| (fd, PollFlags::POLLIN);
        let [v4, v6, v4_handshakes, v6_handshakes] = sockets.map(readable);
        let [stop, changed] = [&self.stop, &self.changed].map(|event| readable(event.as_fd()));

        wait_for([stop, changed, way_out, v4, v6, v4_handshakes, v6_handshakes], timeout)
    }
}

/// How often to look whether somebody has changed the interface's MTU.
pub(crate) const LOOK: Duration = Duration::from_secs(1);

#[expect(clippy::disallowed_methods, reason = "the packet path is what tells the protocol the time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
