use std::time::Instant;

/// The time, for those who act on real programs.
#[expect(clippy::disallowed_methods, reason = "everything here acts on real programs, which take real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
