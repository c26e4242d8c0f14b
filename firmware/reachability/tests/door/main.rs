//! The door in routers: the real `miniupnpd`, and small bad ones.

mod bad_router;
mod bad_routers;
mod home;
mod miniupnpd;
mod resident;
