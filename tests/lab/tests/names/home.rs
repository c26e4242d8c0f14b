use std::{fs, path::PathBuf, sync::mpsc, time::Duration};

use anyhow::{Context as _, Result, anyhow, bail};
use lab::providers::Service;
use reachability::{
    Web,
    names::{Account, AccountId, Addresses, Dyndns2, NameState, Provider, Publisher, Secret, State, Wanted},
};
use tokio::{
    runtime::Builder,
    sync::watch,
    task::{JoinHandle, spawn_blocking, yield_now},
    time::{self, Instant},
};
use tokio_util::sync::CancellationToken;

use crate::internet::Internet;

/// Tells a story in which a home has an account with each of these, and time stands still unless it is moved.
pub(crate) fn story(
    services: &[Service],
    tell: impl AsyncFnOnce(&mut Home) -> Result<()> + Send,
) -> Result<()> {
    let internet = Internet::build()?;
    let room = internet.room.clone();
    let runtime = || Builder::new_current_thread().enable_all().start_paused(true).build();

    room.in_thread(move || {
        runtime()?.block_on(async {
            // As long as such a task is under way, tokio does not move the clock by itself.
            let (over, wait) = mpsc::channel::<()>();
            let hung = spawn_blocking(move || {
                wait.recv_timeout(PATIENCE).is_err_and(|why| why == mpsc::RecvTimeoutError::Timeout)
            });
            let mut home = Home::new(internet, services)?;
            let told = tokio::select! {
                told = tell(&mut home) => told,
                Ok(true) = hung => Err(anyhow!("what was waited for does not come")),
            };
            drop(over);
            told
        })
    })?
}

/// A publisher and who pays for it.
pub(crate) struct Home {
    pub(crate) internet: Internet,
    services: Vec<Service>,
    wanted: watch::Sender<Wanted>,
    states: watch::Receiver<Vec<NameState>>,
    publisher: JoinHandle<()>,
}

impl Home {
    fn new(internet: Internet, services: &[Service]) -> Result<Self> {
        let (wanted, receiver) = watch::channel(Wanted::default());
        let (publisher, states) = Publisher::new(Web::new()?, receiver);
        let publisher = tokio::spawn(publisher.run(CancellationToken::new()));
        let home = Self { internet, services: services.to_vec(), wanted, states, publisher };
        home.use_right_secrets();

        Ok(home)
    }

    /// Home is reached at these from now on.
    pub(crate) fn want(&self, text: &str) {
        self.wanted.send_modify(|wanted| wanted.addresses = Some(addresses(text)));
    }

    pub(crate) fn use_right_secrets(&self) {
        self.use_accounts(|service| account(service, service.secret()));
    }

    pub(crate) fn use_secret(&self, secret: &str) {
        self.use_accounts(|service| account(service, secret));
    }

    /// Only these accounts are left.
    pub(crate) fn only(&mut self, services: &[Service]) {
        self.services = services.to_vec();
        self.use_right_secrets();
    }

    fn use_accounts(&self, account: impl Fn(Service) -> Account) {
        let accounts = self.services.iter().map(|service| account(*service)).collect();
        self.wanted.send_modify(|wanted| wanted.accounts = accounts);
    }

    /// Starts again on a machine that believes an authority which has nothing to do with the providers.
    pub(crate) fn believe_nobody(&mut self) -> Result<()> {
        fs::write(self.internet.providers.certificate(), fs::read(somebody_else()?)?)?;
        self.publisher.abort();
        let (publisher, states) = Publisher::new(Web::new()?, self.wanted.subscribe());
        self.publisher = tokio::spawn(publisher.run(CancellationToken::new()));
        self.states = states;

        Ok(())
    }

    pub(crate) fn wanted(&self) -> Wanted {
        self.wanted.borrow().clone()
    }

    pub(crate) fn states(&self) -> Vec<NameState> {
        self.states.borrow().clone()
    }

    /// What the world is told, as a text.
    pub(crate) fn dns(&self, service: Service) -> Result<String> {
        let addresses = self.internet.dns.addresses(service.name())?;

        Ok(addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    /// Lets time pass, all at once.
    pub(crate) async fn pass(&self, duration: Duration) {
        time::advance(duration).await;
        self.settle().await;
    }

    /// Lets the publisher do what it can do without waiting for anybody.
    pub(crate) async fn settle(&self) {
        for _ in 0..20 {
            yield_now().await;
        }
    }

    /// Lets time pass after which everybody is asked again, and waits for what comes of it.
    pub(crate) async fn pass_until_all_asked(&mut self, duration: Duration) -> Result<()> {
        let before: Vec<_> = self.services.iter().map(|service| self.asked(*service)).collect();
        self.pass(duration).await;
        for (service, before) in self.services.clone().into_iter().zip(before) {
            while self.asked(service) <= before {
                yield_now().await;
            }
        }

        self.until_settled().await
    }

    pub(crate) async fn until_all_asked(&self) -> Result<()> {
        for service in &self.services {
            self.until_asked(*service).await?;
        }

        Ok(())
    }

    pub(crate) async fn until_asked(&self, service: Service) -> Result<()> {
        while self.asked(service) == 0 {
            yield_now().await;
        }

        Ok(())
    }

    /// Waits until every provider has said something to what is wanted.
    pub(crate) async fn until_settled(&mut self) -> Result<()> {
        let wanted = self.wanted().addresses;
        let now = Instant::now().into_std();

        self.until(|states| {
            states.iter().all(|state| match &state.state {
                State::Published { addresses, .. } => Some(*addresses) == wanted,
                State::Failing { next, .. } => *next > now,
                State::Publishing | State::Waiting => false,
            })
        })
        .await
    }

    pub(crate) async fn until_published(&mut self, text: &str) -> Result<()> {
        for service in self.services.clone() {
            self.until_one_published(service, text).await?;
        }

        Ok(())
    }

    pub(crate) async fn until_one_published(&mut self, service: Service, text: &str) -> Result<()> {
        let wanted = addresses(text);

        self.until(|states| {
            matches!(of(states, service), Some(State::Published { addresses, .. }) if *addresses == wanted)
        })
        .await
    }

    pub(crate) async fn until_published_lately(&mut self, service: Service) -> Result<()> {
        let now = Instant::now().into_std();

        self.until(|states| matches!(of(states, service), Some(State::Published { at, .. }) if *at >= now))
            .await
    }

    /// Waits until it fails, and gives the reason.
    pub(crate) async fn until_failing(&mut self, service: Service) -> Result<String> {
        self.until(|states| matches!(of(states, service), Some(State::Failing { .. }))).await?;
        match of(&self.states(), service) {
            Some(State::Failing { why, .. }) => Ok(why.clone()),
            other => bail!("{service:?} is {other:?}"),
        }
    }

    pub(crate) async fn until(&mut self, there: impl FnMut(&[NameState]) -> bool) -> Result<()> {
        let mut there = there;
        self.states.wait_for(|states| there(states)).await.context("the publisher has ended")?;

        Ok(())
    }

    fn asked(&self, service: Service) -> usize {
        self.internet.providers.asked(service).len()
    }
}

/// The certificate of an authority that has nothing to do with the providers.
pub(crate) fn somebody_else() -> Result<PathBuf> {
    let certificate = fs::read_dir("/usr/share/ca-certificates/mozilla")?.flatten().next();

    Ok(certificate.context("the machine believes nobody")?.path())
}

pub(crate) fn account(service: Service, secret: &str) -> Account {
    let provider = match service {
        Service::DuckDns => Provider::DuckDns,
        Service::Cloudflare => Provider::Cloudflare,
        Service::DeSec => Provider::DeSec,
        Service::Dynv6 => Provider::Dynv6,
        Service::Dyndns2 => {
            let url = format!("https://{}", service.host());
            Provider::Dyndns2(Dyndns2::parse(&url, service.user().unwrap_or_default()).expect("it is whole"))
        }
    };
    let name = service.name().parse().expect("it is a name");
    let secret = Secret::parse(secret).expect("it is typed");

    Account::new(id(service), provider, &name, secret).expect("it is whole")
}

fn id(service: Service) -> AccountId {
    let ids = (1..).map(AccountId).zip(Service::ALL);

    ids.into_iter().find(|(_, other)| *other == service).expect("it is one of all").0
}

fn of(states: &[NameState], service: Service) -> Option<&State> {
    states.iter().find(|state| state.account == id(service)).map(|state| &state.state)
}

/// Addresses from a text with a space between them.
fn addresses(text: &str) -> Addresses {
    Addresses {
        v4: text.split(' ').find_map(|word| word.parse().ok()),
        v6: text.split(' ').find_map(|word| word.parse().ok()),
    }
}

/// More than any story takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);
