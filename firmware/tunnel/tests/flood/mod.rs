//! Datagrams that come as fast as the gateway reads them, from many places at once.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    fs::File,
    io::{Read as _, Seek as _},
    net::{Ipv4Addr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use crate::house::Place;

pub(crate) mod datagram;

/// Sends the same datagrams again and again until it is ended.
pub(crate) struct Flood {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<u64>,
}

/// How much a flood leaves unread in the gateway's socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Force {
    /// Half of what the socket holds at most, so that nothing is lost before the gateway has seen it.
    AsReadily,
    /// Whatever the sender can; the kernel drops what does not fit, without regard to whose it is.
    Blindly,
}

impl Flood {
    /// Begins, from each of the sockets in turn.
    pub(crate) fn begin(sources: Vec<UdpSocket>, datagrams: Vec<Vec<u8>>, force: Force) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let is_told = Arc::clone(&is_over);
        let mut queue = Queue::here();
        let thread = thread::spawn(move || {
            let mut sent = 0;
            let mut turns = sources.iter().cycle().zip(datagrams.iter().cycle());
            while !is_told.load(Ordering::Relaxed) {
                if force == Force::AsReadily && queue.bytes() > READILY {
                    thread::yield_now();
                    continue;
                }
                for (source, datagram) in turns.by_ref().take(BURST) {
                    sent += u64::from(source.send(datagram).is_ok());
                }
            }
            sent
        });

        Self { is_over, thread }
    }

    /// Ends, and tells how many datagrams have left.
    pub(crate) fn end(self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);

        self.thread.join().unwrap()
    }
}

/// Sockets at a place, each with an address of its own, which speak to the gateway. There may be 65,000.
pub(crate) fn sources(place: &Place, count: u16) -> Vec<UdpSocket> {
    let bind = |number: u16| {
        let [high, low] = number.to_be_bytes();
        let socket = UdpSocket::bind((Ipv4Addr::new(198, 18, high, low), 0)).unwrap();
        socket.connect("192.0.2.1:51820").unwrap();
        socket
    };

    thread::scope(|scope| {
        let there = scope.spawn(|| {
            place.enter();
            (1..=count).map(bind).collect()
        });
        there.join().unwrap()
    })
}

/// What waits in the kernel for the gateway whose place this thread is at.
pub(crate) struct Queue(File);

impl Queue {
    pub(crate) fn here() -> Self {
        Self(File::open("/proc/thread-self/net/udp").unwrap())
    }

    /// With what the kernel needs beside them.
    pub(crate) fn bytes(&mut self) -> u64 {
        self.sum(|fields| u64::from_str_radix(fields[4].split_once(':').unwrap().1, 16).unwrap())
    }

    /// How many datagrams did not fit.
    pub(crate) fn overflown(&mut self) -> u64 {
        self.sum(|fields| fields[12].parse().unwrap())
    }

    /// Of what `proc_net_udp(5)` says of each socket with the gateway's port.
    fn sum(&mut self, number: impl Fn(&[&str]) -> u64) -> u64 {
        let mut text = String::new();
        self.0.rewind().unwrap();
        self.0.read_to_string(&mut text).unwrap();
        let lines = text.lines().filter(|line| line.contains(PORT));

        lines.map(|line| number(&line.split_whitespace().collect::<Vec<_>>())).sum()
    }
}

/// Between two looks at the queue.
const BURST: usize = 64;

/// In bytes; the socket holds 8 MiB.
const READILY: u64 = 4 << 20;

/// 51820 as the kernel writes it, on every address.
const PORT: &str = "00000000:CA6C ";
