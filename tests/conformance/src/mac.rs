use blake2::{
    Blake2s256, Blake2sMac, Digest as _,
    digest::{Mac as _, consts::U16},
};
use model::PublicKey;

/// What both MACs are (WireGuard's paper, section 5.4.4).
pub type Tag = [u8; 16];

/// Writes the first MAC into a handshake message for `addressee`, as the sender of it does last; the second stays.
pub fn stamp(handshake: &mut [u8], addressee: &PublicKey) {
    let (covered, macs) = split(handshake);
    macs[..16].copy_from_slice(&mac1(covered, addressee));
}

/// Writes the second MAC into a handshake message that has the first.
pub fn stamp_with_cookie(handshake: &mut [u8], cookie: &Tag) {
    let end = handshake.len() - 16;
    let mac2 = keyed(cookie, &handshake[..end]);
    handshake[end..].copy_from_slice(&mac2);
}

/// Whether the first MAC of a handshake message is right for `addressee`.
#[must_use]
pub fn is_stamped(handshake: &[u8], addressee: &PublicKey) -> bool {
    let (covered, macs) = handshake.split_at(handshake.len() - 32);

    macs[..16] == mac1(covered, addressee)
}

/// Whether the second MAC of a handshake message is right for a cookie.
#[must_use]
pub fn is_stamped_with_cookie(handshake: &[u8], cookie: &Tag) -> bool {
    let (covered, mac2) = handshake.split_at(handshake.len() - 16);

    mac2 == keyed(cookie, covered)
}

/// The hash of a label and a public key that MACs and cookies are keyed with.
pub(crate) fn labelled(label: &[u8; 8], key: &PublicKey) -> [u8; 32] {
    Blake2s256::new().chain_update(label).chain_update(key.as_bytes()).finalize().into()
}

fn mac1(covered: &[u8], addressee: &PublicKey) -> Tag {
    keyed(&labelled(b"mac1----", addressee), covered)
}

fn keyed(key: &[u8], covered: &[u8]) -> Tag {
    let mac = Blake2sMac::<U16>::new_from_slice(key).expect("BLAKE2s takes keys of up to 32 bytes");

    mac.chain_update(covered).finalize().into_bytes().into()
}

fn split(handshake: &mut [u8]) -> (&[u8], &mut [u8]) {
    let (covered, macs) = handshake.split_at_mut(handshake.len() - 32);

    (covered, macs)
}
