use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use crate::Side;

/// What lies between the two: datagrams on their way, and the weather that decides what becomes of each.
#[derive(Debug)]
pub struct Wire {
    /// How it is for what the phone sends.
    pub towards_home: Weather,
    /// How it is for what home sends.
    pub towards_phone: Weather,
    random: u64,
    sent: u64,
    in_flight: BTreeMap<(Instant, u64), Flight>,
}

impl Wire {
    /// A wire; the same seed makes the same losses.
    #[must_use]
    pub fn new(weather: Weather, seed: u64) -> Self {
        let (towards_home, towards_phone) = (weather, weather);

        Self { towards_home, towards_phone, random: seed, sent: 0, in_flight: BTreeMap::new() }
    }

    /// It is another now, for both. What is on its way already arrives.
    pub fn set(&mut self, weather: Weather) {
        (self.towards_home, self.towards_phone) = (weather, weather);
    }

    /// Sends a datagram, or two, or none.
    pub fn send(&mut self, from: Side, flight: Flight, now: Instant) {
        let weather = match from {
            Side::Home => self.towards_phone,
            Side::Phone => self.towards_home,
        };
        if self.happens(weather.lost) {
            return;
        }
        if self.happens(weather.doubled) {
            self.dispatch(weather, flight.clone(), now);
        }
        self.dispatch(weather, flight, now);
    }

    /// When the next datagram arrives.
    #[must_use]
    pub fn next_arrival(&self) -> Option<Instant> {
        self.in_flight.first_key_value().map(|((time, _), _)| *time)
    }

    /// The next datagram that has arrived.
    pub fn arrive(&mut self, now: Instant) -> Option<Flight> {
        let first = self.in_flight.first_entry().filter(|entry| entry.key().0 <= now);

        first.map(|entry| entry.remove())
    }

    fn dispatch(&mut self, weather: Weather, flight: Flight, now: Instant) {
        let jitter = weather.jitter.mul_f64((self.draw() % 1000) as f64 / 1000.0);
        self.sent += 1;
        self.in_flight.insert((now + LATENCY + jitter, self.sent), flight);
    }

    fn happens(&mut self, percent: u8) -> bool {
        self.draw() % 100 < percent.into()
    }

    /// SplitMix64.
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// What happens to datagrams.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weather {
    /// How many of a hundred are lost.
    pub lost: u8,
    /// How many of a hundred arrive twice.
    pub doubled: u8,
    /// How much longer than [`LATENCY`] one may take; whoever is sent close behind may overtake it.
    pub jitter: Duration,
}

impl Weather {
    /// Everything arrives, once and in order.
    pub const CLEAR: Self = Self { lost: 0, doubled: 0, jitter: Duration::ZERO };
    /// Nothing arrives.
    pub const CUT: Self = Self { lost: 100, doubled: 0, jitter: Duration::ZERO };
}

/// A datagram on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flight {
    /// Where it comes from.
    pub source: SocketAddr,
    /// Where it goes.
    pub destination: SocketAddr,
    /// What it is.
    pub datagram: Vec<u8>,
}

/// How long a datagram takes at least.
pub const LATENCY: Duration = Duration::from_millis(20);
