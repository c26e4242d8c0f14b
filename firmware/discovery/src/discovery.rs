use std::time::Duration;

use mdns_sd::{DaemonEvent, RRType, ServiceEvent};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    HomeAssistant, announcement::Announcement, claimed_name::ClaimedName, found::Found, on_link::OnLink,
    responder::Responder,
};

/// Says the box's name at home, and finds Home Assistant.
#[derive(Debug)]
pub struct Discovery {
    config: Config,
    home_assistants: watch::Sender<Vec<HomeAssistant>>,
    host_name: watch::Sender<String>,
}

impl Discovery {
    /// Says and looks for nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let host_name = watch::Sender::new(format!("{}.local", config.host_name));

        Self { config, home_assistants: watch::Sender::default(), host_name }
    }

    /// The Home Assistants at home, at most 16, in a steady order.
    #[must_use]
    pub fn home_assistants(&self) -> watch::Receiver<Vec<HomeAssistant>> {
        self.home_assistants.subscribe()
    }

    /// By which name the box is found, `latchkey.local` or, where somebody else has that, `latchkey-2.local`.
    #[must_use]
    pub fn host_name(&self) -> watch::Receiver<String> {
        self.host_name.subscribe()
    }

    /// Answers and asks until it is told to stop; then says goodbye. What breaks is started again: a box without a name
    /// is still a box.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.start() {
                Err(error) => tracing::warn!(?error, "Multicast DNS does not start"),
                Ok(responder) => {
                    let end = self.serve(&responder, &stop).await;
                    responder.stop().await;
                    match end {
                        End::Stopped => return,
                        End::Broken(why) => tracing::warn!(why, "Multicast DNS starts again"),
                    }
                }
            }
            if stop.run_until_cancelled(sleep(BEFORE_RESTART)).await.is_none() {
                return;
            }
        }
    }

    fn start(&self) -> mdns_sd::Result<Responder> {
        let Config { host_name, page_port, lan_interfaces } = &self.config;

        Responder::start(host_name, *page_port, lan_interfaces.clone())
    }

    async fn serve(&self, responder: &Responder, stop: &CancellationToken) -> End {
        let mut lan_interfaces = self.config.lan_interfaces.clone();
        let mut name = ClaimedName::new(format!("{}.local", self.config.host_name));
        let mut found = Found::default();
        let mut checkup = interval(CHECKUP);
        checkup.set_missed_tick_behavior(MissedTickBehavior::Delay);

        loop {
            tokio::select! {
                () = stop.cancelled() => return End::Stopped,
                Ok(()) = lan_interfaces.changed() => {
                    if responder.refresh_interfaces().is_err() {
                        return End::Broken("its thread takes no commands");
                    }
                }
                event = responder.events.recv_async() => match event {
                    Ok(event) => note(event, &mut name),
                    Err(_) => return End::Broken("its thread has ended"),
                },
                event = responder.services.recv_async() => match event {
                    Ok(event) => self.keep(event, &mut found),
                    Err(_) => return End::Broken("it stopped looking"),
                },
                _ = checkup.tick() => match responder.remembered().await {
                    Some(count) if count > MAX_REMEMBERED => return End::Broken("somebody at home floods it"),
                    Some(_) => {}
                    None => return End::Broken("its thread does not answer"),
                },
            }
            self.publish(&mut name, &found);
        }
    }

    fn keep(&self, event: ServiceEvent, found: &mut Found) {
        match event {
            ServiceEvent::ServiceResolved(service) => {
                let home_assistant = HomeAssistant::read(&Announcement::from(&*service), &self.on_link());
                tracing::debug!(record = service.get_fullname(), ?home_assistant, "Home Assistant announced");
                found.insert(service.get_fullname(), home_assistant);
            }
            ServiceEvent::ServiceRemoved(_, record) => {
                tracing::debug!(record, "Home Assistant has gone");
                found.remove(&record);
            }
            other => tracing::trace!(?other, "Multicast DNS"),
        }
    }

    fn on_link(&self) -> OnLink {
        let addresses =
            if_addrs::get_if_addrs().inspect_err(|error| tracing::warn!(%error, "Could not read addresses"));

        OnLink::new(&addresses.unwrap_or_default(), &self.config.lan_interfaces.borrow())
    }

    fn publish(&self, name: &mut ClaimedName, found: &Found) {
        let claimed = name.on(&self.config.lan_interfaces.borrow()).to_owned();
        self.host_name.send_if_modified(|known| {
            let changed = *known != claimed;
            if changed {
                tracing::info!(name = claimed, "The box has another name at home");
                *known = claimed;
            }
            changed
        });
        let list = found.list();
        self.home_assistants.send_if_modified(|known| {
            let changed = *known != list;
            *known = list;
            changed
        });
    }
}

/// What the box is called, and where home is.
#[derive(Debug, Clone)]
pub struct Config {
    /// The name without its `.local`: `latchkey`.
    pub host_name: String,
    /// The TCP port of the page.
    pub page_port: u16,
    /// The interfaces that lead home, now and later. On others nothing is said or believed.
    pub lan_interfaces: watch::Receiver<Vec<String>>,
}

enum End {
    Stopped,
    Broken(&'static str),
}

fn note(event: DaemonEvent, name: &mut ClaimedName) {
    match event {
        DaemonEvent::NameChange(change) if matches!(change.rr_type, RRType::A | RRType::AAAA) => {
            name.rename(&change.intf_name, &change.new_name);
        }
        DaemonEvent::Error(error) => tracing::warn!(%error, "Multicast DNS has trouble"),
        other => tracing::debug!(?other, "Multicast DNS"),
    }
}

/// So that what broke it has passed.
const BEFORE_RESTART: Duration = Duration::from_secs(5);
/// How often to see whether it is well. Its memory of what others say has no limit of its own.
const CHECKUP: Duration = Duration::from_secs(10);
/// Far more than a home with hundreds of devices has to say about Home Assistant; some hundred bytes each.
const MAX_REMEMBERED: i64 = 10_000;
