use anyhow::{Result, ensure};

use super::{
    client::{Client, PARCEL},
    sink::Sink,
};

/// Packets that are encrypted already, in the order in which they are to be sent.
pub(super) struct Parcels {
    bytes: Vec<u8>,
    burst: u32,
}

impl Parcels {
    /// Lets each client encrypt some packets in a row, then the next.
    pub(super) fn pack(clients: &mut [Client], burst: u32, count: u32) -> Result<Self> {
        let mut parcels = Self { bytes: Vec::with_capacity(count as usize * PARCEL), burst };
        for number in 0..count {
            let sender = parcels.sender(number, clients.len());
            clients[sender].pack(&mut parcels.bytes)?;
        }

        Ok(parcels)
    }

    /// Sends them all, and waits until they have all arrived.
    pub(super) fn deliver(&self, clients: &[Client], sink: &Sink) -> Result<()> {
        let mut waiting = (0..).zip(self.bytes.chunks_exact(PARCEL)).peekable();
        let mut under_way = 0;
        while under_way > 0 || waiting.peek().is_some() {
            for (number, parcel) in waiting.by_ref().take(WINDOW - under_way) {
                clients[self.sender(number, clients.len())].send(parcel)?;
                under_way += 1;
            }
            let arrived = sink.wait()?;
            ensure!(arrived > 0, "{under_way} packets or more are lost");
            under_way -= arrived.min(under_way);
        }

        Ok(())
    }

    fn sender(&self, number: u32, clients: usize) -> usize {
        (number / self.burst) as usize % clients
    }
}

/// How many packets may be under way: half of what a UDP socket holds whose queue was never made longer.
const WINDOW: usize = 128;
