use std::{path::Path, sync::Arc};

use rppal::gpio::{Gpio, Trigger};
use tokio::sync::Notify;

use super::{
    Board, BoardError, ButtonWire, Driver, LampWire, Place,
    wire::{Input, Output},
};

/// Whether the kernel shows the chip's registers, as that of Raspberry Pi OS does.
pub(crate) fn are_there() -> bool {
    REGISTERS.iter().any(|path| Path::new(path).exists())
}

/// Takes all pins of the header by the registers. A thread of rppal's own tells the changes of the button's level.
pub(crate) fn open(place: &Place) -> Result<Board, BoardError> {
    if !place.is_the_headers() {
        return Err(BoardError::OtherPins);
    }
    if !are_there() {
        return Err(BoardError::NoRegisters);
    }
    let gpio = Gpio::new().map_err(BoardError::Registers)?;
    let pin = |line| {
        let line = u8::try_from(line).map_err(|_| BoardError::OtherPins)?;
        gpio.get(line).map_err(BoardError::Registers)
    };
    let [power, door, people] = place.lamps().map(pin);
    let mut button = pin(place.button())?.into_input_pullup();
    let edges = Arc::new(Notify::new());
    let listener = Arc::clone(&edges);
    let heard = button.set_async_interrupt(Trigger::Both, None, move |_| listener.notify_one());
    heard.map_err(BoardError::Registers)?;

    Ok(Board {
        driver: Driver::Rppal,
        lamps: [power?, door?, people?].map(|pin| LampWire(Output::Rppal(pin.into_output_low()))),
        button: ButtonWire(Input::Rppal(button)),
        edges,
        watch: None,
    })
}

/// Up to the Pi 4, and on the Pi 5.
const REGISTERS: [&str; 2] = ["/dev/gpiomem", "/dev/gpiomem0"];
