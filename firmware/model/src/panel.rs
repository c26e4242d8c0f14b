use serde::{Deserialize, Serialize};

/// What a push of the button means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gesture {
    /// Pressed and let go: guest access on or off.
    Press,
    /// Held for 3 s: "yes" to the page that is waiting.
    Hold,
    /// Held for 10 s: lock remote access, or unlock it.
    LongHold,
    /// Held while power came on, let go, pressed within 10 s: factory reset.
    Reset,
}

/// What the three lamps show. Position and pattern carry the meaning; colour only helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct Lamps {
    /// How the box is.
    pub power: Pattern,
    /// How the way in from outside is.
    pub door: Pattern,
    /// Who is there.
    pub people: Pattern,
}

/// How a lamp is lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Dark.
    #[default]
    Off,
    /// On for 1 s in 2.
    SlowPulse,
    /// On for a tenth of a second in a fifth.
    FastBlink,
    /// Lit.
    Solid,
    /// Two short flashes, then a pause.
    DoubleBlink,
}
