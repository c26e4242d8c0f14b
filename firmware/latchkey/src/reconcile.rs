//! The one path on which anything comes into force: read one snapshot, compute the plan, hand it to every part.
//!
//! Start-up, a change on the page, a push of the button, a lapse of time and a change at home all come through here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use access::Forwarding;
use anyhow::Context as _;
use discovery::HomeAssistant;
use enforcer::Enforcer;
use model::{Event, GuestAccess, Moment, Peer};
use panel::{Broken, PanelHandle};
use publish::Seen;
use reachability::check::Traffic;
use registry::{Excerpt, Identity, Registry, RegistryError, Snapshot};
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
    activity::Chronicle,
    arrivals::Arrivals,
    clock,
    faults::Faults,
    home_assistant::{self, Choice},
    lamps::Mood,
    lan::HomeNetwork,
    memory::Memory,
    plan::{Fixed, Plan},
    present::Present,
    rebirth::Rebirth,
    way_in::{Aims, Looked, Standing, WayIn},
};

mod enforcer;
mod publish;
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
    /// The way in.
    pub way_in: WayIn,
    /// What else is open.
    pub looked: watch::Receiver<Looked>,
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
    memory: Memory,
    chronicle: Chronicle,
    broken: watch::Receiver<Broken>,
    /// The guest access whose end was written down, or could not be.
    ended: Option<GuestAccess>,
    present: watch::Sender<Arc<Present>>,
    state: watch::Sender<Arc<wire::State>>,
    rebirth: Rebirth,
}

/// What the others see of it.
pub(crate) struct Outlook {
    /// To ask for a reconciliation.
    pub trigger: Trigger,
    /// How things stand.
    pub present: watch::Receiver<Arc<Present>>,
    /// The same for the page.
    pub state: watch::Receiver<Arc<wire::State>>,
    /// Whether the registry has another box, so that this life is to end.
    pub rebirth: Rebirth,
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
        let memory = Memory::new(&snapshot);
        let chronicle = begin_chronicle(&parts.registry, &snapshot)?;
        let first = Arc::new(nothing_yet(snapshot, &identity, &around, &fixed));
        let (state, state_receiver) = watch::channel(Arc::new(first.state()));
        let (present, present_receiver) = watch::channel(first);
        let rebirth = Rebirth::default();
        let outlook =
            Outlook { trigger, present: present_receiver, state: state_receiver, rebirth: rebirth.clone() };
        let tunnel = Arc::clone(&parts.tunnel);
        let broken = parts.panel.broken();
        let enforcer = Enforcer::new(identity.clone(), tunnel, forwarding, parts.faults.clone());

        let mut this = Self {
            parts,
            around,
            fixed,
            identity,
            requests,
            enforcer,
            memory,
            chronicle,
            broken,
            ended: None,
            present,
            state,
            rebirth,
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
                () = self.around.way_in.changed() => {}
                Ok(()) = self.around.looked.changed() => {}
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
        self.let_succeed();
        let read = self.parts.faults.check("registry", "The box cannot read what it knows", self.read());
        // Better what was known a moment ago than nothing: who is in stays in, and the page tells what is wrong.
        let snapshot = read.as_ref().map_or_else(|_| self.present.borrow().snapshot.clone(), Snapshot::clone);
        if snapshot.identity.as_ref().is_some_and(|identity| !identity.is(&self.identity)) {
            // It is another box's since a restore, so that this one's life is over, whoever else has seen it.
            self.rebirth.begin();
            return Ok(());
        }
        let moment = clock::moment()?;
        self.forget_unused_keys(&snapshot, &moment);
        let now = clock::instant();
        let standing = self.standing(&moment, now);
        let home = self.around.home.borrow_and_update().clone();
        let choice = self.choose_home_assistant(&snapshot, &home);
        let guests_left = snapshot.guest_access.remaining(&moment);
        let service = choice.as_ref().map(|choice| choice.service);
        let plan = Plan::new(&snapshot, &self.identity, &home, service, guests_left, &self.fixed);

        self.around.way_in.set(Aims::new(&snapshot, &self.identity, &home, &standing));

        let in_force = self.enforcer.apply(plan, &moment, now).await;
        self.end_guest_access(&snapshot.guest_access, &moment);
        self.publish(Seen { snapshot, home, choice, guests_left, standing, moment, now });

        in_force?;
        read.map(drop)
    }

    /// Who has come in with new keys has them from now on, and nobody has the former ones.
    fn let_succeed(&self) {
        let present = self.present.borrow().clone();
        if present.snapshot.successors.is_empty() {
            return;
        }
        let status = self.parts.tunnel.status();
        let has_come = |peer: &&Peer| {
            let mut known = status.peers.iter();
            known.any(|known| known.public_key == peer.public_key && known.last_handshake.is_some())
        };
        for peer in present.snapshot.successors.iter().filter(has_come) {
            let write = || self.parts.registry.change(|change| change.succeed(peer.id, &peer.public_key));
            match tokio::task::block_in_place(write) {
                Ok(peer) => tracing::info!(peer = %peer.name, "A device has come in with its new key"),
                // It is tried again in a second, unless it has been handed others.
                Err(error) => tracing::debug!(%error, "Cannot write down that a device has its new key"),
            }
        }
    }

    /// Keys that were handed out and not used are good for a day; the next pass shuts them out.
    fn forget_unused_keys(&self, snapshot: &Snapshot, moment: &Moment) {
        if !snapshot.has_untidy_successors(moment) {
            return;
        }
        let write = || self.parts.registry.change(|change| change.tidy_successors(moment));
        match tokio::task::block_in_place(write) {
            Ok(forgotten) => {
                for peer in forgotten {
                    tracing::info!(peer = %peer.name, "A device's new key was not used for a day, and is good no more");
                }
            }
            // It is tried again in a second.
            Err(error) => tracing::debug!(%error, "Cannot look after the keys that were handed out"),
        }
    }

    /// What the parts know, and what is remembered.
    fn standing(&mut self, moment: &Moment, now: Instant) -> Standing {
        let standing = self.around.way_in.standing();

        Standing {
            v4_is_proven: self.memory.is_proven_over_v4(moment),
            port_outside: self.memory.port_outside(&standing.door),
            last_port_outside: self.memory.last_port_outside(),
            verdict: self.memory.settle(standing.verdict, now),
            ..standing
        }
    }

    fn read(&self) -> Result<Snapshot, RegistryError> {
        // It may wait for a change that is being written to a slow card.
        tokio::task::block_in_place(|| self.parts.registry.snapshot())
    }

    /// When the guests' time is up, that is written down once; they are out either way.
    fn end_guest_access(&mut self, access: &GuestAccess, moment: &Moment) {
        if !access.is_over(moment) || self.ended.as_ref() == Some(access) {
            return;
        }
        self.ended = Some(access.clone());
        let write = || {
            self.parts.registry.change_and_note(moment, |change| {
                // Somebody may have let them in again meanwhile.
                if !change.snapshot()?.guest_access.is_over(moment) {
                    return Ok(((), Vec::new()));
                }
                change.set_guest_access(&GuestAccess::Off)?;
                Ok(((), vec![Event::GuestsTimeUp]))
            })
        };
        match tokio::task::block_in_place(write) {
            Ok(()) => tracing::info!("The guests' time is up"),
            Err(error) => tracing::debug!(%error, "Cannot write down that the guests' time is up"),
        }
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
}

/// Goes on where the last run ended.
fn begin_chronicle(registry: &Registry, snapshot: &Snapshot) -> anyhow::Result<Chronicle> {
    let moment = clock::moment()?;
    if let Err(error) = registry.change(|change| change.note_start(&moment)) {
        tracing::debug!(%error, "Cannot write down that the box has started");
    }
    let newest = Excerpt { before: None, peer: None, most: Chronicle::LOOKS_BACK };
    let lines = registry.activity(&newest).unwrap_or_else(|error| {
        tracing::debug!(%error, "Cannot read the activity");
        Vec::new()
    });

    Ok(Chronicle::new(&snapshot.peers, &lines, &moment, clock::instant()))
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
        standing: Standing::default(),
        proven: None,
        exposed: Vec::new(),
        traffic: Traffic::default(),
        clock_is_set: false,
        faults: Vec::new(),
        counters: BTreeMap::new(),
        lamps: Mood::STARTING,
    }
}

const TICK: Duration = Duration::from_secs(1);
