use embedded_hal::digital::{Error, ErrorKind, ErrorType, InputPin, OutputPin};

use super::cdev::CdevPin;

/// The pin of a lamp, whoever drives it.
#[derive(Debug)]
pub struct LampWire(pub(crate) Output);

#[derive(Debug)]
pub(crate) enum Output {
    Rppal(rppal::gpio::OutputPin),
    Gpiocdev(CdevPin),
}

impl ErrorType for LampWire {
    type Error = PinError;
}

impl OutputPin for LampWire {
    fn set_low(&mut self) -> Result<(), PinError> {
        match &mut self.0 {
            Output::Rppal(pin) => pin.set_low(),
            Output::Gpiocdev(pin) => pin.set_low()?,
        }

        Ok(())
    }

    fn set_high(&mut self) -> Result<(), PinError> {
        match &mut self.0 {
            Output::Rppal(pin) => pin.set_high(),
            Output::Gpiocdev(pin) => pin.set_high()?,
        }

        Ok(())
    }
}

/// The pin of the button, whoever reads it.
#[derive(Debug)]
pub struct ButtonWire(pub(crate) Input);

#[derive(Debug)]
pub(crate) enum Input {
    Rppal(rppal::gpio::InputPin),
    Gpiocdev(CdevPin),
}

impl ErrorType for ButtonWire {
    type Error = PinError;
}

impl InputPin for ButtonWire {
    fn is_high(&mut self) -> Result<bool, PinError> {
        let is_high = match &mut self.0 {
            Input::Rppal(pin) => pin.is_high(),
            Input::Gpiocdev(pin) => pin.is_high()?,
        };

        Ok(is_high)
    }

    fn is_low(&mut self) -> Result<bool, PinError> {
        Ok(!self.is_high()?)
    }
}

/// Why a pin cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PinError(#[from] gpiocdev::Error);

impl Error for PinError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
