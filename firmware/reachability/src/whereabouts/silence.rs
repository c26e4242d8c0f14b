use crate::Seen;

/// How long nobody has said from which address of one family we come.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Silence {
    is_second: bool,
}

impl Silence {
    /// What to believe after a round in which everybody was asked, and whether to ask again soon. One round in which
    /// nobody answers is no news, as when the router dials in again; a second in a row is.
    pub(crate) fn weigh<A>(&mut self, before: Seen<A>, now: Seen<A>) -> (Seen<A>, bool) {
        let is_silent = matches!(&now, Seen::Asked { said, .. } if said.is_empty());
        let is_first = is_silent && !self.is_second && !before.said().is_empty();
        self.is_second = is_silent;

        if is_first { (before, true) } else { (now, false) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Said, Witness};

    #[test]
    fn one_silent_round_is_no_news_and_a_second_is() {
        let mut silence = Silence::default();

        assert_eq!(silence.weigh(Seen::NotYet, silent()), (silent(), false), "there is nothing to keep");
        assert_eq!(silence.weigh(silent(), heard()), (heard(), false));
        assert_eq!(silence.weigh(heard(), silent()), (heard(), true));
        assert_eq!(silence.weigh(heard(), heard()), (heard(), false));
        assert_eq!(silence.weigh(heard(), silent()), (heard(), true));
        assert_eq!(silence.weigh(heard(), silent()), (silent(), false));
        assert_eq!(silence.weigh(silent(), Seen::Off), (Seen::Off, false));
    }

    fn silent() -> Seen<u8> {
        Seen::Asked { of: 1, said: Vec::new() }
    }

    fn heard() -> Seen<u8> {
        let by = Witness::Stun("stun.example.org:3478".parse().unwrap());

        Seen::Asked { of: 1, said: vec![Said { by, address: 1 }] }
    }
}
