//! Every message is taken once, in whatever order they come.

use std::collections::HashSet;

use conformance::Program;

#[test]
fn a_replayed_message_is_dropped() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let messages = (0..20).map(|_| session.seal(&peer.packet(b"once")).unwrap()).collect::<Vec<_>>();

    for message in [&messages[..], &messages, &messages[3..4], &messages].concat() {
        peer.send(&message).unwrap();
    }
    peer.ping(&mut session).unwrap();
    messages.iter().for_each(|message| peer.send(message).unwrap());
    peer.ping(&mut session).unwrap();

    for _ in &messages {
        assert_eq!(program.hear().unwrap(), b"once");
    }
    assert!(program.has_heard_all().unwrap());
}

#[test]
fn messages_that_come_out_of_order_within_a_window_of_1000_are_taken_once() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let backwards = (1000_u64..2000).rev();
    let scattered = (0..1000).map(|n| 2000 + n * 377 % 1000);
    let order = backwards.chain(scattered).collect::<Vec<_>>();
    let mut heard = HashSet::new();

    // No more at once than the sockets hold.
    for counters in order.chunks(50) {
        for counter in counters.iter().flat_map(|counter| [*counter, *counter]) {
            peer.send(&session.seal_as(counter, &peer.packet(&counter.to_le_bytes())).unwrap()).unwrap();
        }
        for _ in counters {
            assert!(heard.insert(program.hear().unwrap()), "a message that was taken twice");
        }
    }
    session.next = 3000;
    peer.ping(&mut session).unwrap();

    assert!(program.has_heard_all().unwrap());
    assert_eq!(heard.len(), order.len());
}

#[test]
fn a_message_from_long_before_the_latest_is_dropped() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let at = |counter, text: &[u8]| session.seal_as(counter, &peer.packet(text)).unwrap();

    // The widest window is the kernel's, of 8192; ours is of 1024.
    let (early, just_within, latest) =
        (at(50_000 - 8192, b"early"), at(50_000 - 1000, b"within"), at(50_000, b"latest"));
    peer.send(&latest).unwrap();
    peer.send(&early).unwrap();
    peer.send(&just_within).unwrap();
    session.next = 50_001;
    peer.ping(&mut session).unwrap();

    assert_eq!(program.hear().unwrap(), b"latest");
    assert_eq!(program.hear().unwrap(), b"within");
    assert!(program.has_heard_all().unwrap());
}

#[test]
fn a_counter_that_jumps_ahead_leaves_no_trace_of_older_ones() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let counters = [64, 63, 200, 1224, 1223, 1225, 2249, 1226, 10_000, 9999, 1 << 40, (1 << 40) - 1];

    for counter in counters {
        peer.send(&session.seal_as(counter, &peer.packet(&counter.to_le_bytes())).unwrap()).unwrap();
        assert_eq!(program.hear().unwrap(), counter.to_le_bytes());
    }
    for counter in counters {
        peer.send(&session.seal_as(counter, &peer.packet(b"again")).unwrap()).unwrap();
    }
    session.next = (1 << 40) + 1;
    peer.ping(&mut session).unwrap();

    assert!(program.has_heard_all().unwrap());
}

#[test]
fn a_forged_message_far_ahead_does_not_move_the_window() {
    let (_program, peer, mut session) = Program::with_connected_peer().unwrap();

    let mut forged = session.seal_as(1 << 50, &peer.packet(b"forged")).unwrap();
    *forged.last_mut().unwrap() ^= 1;
    peer.send(&forged).unwrap();

    peer.ping(&mut session).unwrap();
}
