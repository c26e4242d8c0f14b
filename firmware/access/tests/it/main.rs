//! The ruleset as text, and in force in a house of network namespaces.
#![cfg(test)]

mod house;
mod namespace;
mod packets;
mod support;
mod swap;
mod text;
