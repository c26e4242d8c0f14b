//! The door in routers: the real `miniupnpd`, and small bad ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod bad_router;
mod bad_routers;
mod home;
mod miniupnpd;
mod resident;
