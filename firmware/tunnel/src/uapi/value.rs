use std::{
    net::{SocketAddr, SocketAddrV6},
    str::FromStr,
};

use ipnet::IpNet;
use model::PrivateKey;
use nix::net::if_::if_nametoindex;

use crate::uapi::{InvalidRequest, hex};

/// A key that is all zeros stands for none. It is kept as X25519 uses it (RFC 7748, section 5), and shown so, as the
/// kernel does.
pub(super) fn private_key(value: &str) -> Result<Option<PrivateKey>, InvalidRequest> {
    let clamped = |mut bytes: [u8; 32]| {
        bytes[0] &= 0b1111_1000;
        bytes[31] = bytes[31] & 0b0111_1111 | 0b0100_0000;
        PrivateKey::from_bytes(bytes)
    };

    Ok(secret(value)?.map(clamped))
}

/// A key that is all zeros stands for none.
pub(super) fn secret(value: &str) -> Result<Option<[u8; 32]>, InvalidRequest> {
    Ok(Some(bytes(value)?).filter(|bytes| *bytes != [0; 32]))
}

pub(super) fn bytes(value: &str) -> Result<[u8; 32], InvalidRequest> {
    hex::decode(value).ok_or(InvalidRequest::Value)
}

/// Digits and nothing else.
pub(super) fn number<T: FromStr>(value: &str) -> Result<T, InvalidRequest> {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit());

    value.parse().ok().filter(|_| is_plain).ok_or(InvalidRequest::Value)
}

/// What is only ever said to be so.
pub(super) fn truth(value: &str) -> Result<(), InvalidRequest> {
    exactly("true", value)
}

/// The one version that there is.
pub(super) fn version(value: &str) -> Result<(), InvalidRequest> {
    exactly("1", value)
}

/// An address and a port; a link-local address may say by which interface, with the interface's name or number.
pub(super) fn endpoint(value: &str) -> Result<SocketAddr, InvalidRequest> {
    value.parse().ok().or_else(|| scoped_endpoint(value)).ok_or(InvalidRequest::Value)
}

/// A net, whose address may be any in it.
pub(super) fn net(value: &str) -> Result<IpNet, InvalidRequest> {
    value.parse().map(|net: IpNet| net.trunc()).map_err(|_| InvalidRequest::Value)
}

fn exactly(expected: &str, value: &str) -> Result<(), InvalidRequest> {
    if value == expected { Ok(()) } else { Err(InvalidRequest::Value) }
}

fn scoped_endpoint(value: &str) -> Option<SocketAddr> {
    let (address, rest) = value.strip_prefix('[')?.split_once('%')?;
    let (interface, port) = rest.split_once("]:")?;
    let scope = if_nametoindex(interface).ok()?;

    Some(SocketAddrV6::new(address.parse().ok()?, number(port).ok()?, 0, scope).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_is_kept_as_it_is_used() {
        let zeros = "00".repeat(32);

        let [first, .., last] = *private_key(&"ff".repeat(32)).unwrap().unwrap().as_bytes();

        assert_eq!((first, last), (0xf8, 0x7f));
        assert!(private_key(&zeros).unwrap().is_none());
    }

    #[test]
    fn a_link_local_endpoint_says_by_which_interface() {
        let loopback = if_nametoindex("lo").unwrap();

        for (text, scope) in
            [("[fe80::1%lo]:51820", loopback), ("[fe80::1%7]:51820", 7), ("[fe80::1]:51820", 0)]
        {
            let SocketAddr::V6(v6) = endpoint(text).unwrap() else { panic!("{text}") };
            assert_eq!((v6.scope_id(), v6.port()), (scope, 51820), "{text}");
        }
        for text in
            ["fe80::1%lo:1", "[fe80::1%nowhere]:1", "[fe80::1%lo]", "[127.0.0.1%lo]:1", "[fe80::1%lo]:+1"]
        {
            assert!(endpoint(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_is_made_of_digits() {
        assert_eq!(number::<u16>("0051"), Ok(51));
        for text in ["", "+1", "-1", " 1", "1 ", "0x1", "65536"] {
            assert!(number::<u16>(text).is_err(), "{text:?}");
        }
    }
}
