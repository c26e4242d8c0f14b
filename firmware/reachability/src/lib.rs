//! The way in: whether the internet reaches the box, and what makes it so.

pub use web::{Family, Request, Response, Web, WebError};

pub mod door;
mod web;
