//! A name that follows: what the world's name server says is where home is, whatever its providers are up to.
//!
//! The clock stands still and is moved by hand, so that hours take no time; the sockets are real.

mod home;
mod internet;
mod log;
mod providers;
mod secrets;
mod stories;
