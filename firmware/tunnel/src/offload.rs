//! What the kernel calls offload: on the TUN device many packets of one flow are a single large one.
//!
//! [`split`] makes packets of a large one that is read, [`Merge`] makes large ones of packets that are to be written.

pub(crate) use large::Large;
pub(crate) use merge::Merge;
pub(crate) use split::split;

mod checksum;
mod form;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod headers;
mod large;
mod merge;
mod split;

#[cfg(test)]
mod tests;
