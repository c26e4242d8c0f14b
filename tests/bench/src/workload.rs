use std::{thread, time::Duration};

use anyhow::{Result, ensure};

use crate::{
    clock,
    load::{ping::RoundTrips, tcp::TcpLoad, udp::UdpLoad},
    metric::Metric,
    setting::{Direction, Topology},
    stand::{CLIENT, GATEWAY, Stand},
};

/// A kind of traffic, and what is measured with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Workload {
    /// TCP 1 and 4 streams both ways, with the gateway's processor time, and round trips beside it
    Tcp,
    /// Datagrams a second of 64 and 1400 bytes both ways, nearly without loss and under overload
    Udp,
    /// Round trips with nothing beside
    Rtt,
}

/// How long each measurement takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// Before numbers are taken.
    pub(crate) warm_up: Duration,
    pub(crate) window: Duration,
    /// The rate of datagrams is looked for in several of these.
    pub(crate) probe: Duration,
}

/// What was measured.
pub(crate) type Samples = Vec<(Metric, f64)>;

impl Workload {
    pub(crate) const ALL: [Self; 3] = [Self::Tcp, Self::Udp, Self::Rtt];

    /// Whether the access rules let it through: they pass on nothing but TCP.
    pub(crate) fn fits(self, topology: Topology) -> bool {
        match (self, topology) {
            (Self::Tcp | Self::Rtt, _) | (Self::Udp, Topology::Ends) => true,
            (Self::Udp, Topology::Forwarded) => false,
        }
    }

    pub(crate) fn measure(self, stand: &Stand, timing: Timing) -> Result<Samples> {
        match self {
            Self::Tcp => tcp(stand, timing),
            Self::Udp => udp(stand, timing),
            Self::Rtt => idle(stand, timing),
        }
    }
}

/// How many TCP streams there are at a time.
pub(crate) const STREAMS: [u32; 2] = [1, MOST_STREAMS];

/// Round trips are measured beside these.
pub(crate) const MOST_STREAMS: u32 = 4;

/// Bytes of payload: a voice call or a game, and nearly a full packet.
pub(crate) const SIZES: [usize; 2] = [64, 1400];

fn tcp(stand: &Stand, timing: Timing) -> Result<Samples> {
    let mut samples = Samples::new();
    for streams in STREAMS {
        for direction in Direction::BOTH {
            samples.extend(tcp_one_way(stand, timing, direction, streams)?);
        }
    }

    Ok(samples)
}

fn tcp_one_way(stand: &Stand, timing: Timing, direction: Direction, streams: u32) -> Result<Samples> {
    let load = TcpLoad::start(stand.client.room(), stand.server(), GATEWAY, direction, streams)?;
    thread::sleep(timing.warm_up);

    let before = (clock::now(), load.received(), stand.gateway.processor_time()?);
    let beside = meanwhile(stand, timing, direction, streams)?;
    let (bytes, spent) = (load.received() - before.1, stand.gateway.processor_time()? - before.2);
    let seconds = before.0.elapsed().as_secs_f64();
    load.stop()?;

    ensure!(bytes > 0, "TCP came to a halt, {streams} {direction}");
    let gigabytes = bytes as f64 / 1e9;
    let mut samples = vec![
        (Metric::Tcp(direction, streams), gigabytes * 8.0 / seconds),
        (Metric::ProcessorTime(direction, streams), spent.as_secs_f64() / gigabytes),
    ];
    samples.extend(beside);

    Ok(samples)
}

/// What is measured while TCP runs.
fn meanwhile(stand: &Stand, timing: Timing, direction: Direction, streams: u32) -> Result<Samples> {
    if streams < MOST_STREAMS {
        thread::sleep(timing.window);
        return Ok(Samples::new());
    }
    let trips = RoundTrips::measure(stand.client.room(), GATEWAY, timing.window)?;

    Ok(vec![
        (Metric::LoadedP99(direction), trips.percentile(99.0)),
        (Metric::Unanswered(direction), trips.unanswered() * 100.0),
    ])
}

fn udp(stand: &Stand, timing: Timing) -> Result<Samples> {
    let mut samples = Samples::new();
    for size in SIZES {
        for direction in Direction::BOTH {
            samples.extend(udp_one_way(stand, timing, direction, size)?);
        }
    }

    Ok(samples)
}

/// What arrives under overload is a good first guess at what can be carried.
fn udp_one_way(stand: &Stand, timing: Timing, direction: Direction, size: usize) -> Result<Samples> {
    let [client, server] = [(stand.client.room(), CLIENT), (stand.server(), GATEWAY)];
    let (from, to) = match direction {
        Direction::Up => (client, server),
        Direction::Down => (server, client),
    };
    let mut load = UdpLoad::open(from, to, size)?;
    let overload = load.overload(timing.warm_up, timing.window / 2)?;
    let highest = load.highest_rate(overload.max(LEAST_GUESS), timing.probe)?;

    Ok(vec![
        (Metric::Udp(direction, size), highest / 1e3),
        (Metric::Overload(direction, size), overload / 1e3),
    ])
}

/// Datagrams a second; any of them can do that.
const LEAST_GUESS: f64 = 2000.0;

fn idle(stand: &Stand, timing: Timing) -> Result<Samples> {
    let trips = RoundTrips::measure(stand.client.room(), GATEWAY, timing.window)?;

    Ok(vec![(Metric::IdleMedian, trips.percentile(50.0)), (Metric::IdleP99, trips.percentile(99.0))])
}
