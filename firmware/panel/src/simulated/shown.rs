use model::Lamps;
use serde::{Deserialize, Serialize};

use crate::{Driver, Hand, Level, Lit};

/// What the front of the box looks like at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Which lamps are lit.
    #[serde(flatten)]
    pub lit: Lit,
    /// What the lamps show.
    pub patterns: Lamps,
    /// What the hand on the button is doing.
    pub button: Hand,
    /// Who drives the pins.
    pub driver: Driver,
}

/// What a client may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    /// What the finger does.
    Button(Level),
    /// Which lamps are to be lit to try them; none when that is over.
    Lamps(Option<Lit>),
}

/// What a client hears that said something else.
#[derive(Debug, Serialize)]
pub(crate) struct Complaint<'a> {
    pub(crate) error: &'a str,
}
