//! The way in: whether the internet reaches the box, and what makes it so.

pub use values::Values;
pub use verdict::{CgnatSign, NoInternet, NoV4, Situation, Verdict};
pub use web::{Family, Request, Response, Web, WebError};
pub use whereabouts::{
    Around, Evidence, Hop, InvalidServer, Lookout, LookoutConfig, Network, RouterV6, Said, Seen, Server, Url,
    Witness, is_public,
};

pub mod check;
pub mod door;
pub mod exposure;
pub mod names;
mod values;
mod verdict;
mod web;
mod whereabouts;
