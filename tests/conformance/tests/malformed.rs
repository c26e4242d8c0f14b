//! What is no message, or no packet, does nothing.

use std::time::Duration;

use conformance::{
    Program, cookie, mac,
    message::{Data, Message},
};

#[test]
fn an_initiation_of_another_length_gets_no_answer() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();

    for length in [147, 149, 116, 132, 160] {
        let mut datagram = peer.initiator().unwrap().datagram;
        datagram.resize(length, 0);
        mac::stamp(&mut datagram, &program.public_key());
        peer.send(&datagram).unwrap();
    }

    peer.handshake().unwrap();
}

#[test]
fn an_initiation_whose_reserved_bytes_are_not_zero_gets_no_answer() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();

    for position in [1, 2, 3] {
        let mut datagram = peer.initiator().unwrap().datagram;
        datagram[position] = 1;
        mac::stamp(&mut datagram, &program.public_key());
        peer.send(&datagram).unwrap();
    }

    peer.handshake().unwrap();
}

#[test]
fn data_whose_reserved_bytes_are_not_zero_is_dropped() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();

    for position in [1, 2, 3] {
        let mut datagram = session.seal(&peer.packet(b"hidden")).unwrap();
        datagram[position] = 1;
        peer.send(&datagram).unwrap();
    }

    peer.ping(&mut session).unwrap();
    assert!(program.has_heard_all().unwrap());
}

#[test]
fn data_that_is_truncated_or_followed_by_more_is_dropped() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();

    let whole = session.seal(&peer.packet(b"some words, to be cut anywhere")).unwrap();
    for length in 0..whole.len() {
        peer.send(&whole[..length]).unwrap();
    }
    for more in [1, 15, 16, 1000] {
        peer.send(&[&whole[..], &vec![0; more]].concat()).unwrap();
    }
    peer.ping(&mut session).unwrap();
    assert!(program.has_heard_all().unwrap());

    peer.send(&whole).unwrap();
    assert_eq!(
        program.hear().unwrap(),
        b"some words, to be cut anywhere",
        "none of them has used up the counter"
    );
}

#[test]
fn a_response_of_another_length_or_with_reserved_bytes_that_are_not_zero_is_dropped() {
    let program = Program::start().unwrap();
    let peer = program.admit_known().unwrap();
    program.say(peer.address.into(), 100).unwrap();
    let (response, session) = peer.receive_initiation().unwrap().respond().unwrap();

    for length in [91, 93, 60, 76, 148] {
        let mut datagram = response.clone();
        datagram.resize(length, 0);
        mac::stamp(&mut datagram, &program.public_key());
        peer.send(&datagram).unwrap();
    }
    for position in [1, 2, 3] {
        let mut datagram = response.clone();
        datagram[position] = 1;
        mac::stamp(&mut datagram, &program.public_key());
        peer.send(&datagram).unwrap();
    }
    peer.hear_nothing().unwrap();

    peer.send(&response).unwrap();
    peer.receive_data(&session).unwrap();
}

#[test]
fn a_cookie_reply_of_another_length_or_with_reserved_bytes_that_are_not_zero_is_dropped() {
    let program = Program::start().unwrap();
    let peer = program.admit_known().unwrap();
    program.say(peer.address.into(), 100).unwrap();
    let initiation = peer.receive_initiation().unwrap().initiation;
    let own_key = peer.identity.key.public_key();
    let reply = cookie::seal(&[7; 16], &own_key, initiation.sender, &initiation.mac1).unwrap().to_bytes();

    for datagram in [&reply[..63], &[&reply[..], &[0]].concat()] {
        peer.send(datagram).unwrap();
    }
    for position in [1, 2, 3] {
        let mut datagram = reply.clone();
        datagram[position] = 1;
        peer.send(&datagram).unwrap();
    }
    program.pass(Duration::from_secs(6)).unwrap();

    assert_eq!(peer.receive_initiation().unwrap().initiation.mac2, [0; 16]);
}

#[test]
fn noise_of_every_kind_and_length_does_nothing() {
    let (_program, peer, mut session) = Program::with_connected_peer().unwrap();
    let receiver = session.theirs.to_le_bytes();

    let mut noise = [0; 300];
    for (n, (kind, length)) in
        (0..=5).flat_map(|kind| (0..=300).map(move |length| (kind, length))).enumerate()
    {
        getrandom::fill(&mut noise).unwrap();
        noise[..4].copy_from_slice(&[kind, 0, 0, 0]);
        // Where data and cookie replies name their receiver, and where responses do.
        noise[4..8].copy_from_slice(&receiver);
        noise[8..12].copy_from_slice(&receiver);
        peer.send(&noise[..length]).unwrap();
        if n % 50 == 0 {
            // No more at once than sockets hold.
            peer.ping(&mut session).unwrap();
        }
    }
    peer.ping(&mut session).unwrap();
}

#[test]
fn what_is_no_packet_inside_is_dropped() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let packet = peer.packet(b"a packet that is not what it says");
    let with = |position: usize, value: u8| {
        let mut changed = packet.clone();
        changed[position] = value;
        changed
    };

    let longer_than_it_is = with(3, packet.len() as u8 + 16);
    let shorter_than_its_header = with(3, 19);
    let of_version = |version: u8| with(0, version << 4 | 5);
    let cut = |length: usize| packet[..length].to_vec();
    for content in [
        longer_than_it_is,
        shorter_than_its_header,
        with(3, 0),
        of_version(0),
        of_version(5),
        of_version(6),
        of_version(15),
        cut(1),
        cut(19),
        vec![0x60; 39],
        vec![0x60; 40],
        vec![0; 16],
        vec![0xff; 1400],
    ] {
        let datagram = session.seal_as(session.next, &content).unwrap();
        session.next += 1;
        peer.send(&datagram).unwrap();
        peer.ping(&mut session).unwrap();
    }

    assert!(program.has_heard_all().unwrap());
}

#[test]
fn a_counter_that_no_honest_peer_reaches_is_refused() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let reject_after_messages = u64::MAX - (1 << 13);

    for counter in [reject_after_messages, u64::MAX - 1] {
        peer.send(&session.seal_as(counter, &peer.packet(b"too late")).unwrap()).unwrap();
    }
    // Noise has no message with this counter, and neither must a program have one.
    let last = Data { receiver: session.theirs, counter: u64::MAX, sealed: vec![0; 48] };
    peer.send(&last.to_bytes()).unwrap();

    peer.ping(&mut session).unwrap();
    assert!(program.has_heard_all().unwrap());
}

#[test]
fn a_cookie_reply_that_nobody_asked_for_does_nothing() {
    let (_program, peer, mut session) = Program::with_connected_peer().unwrap();
    let reply = cookie::seal(&[7; 16], &peer.identity.key.public_key(), session.theirs, &[0; 16]).unwrap();
    assert!(matches!(Message::parse(&reply.to_bytes()), Ok(Message::CookieReply(_))));

    peer.send(&reply.to_bytes()).unwrap();

    peer.ping(&mut session).unwrap();
}
