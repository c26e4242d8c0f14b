use std::{
    io,
    net::SocketAddr,
    os::fd::{AsFd, BorrowedFd},
    sync::atomic::Ordering,
};

use nix::poll::PollFlags;
use wireguard::{Batch, Device};

use crate::{
    delivery::{Delivery, Outcome},
    interface::Interface,
    offload::split,
    packet_path::{PacketPath, now},
    sockets::Sockets,
};

/// The way from the interface to the network.
///
/// When the network takes no more, nothing more is taken from the interface, so that packets are lost at its edge and
/// their senders slow down.
pub(crate) struct Outbound<'a> {
    path: &'a PacketPath,
    interface: &'a Interface,
    room: Box<[u8]>,
    batch: Batch,
    blocked: Option<Blocked>,
}

/// Why a batch could not go on.
#[derive(Debug, Clone, Copy)]
struct Blocked {
    /// Whom the next datagrams are for.
    to: SocketAddr,
    generation: u64,
}

impl<'a> Outbound<'a> {
    pub(crate) fn new(path: &'a PacketPath, interface: &'a Interface) -> Self {
        Self { path, interface, room: vec![0; LONGEST].into(), batch: Batch::default(), blocked: None }
    }

    /// What has to happen before the next round.
    pub(crate) fn waits_for<'f>(&'f self, sockets: Option<&'f Sockets>) -> (BorrowedFd<'f>, PollFlags) {
        match self.blocked.and_then(|blocked| sockets?.towards(blocked.to).ok()) {
            Some(socket) => (socket.as_fd(), PollFlags::POLLOUT),
            None => (self.interface.as_fd(), PollFlags::POLLIN),
        }
    }

    /// Sends what could not be sent before; then what waits on the interface, up to what is enough for one go.
    ///
    /// # Errors
    /// When the interface is gone.
    pub(crate) fn round(&mut self, device: &mut Device, sockets: Option<&Sockets>) -> io::Result<()> {
        let Some(sockets) = sockets else {
            self.batch.clear();
            self.blocked = None;
            return self.fill(device).map(|_| self.batch.clear());
        };
        if let Some(blocked) = self.blocked.take() {
            // What was for a peer that may be none any more is not sent.
            if blocked.generation != self.path.generation() {
                self.path.losses.network.fetch_add(self.batch.datagrams().count() as u64, Ordering::Relaxed);
                self.batch.clear();
            }
            self.flush(device, sockets, 0);
        }
        for _ in 0..FILLS {
            if self.blocked.is_some() {
                break;
            }
            match self.fill(device)? {
                // The last run may still grow, and then takes no call of its own.
                Rest::Some => self.flush(device, sockets, 1),
                Rest::None => break,
            }
        }
        if self.blocked.is_none() {
            self.flush(device, sockets, 0);
        }

        Ok(())
    }

    fn fill(&mut self, device: &mut Device) -> io::Result<Rest> {
        let time = now();
        let mut rest = Rest::Some;
        for _ in 0..PACKETS {
            let (header, length) = match self.interface.receive(&mut self.room) {
                Ok(received) => received,
                Err(error) if is_for_now(&error) => {
                    rest = Rest::None;
                    break;
                }
                Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
                    // One packet that the kernel cannot describe; it is gone, the interface is not.
                    self.path.losses.interface.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let batch = &mut self.batch;
            let packet = &mut self.room[..length];
            if split(header, packet, |packet| device.handle_packet(packet, time, batch)).is_err() {
                self.path.losses.interface.fetch_add(1, Ordering::Relaxed);
            }
            if self.batch.len() >= BYTES {
                break;
            }
        }
        for packet in self.batch.packets() {
            // What tells a sender that nobody is there; who misses it finds out by waiting.
            let _ = self.interface.send_single(packet);
        }

        Ok(rest)
    }

    /// Sends the runs of the batch, but for so many of the last, and forgets them.
    fn flush(&mut self, device: &mut Device, sockets: &Sockets, kept: usize) {
        let mut delivery = Delivery::new(sockets);
        let mut sent = 0;
        let runs = self.batch.runs();
        let count = runs.len().saturating_sub(kept);
        for run in runs.take(count) {
            match delivery.deliver(run) {
                Outcome::Done => {}
                Outcome::SentFromElsewhere => device.forget_local(run.to.remote),
                Outcome::Full => {
                    self.blocked = Some(Blocked { to: run.to.remote, generation: self.path.generation() });
                    break;
                }
            }
            sent += 1;
        }
        self.path.losses.network.fetch_add(delivery.lost, Ordering::Relaxed);
        self.batch.forget(sent);
    }
}

/// Whether more may wait on the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Some,
    None,
}

/// As many large packets as are sent before the other direction has its turn.
const FILLS: usize = 4;

/// Enough small packets to share the costs of a round, few enough to answer soon.
const PACKETS: usize = 64;

/// In bytes: about one large packet, so that what was encrypted is still in the processor's cache when it is sent.
const BYTES: usize = 1 << 16;

/// No packet is longer, be it one or many.
const LONGEST: usize = 1 << 16;

fn is_for_now(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
