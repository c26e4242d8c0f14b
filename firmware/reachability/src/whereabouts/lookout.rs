use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use futures_util::future::join;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    address::is_public,
    inquiry::Inquiry,
    rounds::{Outcome, Round, Rounds},
    silence::Silence,
    way,
};
use crate::{Around, Evidence, Family, LookoutConfig, Network, Seen, Verdict, Web, Witness};

/// Keeps looking where the box stands, and tells what it sees.
///
/// It asks everybody at the start, when the network at home changes, and every hour; and one witness a family every
/// minute whether it is as it was.
#[derive(Debug)]
pub struct Lookout {
    inquiry: Inquiry,
    around: watch::Receiver<Around>,
    evidence: watch::Sender<Evidence>,
    silence_v4: Silence,
    silence_v6: Silence,
}

impl Lookout {
    /// Asks nobody yet.
    #[must_use]
    pub fn new(
        web: Web,
        config: LookoutConfig,
        around: watch::Receiver<Around>,
    ) -> (Self, watch::Receiver<Evidence>) {
        let (evidence, receiver) = watch::channel(Evidence::default());

        let inquiry = Inquiry::new(web, config);
        let silence = Silence::default();

        (Self { inquiry, around, evidence, silence_v4: silence, silence_v6: silence }, receiver)
    }

    /// Looks until it is told to stop, or nobody is left to tell it what is around.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut rounds = Rounds::new(Instant::now());
        loop {
            self.note_surroundings(&mut rounds);
            tokio::select! {
                () = stop.cancelled() => return,
                changed = self.around.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return,
                },
                () = sleep_until(rounds.due()) => {}
            }
            let round = rounds.begin(Instant::now());
            let Some(outcome) = stop.run_until_cancelled(self.look(round)).await else { return };
            rounds.end(outcome, Instant::now());
        }
    }

    /// What the others say needs nobody on the internet, and is told at once.
    fn note_surroundings(&mut self, rounds: &mut Rounds) {
        let Around { silent, network, router_outside } = self.around.borrow_and_update().clone();
        let permission_changed = self.inquiry.set_silent(silent);
        self.evidence.send_if_modified(|known| {
            let network_changed = known.network != network;
            let router_changed = known.router_outside != router_outside;
            if network_changed || permission_changed {
                rounds.network_changed(Instant::now());
            } else if router_changed {
                rounds.suspect(Instant::now());
            }
            if (&known.network.v4, &known.network.routers_v4) != (&network.v4, &network.routers_v4) {
                known.seen_v4.forget();
            }
            if (&known.network.v6, &known.network.routers_v6) != (&network.v6, &network.routers_v6) {
                known.seen_v6.forget();
            }
            known.network = network;
            known.router_outside = router_outside;
            network_changed || router_changed
        });
    }

    async fn look(&mut self, round: Round) -> Outcome {
        match round {
            Round::Thorough => self.ask_everybody().await,
            Round::Glance => self.glance().await,
        }
    }

    async fn ask_everybody(&mut self) -> Outcome {
        let mut found = self.evidence.borrow().clone();
        let of = self.inquiry.witnesses().len();
        let v4 = self.inquiry.ask_all(Family::V4, &found.network);
        let v6 = self.inquiry.ask_all(Family::V6, &found.network);
        let (v4, v6) = join(v4, v6).await;
        let (seen_v4, is_v4_doubtful) = self.silence_v4.weigh(found.seen_v4, Seen::of(of, v4, public_v4));
        let (seen_v6, is_v6_doubtful) = self.silence_v6.weigh(found.seen_v6, Seen::of(of, v6, global_v6));
        (found.seen_v4, found.seen_v6) = (seen_v4, seen_v6);
        // One way after the other: routers send few such complaints a second.
        found.way_out = self.inquiry.way_out().await.unwrap_or_default();
        found.way_to_ourselves = match Verdict::of(&found).seen_v4 {
            Some(ourselves) => way::to(ourselves).await.ok(),
            None => None,
        };
        let is_silent = of > 0 && found.seen_v4.said().is_empty() && found.seen_v6.said().is_empty();
        self.publish(found);

        if is_silent || is_v4_doubtful || is_v6_doubtful { Outcome::Silence } else { Outcome::Settled }
    }

    /// What the surroundings have become in the meantime is noted in the next turn.
    fn publish(&self, found: Evidence) {
        self.evidence.send_if_modified(|known| {
            let changed = *known != found;
            *known = found;
            changed
        });
    }

    async fn glance(&self) -> Outcome {
        let known = self.evidence.borrow().clone();
        let verdict = Verdict::of(&known);
        let v4 = self.is_as_before(Family::V4, &known.seen_v4, verdict.seen_v4, public_v4, &known.network);
        let v6 = self.is_as_before(Family::V6, &known.seen_v6, verdict.seen_v6, global_v6, &known.network);
        let (v4, v6) = join(v4, v6).await;

        if v4 && v6 { Outcome::Settled } else { Outcome::Changed }
    }

    /// Whether a witness that was right, or else one that spoke at all, still says the same.
    async fn is_as_before<A: Copy + PartialEq>(
        &self,
        family: Family,
        seen: &Seen<A>,
        settled: Option<A>,
        read: fn(IpAddr) -> Option<A>,
        network: &Network,
    ) -> bool {
        let witnesses = self.inquiry.witnesses();
        let is_right = |witness: &&Witness| settled.is_some() && seen.word_of(witness) == settled;
        let has_spoken = |witness: &&Witness| seen.word_of(witness).is_some();
        let Some(witness) = witnesses
            .iter()
            .find(is_right)
            .or_else(|| witnesses.iter().find(has_spoken))
            .or_else(|| witnesses.first())
        else {
            return true;
        };

        self.inquiry.ask(witness, family, network).await.and_then(read) == seen.word_of(witness)
    }
}

/// What else a witness may say is no address of ours.
fn public_v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(v4) => is_public(address).then_some(v4),
        IpAddr::V6(_) => None,
    }
}

fn global_v6(address: IpAddr) -> Option<Ipv6Addr> {
    match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => is_public(address).then_some(v6),
    }
}
