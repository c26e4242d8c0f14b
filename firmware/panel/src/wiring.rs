//! Where the wires go on a Raspberry Pi. `hardware/pins.toml` is where this is written; nothing else names a pin.

pub use made::*;

mod made;

/// One wire from the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wire {
    /// The number that the chip and the kernel have for its pin.
    pub gpio: u32,
    /// The number of its pin on the header, from 1 to 40.
    pub header_pin: u8,
}
