use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use access::{Forwarding, Policy, Ruleset};
use model::Moment;
use registry::Identity;
use tunnel::Tunnel;

use crate::{
    faults::Faults,
    plan::{Admitted, Plan},
};

/// Puts a plan in force, in the kernel and in the tunnel, and remembers what is, so that it is not done again every
/// second.
pub(super) struct Enforcer {
    identity: Identity,
    tunnel: Arc<Tunnel>,
    forwarding: Forwarding,
    faults: Faults,
    /// The policy that the kernel has, without the time that guests have left.
    policy: Option<Policy>,
    /// When the kernel puts guests out, in time since boot.
    guests_until: Option<Duration>,
    /// Whom the tunnel admits.
    admitted: Option<Admitted>,
    counters: BTreeMap<String, u64>,
    looked_at: Option<Instant>,
}

impl Enforcer {
    /// Takes what there is to rule over.
    pub(super) fn new(
        identity: Identity,
        tunnel: Arc<Tunnel>,
        forwarding: Forwarding,
        faults: Faults,
    ) -> Self {
        Self {
            identity,
            tunnel,
            forwarding,
            faults,
            policy: None,
            guests_until: None,
            admitted: None,
            counters: BTreeMap::new(),
            looked_at: None,
        }
    }

    /// Rights are taken away first and given last: who is out is out before the kernel is asked, nobody is let in whom
    /// the kernel does not rule, and while it refuses its rules nobody is in at all.
    pub(super) async fn apply(&mut self, plan: Plan, moment: &Moment, now: Instant) -> anyhow::Result<()> {
        self.admit(self.admitted.as_ref().map(|now| now.staying(&plan.admitted)).unwrap_or_default())?;
        if let Err(error) = self.apply_policy(plan.policy, moment, now).await {
            self.admit(Admitted::default())?;
            return Err(error);
        }

        self.admit(plan.admitted)
    }

    /// How many packets the firewall dropped, by reason, as of the last look.
    pub(super) fn counters(&self) -> &BTreeMap<String, u64> {
        &self.counters
    }

    fn admit(&mut self, wanted: Admitted) -> anyhow::Result<()> {
        if self.admitted.as_ref() == Some(&wanted) {
            return Ok(());
        }

        let outcome = self.tunnel.set(Plan::tunnel(&wanted, &self.identity));
        self.faults.check("tunnel", "The tunnel cannot be set up", outcome)?;
        self.admitted = Some(wanted);

        Ok(())
    }

    async fn apply_policy(&mut self, policy: Policy, moment: &Moment, now: Instant) -> anyhow::Result<()> {
        let guests_until = policy.guests_for.map(|left| moment.since_boot + left);
        // The time that is left is another in every second; what counts is when it ends.
        let timeless = Policy { guests_for: None, ..policy.clone() };
        let is_applied =
            self.policy.as_ref() == Some(&timeless) && ends_alike(self.guests_until, guests_until);
        if !is_applied || !self.is_still_ruled(&policy, now).await {
            let outcome = Ruleset::new(&policy).apply().await;
            let outcome = self.faults.check("firewall", "The firewall does not take its rules", outcome);
            self.policy = outcome.is_ok().then_some(timeless);
            self.guests_until = guests_until;
            outcome?;
        }

        let outcome = self.forwarding.apply(&policy);
        self.faults.note("forwarding", "This machine refuses to pass packets on", outcome);

        Ok(())
    }

    /// Whether the kernel still has our rules; looked at now and then, and the counters with it.
    async fn is_still_ruled(&mut self, policy: &Policy, now: Instant) -> bool {
        if self.looked_at.is_some_and(|at| now.duration_since(at) < LOOK_EVERY) {
            return true;
        }
        self.looked_at = Some(now);
        let is_in_force = Ruleset::is_in_force(&policy.tunnel).await;
        if !matches!(is_in_force, Ok(true)) {
            tracing::warn!(?is_in_force, "The firewall's rules are gone; making them anew");
            return false;
        }
        match access::counters().await {
            Ok(counters) => self.counters = counters,
            Err(error) => tracing::debug!(%error, "Cannot read the firewall's counters"),
        }

        true
    }
}

fn ends_alike(applied: Option<Duration>, wanted: Option<Duration>) -> bool {
    match (applied, wanted) {
        (Some(applied), Some(wanted)) => applied.abs_diff(wanted) < TOLERANCE,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Somebody who restarts the machine's own firewall takes ours away with it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// What a pass may take between reading the clock and the kernel's taking the rules.
const TOLERANCE: Duration = Duration::from_secs(2);
