use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use crate::wiring;

/// The LED that is on the board itself, which shows what POWER shows: a box without wires has at least that.
#[derive(Debug)]
pub struct BoardLed {
    brightness: File,
    trigger: PathBuf,
    /// What the kernel showed on it before.
    was: Option<String>,
}

impl BoardLed {
    /// Takes it from the kernel, which mostly shows on it when the card is read; none where there is none to be had.
    #[must_use]
    pub fn find() -> Option<Self> {
        Self::find_in(Path::new(LEDS))
    }

    fn find_in(leds: &Path) -> Option<Self> {
        let found = wiring::BOARD_LEDS.iter().map(|name| leds.join(name)).find(|led| led.exists())?;
        let taken = Self::take(&found);

        taken.inspect_err(|error| tracing::debug!(%error, "The board's own LED is not ours to light")).ok()
    }

    fn take(led: &Path) -> io::Result<Self> {
        let trigger = led.join("trigger");
        let was = chosen(&fs::read_to_string(&trigger)?).filter(|was| was != NOBODY);
        fs::write(&trigger, NOBODY)?;
        let brightness = File::options().write(true).open(led.join("brightness"))?;

        Ok(Self { brightness, trigger, was })
    }

    /// Lights it or puts it out.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn show(&self, lit: bool) -> io::Result<()> {
        let level: &[u8] = if lit { BRIGHT } else { DARK };

        self.brightness.write_all_at(level, 0)
    }
}

impl Drop for BoardLed {
    fn drop(&mut self) {
        let given_back = self.was.as_ref().map_or(Ok(()), |was| fs::write(&self.trigger, was));
        if let Err(error) = given_back {
            tracing::debug!(%error, "Could not give the board's own LED back");
        }
    }
}

/// The kernel lists all triggers and puts the chosen one into brackets.
fn chosen(triggers: &str) -> Option<String> {
    let (_, rest) = triggers.split_once('[')?;
    let (name, _) = rest.split_once(']')?;

    Some(name.to_owned())
}

const LEDS: &str = "/sys/class/leds";
const NOBODY: &str = "none";
/// The kernel takes the most that the LED has, if that is less.
const BRIGHT: &[u8] = b"255\n";
/// As long as the other, so that the file is the same in a test as in the kernel, where each write stands alone.
const DARK: &[u8] = b"000\n";

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn the_led_is_taken_lit_and_given_back() {
        let leds = leds("led0", "none timer [mmc0] heartbeat\n");
        let led = BoardLed::find_in(leds.path()).unwrap();
        assert_eq!(read(&leds, "led0/trigger"), "none");

        led.show(true).unwrap();
        assert_eq!(read(&leds, "led0/brightness"), "255\n");
        led.show(false).unwrap();
        assert_eq!(read(&leds, "led0/brightness"), "000\n");

        drop(led);
        assert_eq!(read(&leds, "led0/trigger"), "mmc0");
    }

    #[test]
    fn the_name_of_today_goes_before_the_old_one() {
        let leds = leds("ACT", "[none]\n");
        fs::create_dir(leds.path().join("led0")).unwrap();

        assert!(BoardLed::find_in(leds.path()).is_some());
    }

    #[test]
    fn a_board_without_such_an_led_is_no_error() {
        let other = leds("input3::capslock", "[none]\n");
        assert!(BoardLed::find_in(other.path()).is_none());

        let broken = TempDir::new().unwrap();
        fs::create_dir(broken.path().join("ACT")).unwrap();
        assert!(BoardLed::find_in(broken.path()).is_none());
        assert!(BoardLed::find_in(Path::new("/nowhere")).is_none());
    }

    fn leds(name: &str, triggers: &str) -> TempDir {
        let dir = TempDir::new().unwrap();
        let led = dir.path().join(name);
        fs::create_dir(&led).unwrap();
        fs::write(led.join("trigger"), triggers).unwrap();
        fs::write(led.join("brightness"), "0\n").unwrap();

        dir
    }

    fn read(leds: &TempDir, path: &str) -> String {
        fs::read_to_string(leds.path().join(path)).unwrap()
    }
}
