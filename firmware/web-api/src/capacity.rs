use std::{io, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::doorway::Way;

/// How many connections may be open at once, on all listeners together. Each way in has places of its own, so that no
/// crowd at home can keep an owner on the road out, and nobody root.
#[derive(Clone)]
pub(crate) struct Capacity {
    lan: Arc<Semaphore>,
    tunnel: Arc<Semaphore>,
    socket: Arc<Semaphore>,
}

impl Default for Capacity {
    fn default() -> Self {
        let places = |most| Arc::new(Semaphore::new(most));

        Self { lan: places(MOST_LAN), tunnel: places(MOST_TUNNEL), socket: places(MOST_SOCKET) }
    }
}

impl Capacity {
    /// Waits for a free place, which is free again when the permit is dropped.
    pub(crate) async fn take(&self, way: Way) -> io::Result<OwnedSemaphorePermit> {
        let places = match way {
            Way::Lan { .. } => &self.lan,
            Way::Tunnel { .. } => &self.tunnel,
            Way::Socket => &self.socket,
        };

        Arc::clone(places).acquire_owned().await.map_err(io::Error::other)
    }
}

/// A household's browsers need a tenth of it.
const MOST_LAN: usize = 192;
const MOST_TUNNEL: usize = 48;
const MOST_SOCKET: usize = 16;
