use std::thread;

use anyhow::Result;
use lab::Namespace;
use serde::Serialize;

use crate::{
    clock, crypto,
    load::{tcp::TcpLoad, udp::UdpLoad},
    plan::PLAIN,
    setting::Direction,
    stand::{self, OUTER_CLIENT, OUTER_GATEWAY},
    workload::{SIZES, STREAMS, Timing},
};

/// What no tunnel could surpass on this machine.
#[derive(Debug, Serialize)]
pub(crate) struct Limits {
    /// Gb/s of TCP over the cable without a tunnel, for a number of streams.
    pub(crate) cable: Vec<(u32, f64)>,
    /// Thousands of small datagrams that arrive over the cable in a second, so that it shows what the generator can do.
    pub(crate) datagrams: f64,
    /// Seconds for 10⁹ bytes on one processor, in packets of the tunnel's size.
    pub(crate) seal: f64,
    /// The same for the way back.
    pub(crate) open: f64,
}

impl Limits {
    pub(crate) fn measure(timing: Timing) -> Result<Self> {
        let [client, gateway, _] = stand::rooms(PLAIN)?;
        let cable = |streams: &u32| Ok((*streams, tcp(&client, &gateway, *streams, timing)?));
        let cable = STREAMS.iter().map(cable).collect::<Result<_>>()?;
        let ends = [(&client, OUTER_CLIENT), (&gateway, OUTER_GATEWAY)];
        let datagrams = UdpLoad::open(ends[0], ends[1], SIZES[0])?.overload(timing.warm_up, timing.window)?;
        let (seal, open) = crypto::seconds_a_gigabyte(timing.window)?;

        Ok(Self { cable, datagrams: datagrams / 1e3, seal, open })
    }
}

fn tcp(client: &Namespace, gateway: &Namespace, streams: u32, timing: Timing) -> Result<f64> {
    let load = TcpLoad::start(client, gateway, OUTER_GATEWAY, Direction::Up, streams)?;
    thread::sleep(timing.warm_up);
    let (begin, before) = (clock::now(), load.received());
    thread::sleep(timing.window);
    let (bytes, seconds) = (load.received() - before, begin.elapsed().as_secs_f64());
    load.stop()?;

    Ok(bytes as f64 * 8.0 / 1e9 / seconds)
}
