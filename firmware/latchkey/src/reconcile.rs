//! The one path on which anything comes into force: read one snapshot, compute the plan, hand it to every part.
//!
//! Start-up, a change on the page, a push of the button, a lapse of time and a change at home all come through here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use access::Forwarding;
use anyhow::Context as _;
use discovery::HomeAssistant;
use enforcer::Enforcer;
use model::Peer;
use panel::PanelHandle;
use registry::{Identity, Registry, RegistryError, Snapshot};
use tokio::{
    sync::{mpsc, watch},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;
use trigger::Request;
pub(crate) use trigger::{NotInForce, Trigger};
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

mod enforcer;
mod trigger;

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
    enforcer: Enforcer,
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
        let (trigger, requests) = Trigger::new();
        let snapshot = parts.registry.snapshot().context("read the registry")?;
        let first = Arc::new(nothing_yet(snapshot, &identity, &around, &fixed));
        let (state, state_receiver) = watch::channel(Arc::new(first.state()));
        let (present, present_receiver) = watch::channel(first);
        let outlook = Outlook { trigger, present: present_receiver, state: state_receiver };
        let tunnel = Arc::clone(&parts.tunnel);
        let enforcer = Enforcer::new(identity.clone(), tunnel, forwarding, parts.faults.clone());

        let mut this =
            Self { parts, around, fixed, identity, requests, enforcer, proven_at: None, present, state };
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

    async fn reconcile(&mut self) -> anyhow::Result<()> {
        let read = self.parts.faults.check("registry", "The box cannot read what it knows", self.read());
        // Better what was known a moment ago than nothing: who is in stays in, and the page tells what is wrong.
        let snapshot = read.as_ref().map_or_else(|_| self.present.borrow().snapshot.clone(), Snapshot::clone);
        let moment = clock::moment()?;
        let now = clock::instant();
        let home = self.around.home.borrow_and_update().clone();
        let choice = self.choose_home_assistant(&snapshot, &home);
        let guests_left = snapshot.guest_access.remaining(&moment);
        let service = choice.as_ref().map(|choice| choice.service);
        let plan = Plan::new(&snapshot, &self.identity, &home, service, guests_left, &self.fixed);

        let in_force = self.enforcer.apply(plan, &moment, now).await;
        self.publish(snapshot, home, choice, guests_left, now);

        in_force?;
        read.map(drop)
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
            self.enforcer.counters().iter().map(|(name, count)| (format!("firewall_{name}"), *count));
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
const PROOF_LASTS: Duration = Duration::from_secs(7 * 86_400);
