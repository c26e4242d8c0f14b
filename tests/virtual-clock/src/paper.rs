//! The constants of WireGuard's paper, section 6.1.

use std::time::Duration;

/// From when on the initiator of a session that is used makes a new one.
pub const REKEY_AFTER_TIME: Duration = Duration::from_secs(120);
/// From when on nothing is sent or accepted in a session.
pub const REJECT_AFTER_TIME: Duration = Duration::from_secs(180);
/// How long a handshake that is not answered is tried.
pub const REKEY_ATTEMPT_TIME: Duration = Duration::from_secs(90);
/// How long an initiation may stay without an answer before the next.
pub const REKEY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long after data came without data going back an empty packet is sent.
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
