use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use reachability::{Evidence, Seen, Verdict, door::Door};

/// Knocks at the door when the router may think otherwise than before: it is back, or has another address.
#[derive(Debug, Default)]
pub(super) struct Knocker {
    knocks: u32,
    hears: bool,
    has_router: bool,
    seen_v4: Option<Ipv4Addr>,
}

impl Knocker {
    /// How often it has knocked, now that this is known.
    pub(super) fn note(&mut self, evidence: &Evidence, verdict: &Verdict, door: &Door) -> u32 {
        let hears = has_spoken(&evidence.seen_v4) || has_spoken(&evidence.seen_v6);
        let has_router = door.router.is_some();
        let seen_v4 = verdict.seen_v4.or(self.seen_v4);
        if (hears && !self.hears) || (has_router && !self.has_router) || seen_v4 != self.seen_v4 {
            self.knocks = self.knocks.wrapping_add(1);
        }
        (self.hears, self.has_router, self.seen_v4) = (hears, has_router, seen_v4);

        self.knocks
    }
}

/// With which somebody who looks whether all is well has a door that is shut tried at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doorbell(Arc<AtomicU32>);

impl Doorbell {
    /// As often as anybody likes: the doorman takes his time between two tries.
    pub(crate) fn ring(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it has rung.
    pub(super) fn rings(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

fn has_spoken<A>(seen: &Seen<A>) -> bool {
    match seen {
        Seen::Asked { said, .. } => !said.is_empty(),
        Seen::NotYet | Seen::Off => false,
    }
}

#[cfg(test)]
mod tests {
    use reachability::{Said, Server, Witness, door::Router};

    use super::*;

    #[test]
    fn it_knocks_when_the_internet_is_back_and_when_the_router_shows_itself() {
        let mut knocker = Knocker::default();
        let router = Router { name: String::new(), model: String::new(), outside: None, page: String::new() };
        let (away, here) = (Door::default(), Door { router: Some(router), ..Door::default() });
        let mut note = |evidence: &Evidence, door| knocker.note(evidence, &Verdict::default(), door);

        let knocks = [
            note(&silent(), &away),
            note(&heard(), &away),
            note(&heard(), &away),
            note(&silent(), &away),
            note(&heard(), &away),
            note(&heard(), &here),
            note(&heard(), &here),
        ];

        assert_eq!(knocks, [0, 1, 1, 1, 2, 3, 3]);
    }

    #[test]
    fn it_knocks_when_the_home_has_another_address() {
        let mut knocker = Knocker::default();
        let mut note = |address: &str| {
            let verdict = Verdict { seen_v4: address.parse().ok(), ..Verdict::default() };
            knocker.note(&heard(), &verdict, &Door::default())
        };

        let knocks = ["203.0.113.2", "203.0.113.2", "", "203.0.113.2", "203.0.113.3"].map(&mut note);

        assert_eq!(knocks, [1, 1, 1, 1, 2]);
    }

    fn silent() -> Evidence {
        Evidence { seen_v4: Seen::Asked { of: 1, said: Vec::new() }, ..Evidence::default() }
    }

    fn heard() -> Evidence {
        let server = "stun.example.org:3478".parse::<Server>().unwrap();
        let said = vec![Said { by: Witness::Stun(server), address: Ipv4Addr::new(203, 0, 113, 2) }];

        Evidence { seen_v4: Seen::Asked { of: 1, said }, ..Evidence::default() }
    }
}
