//! A panel without a box, or beside one: its lamps and its button are on a Unix socket that only its owner may open.
//!
//! Both sides speak in lines of JSON. A client pushes and lets go with
//!
//! ```json
//! {"button":"down"}
//! {"button":"up"}
//! ```
//!
//! and gets, at once and after every change, what the front of the box looks like ([`Shown`]): which lamps are lit, by
//! which patterns, what the hand on the button is doing (`up`, `down`, `hold` from 3 s, `long_hold` from 10 s,
//! `stuck` from 30 s), and who drives the pins (`rppal`, `gpiocdev`, or `simulated` if there are none):
//!
//! ```json
//! {"power":true,"door":false,"people":false,"patterns":{"power":"solid","door":"off","people":"off"},"button":"up","driver":"simulated"}
//! ```
//!
//! To try the lamps, a client says which are to be lit, whatever the daemon wants them to show. Until it takes that back
//! or goes away, nothing that the button does means anything:
//!
//! ```json
//! {"lamps":{"power":true,"door":false,"people":false}}
//! {"lamps":null}
//! ```
//!
//! The levels are those of the lamps' pins, so that they really blink. As with a real button, the hand is seen only
//! after [`Button::DEBOUNCE`](crate::Button::DEBOUNCE). Several clients may watch; the button is down while any of them
//! holds it, and a client that goes away lets go. A line that is none of the above, or is longer than 256 bytes, is
//! answered with `{"error":"…"}` and means nothing else.

pub use blocking::BlockingClient;
pub use client::{Client, ClientError};
pub use pin::SimulatedPin;
pub use server::{BindError, BoxPanel, SimulatedFront, SimulatedPanel};
pub use shown::Shown;

mod blocking;
mod client;
mod connection;
mod lines;
mod pin;
mod server;
mod shown;
mod socket;
