use std::path::Path;

use gpiocdev::{Chip, Error, chip, line};

use super::{BoardError, Place};

/// The chip that the panel's pins are on. Its number differs from kernel to kernel, its label does not.
#[derive(Debug)]
pub(crate) struct GpioChip(Chip);

impl GpioChip {
    /// Looks for it; none if the machine has no such chip.
    pub(crate) fn find(place: &Place) -> Result<Option<Self>, BoardError> {
        let mut hidden = None;
        for path in chip::chips().map_err(BoardError::Look)? {
            match look(&path, place) {
                Ok(Some(chip)) => return Ok(Some(Self(chip))),
                Ok(None) => {}
                Err(error) => hidden = Some(error),
            }
        }

        hidden.map_or(Ok(None), |error| Err(BoardError::Look(error)))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Sees that nobody has one of these lines.
    pub(crate) fn check_free(&self, lines: &[u32]) -> Result<(), BoardError> {
        for line in lines {
            let info = self.0.line_info(*line).map_err(|source| BoardError::Take { line: *line, source })?;
            if info.used {
                return Err(BoardError::Taken { line: *line, by: user(&info) });
            }
        }

        Ok(())
    }
}

fn look(path: &Path, place: &Place) -> Result<Option<Chip>, Error> {
    let chip = Chip::from_path(path)?;
    let info = chip.info()?;
    let is_it = place.is_on(&[&info.label, &info.name, &path.to_string_lossy()]);

    Ok(is_it.then_some(chip))
}

/// Drivers of the kernel do not always give their name.
fn user(info: &line::Info) -> String {
    if info.consumer.is_empty() { "the kernel".to_owned() } else { format!("“{}”", info.consumer) }
}
