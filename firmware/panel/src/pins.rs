use embedded_hal::digital::{InputPin, OutputPin};

use crate::{Level, Lit};

/// A lamp on a pin that lights it when high.
#[derive(Debug)]
pub struct Lamp<P> {
    pin: P,
    shown: Option<bool>,
}

impl<P: OutputPin> Lamp<P> {
    /// Takes the pin; nothing is written to it yet.
    #[must_use]
    pub fn new(pin: P) -> Self {
        Self { pin, shown: None }
    }

    /// Lights the lamp or puts it out.
    ///
    /// # Errors
    /// What the pin says; the next call tries again.
    pub fn show(&mut self, lit: bool) -> Result<(), P::Error> {
        if self.shown == Some(lit) {
            return Ok(());
        }
        self.shown = None;
        self.pin.set_state(lit.into())?;
        self.shown = Some(lit);

        Ok(())
    }
}

/// The three lamps.
#[derive(Debug)]
pub struct LampPins<P> {
    /// How the box is.
    pub power: Lamp<P>,
    /// How the way in from outside is.
    pub door: Lamp<P>,
    /// Who is there.
    pub people: Lamp<P>,
}

impl<P: OutputPin> LampPins<P> {
    /// Makes the lamps look like this.
    ///
    /// # Errors
    /// What the first failing pin says; the others are written all the same.
    pub fn show(&mut self, lit: Lit) -> Result<(), P::Error> {
        let shown = [self.power.show(lit.power), self.door.show(lit.door), self.people.show(lit.people)];

        shown.into_iter().collect()
    }
}

/// A button between a pin and ground: the pin is pulled up, and low while somebody pushes.
#[derive(Debug)]
pub struct ButtonPin<P>(P);

impl<P: InputPin> ButtonPin<P> {
    /// Takes the pin.
    #[must_use]
    pub fn new(pin: P) -> Self {
        Self(pin)
    }

    /// Where the contact is.
    ///
    /// # Errors
    /// What the pin says.
    pub fn level(&mut self) -> Result<Level, P::Error> {
        let level = if self.0.is_low()? { Level::Down } else { Level::Up };

        Ok(level)
    }
}

#[cfg(test)]
mod tests {
    use embedded_hal::digital::ErrorType;

    use super::*;
    use crate::simulated::SimulatedPin;

    #[test]
    fn a_lamp_is_a_pin_that_is_high() {
        let pin = SimulatedPin::low();
        let seen = pin.watch();
        let mut lamp = Lamp::new(pin);

        lamp.show(true).unwrap();
        assert!(*seen.borrow());

        lamp.show(false).unwrap();
        assert!(!*seen.borrow());
    }

    #[test]
    fn a_pushed_button_pulls_its_pin_low() {
        let mut contact = SimulatedPin::high();
        let mut button = ButtonPin::new(contact.clone());
        assert_eq!(button.level(), Ok(Level::Up));

        contact.set_low().unwrap();

        assert_eq!(button.level(), Ok(Level::Down));
    }

    #[test]
    fn a_pin_is_written_when_the_lamp_changes_and_again_after_a_failure() {
        let mut lamp = Lamp::new(MoodyPin { writes: 0 });

        assert!(lamp.show(true).is_err(), "the first write fails");
        assert!(lamp.show(true).is_ok());
        assert!(lamp.show(true).is_ok());
        assert!(lamp.show(false).is_ok());

        assert_eq!(lamp.pin.writes, 3);
    }

    #[test]
    fn one_lamp_that_fails_keeps_no_other_from_its_light() {
        let [power, door, people] = [0, 1, 1].map(|writes| Lamp::new(MoodyPin { writes }));
        let mut pins = LampPins { power, door, people };

        assert!(pins.show(Lit { power: true, door: true, people: true }).is_err());

        assert_eq!([pins.power.shown, pins.door.shown, pins.people.shown], [None, Some(true), Some(true)]);
    }

    /// Fails the first time it is written.
    struct MoodyPin {
        writes: u32,
    }

    impl ErrorType for MoodyPin {
        type Error = embedded_hal::digital::ErrorKind;
    }

    impl OutputPin for MoodyPin {
        fn set_low(&mut self) -> Result<(), Self::Error> {
            self.set_high()
        }

        fn set_high(&mut self) -> Result<(), Self::Error> {
            self.writes += 1;
            if self.writes == 1 { Err(embedded_hal::digital::ErrorKind::Other) } else { Ok(()) }
        }
    }
}
