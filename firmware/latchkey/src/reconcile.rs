//! The one path on which anything comes into force: read one snapshot, compute the plan, hand it to every part.
//!
//! Start-up, a change on the page, a push of the button, a lapse of time and a change at home all come through here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use access::{Forwarding, Policy, Ruleset};
use anyhow::Context as _;
use discovery::HomeAssistant;
use model::{Moment, Peer};
use panel::PanelHandle;
use registry::{Identity, Registry, RegistryError, Snapshot};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;
use tunnel::Tunnel;
use web_api::wire;

use crate::{
    arrivals::Arrivals,
    clock,
    faults::Faults,
    home_assistant::{self, Choice},
    lamps::Mood,
    lan::HomeNetwork,
    plan::{Fixed, Plan},
    present::{Present, is_connected},
};

/// Asks for a reconciliation and waits until it is done.
#[derive(Debug, Clone)]
pub(crate) struct Trigger(mpsc::Sender<Request>);

/// Whoever asked, and waits to hear how it went.
type Request = oneshot::Sender<Result<(), NotInForce>>;

impl Trigger {
    /// Returns when everything that was written down before the call is in force.
    ///
    /// # Errors
    /// When a part would not take it, or the daemon is stopping.
    pub(crate) async fn reconcile(&self) -> Result<(), NotInForce> {
        let stopping = || NotInForce("the box is stopping".to_owned());
        let (done, is_done) = oneshot::channel();
        self.0.send(done).await.map_err(|_| stopping())?;

        is_done.await.map_err(|_| stopping())?
    }
}

/// Something that is written down is not in force, and why.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotInForce(String);

/// What goes on around the box.
pub(crate) struct Surroundings {
    /// The home network.
    pub home: watch::Receiver<HomeNetwork>,
    /// Each Home Assistant that was heard.
    pub home_assistants: watch::Receiver<Vec<HomeAssistant>>,
    /// The name that the box claims.
    pub host_name: watch::Receiver<String>,
    /// Whether a browser waits for the button.
    pub waiting: watch::Receiver<bool>,
    /// Whether the button is stuck.
    pub stuck: watch::Receiver<bool>,
}

/// The parts that are handed their desired state.
pub(crate) struct Parts {
    /// What is written down.
    pub registry: Registry,
    /// The way in.
    pub tunnel: Arc<Tunnel>,
    /// The lamps.
    pub panel: PanelHandle,
    /// Who is expected.
    pub arrivals: Arc<Mutex<Arrivals>>,
    /// What is wrong.
    pub faults: Faults,
}

/// Makes it so.
pub(crate) struct Reconciler {
    parts: Parts,
    around: Surroundings,
    fixed: Fixed,
    identity: Identity,
    requests: mpsc::Receiver<Request>,
    forwarding: Forwarding,
    applied: Applied,
    proven_at: Option<Instant>,
    present: watch::Sender<Arc<Present>>,
    state: watch::Sender<Arc<wire::State>>,
}

/// What the others see of it.
pub(crate) struct Outlook {
    /// To ask for a reconciliation.
    pub trigger: Trigger,
    /// How things stand.
    pub present: watch::Receiver<Arc<Present>>,
    /// The same for the page.
    pub state: watch::Receiver<Arc<wire::State>>,
}

/// What is in force, so that it is not done again every second.
#[derive(Default)]
struct Applied {
    policy: Option<Policy>,
    /// When the kernel puts guests out, in time since boot.
    guests_until: Option<Duration>,
    peers: Option<Vec<Peer>>,
    counters: BTreeMap<String, u64>,
    looked_at: Option<Instant>,
}

impl Reconciler {
    /// Reconciles for the first time; when this returns, the kernel rules who may reach what.
    ///
    /// # Errors
    /// When the registry cannot be read or the kernel does not take the rules: without them nobody may be served.
    pub(crate) async fn start(
        parts: Parts,
        around: Surroundings,
        fixed: Fixed,
        identity: Identity,
        forwarding: Forwarding,
    ) -> anyhow::Result<(Self, Outlook)> {
        let (sender, requests) = mpsc::channel(MOST_WAITING);
        let snapshot = parts.registry.snapshot().context("read the registry")?;
        let first = Arc::new(nothing_yet(snapshot, &identity, &around, &fixed));
        let (state, state_receiver) = watch::channel(Arc::new(first.state()));
        let (present, present_receiver) = watch::channel(first);
        let outlook = Outlook { trigger: Trigger(sender), present: present_receiver, state: state_receiver };
        let applied = Applied::default();

        let mut this = Self {
            parts,
            around,
            fixed,
            identity,
            requests,
            forwarding,
            applied,
            proven_at: None,
            present,
            state,
        };
        this.reconcile().await?;

        Ok((this, outlook))
    }

    /// Reconciles whenever asked, whenever something changes around the box, and every second.
    pub(crate) async fn run(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut seconds = tokio::time::interval(TICK);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut done = Vec::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = seconds.tick() => {}
                Some(request) = self.requests.recv() => done.push(request),
                Ok(()) = self.around.home.changed() => {}
                Ok(()) = self.around.home_assistants.changed() => {}
                Ok(()) = self.around.host_name.changed() => {}
                Ok(()) = self.around.waiting.changed() => {}
                Ok(()) = self.around.stuck.changed() => {}
            }
            // Whoever asked meanwhile is served by the same pass.
            while let Ok(request) = self.requests.try_recv() {
                done.push(request);
            }
            let outcome = self.reconcile().await.map_err(|error| NotInForce(format!("{error:#}")));
            for request in done.drain(..) {
                let _ = request.send(outcome.clone());
            }
            anyhow::ensure!(self.parts.tunnel.is_running(), "the tunnel's interface is gone");
        }

        self.parts.panel.set_lamps(Mood::STARTING);
        Ok(())
    }

    /// One pass. Rights are taken away first and given last: who is out is out before the kernel is asked, and nobody
    /// is let in whom the kernel does not rule.
    async fn reconcile(&mut self) -> anyhow::Result<()> {
        let outcome = self.read().context("read the registry");
        let snapshot = self.parts.faults.check("registry", "The box cannot read what it knows", outcome)?;
        let moment = clock::moment()?;
        let now = clock::instant();
        let home = self.around.home.borrow_and_update().clone();
        let choice = self.choose_home_assistant(&snapshot, &home);
        let guests_left = snapshot.guest_access.remaining(&moment);
        let service = choice.as_ref().map(|choice| choice.service);
        let plan = Plan::new(&snapshot, &self.identity, &home, service, guests_left, &self.fixed);

        let in_force = self.apply(plan, &moment, now).await;
        self.publish(snapshot, home, choice, guests_left, now);

        in_force
    }

    async fn apply(&mut self, plan: Plan, moment: &Moment, now: Instant) -> anyhow::Result<()> {
        self.apply_peers(self.staying(&plan.peers))?;
        if let Err(error) = self.apply_policy(plan.policy, moment, now).await {
            self.apply_peers(Vec::new())?;
            return Err(error);
        }

        self.apply_peers(plan.peers)
    }

    fn read(&self) -> Result<Snapshot, RegistryError> {
        // It may wait for a change that is being written to a slow card.
        tokio::task::block_in_place(|| self.parts.registry.snapshot())
    }

    fn choose_home_assistant(&mut self, snapshot: &Snapshot, home: &HomeNetwork) -> Option<Choice> {
        let seen = self.around.home_assistants.borrow_and_update().clone();
        let (choice, news) = home_assistant::choose(snapshot, &seen, home);
        if let Some(found) = news {
            let write = || self.parts.registry.change(|change| change.set_home_assistant(Some(&found)));
            match tokio::task::block_in_place(write) {
                Ok(()) => tracing::info!(name = ?found.name, "Found Home Assistant"),
                // It is found again after a restart.
                Err(error) => tracing::debug!(%error, "Cannot write down where Home Assistant is"),
            }
        }

        choice
    }

    /// Those of the wanted peers who are in force with the same keys and addresses.
    fn staying(&self, wanted: &[Peer]) -> Vec<Peer> {
        let session = |peer: &Peer| (peer.public_key, peer.preshared_key.clone(), peer.host);
        let is_in_force =
            |wanted: &&Peer| self.applied.peers.iter().flatten().any(|peer| session(peer) == session(wanted));

        wanted.iter().filter(is_in_force).cloned().collect()
    }

    async fn apply_policy(&mut self, policy: Policy, moment: &Moment, now: Instant) -> anyhow::Result<()> {
        let guests_until = policy.guests_for.map(|left| moment.since_boot + left);
        let same_time = match (self.applied.guests_until, guests_until) {
            (Some(applied), Some(wanted)) => applied.abs_diff(wanted) < TOLERANCE,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        // The time that is left is another in every second; what counts is when it ends.
        let timeless = Policy { guests_for: None, ..policy.clone() };
        let is_applied = same_time && self.applied.policy.as_ref() == Some(&timeless);
        if !is_applied || !self.is_still_ruled(now).await {
            let outcome = Ruleset::new(&policy).apply().await;
            let outcome =
                self.parts.faults.check("firewall", "The firewall does not take its rules", outcome);
            self.applied.policy = outcome.is_ok().then_some(timeless);
            self.applied.guests_until = guests_until;
            outcome?;
        }

        let outcome = self.forwarding.apply(&policy);
        self.parts.faults.note("forwarding", "This machine refuses to pass packets on", outcome);
        Ok(())
    }

    fn apply_peers(&mut self, peers: Vec<Peer>) -> anyhow::Result<()> {
        if self.applied.peers.as_ref() == Some(&peers) {
            return Ok(());
        }

        let outcome = self.parts.tunnel.set(Plan::tunnel(&peers, &self.identity));
        self.parts.faults.check("tunnel", "The tunnel cannot be set up", outcome)?;
        self.applied.peers = Some(peers);
        Ok(())
    }

    /// Whether the kernel still has our rules; looked at now and then, and the counters with it.
    async fn is_still_ruled(&mut self, now: Instant) -> bool {
        if self.applied.looked_at.is_some_and(|at| now.duration_since(at) < LOOK_EVERY) {
            return true;
        }
        self.applied.looked_at = Some(now);
        let is_in_force = Ruleset::is_in_force(&self.fixed.interface).await;
        if !matches!(is_in_force, Ok(true)) {
            tracing::warn!(?is_in_force, "The firewall's rules are gone; making them anew");
            return false;
        }
        match access::counters().await {
            Ok(counters) => self.applied.counters = counters,
            Err(error) => tracing::debug!(%error, "Cannot read the firewall's counters"),
        }

        true
    }

    fn publish(
        &mut self,
        snapshot: Snapshot,
        home: HomeNetwork,
        choice: Option<Choice>,
        guests_left: Option<Duration>,
        now: Instant,
    ) {
        let status = self.parts.tunnel.status();
        let is_connected = |peer: &tunnel::PeerStatus| peer.last_handshake.is_some_and(is_connected);
        let connected = status.peers.iter().filter(|peer| is_connected(peer)).collect::<Vec<_>>();
        if connected.iter().any(|peer| peer.endpoint.is_some_and(|from| !home.is_on_link(from.ip()))) {
            self.proven_at = Some(now);
        }
        let is_stuck = *self.around.stuck.borrow_and_update();
        self.parts.faults.mark(
            "button",
            is_stuck,
            "The button is stuck; look whether something presses on it",
        );
        let is_alone = home.interfaces.is_empty();
        self.parts.faults.mark(
            "home",
            is_alone,
            "The box is in no network; look whether its cable is plugged in",
        );
        let faults = self.parts.faults.sentences();
        let mut arrivals = self.parts.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let is_here = |peer: &&Peer| connected.iter().any(|status| status.public_key == peer.public_key);
        arrivals.seen(snapshot.peers.iter().filter(is_here).map(|peer| peer.id), now);
        let lamps = Mood {
            fault: !faults.is_empty(),
            waiting: *self.around.waiting.borrow_and_update(),
            locked: snapshot.locked,
            proven: self.proven_at.is_some_and(|at| now.duration_since(at) < PROOF_LASTS),
            pairing: arrivals.is_pairing(now),
            joined: arrivals.has_joined(now),
            guests: guests_left.is_some() && !snapshot.locked,
            connected: !connected.is_empty(),
        }
        .lamps();
        drop(arrivals);
        self.parts.panel.set_lamps(lamps);

        let tunnel_counters = status.counters.iter().map(|(name, count)| (format!("tunnel_{name}"), *count));
        let access_counters =
            self.applied.counters.iter().map(|(name, count)| (format!("firewall_{name}"), *count));
        let present = Arc::new(Present {
            snapshot,
            public_key: self.identity.private_key.public_key(),
            range: self.identity.range,
            port: self.identity.port,
            home,
            host_name: self.around.host_name.borrow_and_update().clone(),
            page_port: self.fixed.page_port,
            home_assistant: choice,
            guests_left,
            counters: tunnel_counters.chain(access_counters).collect(),
            peers: status.peers,
            faults,
            lamps,
        });
        let state = Arc::new(present.state());
        self.present.send_replace(present);
        self.state.send_if_modified(|known| {
            let changed = *known != state;
            if changed {
                *known = state;
            }
            changed
        });
    }
}

fn nothing_yet(snapshot: Snapshot, identity: &Identity, around: &Surroundings, fixed: &Fixed) -> Present {
    Present {
        snapshot,
        public_key: identity.private_key.public_key(),
        range: identity.range,
        port: identity.port,
        home: around.home.borrow().clone(),
        host_name: around.host_name.borrow().clone(),
        page_port: fixed.page_port,
        home_assistant: None,
        guests_left: None,
        peers: Vec::new(),
        faults: Vec::new(),
        counters: BTreeMap::new(),
        lamps: Mood::STARTING,
    }
}

const TICK: Duration = Duration::from_secs(1);
/// Somebody who restarts the machine's own firewall takes ours away with it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// What a pass may take between reading the clock and the kernel's taking the rules.
const TOLERANCE: Duration = Duration::from_secs(2);
const PROOF_LASTS: Duration = Duration::from_secs(7 * 86_400);
/// More changes than this at once have to wait; the page sends one at a time.
const MOST_WAITING: usize = 64;
