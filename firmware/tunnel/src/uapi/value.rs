use std::str::FromStr;

use model::PublicKey;

use crate::uapi::{InvalidRequest, hex};

pub(super) fn public_key(value: &str) -> Result<PublicKey, InvalidRequest> {
    hex::decode(value).and_then(|bytes| PublicKey::from_bytes(bytes).ok()).ok_or(InvalidRequest)
}

/// A key that is all zeros stands for none.
pub(super) fn secret(value: &str) -> Result<Option<[u8; 32]>, InvalidRequest> {
    hex::decode(value).map(|bytes| Some(bytes).filter(|bytes| *bytes != [0; 32])).ok_or(InvalidRequest)
}

pub(super) fn number<T: FromStr>(value: &str) -> Result<T, InvalidRequest> {
    value.parse().map_err(|_| InvalidRequest)
}

pub(super) fn flag(value: &str) -> Result<bool, InvalidRequest> {
    match value {
        "true" | "1" => Ok(true),
        _ => Err(InvalidRequest),
    }
}
