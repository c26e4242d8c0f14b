//! The front panel: what the lamps show and what the button means.
//!
//! [`Button`], [`Light`] and [`Front`] are plain values that hold no pin and read no clock. [`Lamp`] and [`ButtonPin`]
//! drive one GPIO pin each through `embedded-hal`, on a [`Board`] or [`simulated`]; [`Panel`] drives them all.

pub use board::{
    Board, BoardError, BoardLed, ButtonWire, Driver, InvalidPlace, LampWire, PinError, Place, Wish,
};
pub use broken::Broken;
pub use button::{Button, Hand, Level};
pub use front::{Front, Lit};
pub use light::Light;
pub use line::{ButtonLine, LampLine};
pub use panel::{Gestures, Panel, PanelHandle};
pub use pins::{ButtonPin, Lamp, LampPins};

mod board;
mod broken;
mod button;
mod front;
mod light;
mod line;
mod panel;
mod pins;
pub mod simulated;
pub mod wiring;
