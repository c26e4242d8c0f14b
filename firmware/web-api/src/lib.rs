//! The local web page and its API: routes, wire types, and who may do what.
//!
//! [`Gateway`] is all that the API knows of the box; [`wire`] is all that a browser sees of it; [`WebApi`] serves both.

pub use doorkeeper::Answer;
pub use gateway::{Gateway, Refusal};
pub use web_api::{Options, WebApi, openapi};

mod caller;
mod capacity;
mod csv;
mod doorkeeper;
mod doorway;
mod gateway;
mod live;
mod lobby;
#[cfg(any(test, feature = "mock"))]
pub mod mock;
mod page;
mod policy;
mod problem;
mod routes;
mod sent;
mod server;
mod token;
mod web_api;
pub mod wire;
