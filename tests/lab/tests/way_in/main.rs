//! The way in: the box opens its own door, follows the home's address, and says what is wrong when it cannot.
//!
//! Routers, phones and time are real. What waits for the box's rounds of a minute waits in several houses at the same
//! time.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod door;
mod home;
mod moves;
mod refusals;
mod ways_out;
