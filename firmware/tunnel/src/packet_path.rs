use std::{
    io,
    ops::Range,
    os::fd::AsFd,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use wireguard::{Batch, Config, Device};

use crate::{
    delivery::{Delivery, Outcome},
    event::{Event, wait},
    interface::Interface,
    sockets::Sockets,
};

/// What the threads of a tunnel share beside the interface: the sockets and the protocol.
pub(crate) struct PacketPath {
    device: Mutex<Device>,
    sockets: Mutex<Option<Arc<Sockets>>>,
    /// Read by each thread from when the protocol has said what to do until it is done.
    rounds: RwLock<()>,
    /// The inbound thread is to look again at what it waits for.
    pub(crate) changed: Event,
    pub(crate) stop: Event,
    pub(crate) ended: Event,
    pub(crate) losses: Losses,
}

/// What was lost on the way out, beside what the protocol drops.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    pub(crate) send: AtomicU64,
    pub(crate) interface: AtomicU64,
}

impl PacketPath {
    pub(crate) fn new(mtu: u16) -> io::Result<Self> {
        Ok(Self {
            device: Mutex::new(Device::new(mtu)),
            sockets: Mutex::new(None),
            rounds: RwLock::new(()),
            changed: Event::new()?,
            stop: Event::new()?,
            ended: Event::new()?,
            losses: Losses::default(),
        })
    }

    pub(crate) fn device(&self) -> MutexGuard<'_, Device> {
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Becomes what the configuration says. Whatever was decided before has been done when this returns.
    pub(crate) fn set(&self, config: Config) {
        self.device().set(config, now());
        drop(self.rounds.write().unwrap_or_else(PoisonError::into_inner));
        self.changed.set();
    }

    /// The port of the sockets; 0 if there are none.
    pub(crate) fn port(&self) -> u16 {
        self.lock_sockets().as_ref().map_or(0, |sockets| sockets.port())
    }

    pub(crate) fn sockets(&self) -> Option<Arc<Sockets>> {
        self.lock_sockets().clone()
    }

    pub(crate) fn set_sockets(&self, sockets: Option<Sockets>) {
        *self.lock_sockets() = sockets.map(Arc::new);
        self.changed.set();
    }

    /// From the interface to the network, until the tunnel is stopped or the interface is gone.
    pub(crate) fn run_outbound(&self, interface: &Interface) -> io::Result<()> {
        let (mut inbox, mut batch) = (Inbox::default(), Batch::default());
        loop {
            let [_, is_stopped] = wait([interface.as_fd(), self.stop.as_fd()], None)?;
            if is_stopped {
                return Ok(());
            }
            inbox.clear();
            inbox.fill(|room| Ok(((), interface.receive(room)?)))?;
            let time = now();
            let _round = self.rounds.read().unwrap_or_else(PoisonError::into_inner);
            let mut device = self.device();
            inbox.items().for_each(|((), packet)| device.handle_packet(packet, time, &mut batch));
            drop(device);
            self.flush(interface, &mut batch);
        }
    }

    /// From the network to the interface, and whatever is due, until the tunnel is stopped.
    pub(crate) fn run_inbound(&self, interface: &Interface) -> io::Result<()> {
        let (mut inbox, mut batch) = (Inbox::default(), Batch::default());
        let mut next_look = now();
        loop {
            let sockets = self.sockets();
            if self.wait_for_network(sockets.as_deref())? {
                return Ok(());
            }
            inbox.clear();
            for socket in sockets.iter().flat_map(|sockets| sockets.all()) {
                if let Err(error) = inbox.fill(|room| socket.receive(room)) {
                    tracing::debug!(%error, "Receive from the network");
                }
            }
            let time = now();
            if time >= next_look {
                next_look = time + LOOK;
                interface.mtu().into_iter().for_each(|mtu| self.device().set_mtu(mtu));
            }
            let _round = self.rounds.read().unwrap_or_else(PoisonError::into_inner);
            let mut device = self.device();
            inbox
                .items()
                .for_each(|(source, datagram)| device.handle_datagram(source, datagram, time, &mut batch));
            device.handle_timeout(time, &mut batch);
            drop(device);
            self.flush(interface, &mut batch);
        }
    }

    /// Waits for a datagram or a timer; `true` when it is time to stop.
    fn wait_for_network(&self, sockets: Option<&Sockets>) -> io::Result<bool> {
        let due = self.device().poll_timeout();
        let timeout = due.map(|due| due.saturating_duration_since(now()));
        let [v4, v6] = sockets.map_or_else(|| [self.changed.as_fd(); 2], Sockets::fds);
        let [is_stopped, is_changed, ..] = wait([self.stop.as_fd(), self.changed.as_fd(), v4, v6], timeout)?;
        if is_changed {
            self.changed.clear();
        }

        Ok(is_stopped)
    }

    fn flush(&self, interface: &Interface, batch: &mut Batch) {
        for packet in batch.packets() {
            if let Err(error) = interface.send(packet) {
                self.losses.interface.fetch_add(1, Ordering::Relaxed);
                tracing::trace!(%error, "Write to the interface");
            }
        }
        if let Some(sockets) = self.sockets() {
            self.send(&sockets, batch);
        }
        batch.clear();
    }

    fn send(&self, sockets: &Sockets, batch: &Batch) {
        let mut delivery = Delivery::default();
        for (to, datagram) in batch.datagrams() {
            let outcome = delivery.deliver(
                to,
                |to| sockets.towards(to)?.send(to, datagram),
                || sockets.towards(to).into_iter().for_each(|socket| socket.wait_for_room(PATIENCE)),
            );
            match outcome {
                Outcome::Sent => {}
                Outcome::SentFromElsewhere => self.device().forget_local(to.remote),
                Outcome::Lost(error) => tracing::trace!(remote = %to.remote, %error, "Send to the network"),
            }
        }
        self.losses.send.fetch_add(delivery.lost, Ordering::Relaxed);
    }

    fn lock_sockets(&self) -> MutexGuard<'_, Option<Arc<Sockets>>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Packets as they were read, with what came beside them, in memory that is used again.
struct Inbox<T> {
    bytes: Vec<u8>,
    items: Vec<(T, Range<usize>)>,
}

impl<T> Default for Inbox<T> {
    fn default() -> Self {
        Self { bytes: Vec::new(), items: Vec::new() }
    }
}

impl<T: Copy> Inbox<T> {
    fn clear(&mut self) {
        self.items.clear();
    }

    /// Reads until there is nothing more for now, or enough for one go.
    fn fill(&mut self, mut read: impl FnMut(&mut [u8]) -> io::Result<(T, usize)>) -> io::Result<()> {
        for _ in 0..BATCH {
            let start = self.items.last().map_or(0, |(_, range)| range.end);
            if self.bytes.len() < start + LONGEST {
                self.bytes.resize(start + LONGEST, 0);
            }
            match read(&mut self.bytes[start..start + LONGEST]) {
                Ok((beside, length)) => self.items.push((beside, start..start + length)),
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) =>
                {
                    break;
                }
                Err(error) => return Err(error),
            }
        }

        Ok(())
    }

    fn items(&self) -> impl Iterator<Item = (T, &[u8])> {
        self.items.iter().map(|(beside, range)| (*beside, &self.bytes[range.clone()]))
    }
}

/// Enough to share the costs of a round, few enough to answer soon.
const BATCH: usize = 64;

/// No datagram and no packet is longer.
const LONGEST: usize = u16::MAX as usize;

/// How long a full way out may hold up a batch, and with it whatever comes the other way.
const PATIENCE: Duration = Duration::from_millis(20);

/// How often to look whether somebody has changed the interface's MTU.
const LOOK: Duration = Duration::from_secs(1);

#[expect(clippy::disallowed_methods, reason = "the packet path is what tells the protocol the time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
