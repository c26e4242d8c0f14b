//! What the fuzz targets reach; in no other build.

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
    time::Duration,
};

use crate::{
    Desired, Status,
    uapi::{Request, Secrets, client},
};

/// Reads a request and makes its change, if it is understood and one; says whether it is understood.
pub fn change(desired: &mut Desired, request: &str) -> bool {
    match Request::parse(request) {
        Ok(Request::Set(change)) => {
            change.apply(desired);
            true
        }
        Ok(Request::Get) => true,
        Err(_) => false,
    }
}

/// What is answered to `get=1`, of peers that have never been heard of.
#[must_use]
pub fn describe(desired: &Desired) -> String {
    let status = Status { port: desired.listen_port, peers: Vec::new(), counters: BTreeMap::new() };

    super::describe(desired, &status, Secrets::Shown, Duration::ZERO)
}

/// The next request of a client; nothing at the end.
///
/// # Errors
/// Those of `client`.
pub fn read_request(client: &mut impl BufRead) -> io::Result<Option<String>> {
    client::read_request(client)
}
