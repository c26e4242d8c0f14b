use std::{
    collections::BTreeMap,
    error::Error,
    fmt,
    future::pending,
    mem,
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    task::{self, AbortHandle, JoinSet},
    time,
};
use tokio_util::sync::CancellationToken;

use super::{
    Account, AccountId, Addresses, NameState, Reason, State, Wanted,
    dialogue::{Dialogue, Refusal, Step},
    upkeep::Upkeep,
};
use crate::Web;

/// Tells the providers of all accounts where home is, each at its own pace.
#[derive(Debug)]
pub struct Publisher {
    web: Web,
    wanted: watch::Receiver<Wanted>,
    states: watch::Sender<Vec<NameState>>,
    names: BTreeMap<AccountId, Name>,
    talks: JoinSet<Result<(), Refusal>>,
    former: BTreeMap<AccountId, Former>,
}

/// What a provider has said yes to before this program was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Former {
    /// To what.
    pub addresses: Addresses,
    /// How long ago; without clocks that tell, nobody knows.
    pub ago: Option<Duration>,
}

impl Publisher {
    /// Asks nobody yet. The states come in the order of the accounts' ids.
    #[must_use]
    pub fn new(web: Web, wanted: watch::Receiver<Wanted>) -> (Self, watch::Receiver<Vec<NameState>>) {
        let (states, receiver) = watch::channel(Vec::new());

        let this = Self {
            web,
            wanted,
            states,
            names: BTreeMap::new(),
            talks: JoinSet::new(),
            former: BTreeMap::new(),
        };

        (this, receiver)
    }

    /// Does not say again what was said a short time ago: some providers take that amiss.
    #[must_use]
    pub fn remembering(self, former: BTreeMap<AccountId, Former>) -> Self {
        Self { former, ..self }
    }

    /// Publishes until it is told to stop. What is under way then is broken off.
    pub async fn run(mut self, stop: CancellationToken) {
        // Who goes away and wants nothing else leaves what was wanted last.
        let mut may_change = true;
        self.follow();
        loop {
            self.begin_due();
            self.report();
            let next = self.names.values().filter_map(|name| name.upkeep.poll_timeout()).min();
            tokio::select! {
                () = stop.cancelled() => return,
                changed = self.wanted.changed(), if may_change => match changed {
                    Ok(()) => self.follow(),
                    Err(_) => may_change = false,
                },
                Some(talk) = self.talks.join_next_with_id() => match talk {
                    Ok((talk, outcome)) => self.end(talk, outcome),
                    Err(error) => self.end(error.id(), Err(broken())),
                },
                () = at(next) => {}
            }
        }
    }

    /// Takes over which accounts there are and what they are to say.
    fn follow(&mut self) {
        let Wanted { accounts, addresses } = self.wanted.borrow_and_update().clone();
        let mut before = mem::take(&mut self.names);
        for account in accounts {
            let kept = before.remove(&account.id()).filter(|name| name.account == account);
            let mut name = kept.unwrap_or_else(|| {
                let former = self.former.remove(&account.id());
                Name::new(account, former)
            });
            name.upkeep.want(addresses);
            self.names.insert(name.account.id(), name);
        }
    }

    fn begin_due(&mut self) {
        let now = now();
        for name in self.names.values_mut() {
            let Some(due) = name.upkeep.handle_timeout(now) else { continue };
            tracing::debug!(name = name.account.name(), addresses = ?due.addresses, "Publishing");
            let provider = name.account.provider();
            let talk = talk(self.web.clone(), provider.to_string(), provider.dialogue(&name.account, due));
            name.talk = Some(Guard(self.talks.spawn(talk)));
        }
    }

    /// The talk may be with a former account.
    fn end(&mut self, talk: task::Id, outcome: Result<(), Refusal>) {
        let Some(name) = self.names.values_mut().find(|name| name.is_in(talk)) else { return };
        name.talk = None;
        match outcome {
            Ok(()) => name.upkeep.handle_yes(now()),
            Err(refusal) => {
                tracing::debug!(name = name.account.name(), ?refusal, "Not published");
                name.upkeep.handle_refusal(refusal, now(), chance());
            }
        }
    }

    fn report(&self) {
        let states: Vec<_> = self.names.values().map(Name::state).collect();
        self.states.send_if_modified(|known| {
            let changed = *known != states;
            if changed {
                tell(known, &states);
                *known = states;
            }
            changed
        });
    }
}

/// An account, and how far it is.
#[derive(Debug)]
struct Name {
    account: Account,
    upkeep: Upkeep,
    talk: Option<Guard>,
}

impl Name {
    fn new(account: Account, former: Option<Former>) -> Self {
        let refresh = account.provider().refresh();
        let mut upkeep = Upkeep::new(refresh, now());
        if let Some(Former { addresses, ago }) = former {
            // If nobody knows, soon, but not at each start of many.
            let ago = ago.unwrap_or_else(|| refresh.saturating_sub(UNKNOWN));
            upkeep.remember(addresses, now().checked_sub(ago).unwrap_or_else(now));
        }

        Self { account, upkeep, talk: None }
    }

    fn is_in(&self, talk: task::Id) -> bool {
        self.talk.as_ref().is_some_and(|guard| guard.0.id() == talk)
    }

    fn state(&self) -> NameState {
        NameState {
            account: self.account.id(),
            name: self.account.name().to_owned(),
            state: self.upkeep.state(),
        }
    }
}

/// Breaks a talk off when its account is gone or has changed.
#[derive(Debug)]
struct Guard(AbortHandle);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn talk(web: Web, who: String, mut dialogue: Box<dyn Dialogue>) -> Result<(), Refusal> {
    let mut step = dialogue.begin();
    for _ in 0..MAX_REQUESTS {
        let request = match step {
            Step::Done => return Ok(()),
            Step::Refused(refusal) => return Err(refusal),
            Step::Ask(request) => request,
        };
        let answer = web.ask(*request).await.map_err(|error| {
            tracing::debug!(who, error = %Chain(&error), "No answer");
            Refusal::passing(Reason::Unreached, format!("{who} is not reached from here: {error}"))
        })?;
        step = dialogue.hear(&answer);
    }

    Err(Refusal::passing(Reason::Nonsense, format!("{who} leads us round in circles")))
}

fn broken() -> Refusal {
    Refusal::passing(Reason::Broken, "something is wrong with this device; it tries again".to_owned())
}

/// What has become better or worse, in the words that the owner would use.
fn tell(before: &[NameState], now: &[NameState]) {
    for NameState { account, name, state } in now {
        let known = before.iter().find(|known| known.account == *account).map(|known| &known.state);
        match (known, state) {
            (Some(State::Failing { why: known, .. }), State::Failing { why, .. }) if known == why => {}
            (_, State::Failing { why, .. }) => {
                tracing::warn!(%account, name, why, "The name does not follow")
            }
            (Some(State::Published { addresses: known, .. }), State::Published { addresses, .. })
                if known == addresses => {}
            (_, State::Published { .. }) => tracing::info!(%account, name, "The name leads home"),
            (_, State::Waiting | State::Publishing) => {}
        }
    }
}

async fn at(next: Option<Instant>) {
    match next {
        Some(next) => time::sleep_until(next.into()).await,
        None => pending().await,
    }
}

/// The clock of tokio, which tests can move.
fn now() -> Instant {
    time::Instant::now().into_std()
}

/// A number between 0 and 1. Without randomness all come back at the same time, which is no harm for one home.
fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or_default()) / f64::from(u32::MAX)
}

/// An error with its causes.
struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        match self.0.source() {
            Some(source) => write!(f, ": {}", Chain(source)),
            None => Ok(()),
        }
    }
}

/// How long after a start a name is said again of which nobody knows when it was said last.
const UNKNOWN: Duration = Duration::from_hours(1);
/// More than any provider needs: Cloudflare takes five to find the zone, one to read, some to change and one to check.
pub(super) const MAX_REQUESTS: usize = 30;
