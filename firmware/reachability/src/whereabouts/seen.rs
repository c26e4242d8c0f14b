use std::net::IpAddr;

use serde::Serialize;

use crate::Witness;

/// From which address of one family the internet sees us come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen<A> {
    /// Nobody has been asked yet.
    #[default]
    NotYet,
    /// Nobody is ever asked: the owner switched it off.
    Off,
    /// This many were asked, and these answered.
    Asked {
        /// How many.
        of: usize,
        /// The answers, in the order of the settings.
        said: Vec<Said<A>>,
    },
}

/// What one witness said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said<A> {
    /// Who.
    pub by: Witness,
    /// Our address, as that one sees it.
    pub address: A,
}

impl<A: Copy + PartialEq> Seen<A> {
    /// What so many witnesses have said, as far as it can be an address of ours.
    pub(crate) fn of(
        witnesses: usize,
        answers: Vec<(Witness, IpAddr)>,
        read: fn(IpAddr) -> Option<A>,
    ) -> Self {
        if witnesses == 0 {
            return Self::Off;
        }
        let said = answers.into_iter().filter_map(|(by, address)| Some(Said { by, address: read(address)? }));

        Self::Asked { of: witnesses, said: said.collect() }
    }

    /// On which address the witnesses agree.
    ///
    /// Two STUN servers that say the same, and none that says otherwise, are believed, unless the echoes, which nobody on
    /// the way can forge, say something else together. Where the servers differ the echoes decide; else what is `known`
    /// from nearer by. A single witness is believed if the owner named no other.
    pub(crate) fn agreement(&self, known: &[A]) -> Agreement<A> {
        let (of, said) = match self {
            Self::NotYet => return Agreement::NotYet,
            Self::Off => return Agreement::Off,
            Self::Asked { said, .. } if said.is_empty() => return Agreement::Silence,
            Self::Asked { of, said } => (*of, said),
        };
        let words = |is_stun| move |said: &&Said<A>| matches!(said.by, Witness::Stun(_)) == is_stun;
        let stun = said.iter().filter(words(true)).map(|said| said.address).collect::<Vec<_>>();
        let echo = said.iter().filter(words(false)).map(|said| said.address).collect::<Vec<_>>();

        let by_stun = unanimous(&stun).filter(|_| stun.len() >= 2);
        let by_echo = unanimous(&echo);
        let is_contested = by_stun.is_some() && by_echo.is_some() && by_stun != by_echo;
        let by_neighbours = || said.iter().map(|said| said.address).find(|address| known.contains(address));
        let by_the_only_one = || said.first().filter(|_| of == 1).map(|said| said.address);
        by_stun
            .or(by_echo)
            .filter(|_| !is_contested)
            .or_else(by_neighbours)
            .or_else(by_the_only_one)
            .map_or(Agreement::Contested, Agreement::On)
    }

    /// What was seen from another network says nothing about this one.
    pub(crate) fn forget(&mut self) {
        match self {
            Self::NotYet | Self::Off => {}
            Self::Asked { .. } => *self = Self::NotYet,
        }
    }

    /// What this witness said.
    pub(crate) fn word_of(&self, witness: &Witness) -> Option<A> {
        self.said().iter().find(|said| said.by == *witness).map(|said| said.address)
    }
}

impl<A> Seen<A> {
    /// All that was said.
    pub(crate) fn said(&self) -> &[Said<A>] {
        match self {
            Self::NotYet | Self::Off => &[],
            Self::Asked { said, .. } => said,
        }
    }
}

/// What the witnesses come to together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agreement<A> {
    NotYet,
    Off,
    /// They were asked and nobody answered.
    Silence,
    /// They answered and it does not fit together.
    Contested,
    On(A),
}

fn unanimous<A: Copy + PartialEq>(words: &[A]) -> Option<A> {
    let first = *words.first()?;

    words.iter().all(|word| *word == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: u8 = 1;
    const LIE: u8 = 2;
    const OTHER_LIE: u8 = 3;

    #[test]
    fn witnesses_are_believed_if_they_agree_or_somebody_decides() {
        use Agreement::{Contested, On, Silence};
        for (name, stun, echo, known, expected) in [
            ("nobody answers", [None, None], [None, None], None, Silence),
            ("two servers agree", [Some(HOME), Some(HOME)], [None, None], None, On(HOME)),
            (
                "two servers agree, the echoes differ",
                [Some(HOME), Some(HOME)],
                [Some(LIE), Some(HOME)],
                None,
                On(HOME),
            ),
            ("two forged, both echoes differ", [Some(LIE); 2], [Some(HOME); 2], None, Contested),
            ("two forged, the router decides", [Some(LIE); 2], [Some(HOME); 2], Some(HOME), On(HOME)),
            ("one server alone", [Some(LIE), None], [None, None], None, Contested),
            ("one server, the router confirms", [Some(HOME), None], [None, None], Some(HOME), On(HOME)),
            ("one server, the router does not", [Some(LIE), None], [None, None], Some(HOME), Contested),
            ("one lies, the echo decides", [Some(LIE), Some(HOME)], [Some(HOME), None], None, On(HOME)),
            ("one lies, there is no echo", [Some(LIE), Some(HOME)], [None, None], None, Contested),
            ("one lies, the router decides", [Some(LIE), Some(HOME)], [None, None], Some(HOME), On(HOME)),
            ("only an echo", [None, None], [Some(HOME), None], None, On(HOME)),
            ("echoes against each other", [None, None], [Some(HOME), Some(LIE)], None, Contested),
            ("all different", [Some(LIE), Some(OTHER_LIE)], [Some(HOME), None], None, On(HOME)),
        ] {
            let seen = seen(&stun, &echo);

            assert_eq!(seen.agreement(known.as_slice()), expected, "{name}");
        }
    }

    #[test]
    fn the_only_witness_that_the_owner_named_is_believed() {
        let said = vec![Said { by: stun_server(0), address: HOME }];

        assert_eq!(Seen::Asked { of: 1, said }.agreement(&[]), Agreement::On(HOME));
    }

    fn seen(stun: &[Option<u8>], echo: &[Option<u8>]) -> Seen<u8> {
        let url = |i| Witness::Echo(format!("https://echo{i}.example").parse().unwrap());
        let stun = stun.iter().enumerate().map(|(i, word)| (stun_server(i), word));
        let echo = echo.iter().enumerate().map(|(i, word)| (url(i), word));
        let said = stun.chain(echo).filter_map(|(by, word)| Some(Said { by, address: (*word)? }));

        Seen::Asked { of: 4, said: said.collect() }
    }

    fn stun_server(i: usize) -> Witness {
        Witness::Stun(format!("stun{i}.example:3478").parse().unwrap())
    }
}
