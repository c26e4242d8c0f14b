use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::Notify, task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{connection::Wires, pin::SimulatedPin, socket::Socket};
use crate::{ButtonPin, Gestures, Lamp, LampPins, Panel, PanelHandle};

/// A panel whose pins are on a Unix socket.
#[derive(Debug)]
pub struct SimulatedPanel {
    socket: Socket,
    held_at_power_on: bool,
}

impl SimulatedPanel {
    /// Opens the socket, in a directory that exists. What a process that has died left at this path is replaced.
    ///
    /// # Errors
    /// When there can be no socket, for instance because another daemon has it.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn bind(path: &Path) -> Result<Self, BindError> {
        let socket = Socket::bind(path).map_err(|source| BindError { path: path.to_owned(), source })?;

        Ok(Self { socket, held_at_power_on: false })
    }

    /// Has the button down while the power comes on; the first client that says "up" lets it go.
    #[must_use]
    pub fn held_at_power_on(self) -> Self {
        Self { held_at_power_on: true, ..self }
    }

    /// The panel, to be driven as a real one is, and the front of the box, to be served to those who look.
    #[must_use]
    pub fn into_panel(self) -> (Panel<SimulatedPin, SimulatedPin>, PanelHandle, Gestures, SimulatedFront) {
        let [power, door, people] = [(); 3].map(|()| SimulatedPin::low());
        let button = SimulatedPin::high();
        let edges = Arc::new(Notify::new());
        let lamps = LampPins {
            power: Lamp::new(power.clone()),
            door: Lamp::new(door.clone()),
            people: Lamp::new(people.clone()),
        };

        let (panel, handle, gestures) = Panel::new(lamps, ButtonPin::new(button.clone()), Arc::clone(&edges));
        let wires = Wires::new([power, door, people], button, edges, handle.clone());
        if self.held_at_power_on {
            wires.hold_at_power_on();
        }

        (panel, handle, gestures, SimulatedFront { socket: self.socket, wires })
    }
}

/// The front of a box that is not there, for those who look at it and push its button through the socket.
#[derive(Debug)]
pub struct SimulatedFront {
    socket: Socket,
    wires: Wires,
}

impl SimulatedFront {
    /// Serves clients until it is told to stop; then the socket is gone.
    pub async fn run(self, stop: CancellationToken) {
        let mut clients = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(_) = clients.join_next() => {}
                accepted = self.socket.listener.accept(), if clients.len() < MAX_CLIENTS => match accepted {
                    Ok((stream, _)) => drop(clients.spawn(self.wires.clone().serve(stream))),
                    Err(error) => {
                        // Too many open files, most likely, and it passes.
                        tracing::warn!(%error, "Nobody new can look at the panel");
                        sleep(BEFORE_RETRY).await;
                    }
                },
            }
        }
        clients.shutdown().await;
    }
}

/// Why there is no simulated panel.
#[derive(Debug, thiserror::Error)]
#[error("open the simulated panel's socket {}", path.display())]
pub struct BindError {
    path: PathBuf,
    source: io::Error,
}

const BEFORE_RETRY: Duration = Duration::from_secs(1);
/// More than the terminals that one person looks at.
const MAX_CLIENTS: usize = 16;
