use model::Lamps;
use serde::{Deserialize, Serialize};

use crate::{Hand, Level, Lit};

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
}

/// What a client may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Command {
    pub(crate) button: Level,
}

/// What a client hears that said something else.
#[derive(Debug, Serialize)]
pub(crate) struct Complaint<'a> {
    pub(crate) error: &'a str,
}
