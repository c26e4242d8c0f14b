//! The registry on real files: what it keeps, what it refuses, and what neither a kill nor a full disk can do to it.
#![cfg(test)]

mod activity;
mod files;
mod full_disk;
mod identity;
mod kill;
mod peers;
mod rest;
mod restore;
mod support;
