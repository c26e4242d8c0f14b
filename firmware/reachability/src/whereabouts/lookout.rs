use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use futures_util::future::{join, join_all};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    echo,
    rounds::{Outcome, Round, Rounds},
    stun, way,
};
use crate::{
    Around, Evidence, Family, Hop, LookoutConfig, Network, Said, Seen, Verdict, Web, Witness,
    whereabouts::address::{Kind, is_global},
};

/// Keeps looking where the box stands, and tells what it sees.
///
/// It asks everybody at the start, when the network at home changes, and every hour; and one witness a family every
/// minute whether it is as it was.
#[derive(Debug)]
pub struct Lookout {
    web: Web,
    config: LookoutConfig,
    around: watch::Receiver<Around>,
    evidence: watch::Sender<Evidence>,
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

        (Self { web, config, around, evidence }, receiver)
    }

    /// Looks until it is told to stop, or nobody tells it any more what is around.
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
        let Around { network, router_outside } = self.around.borrow_and_update().clone();
        self.evidence.send_if_modified(|known| {
            let network_changed = known.network != network;
            let router_changed = known.router_outside != router_outside;
            if network_changed {
                rounds.network_changed(Instant::now());
            } else if router_changed {
                rounds.suspect(Instant::now());
            }
            known.network = network;
            known.router_outside = router_outside;
            network_changed || router_changed
        });
    }

    async fn look(&self, round: Round) -> Outcome {
        match round {
            Round::Thorough => self.ask_everybody().await,
            Round::Glance => self.glance().await,
        }
    }

    async fn ask_everybody(&self) -> Outcome {
        let network = self.evidence.borrow().network.clone();
        let (v4, v6) = join(self.all(Family::V4, &network), self.all(Family::V6, &network)).await;
        let mut found = self.evidence.borrow().clone();
        found.seen_v4 = self.seen(v4, public_v4);
        found.seen_v6 = self.seen(v6, global_v6);
        (found.way_out, found.way_to_ourselves) = self.ways(&found).await;
        let is_silent = found.seen_v4.said().is_empty() && found.seen_v6.said().is_empty();
        self.publish(found);

        if is_silent && !self.config.witnesses().is_empty() { Outcome::Silence } else { Outcome::Settled }
    }

    /// Whether a witness that was right, or else one that spoke at all, still says the same.
    async fn glance(&self) -> Outcome {
        let known = self.evidence.borrow().clone();
        let verdict = Verdict::of(&known);
        let v4 = self.is_as_before(Family::V4, &known.seen_v4, verdict.seen_v4, public_v4, &known.network);
        let v6 = self.is_as_before(Family::V6, &known.seen_v6, verdict.seen_v6, global_v6, &known.network);
        let (v4, v6) = join(v4, v6).await;

        if v4 && v6 { Outcome::Settled } else { Outcome::Changed }
    }

    async fn is_as_before<A: Copy + PartialEq>(
        &self,
        family: Family,
        seen: &Seen<A>,
        settled: Option<A>,
        read: fn(IpAddr) -> Option<A>,
        network: &Network,
    ) -> bool {
        let witnesses = self.config.witnesses();
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

        self.ask(witness, family, network).await.and_then(read) == seen.word_of(witness)
    }

    async fn all(&self, family: Family, network: &Network) -> Vec<(Witness, IpAddr)> {
        let ask = async |witness: Witness| {
            let address = self.ask(&witness, family, network).await?;
            Some((witness, address))
        };
        let answers = join_all(self.config.witnesses().into_iter().map(ask)).await;

        answers.into_iter().flatten().collect()
    }

    async fn ask(&self, witness: &Witness, family: Family, network: &Network) -> Option<IpAddr> {
        let answer = match witness {
            Witness::Echo(url) => echo::ask(&self.web, url, family).await,
            Witness::Stun(server) => {
                let answer =
                    async { stun::ask(server.address(family).await?, source(family, network)).await };
                answer.await.inspect_err(|error| tracing::debug!(%server, ?family, %error, "No STUN")).ok()
            }
        };
        tracing::debug!(%witness, ?family, ?answer, "Asked for our address");

        answer
    }

    fn seen<A>(&self, answers: Vec<(Witness, IpAddr)>, read: fn(IpAddr) -> Option<A>) -> Seen<A> {
        let of = self.config.witnesses().len();
        if of == 0 {
            return Seen::Off;
        }
        let said = answers.into_iter().filter_map(|(by, address)| Some(Said { by, address: read(address)? }));

        Seen::Asked { of, said: said.collect() }
    }

    /// The way to a STUN server, and the way to ourselves.
    async fn ways(&self, found: &Evidence) -> (Vec<Hop>, Option<Vec<Hop>>) {
        let outwards = async {
            let server = self.config.stun.first()?;
            match server.address(Family::V4).await.ok()?.ip() {
                IpAddr::V4(address) => way::to(address).await.ok(),
                IpAddr::V6(_) => None,
            }
        };
        let to_ourselves = async { way::to(Verdict::of(found).seen_v4?).await.ok() };
        // One after the other: routers send few such complaints a second.
        let (outwards, to_ourselves) = (outwards.await, to_ourselves.await);

        (outwards.unwrap_or_default(), to_ourselves)
    }

    /// What the surroundings have become in the meantime is noted in the next turn.
    fn publish(&self, found: Evidence) {
        self.evidence.send_if_modified(|known| {
            let changed = *known != found;
            *known = found;
            changed
        });
    }
}

/// Over IPv6 the address is asked for that lasts longest, since that is the one to publish.
fn source(family: Family, network: &Network) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::UNSPECIFIED.into(),
        Family::V6 => {
            let lasting = network.v6.iter().copied().find(|address| is_global(*address));
            lasting.unwrap_or(Ipv6Addr::UNSPECIFIED).into()
        }
    }
}

/// What else a witness may say is no address of ours.
fn public_v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(v4) => (Kind::of(v4) == Kind::Public).then_some(v4),
        IpAddr::V6(_) => None,
    }
}

fn global_v6(address: IpAddr) -> Option<Ipv6Addr> {
    match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => is_global(v6).then_some(v6),
    }
}
