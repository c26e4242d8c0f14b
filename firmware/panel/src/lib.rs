//! The front panel: what the lamps show and what the button means.
