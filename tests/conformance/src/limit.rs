use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::implementation::Implementation;

/// Runs a test of something that `latchkey tunnel` does otherwise than the paper and the kernel have it, and says why.
///
/// # Panics
/// When another implementation fails it; and when ours does not, so that the mark is taken away with its reason.
pub fn ours_fails(why: &str, test: impl FnOnce()) {
    let is_ours = Implementation::chosen().is_ok_and(|chosen| matches!(chosen, Implementation::Ours(_)));
    if !is_ours {
        return test();
    }

    let outcome = catch_unwind(AssertUnwindSafe(test));
    assert!(outcome.is_err(), "this works now, and it need not be said any more that {why}");
}
