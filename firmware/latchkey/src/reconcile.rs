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
use registry::{Identity, Registry, Snapshot};
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
pub(crate) struct Trigger(mpsc::Sender<oneshot::Sender<()>>);

impl Trigger {
    /// Returns when everything that was written down before the call is in force, or the daemon is stopping.
    pub(crate) async fn reconcile(&self) {
        let (done, is_done) = oneshot::channel();
        if self.0.send(done).await.is_ok() {
            let _ = is_done.await;
        }
    }
}

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
    requests: mpsc::Receiver<oneshot::Sender<()>>,
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
    counted_at: Option<Instant>,
}

impl Reconciler {
    /// Reconciles for the first time; when this returns, the box is in force.
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
        if let Some(fault) = this.parts.faults.sentences().first() {
            tracing::warn!(fault, "Started with a fault");
        }

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
            if let Err(error) = self.reconcile().await {
                self.parts.faults.set("reconcile", format!("The box cannot read what it knows: {error:#}"));
            } else {
                self.parts.faults.clear("reconcile");
            }
            for request in done.drain(..) {
                let _ = request.send(());
            }
        }

        self.parts.panel.set_lamps(Mood::STARTING);
        Ruleset::remove().await.context("take the firewall's rules away")?;
        Ok(())
    }

    async fn reconcile(&mut self) -> anyhow::Result<()> {
        let snapshot = self.parts.registry.snapshot().context("read the registry")?;
        let moment = clock::moment()?;
        let now = clock::instant();
        let home = self.around.home.borrow_and_update().clone();
        let seen = self.around.home_assistants.borrow_and_update().clone();

        let (choice, news) = home_assistant::choose(&snapshot, &seen, &home);
        if let Some(found) = news {
            tracing::info!(name = ?found.name, "Found Home Assistant");
            let outcome = self.parts.registry.change(|change| change.set_home_assistant(Some(&found)));
            self.parts.faults.note("remember", "The box cannot write down where Home Assistant is", outcome);
        }
        let guests_left = snapshot.guest_access.remaining(&moment);
        let service = choice.as_ref().map(|choice| choice.service);
        let plan = Plan::new(&snapshot, &self.identity, &home, service, guests_left, &self.fixed);

        let is_ruled = self.apply_policy(plan.policy, &moment).await;
        self.apply_peers(plan.peers, guests_left.is_some() || is_ruled);
        self.count(now).await;
        self.publish(snapshot, home, choice, guests_left, now);

        Ok(())
    }

    /// Whether the kernel rules as planned.
    async fn apply_policy(&mut self, policy: Policy, moment: &Moment) -> bool {
        let guests_until = policy.guests_for.map(|left| moment.since_boot + left);
        let same_time = match (self.applied.guests_until, guests_until) {
            (Some(applied), Some(wanted)) => applied.abs_diff(wanted) < TOLERANCE,
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        // The time that is left is another in every second; what counts is when it ends.
        let timeless = Policy { guests_for: None, ..policy.clone() };
        if same_time && self.applied.policy.as_ref() == Some(&timeless) {
            return true;
        }

        let outcome = Ruleset::new(&policy).apply().await;
        let is_ruled =
            self.parts.faults.note("firewall", "The firewall does not take its rules", outcome).is_some();
        self.applied.policy = is_ruled.then_some(timeless);
        self.applied.guests_until = guests_until;
        self.forward(&policy);

        is_ruled
    }

    fn forward(&mut self, policy: &Policy) {
        let Some(service) = policy.home_assistant else {
            return;
        };
        let outcome =
            self.forwarding.enable(service.v6.is_some(), policy.lan.iter().map(|lan| &lan.interface));
        self.parts.faults.note("forwarding", "This machine refuses to pass packets on", outcome);
    }

    /// When in doubt, guests are out: without rules in the kernel they have no session either.
    fn apply_peers(&mut self, mut peers: Vec<Peer>, guests_may: bool) {
        peers.retain(|peer| guests_may || peer.role != model::Role::Guest);
        if self.applied.peers.as_ref() == Some(&peers) {
            return;
        }

        let outcome = self.parts.tunnel.set(Plan::tunnel(&peers, &self.identity));
        let is_set = self.parts.faults.note("tunnel", "The tunnel cannot be set up", outcome).is_some();
        self.applied.peers = is_set.then_some(peers);
    }

    /// Reads the firewall's counters now and then; where its rules are gone, they are made anew.
    async fn count(&mut self, now: Instant) {
        if self.applied.counted_at.is_some_and(|at| now.duration_since(at) < COUNT_EVERY) {
            return;
        }
        self.applied.counted_at = Some(now);
        match access::counters().await {
            Ok(counters) => self.applied.counters = counters,
            Err(error) => {
                tracing::warn!(%error, "The firewall's rules are gone; making them anew");
                self.applied.policy = None;
            }
        }
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
        let stuck = *self.around.stuck.borrow_and_update();
        if stuck {
            self.parts
                .faults
                .set("button", "The button is stuck; look whether something presses on it".to_owned());
        } else {
            self.parts.faults.clear("button");
        }

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
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// What a pass may take between reading the clock and the kernel's taking the rules.
const TOLERANCE: Duration = Duration::from_secs(2);
const PROOF_LASTS: Duration = Duration::from_secs(7 * 86_400);
/// More changes than this at once have to wait; the page sends one at a time.
const MOST_WAITING: usize = 64;
