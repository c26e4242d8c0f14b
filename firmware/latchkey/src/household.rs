//! The use-cases: what the page, the command line and the button ask of the box.
//!
//! Each writes the registry in one transaction, with the lines that tell of it, and waits until it is in force.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use model::{
    Configuration, Device, Endpoint, Event, GuestAccess, GuestTime, Hand, PLACEHOLDER, Passphrase, Peer,
    PeerId, PresharedKey, PublicKey, Role, TunnelName,
};
use reachability::Web;
use registry::{Change, NewPeer, Registry, RegistryError};
use tokio::sync::watch;
use typed::{or_none, parse_address};
use web_api::{Answer, Gateway, Refusal, wire};
use writing::moment;

use crate::{
    activity,
    arrivals::Arrivals,
    clock,
    present::Present,
    reconcile::Outlook,
    safekeeping::Safekeeping,
    shared::Shared,
    way_in::{self, Doorbell, Sentry},
};

mod keeping;
mod typed;
mod writing;

/// The box, as its owner deals with it.
pub(crate) struct Household {
    registry: Registry,
    outlook: Outlook,
    waiting: watch::Sender<bool>,
    arrivals: Arc<Mutex<Arrivals>>,
    web: Web,
    sentry: Arc<Sentry>,
    doorbell: Doorbell,
    safekeeping: Safekeeping,
    check: Shared<wire::Check>,
    exposure: Shared<wire::Exposure>,
}

impl Household {
    /// Takes what it needs of the parts.
    pub(crate) fn new(
        registry: Registry,
        outlook: Outlook,
        waiting: watch::Sender<bool>,
        arrivals: Arc<Mutex<Arrivals>>,
        web: Web,
        sentry: Arc<Sentry>,
        doorbell: Doorbell,
    ) -> Self {
        Self {
            registry,
            outlook,
            waiting,
            arrivals,
            web,
            sentry,
            doorbell,
            safekeeping: Safekeeping::default(),
            check: Shared::default(),
            exposure: Shared::default(),
        }
    }

    /// A press: guests in, or out. On a locked box it means nothing: nobody would see that guests are let in.
    pub(crate) async fn toggle_guests(&self) -> Result<(), Refusal> {
        if self.present().snapshot.locked {
            tracing::info!("The button was pressed, but the box is locked");
            return Ok(());
        }
        let on = self.present().guests_left.is_none();
        tracing::info!(on, "The button was pressed: guest access");

        self.let_guests(on, None, Hand::Button).await
    }

    /// A long hold: remote access off, or on again.
    pub(crate) async fn toggle_lock(&self) -> Result<(), Refusal> {
        let locked = !self.present().snapshot.locked;
        tracing::info!(locked, "The button was held for long: lock");

        self.lock(locked).await
    }

    async fn lock(&self, locked: bool) -> Result<(), Refusal> {
        self.change(move |change| {
            let was = change.snapshot()?.locked;
            change.set_locked(locked)?;
            let event = if locked { Event::Locked } else { Event::Unlocked };
            Ok(((), (was != locked).then_some(event).into_iter().collect()))
        })
        .await
    }

    async fn let_guests(&self, on: bool, time: Option<GuestTime>, by: Hand) -> Result<(), Refusal> {
        let time = time.unwrap_or_else(|| self.present().snapshot.settings.guest_hours.into());
        let access = if on { GuestAccess::on(moment()?, time) } else { GuestAccess::Off };

        let were_in = self.present().guests_left.is_some();

        self.change(move |change| {
            change.set_guest_access(&access)?;
            let let_in = on.then_some(Event::GuestsLetIn { by, seconds: time });
            let put_out = (!on && were_in).then_some(Event::GuestsPutOut { by });
            Ok(((), let_in.or(put_out).into_iter().collect()))
        })
        .await
    }

    fn present(&self) -> Arc<Present> {
        self.outlook.present.borrow().clone()
    }

    /// The button was held for whoever waited.
    pub(crate) async fn note_hold(&self, answer: Answer) -> Result<(), Refusal> {
        let event = match answer {
            Answer::Granted => Event::SignedIn,
            Answer::RefusedSeveral(count) => {
                Event::SignInRefused { browsers: u32::try_from(count).unwrap_or(u32::MAX) }
            }
            // Forgotten with everything else.
            Answer::FactoryReset | Answer::NobodyWaiting => return Ok(()),
        };

        self.write_down(move |_| Ok(((), vec![event.clone()]))).await
    }

    /// Where phones find the box. Asked before anything is written: without it a peer could not be told how to come in.
    fn endpoint(&self) -> Result<(Endpoint, bool), Refusal> {
        self.present().endpoint().ok_or_else(|| Refusal::Invalid(NO_ENDPOINT.to_owned()))
    }

    fn issue(&self, peer: &Peer, (endpoint, makeshift): (Endpoint, bool)) -> wire::Issued {
        let present = self.present();
        let configuration = Configuration {
            range: present.range,
            host: peer.host,
            gateway: present.public_key,
            preshared_key: peer.preshared_key.clone(),
            endpoint,
        };
        self.arrivals().expect(peer.id, clock::instant());

        wire::Issued {
            peer: present.wire_peer(peer),
            configuration: configuration.template(),
            placeholder: PLACEHOLDER.to_owned(),
            tunnel_name: TunnelName::default().to_string(),
            warning: makeshift.then(|| MAKESHIFT.to_owned()),
        }
    }

    fn parse_home_assistant(&self, text: &str) -> Result<SocketAddr, Refusal> {
        let range = self.present().range;
        let address = parse_address(text).filter(|address| access::can_be_reached(*address, &range));

        address.ok_or_else(|| Refusal::Invalid(NO_ADDRESS.to_owned()))
    }

    fn arrivals(&self) -> std::sync::MutexGuard<'_, Arrivals> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Gateway for Household {
    fn state(&self) -> watch::Receiver<Arc<wire::State>> {
        self.outlook.state.clone()
    }

    fn role_of(&self, source: IpAddr) -> Option<Role> {
        self.present().role_of(source)
    }

    fn set_waiting(&self, waiting: bool) {
        self.waiting.send_if_modified(|known| std::mem::replace(known, waiting) != waiting);
    }

    async fn add_peer(&self, new: wire::NewPeer) -> Result<wire::Issued, Refusal> {
        let endpoint = self.endpoint()?;
        let new = NewPeer {
            name: new.name,
            role: new.role,
            public_key: new.public_key,
            preshared_key: PresharedKey::generate(),
            created_at: clock::unix_seconds(),
        };
        let told = endpoint.0.clone();
        let peer = self
            .change(move |change| {
                let peer = change.add_peer(new.clone())?;
                let added = Event::DeviceAdded { device: Device::from(&peer), role: peer.role };
                Ok((change.set_endpoint(peer.id, &told)?, vec![added]))
            })
            .await?;
        tracing::info!(peer = %peer.name, role = %peer.role, "A new device may come in");

        Ok(self.issue(&peer, endpoint))
    }

    async fn change_peer(&self, id: PeerId, wanted: wire::PeerChange) -> Result<wire::Peer, Refusal> {
        let peer = self
            .change(move |change| {
                let was = peer(change, id)?;
                if let Some(name) = &wanted.name {
                    change.rename_peer(id, name)?;
                }
                if let Some(role) = wanted.role {
                    change.set_role(id, role)?;
                }
                let is = peer(change, id)?;
                let events = activity::of_peer(&was, &is);
                Ok((is, events))
            })
            .await?;
        tracing::info!(peer = %peer.name, role = %peer.role, "A device was changed");

        Ok(self.present().wire_peer(&peer))
    }

    async fn rekey_peer(&self, id: PeerId, key: PublicKey) -> Result<wire::Issued, Refusal> {
        let endpoint = self.endpoint()?;
        let told = endpoint.0.clone();
        let peer = self
            .change(move |change| {
                let peer = change.set_successor(id, key, &PresharedKey::generate(), &told)?;
                let renewed = Event::KeyRenewed { device: Device::from(&peer) };
                Ok((peer, vec![renewed]))
            })
            .await?;
        tracing::info!(peer = %peer.name, "A device is handed a new key");

        Ok(self.issue(&peer, endpoint))
    }

    async fn remove_peer(&self, id: PeerId) -> Result<(), Refusal> {
        let peer = self
            .change(move |change| {
                let peer = change.remove_peer(id)?;
                let removed = Event::DeviceRemoved { device: Device::from(&peer) };
                Ok((peer, vec![removed]))
            })
            .await?;
        self.arrivals().forget(id);
        tracing::info!(peer = %peer.name, "A device is out for good");

        Ok(())
    }

    async fn set_guest_access(&self, wanted: wire::GuestAccessChange) -> Result<wire::GuestAccess, Refusal> {
        self.let_guests(wanted.on, wanted.seconds, Hand::Page).await?;
        tracing::info!(on = wanted.on, "Guest access");

        Ok(self.present().guest_access())
    }

    async fn set_lock(&self, wanted: wire::Lock) -> Result<wire::Lock, Refusal> {
        self.lock(wanted.locked).await?;
        tracing::info!(locked = wanted.locked, "Remote access");

        Ok(wire::Lock { locked: self.present().snapshot.locked })
    }

    async fn change_settings(&self, wanted: wire::SettingsChange) -> Result<wire::Settings, Refusal> {
        let endpoint_host = wanted.endpoint_host.map(|text| or_none(&text, str::parse)).transpose();
        let endpoint_host = endpoint_host.map_err(|error: model::InvalidHost| invalid(&error))?;
        let home_assistant = wanted
            .home_assistant
            .map(|text| or_none(&text, |text| self.parse_home_assistant(text)))
            .transpose()?;

        self.change(move |change| {
            let was = change.snapshot()?.settings;
            let mut settings = was.clone();
            if home_assistant == Some(None) {
                // It may be another one by now: the box looks again.
                change.set_home_assistant(None)?;
            }
            settings.endpoint_host = endpoint_host.clone().unwrap_or(settings.endpoint_host);
            settings.home_assistant = home_assistant.unwrap_or(settings.home_assistant);
            settings.guest_hours = wanted.guest_hours.unwrap_or(settings.guest_hours);
            settings.port_mapping = wanted.port_mapping.unwrap_or(settings.port_mapping);
            settings.address_lookup = wanted.address_lookup.unwrap_or(settings.address_lookup);
            change.set_settings(&settings)?;
            Ok(((), activity::of_settings(&was, &settings)))
        })
        .await?;

        Ok(self.present().settings())
    }

    async fn add_name(&self, new: wire::NewName) -> Result<wire::Name, Refusal> {
        let stored = way_in::stored(&new).map_err(|error| invalid(&error))?;
        let stored = self
            .change(move |change| {
                let is_known = change.snapshot()?.names.iter().any(|known| known.name == stored.name);
                let stored = change.put_name(&stored)?;
                let events = activity::of_name(&stored, |name| match is_known {
                    true => Event::NameChanged { name },
                    false => Event::NameAdded { name },
                });
                Ok((stored, events))
            })
            .await?;
        tracing::info!(name = stored.name, "A name follows the home's address");

        Ok(self.present().standing.wire_name(&stored))
    }

    async fn remove_name(&self, id: u32) -> Result<(), Refusal> {
        let gone = self
            .change(move |change| {
                let gone = change.remove_name(id)?;
                let events = activity::of_name(&gone, |name| Event::NameRemoved { name });
                Ok((gone, events))
            })
            .await?;
        tracing::info!(name = gone.name, "A name follows the home's address no more");

        Ok(())
    }

    async fn activity(&self, wanted: wire::ActivityWanted) -> Result<wire::Activity, Refusal> {
        let lines = self.read(move |registry| registry.activity(&activity::excerpt(&wanted))).await?;

        Ok(activity::told(lines, &wanted))
    }

    async fn check(&self) -> Result<wire::Check, Refusal> {
        let look = async {
            let present = self.present();
            if present.standing.is_shut() {
                // What was mended in the router meanwhile shows the next time.
                self.doorbell.ring();
                let _ = self.outlook.trigger.reconcile().await;
            }
            way_in::check(&self.web, &present).await
        };

        Ok(self.check.look(look).await)
    }

    async fn exposure(&self) -> Result<wire::Exposure, Refusal> {
        Ok(self.exposure.look(self.sentry.look()).await)
    }

    async fn judge(&self, tried: wire::Tried) -> Result<Vec<wire::Finding>, Refusal> {
        Ok(way_in::judge(&tried))
    }

    async fn back_up(&self, passphrase: Passphrase) -> Result<wire::BackupFile, Refusal> {
        self.make_backup(passphrase).await
    }

    async fn restore(&self, wanted: wire::Restore) -> Result<wire::Restored, Refusal> {
        self.become_restored(wanted).await
    }

    async fn note_reset_asked(&self) -> Result<(), Refusal> {
        self.write_down(|_| Ok(((), vec![Event::ResetAsked]))).await
    }
}

fn peer(change: &Change<'_>, id: PeerId) -> Result<Peer, RegistryError> {
    let peers = change.snapshot()?.peers;

    peers.into_iter().find(|peer| peer.id == id).ok_or(RegistryError::NoSuchPeer)
}

fn invalid(error: &dyn std::error::Error) -> Refusal {
    Refusal::Invalid(capitalised(&error.to_string()))
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

const NO_ENDPOINT: &str = "The box has no address at home yet; look whether its network cable is plugged in";
const NO_ADDRESS: &str =
    "Write the address of Home Assistant at home, such as 192.168.1.20 or 192.168.1.20:8123";
const MAKESHIFT: &str = "The box does not know its address on the internet yet, so this works at home only; \
                         set the address, then make a new code";
