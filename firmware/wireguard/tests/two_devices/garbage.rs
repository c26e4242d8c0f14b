//! What makes no sense is dropped without a word.

use proptest::prelude::*;
use wireguard::Batch;

use crate::pair::{HOME_V4, PHONE_V4, Pair, packet, sent_for};

proptest! {
    #[test]
    fn garbage_is_never_answered(datagram in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut pair = Pair::new();

        prop_assert!(pair.answers(&datagram).is_empty());
    }

    #[test]
    fn garbage_in_the_shape_of_a_message_is_never_answered(
        (kind, length) in prop::sample::select(vec![(1, 148), (2, 92), (3, 64), (4, 32), (4, 1312)]),
        seed in prop::collection::vec(any::<u8>(), 2000),
        receiver in any::<Option<u8>>(),
    ) {
        let mut pair = Pair::new();
        pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
        let known = sent_for(&mut pair.phone, &packet(PHONE_V4, HOME_V4, 60), pair.now).remove(0);
        let mut datagram = seed[..length].to_vec();
        datagram[..4].copy_from_slice(&[kind, 0, 0, 0]);
        if let Some(session) = receiver {
            datagram[4..8].copy_from_slice(&known[4..8]);
            datagram[4] = session;
        }

        prop_assert!(pair.answers(&datagram).is_empty());
    }

    #[test]
    fn one_flipped_bit_spoils_an_initiation(bit in 0..148 * 8_usize) {
        let mut pair = Pair::new();
        let mut initiation = pair.initiation();
        // The last 16 bytes are for a cookie that nobody has asked for.
        prop_assume!(bit < 132 * 8);
        initiation[bit / 8] ^= 1 << (bit % 8);

        prop_assert!(pair.answers(&initiation).is_empty());
    }

    #[test]
    fn a_cut_message_is_never_answered(length in 0..148_usize) {
        let mut pair = Pair::new();
        let initiation = pair.initiation();

        prop_assert!(pair.answers(&initiation[..length]).is_empty());
    }

    #[test]
    fn no_inner_packet_makes_a_device_stumble(packet in prop::collection::vec(any::<u8>(), 0..3000)) {
        let mut pair = Pair::new();
        pair.phone_sends(&self::packet(PHONE_V4, HOME_V4, 60));

        let mut out = Batch::default();
        pair.home.handle_packet(&packet, pair.now, &mut out);
        pair.phone.handle_packet(&packet, pair.now, &mut out);
    }
}
