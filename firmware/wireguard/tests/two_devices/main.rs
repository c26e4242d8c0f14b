//! Two devices and a wire between them that is only a value.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test begins at some time and may fail"
)]

mod configuration;
mod endpoints;
mod garbage;
mod handshakes;
mod packets;
mod pair;
mod preshared_keys;
