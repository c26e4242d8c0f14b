use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::Notify, task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{connection::Wires, pin::SimulatedPin, socket::Socket};
use crate::{
    Board, BoardLed, ButtonLine, ButtonPin, ButtonWire, Driver, Gestures, Lamp, LampLine, LampPins, LampWire,
    Panel, PanelHandle, board::EdgeWatch,
};

/// A panel whose pins are on a Unix socket, and on a board if there is one.
#[derive(Debug)]
pub struct SimulatedPanel {
    socket: Socket,
    held_at_power_on: bool,
    is_power_on: bool,
    board: Option<Board>,
    led: Option<BoardLed>,
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

        Ok(Self { socket, held_at_power_on: false, is_power_on: false, board: None, led: None })
    }

    /// Has the button down while the power comes on; the first client that says "up" lets it go.
    #[must_use]
    pub fn held_at_power_on(self) -> Self {
        Self { held_at_power_on: true, ..self }
    }

    /// Says whether the power has just come on, so that a button that is down at first is one that was held meanwhile.
    #[must_use]
    pub fn since_power_on(self, is_power_on: bool) -> Self {
        Self { is_power_on, ..self }
    }

    /// Has lamps and a button on this board as well, if there is one.
    #[must_use]
    pub fn beside(self, board: Option<Board>) -> Self {
        Self { board, ..self }
    }

    /// Has the board's own LED show what POWER shows, if there is one.
    #[must_use]
    pub fn with_led(self, led: Option<BoardLed>) -> Self {
        Self { led, ..self }
    }

    /// The panel, which is the same with a board and without, and the front of the box, to be served to those who look.
    #[must_use]
    pub fn into_panel(self) -> (BoxPanel, PanelHandle, Gestures, SimulatedFront) {
        let Self { socket, held_at_power_on, is_power_on, board, led } = self;
        let Wired { driver, lamps: wires, button: wire, edges, watch } = Wired::from(board);
        let lamps = [(); 3].map(|()| SimulatedPin::low());
        let fingers = SimulatedPin::high();
        let [power, door, people] = lamps.clone();
        let [power_wire, door_wire, people_wire] = wires;
        let pins = LampPins {
            power: Lamp::new(LampLine::new(power, power_wire, led)),
            door: Lamp::new(LampLine::new(door, door_wire, None)),
            people: Lamp::new(LampLine::new(people, people_wire, None)),
        };
        let button = ButtonPin::new(ButtonLine::new(fingers.clone(), wire));

        let (panel, handle, gestures) = Panel::new(pins, button, Arc::clone(&edges));
        let wires = Wires::new(lamps, fingers, edges, handle.clone(), driver);
        if held_at_power_on {
            wires.hold_at_power_on();
        }

        let panel = panel.since_power_on(is_power_on || held_at_power_on);
        let front = SimulatedFront { socket, wires, watch, panel: handle.clone() };

        (panel, handle, gestures, front)
    }
}

/// The panel of a box, whether it has real lamps or not.
pub type BoxPanel = Panel<LampLine<LampWire>, ButtonLine<ButtonWire>>;

/// What there is on the board, if there is one.
struct Wired {
    driver: Driver,
    lamps: [Option<LampWire>; 3],
    button: Option<ButtonWire>,
    edges: Arc<Notify>,
    watch: Option<EdgeWatch>,
}

impl From<Option<Board>> for Wired {
    fn from(board: Option<Board>) -> Self {
        match board {
            Some(Board { driver, lamps, button, edges, watch }) => {
                Self { driver, lamps: lamps.map(Some), button: Some(button), edges, watch }
            }
            None => Self {
                driver: Driver::Simulated,
                lamps: [None, None, None],
                button: None,
                edges: Arc::default(),
                watch: None,
            },
        }
    }
}

/// The front of a box that is not there, for those who look at it and push its button through the socket.
#[derive(Debug)]
pub struct SimulatedFront {
    socket: Socket,
    wires: Wires,
    watch: Option<EdgeWatch>,
    panel: PanelHandle,
}

impl SimulatedFront {
    /// Serves clients, and watches the button on the board, until it is told to stop; then the socket is gone.
    pub async fn run(self, stop: CancellationToken) {
        let Self { socket, wires, watch, panel } = self;
        let listen = async {
            match watch {
                Some(watch) => watch.run(&panel, stop.clone()).await,
                None => stop.cancelled().await,
            }
        };
        tokio::join!(listen, Self::serve(socket, wires, stop.clone()));
    }

    async fn serve(socket: Socket, wires: Wires, stop: CancellationToken) {
        let mut clients = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(_) = clients.join_next() => {}
                accepted = socket.listener.accept(), if clients.len() < MAX_CLIENTS => match accepted {
                    Ok((stream, _)) => drop(clients.spawn(wires.clone().serve(stream))),
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
