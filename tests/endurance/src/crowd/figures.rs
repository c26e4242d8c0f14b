use std::{collections::BTreeMap, fmt, time::Duration};

/// Who is there, and who talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gathering {
    /// One peer alone.
    One,
    /// 256 peers, each of which sends one packet before it is the next one's turn.
    Crowd,
    /// 256 peers, each of which sends 16 packets before it is the next one's turn.
    CrowdInBursts,
    /// 1,000 peers, one of which talks.
    Listeners,
}

impl Gathering {
    /// The one that the others are compared with comes first.
    pub const ALL: [Self; 4] = [Self::One, Self::Crowd, Self::CrowdInBursts, Self::Listeners];

    pub(super) fn peers(self) -> u16 {
        match self {
            Self::One => 1,
            Self::Crowd | Self::CrowdInBursts => 256,
            Self::Listeners => 1000,
        }
    }

    pub(super) fn talkers(self) -> u16 {
        match self {
            Self::One | Self::Listeners => 1,
            Self::Crowd | Self::CrowdInBursts => 256,
        }
    }

    /// How many packets a peer sends in a row.
    pub(super) fn burst(self) -> u32 {
        match self {
            Self::One | Self::Crowd | Self::Listeners => 1,
            Self::CrowdInBursts => 16,
        }
    }
}

impl fmt::Display for Gathering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::One => "1 peer",
            Self::Crowd => "256 peers, all of them talk",
            Self::CrowdInBursts => "256 peers, all of them talk, 16 packets in a row",
            Self::Listeners => "1000 peers, one of them talks",
        })
    }
}

/// What a gathering has cost in one round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// Of one packet, on processors.
    pub(super) time: Duration,
    /// The most that the gateway had in use, in bytes.
    pub(super) memory: u64,
}

/// What a packet costs, by gathering.
#[derive(Debug, Clone, Default)]
pub struct Figures(BTreeMap<Gathering, Vec<Cost>>);

impl Figures {
    pub(super) fn note(&mut self, gathering: Gathering, cost: Cost) {
        self.0.entry(gathering).or_default().push(cost);
    }

    /// The median of all rounds, if there was one.
    #[must_use]
    pub fn median(&self, gathering: Gathering) -> Option<Duration> {
        let times = self.times(gathering);

        times.get(times.len() / 2).copied()
    }

    /// The median as a multiple of what it is with one peer.
    #[must_use]
    pub fn ratio(&self, gathering: Gathering) -> Option<f64> {
        Some(self.median(gathering)?.as_secs_f64() / self.median(Gathering::One)?.as_secs_f64())
    }

    /// The most memory that the gateway had in use in any round, in bytes.
    #[must_use]
    pub fn memory(&self, gathering: Gathering) -> Option<u64> {
        self.0.get(&gathering)?.iter().map(|cost| cost.memory).max()
    }

    fn times(&self, gathering: Gathering) -> Vec<Duration> {
        let mut times: Vec<_> = self.0.get(&gathering).into_iter().flatten().map(|cost| cost.time).collect();
        times.sort();

        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_medians_and_to_one_peer() {
        let mut figures = Figures::default();
        for (gathering, cost) in
            [(Gathering::One, 900), (Gathering::One, 1000), (Gathering::One, 5000), (Gathering::Crowd, 1500)]
        {
            figures.note(gathering, Cost { time: Duration::from_nanos(cost), memory: cost });
        }

        assert_eq!(figures.median(Gathering::One), Some(Duration::from_micros(1)));
        assert_eq!(figures.ratio(Gathering::Crowd), Some(1.5));
        assert_eq!(figures.ratio(Gathering::Listeners), None);
        assert_eq!(figures.memory(Gathering::One), Some(5000));
    }
}
