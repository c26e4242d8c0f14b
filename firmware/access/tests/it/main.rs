//! The ruleset as text, and in force in a house of network namespaces.
#![cfg(test)]

mod conntrack;
mod house;
mod namespace;
mod packets;
mod routing;
mod support;
mod swap;
mod text;
