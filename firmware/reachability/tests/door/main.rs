//! The door in routers: the real `miniupnpd`, and small bad ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::disallowed_methods, reason = "the tests act on real routers, which take real time")]

mod bad_router;
mod bad_routers;
mod home;
mod miniupnpd;
mod resident;
