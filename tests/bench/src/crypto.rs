use std::{hint::black_box, time::Duration};

use anyhow::{Result, anyhow};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::clock;

/// What sealing and opening the tunnel's packets takes on one processor, in seconds for 10⁹ bytes.
pub(crate) fn seconds_a_gigabyte(window: Duration) -> Result<(f64, f64)> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, &[7; 32]).map_err(|_| anyhow!("take a key"))?;
    let key = LessSafeKey::new(key);
    let mut packet = vec![0x5a; PACKET];
    let seal = repeat(window, || {
        packet.truncate(PACKET);
        key.seal_in_place_append_tag(nonce(), Aad::empty(), black_box(&mut packet))
    });
    let sealed = packet;
    let mut packet = sealed.clone();
    let open = repeat(window, || {
        packet.copy_from_slice(&sealed);
        key.open_in_place(nonce(), Aad::empty(), black_box(&mut packet)).map(|_| ())
    });
    let failed = |_| anyhow!("seal and open a packet");

    Ok((seal.map_err(failed)?, open.map_err(failed)?))
}

/// What a tunnel with an MTU of 1420 carries at most in one packet.
const PACKET: usize = 1420;

/// Between two looks at the clock.
const BATCH: u32 = 1000;

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn repeat<E>(window: Duration, mut act: impl FnMut() -> Result<(), E>) -> Result<f64, E> {
    let (begin, mut packets) = (clock::now(), 0_u64);
    while begin.elapsed() < window {
        for _ in 0..BATCH {
            act()?;
        }
        packets += u64::from(BATCH);
    }

    Ok(begin.elapsed().as_secs_f64() * 1e9 / (packets * PACKET as u64) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealing_and_opening_take_time() {
        let (seal, open) = seconds_a_gigabyte(Duration::from_millis(20)).unwrap();

        assert!(seal > 0.0 && open > 0.0);
    }
}
