use std::{
    io::{self, IoSlice, IoSliceMut},
    net::{Ipv4Addr, SocketAddrV4, UdpSocket},
    os::fd::AsRawFd as _,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use lab::Namespace;
use nix::{
    errno::Errno,
    sys::socket::{MsgFlags, MultiHeaders, SockaddrIn, recvmmsg, sendmmsg, setsockopt, sockopt::RcvBufForce},
};

use super::{
    pace::Pace,
    rate_search::{Probe, RateSearch},
};
use crate::clock;

/// Datagrams of one size, from one room to another through a tunnel.
pub(crate) struct UdpLoad {
    from: UdpSocket,
    to: UdpSocket,
    size: usize,
    /// Which run a datagram belongs to, so that late ones of the run before are not counted.
    run: u32,
}

impl UdpLoad {
    /// Binds a socket at either address.
    pub(crate) fn open(
        from: (&Namespace, Ipv4Addr),
        to: (&Namespace, Ipv4Addr),
        size: usize,
    ) -> Result<Self> {
        let [from_address, to_address] = [from.1, to.1].map(|address| SocketAddrV4::new(address, PORT));
        let [from, to] = [from.0.udp_socket(from_address)?, to.0.udp_socket(to_address)?];
        from.connect(to_address)?;
        to.connect(from_address)?;
        setsockopt(&to, RcvBufForce, &RECEIVE_BUFFER).context("make room for datagrams")?;

        Ok(Self { from, to, size, run: 0 })
    }

    /// How many arrive in a second when as many as possible are sent.
    pub(crate) fn overload(&mut self, warm_up: Duration, window: Duration) -> Result<f64> {
        let probe = self.offer(f64::INFINITY, warm_up, window)?;

        Ok(probe.received)
    }

    /// How many can be sent in a second with less than one in a hundred lost.
    pub(crate) fn highest_rate(&mut self, guess: f64, window: Duration) -> Result<f64> {
        let mut search = RateSearch::new(guess);
        while let Some(rate) = search.next() {
            search.record(self.offer(rate, Duration::ZERO, window)?);
        }

        Ok(search.found())
    }

    /// Sends at a rate. Whatever arrives counts for the window if it is sent at a rate, since what was sent is counted,
    /// too; without a rate only what arrives within the window does.
    fn offer(&mut self, rate: f64, warm_up: Duration, window: Duration) -> Result<Probe> {
        self.run += 1;
        let (run, stop, received) = (self.run, AtomicBool::new(false), AtomicU64::new(0));
        let count = || received.load(Ordering::Relaxed);
        let outcome = thread::scope(|scope| {
            let receiver = scope.spawn(|| receive(&self.to, run, &received, &stop));
            let sender = scope.spawn(|| send(&self.from, self.size, run, rate, warm_up + window));
            thread::sleep(warm_up);
            let (begin, before) = (clock::now(), count());
            let sent = sender.join();
            let mut arrived = count() - before;
            let seconds = begin.elapsed().as_secs_f64();
            if rate.is_finite() {
                arrived = wait_for_the_last(&count);
            }
            stop.store(true, Ordering::Relaxed);

            (sent, receiver.join(), arrived, seconds)
        });
        let (Ok(sent), Ok(received), arrived, seconds) = outcome else {
            bail!("a thread that carries datagrams panicked")
        };
        received.context("receive datagrams")?;
        let sent = sent.context("send datagrams")?;

        Ok(Probe { offered: rate, sent: sent as f64 / seconds, received: arrived as f64 / seconds })
    }
}

/// Calls are shared by so many datagrams, so that the generator costs little beside the tunnel.
const BATCH: usize = 64;

/// At either end; nothing else is in these rooms.
const PORT: u16 = 9000;

/// Bytes; more than arrives while the receiver sleeps.
const RECEIVE_BUFFER: usize = 16 * 1024 * 1024;

/// Run and sequence number.
const HEADER: usize = 8;

/// Between two looks at the clock or the socket.
const PAUSE: Duration = Duration::from_micros(200);

/// After this long without any, no more will come.
const LAST: Duration = Duration::from_millis(40);

/// Sends for some time; says how many.
fn send(from: &UdpSocket, size: usize, run: u32, rate: f64, during: Duration) -> io::Result<u64> {
    let mut datagrams = vec![vec![0_u8; size]; BATCH];
    let mut headers = MultiHeaders::<SockaddrIn>::preallocate(BATCH, None);
    let (mut pace, mut sent) = (Pace::new(rate), 0_u64);
    let begin = clock::now();
    loop {
        let elapsed = begin.elapsed();
        if elapsed >= during {
            return Ok(sent);
        }
        let mut due = if rate.is_finite() { pace.take(elapsed) } else { BATCH };
        if due == 0 {
            thread::sleep(PAUSE);
        }
        while due > 0 {
            let batch = &mut datagrams[..due.min(BATCH)];
            number(batch, run, sent);
            send_batch(from, &mut headers, batch)?;
            due -= batch.len();
            sent += batch.len() as u64;
        }
    }
}

fn number(batch: &mut [Vec<u8>], run: u32, first: u64) {
    for (datagram, sequence) in batch.iter_mut().zip(first..) {
        datagram[..4].copy_from_slice(&run.to_be_bytes());
        // Nobody runs for long enough to see it wrap.
        datagram[4..HEADER].copy_from_slice(&(sequence as u32).to_be_bytes());
    }
}

fn send_batch(from: &UdpSocket, headers: &mut MultiHeaders<SockaddrIn>, batch: &[Vec<u8>]) -> io::Result<()> {
    let mut rest = batch;
    while !rest.is_empty() {
        let slices = rest.iter().map(|datagram| [IoSlice::new(datagram)]).collect::<Vec<_>>();
        let nowhere = vec![None; rest.len()];
        let sent = sendmmsg(from.as_raw_fd(), headers, &slices, &nowhere, [], MsgFlags::empty());
        match sent.map(Iterator::count) {
            Ok(count) => rest = &rest[count..],
            Err(Errno::EINTR) => {}
            // The kernel drops what finds no room, as a network card would.
            Err(Errno::ENOBUFS) => rest = &rest[1..],
            Err(error) => return Err(error.into()),
        }
    }

    Ok(())
}

/// Counts what arrives of one run, until it is told to stop.
///
/// It sleeps and then takes all that has come: to be woken for each datagram would cost more than the tunnel does.
fn receive(to: &UdpSocket, run: u32, received: &AtomicU64, stop: &AtomicBool) -> io::Result<()> {
    // The rest of a datagram is of no interest, and cut off by the kernel.
    let mut datagrams = vec![[0; HEADER]; BATCH];
    let mut headers = MultiHeaders::<SockaddrIn>::preallocate(BATCH, None);
    while !stop.load(Ordering::Relaxed) {
        let count = receive_batch(to, &mut headers, &mut datagrams)?;
        let of_this_run = datagrams[..count].iter().filter(|header| header[..4] == run.to_be_bytes()).count();
        received.fetch_add(of_this_run as u64, Ordering::Relaxed);
        if count < BATCH {
            thread::sleep(PAUSE);
        }
    }

    Ok(())
}

fn receive_batch(
    to: &UdpSocket,
    headers: &mut MultiHeaders<SockaddrIn>,
    datagrams: &mut [[u8; HEADER]],
) -> io::Result<usize> {
    let mut slices = datagrams.iter_mut().map(|datagram| [IoSliceMut::new(datagram)]).collect::<Vec<_>>();
    let arrived = recvmmsg(to.as_raw_fd(), headers, &mut slices, MsgFlags::MSG_DONTWAIT, None);
    match arrived.map(Iterator::count) {
        Ok(count) => Ok(count),
        Err(Errno::EAGAIN | Errno::EINTR) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// How many there are once no more come.
fn wait_for_the_last(count: &impl Fn() -> u64) -> u64 {
    let mut arrived = count();
    loop {
        thread::sleep(LAST);
        let now = count();
        if now == arrived {
            return now;
        }
        arrived = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_on_the_loopback_arrives() {
        let [from, to] = [(); 2].map(|()| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        from.connect(to.local_addr().unwrap()).unwrap();
        let mut load = UdpLoad { from, to, size: 64, run: 0 };

        let probe = load.offer(5000.0, Duration::ZERO, Duration::from_millis(200)).unwrap();

        assert!(probe.sent > 1000.0, "{probe:?}");
        assert!(probe.received > probe.sent * 0.9, "{probe:?}");
    }
}
