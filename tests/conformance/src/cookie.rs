use anyhow::{Result, anyhow, ensure};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use model::PublicKey;

use crate::{
    mac::{self, Tag},
    message::CookieReply,
};

/// Decrypts the cookie of a reply that `responder` gave to a handshake message with this first MAC.
///
/// # Errors
/// When somebody else has sent it, or as an answer to something else.
pub fn open(reply: &CookieReply, responder: &PublicKey, mac1: &Tag) -> Result<Tag> {
    let sealed = Payload { msg: &reply.sealed, aad: mac1 };
    let cookie = cipher(responder).decrypt(&reply.nonce.into(), sealed);
    let cookie = cookie.map_err(|_| anyhow!("a cookie reply that does not decrypt"))?;
    ensure!(cookie.len() == 16, "a cookie of {} bytes", cookie.len());

    Ok(cookie.try_into().unwrap_or_default())
}

/// Encrypts a cookie as `responder` does, for whoever has sent a handshake message with this sender and first MAC.
///
/// # Errors
/// When the system has no randomness, or the cipher refuses.
pub fn seal(cookie: &Tag, responder: &PublicKey, receiver: u32, mac1: &Tag) -> Result<CookieReply> {
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce)?;
    let sealed = cipher(responder).encrypt(&nonce.into(), Payload { msg: cookie, aad: mac1 });
    let sealed = sealed.map_err(|_| anyhow!("the cipher refuses"))?;

    Ok(CookieReply { receiver, nonce, sealed: sealed.try_into().unwrap_or([0; 32]) })
}

fn cipher(responder: &PublicKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&mac::labelled(b"cookie--", responder).into())
}
