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

/// Where a batch could not go on.
#[derive(Debug, Clone, Copy)]
struct Blocked {
    /// How many of its runs were sent.
    sent: usize,
    /// Whom the next one is for.
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
        if let Some(blocked) = self.blocked.take() {
            // What was for a peer that may be none any more is not sent.
            let is_current = blocked.generation == self.path.generation();
            self.flush(device, sockets.filter(|_| is_current), blocked.sent);
        }
        if self.blocked.is_none() {
            self.fill(device)?;
            self.flush(device, sockets, 0);
        }

        Ok(())
    }

    fn fill(&mut self, device: &mut Device) -> io::Result<()> {
        let time = now();
        for _ in 0..PACKETS {
            let (header, length) = match self.interface.receive(&mut self.room) {
                Ok(received) => received,
                Err(error) if is_for_now(&error) => break,
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

        Ok(())
    }

    /// Sends the batch, but for the runs that were sent before.
    fn flush(&mut self, device: &mut Device, sockets: Option<&Sockets>, sent: usize) {
        if let Some(sockets) = sockets {
            let mut delivery = Delivery::new(sockets);
            for (number, run) in self.batch.runs().enumerate().skip(sent) {
                match delivery.deliver(run) {
                    Outcome::Done => {}
                    Outcome::SentFromElsewhere => device.forget_local(run.to.remote),
                    Outcome::Full => {
                        let generation = self.path.generation();
                        self.blocked = Some(Blocked { sent: number, to: run.to.remote, generation });
                        break;
                    }
                }
            }
            self.path.losses.network.fetch_add(delivery.lost, Ordering::Relaxed);
        }
        if self.blocked.is_none() {
            self.batch.clear();
        }
    }
}

/// Enough small packets to share the costs of a round, few enough to answer soon.
const PACKETS: usize = 64;

/// In bytes: about one large packet, so that what was encrypted is still in the processor's cache when it is sent.
const BYTES: usize = 1 << 16;

/// No packet is longer, be it one or many.
const LONGEST: usize = 1 << 16;

fn is_for_now(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
