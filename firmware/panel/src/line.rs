use embedded_hal::digital::{ErrorType, InputPin, OutputPin};

use crate::{BoardLed, simulated::SimulatedPin};

/// A lamp's pin as often as it is there: for those who look through the socket, on the board, and for POWER as the
/// board's own LED.
#[derive(Debug)]
pub struct LampLine<P> {
    shown: SimulatedPin,
    wire: Option<P>,
    led: Option<BoardLed>,
}

impl<P> LampLine<P> {
    pub(crate) fn new(shown: SimulatedPin, wire: Option<P>, led: Option<BoardLed>) -> Self {
        Self { shown, wire, led }
    }

    /// An LED that takes no more orders is done without: the lamps are what counts.
    fn light_led(&mut self, lit: bool) {
        let Some(led) = &self.led else { return };
        if let Err(error) = led.show(lit) {
            tracing::warn!(%error, "The board's own LED shows no more what POWER shows");
            self.led = None;
        }
    }
}

impl<P: OutputPin> ErrorType for LampLine<P> {
    type Error = P::Error;
}

/// What does not light on the board is not shown as lit either.
impl<P: OutputPin> OutputPin for LampLine<P> {
    fn set_low(&mut self) -> Result<(), P::Error> {
        self.light_led(false);
        self.wire.as_mut().map_or(Ok(()), P::set_low)?;
        self.shown.set(false);

        Ok(())
    }

    fn set_high(&mut self) -> Result<(), P::Error> {
        self.light_led(true);
        self.wire.as_mut().map_or(Ok(()), P::set_high)?;
        self.shown.set(true);

        Ok(())
    }
}

/// The button's pin: low while somebody pushes, be it on the box or through the socket.
#[derive(Debug)]
pub struct ButtonLine<P> {
    fingers: SimulatedPin,
    wire: Option<P>,
}

impl<P> ButtonLine<P> {
    pub(crate) fn new(fingers: SimulatedPin, wire: Option<P>) -> Self {
        Self { fingers, wire }
    }
}

impl<P: InputPin> ErrorType for ButtonLine<P> {
    type Error = P::Error;
}

impl<P: InputPin> InputPin for ButtonLine<P> {
    fn is_high(&mut self) -> Result<bool, P::Error> {
        let is_up = self.wire.as_mut().map_or(Ok(true), P::is_high)?;

        Ok(is_up && self.fingers.is_set())
    }

    fn is_low(&mut self) -> Result<bool, P::Error> {
        Ok(!self.is_high()?)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use embedded_hal_mock::eh1::{
        MockError,
        digital::{Mock, State, Transaction},
    };

    use super::*;

    #[test]
    fn a_lamp_is_lit_on_the_board_and_for_those_who_look() {
        let mut wire = Mock::new(&[Transaction::set(State::High), Transaction::set(State::Low)]);
        let shown = SimulatedPin::low();
        let seen = shown.watch();
        let mut lamp = LampLine::new(shown, Some(wire.clone()), None);

        lamp.set_high().unwrap();
        assert!(*seen.borrow());
        lamp.set_low().unwrap();
        assert!(!*seen.borrow());

        wire.done();
    }

    #[test]
    fn a_lamp_that_cannot_be_lit_is_not_shown_as_lit() {
        let broken = MockError::Io(io::ErrorKind::NotConnected);
        let mut wire = Mock::new(&[Transaction::set(State::High).with_error(broken.clone())]);
        let shown = SimulatedPin::low();
        let seen = shown.watch();
        let mut lamp = LampLine::new(shown, Some(wire.clone()), None);

        assert_eq!(lamp.set_high(), Err(broken));

        assert!(!*seen.borrow());
        wire.done();
    }

    #[test]
    fn the_button_is_down_while_somebody_pushes_it_anywhere() {
        for (on_the_board, through_the_socket, is_down) in [
            (State::High, false, false),
            (State::Low, false, true),
            (State::High, true, true),
            (State::Low, true, true),
        ] {
            let mut wire = Mock::new(&[Transaction::get(on_the_board)]);
            let fingers = if through_the_socket { SimulatedPin::low() } else { SimulatedPin::high() };
            let mut button = ButtonLine::new(fingers, Some(wire.clone()));

            assert_eq!(button.is_low(), Ok(is_down), "{on_the_board:?} {through_the_socket}");
            wire.done();
        }
    }

    #[test]
    fn without_a_board_there_is_the_socket_alone() {
        let fingers = SimulatedPin::high();
        let mut button: ButtonLine<Mock> = ButtonLine::new(fingers.clone(), None);
        assert_eq!(button.is_low(), Ok(false));

        fingers.set(false);

        assert_eq!(button.is_low(), Ok(true));
    }
}
