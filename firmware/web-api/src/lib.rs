//! The local web page and its API: routes, wire types, and who may do what.
//!
//! [`Gateway`] is all that the API knows of the box; [`wire`] is all that a browser sees of it.

pub use gateway::{Gateway, Refusal};

mod gateway;
pub mod wire;
