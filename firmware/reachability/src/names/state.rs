use std::time::Instant;

use super::{AccountId, Addresses, Reason};

/// How it stands with one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameState {
    /// Of which account.
    pub account: AccountId,
    /// The name.
    pub name: String,
    /// How it stands.
    pub state: State,
}

/// How it stands with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody knows yet where home is.
    Waiting,
    /// The provider is being told, or will be in a minute.
    Publishing,
    /// The provider has said yes.
    Published {
        /// To what; a family without an address has no record.
        addresses: Addresses,
        /// When.
        at: Instant,
    },
    /// The provider has not said yes, and will be asked again.
    Failing {
        /// Since when it does not work.
        since: Instant,
        /// What is wrong, for programs.
        reason: Reason,
        /// The same in a sentence for the owner.
        why: String,
        /// When it is tried again by itself.
        next: Instant,
        /// Whether it stays so until the owner does something: a wrong token, a name that is not his.
        for_the_owner: bool,
    },
}
