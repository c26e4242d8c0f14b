use std::fmt;

use serde::{Deserialize, Serialize};

/// Who drives the pins of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Driver {
    /// `rppal`, by the chip's registers; on the kernel of Raspberry Pi OS.
    Rppal,
    /// `gpiocdev`, by the kernel's GPIO character device; on any kernel.
    Gpiocdev,
    /// There are no pins.
    Simulated,
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rppal => "rppal",
            Self::Gpiocdev => "gpiocdev",
            Self::Simulated => "simulated",
        })
    }
}

/// Which driver somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// The first that fits this machine.
    Auto,
    /// This one and no other.
    Only(Driver),
}

impl Wish {
    /// Which drivers to try, in this order; none to simulate.
    pub(crate) fn drivers(self, has_chip: bool, has_registers: bool) -> &'static [Driver] {
        match self {
            Self::Only(Driver::Rppal) => &[Driver::Rppal],
            Self::Only(Driver::Gpiocdev) => &[Driver::Gpiocdev],
            Self::Only(Driver::Simulated) => &[],
            Self::Auto if !has_chip => &[],
            // A board that is newer than rppal is unknown to it; the kernel's own way still works there.
            Self::Auto if has_registers => &[Driver::Rppal, Driver::Gpiocdev],
            Self::Auto => &[Driver::Gpiocdev],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_is_chosen_by_what_the_machine_has() {
        for (has_chip, has_registers, drivers) in [
            (false, false, &[] as &[Driver]),
            (true, false, &[Driver::Gpiocdev]),
            (true, true, &[Driver::Rppal, Driver::Gpiocdev]),
        ] {
            assert_eq!(Wish::Auto.drivers(has_chip, has_registers), drivers, "{has_chip} {has_registers}");
        }
    }

    #[test]
    fn who_insists_on_a_driver_gets_no_other() {
        assert_eq!(Wish::Only(Driver::Rppal).drivers(false, false), [Driver::Rppal]);
        assert_eq!(Wish::Only(Driver::Gpiocdev).drivers(true, true), [Driver::Gpiocdev]);
        assert_eq!(Wish::Only(Driver::Simulated).drivers(true, true), []);
    }
}
