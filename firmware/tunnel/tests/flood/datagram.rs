//! What strangers, eavesdroppers and peers can make a datagram of.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::{fs::File, io::Read as _, net::UdpSocket, time::Instant};

use blake2::{
    Blake2s256, Blake2sMac, Digest as _,
    digest::{Mac as _, consts::U16},
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use model::{PrivateKey, PublicKey};
use tunnel::DesiredPeer;
use wireguard::{Batch, Device};

/// Bytes of any length that nobody has thought about.
pub(crate) fn noise() -> Vec<u8> {
    let length = 5 * (1 + usize::from(random::<1>()[0]));

    random::<1280>()[..length].to_vec()
}

/// A message of this kind and length, and nothing else about it is right.
pub(crate) fn message(kind: u8, length: usize) -> Vec<u8> {
    let mut message = random::<1452>()[..length].to_vec();
    message[..4].copy_from_slice(&[kind, 0, 0, 0]);

    message
}

/// An initiation of somebody who knows the public key of `to` and nothing else.
pub(crate) fn forged_initiation(to: PublicKey) -> Vec<u8> {
    let mut initiation = message(1, 148);
    let mac1 = mac(&labelled(b"mac1----", to), &initiation[..116]);
    initiation[116..132].copy_from_slice(&mac1);

    initiation
}

/// The beginning of a handshake as it should be, at this moment.
pub(crate) fn initiation(own: &PrivateKey, to: PublicKey) -> Vec<u8> {
    let peer = DesiredPeer {
        endpoint: Some("192.0.2.1:51820".parse().unwrap()),
        allowed_ips: vec!["10.99.0.1/32".parse().unwrap()],
        ..DesiredPeer::new(to)
    };
    let (mut device, mut out) = (Device::new(1420), Batch::default());
    device.set(wireguard::Config { private_key: Some(own.clone()), peers: vec![peer] }, now());
    let mut packet = [0; 20];
    packet[0] = 0x45;
    packet[16..].copy_from_slice(&[10, 99, 0, 1]);
    device.handle_packet(&packet, now(), &mut out);

    out.datagrams().next().unwrap().1.to_vec()
}

/// Asks with initiations until the gateway wants a cookie for more, which it gives.
pub(crate) fn cookie(socket: &UdpSocket, initiation: &[u8], of: PublicKey) -> [u8; 16] {
    let mut reply = [0; 1500];
    socket.set_nonblocking(true).unwrap();
    while socket.recv(&mut reply).ok() != Some(64) {
        socket.send(initiation).unwrap();
    }
    let sealed = Payload { msg: &reply[32..64], aad: &initiation[116..132] };
    let key = labelled(b"cookie--", of);
    let cookie = XChaCha20Poly1305::new(&key.into()).decrypt(reply[8..32].into(), sealed);

    cookie.unwrap().try_into().unwrap()
}

/// Writes what shows that an initiation comes from where the cookie was sent to.
pub(crate) fn stamp(initiation: &mut [u8], cookie: &[u8]) {
    let mac2 = mac(cookie, &initiation[..132]);
    initiation[132..].copy_from_slice(&mac2);
}

/// WireGuard's paper, section 5.4.
fn labelled(label: &[u8; 8], key: PublicKey) -> [u8; 32] {
    Blake2s256::new().chain_update(label).chain_update(key.as_bytes()).finalize().into()
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 16] {
    let mac = <Blake2sMac<U16> as KeyInit>::new_from_slice(key).unwrap();

    mac.chain_update(message).finalize().into_bytes().into()
}

fn random<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();

    bytes
}

#[expect(clippy::disallowed_methods, reason = "a real gateway lives in real time")]
fn now() -> Instant {
    Instant::now()
}
