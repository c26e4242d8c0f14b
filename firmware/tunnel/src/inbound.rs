use std::{io, sync::atomic::Ordering, time::Instant};

use nix::errno::Errno;
use wireguard::{Batch, Device};

use crate::{
    delivery::{Delivery, Outcome},
    inbox::Inbox,
    interface::Interface,
    offload::Merge,
    packet_path::{LOOK, PacketPath, now},
    sockets::Sockets,
};

/// The way from the network to the interface.
pub(crate) struct Inbound<'a> {
    path: &'a PacketPath,
    interface: &'a Interface,
    inbox: Inbox,
    batch: Batch,
    merge: Merge,
    next_look: Instant,
}

impl<'a> Inbound<'a> {
    pub(crate) fn new(path: &'a PacketPath, interface: &'a Interface) -> Self {
        let offloads = interface.offloads();

        Self {
            path,
            interface,
            inbox: Inbox::new(),
            batch: Batch::default(),
            merge: Merge::new(offloads.header, offloads.udp),
            next_look: now(),
        }
    }

    /// Takes what has come to those sockets that are ready, up to what is enough for one go, and does what is due.
    /// Data goes first, and handshakes, of which anybody may send as many as they like, are few in a round.
    pub(crate) fn round(&mut self, device: &mut Device, sockets: Option<&Sockets>, ready: [bool; 4]) {
        let time = now();
        self.look(device, time);
        if let Some(sockets) = sockets {
            let [v4, v6, ready_handshakes @ ..] = ready;
            for (socket, _) in sockets.data().zip([v4, v6]).filter(|(_, is_ready)| *is_ready) {
                self.take(device, time, |inbox| socket.receive(inbox));
            }
            let handshakes = sockets.handshakes().zip(ready_handshakes).filter(|(_, is_ready)| *is_ready);
            for socket in handshakes.filter_map(|(socket, _)| socket) {
                self.take(device, time, |inbox| socket.receive_few(inbox));
            }
        }
        device.handle_timeout(time, &mut self.batch);
        self.write();
        self.send(device, sockets);
        self.batch.clear();
    }

    fn take(
        &mut self,
        device: &mut Device,
        time: Instant,
        receive: impl FnOnce(&mut Inbox) -> io::Result<()>,
    ) {
        match receive(&mut self.inbox) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                tracing::debug!(%error, "Receive from the network");
            }
            Ok(()) | Err(_) => {}
        }
        for (source, ecn, datagram) in self.inbox.datagrams() {
            device.handle_datagram(source, ecn, datagram, time, &mut self.batch);
        }
    }

    /// Takes over the MTU that somebody may have given to the interface.
    fn look(&mut self, device: &mut Device, time: Instant) {
        if time >= self.next_look {
            self.next_look = time + LOOK;
            self.interface.mtu().into_iter().for_each(|mtu| device.set_mtu(mtu));
        }
    }

    fn write(&mut self) {
        self.merge.plan(&self.batch);
        for group in 0..self.merge.len() {
            let result = self.merge.write(group, &mut self.batch, |slices| self.interface.send(slices));
            match result {
                Ok(()) => {}
                Err(Errno::EINVAL) if self.merge.packets_of(group) > 1 => self.write_singly(group),
                Err(error) => self.lose(error, self.merge.packets_of(group)),
            }
        }
    }

    fn write_singly(&mut self, group: usize) {
        tracing::info!("The kernel does not take packets in bulk, so they go one by one");
        let mut errors = 0;
        self.merge.write_singly(
            group,
            &mut self.batch,
            |slices| self.interface.send(slices),
            |result| errors += usize::from(result.is_err()),
        );
        self.lose(Errno::EINVAL, errors);
        self.merge.forbid(group);
    }

    /// Sends answers; those that do not fit are lost, as if they had been on the way.
    fn send(&self, device: &mut Device, sockets: Option<&Sockets>) {
        if self.batch.runs().len() == 0 {
            return;
        }
        let Some(sockets) = sockets else { return };
        let mut delivery = Delivery::new(sockets);
        for run in self.batch.runs() {
            match delivery.deliver(run) {
                Outcome::Done => {}
                Outcome::SentFromElsewhere => device.forget_local(run.to.remote),
                Outcome::Full => delivery.lost += run.datagrams().len() as u64,
            }
        }
        self.path.losses.network.fetch_add(delivery.lost, Ordering::Relaxed);
    }

    fn lose(&self, error: Errno, packets: usize) {
        self.path.losses.interface.fetch_add(packets as u64, Ordering::Relaxed);
        tracing::trace!(%error, packets, "Write to the interface");
    }
}
