//! A household in memory, for work on the page and for tests.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use model::{
    Configuration, Endpoint, Host, HostNumber, Passphrase, Pattern, PeerId, PeerName, PresharedKey,
    PrivateKey, PublicKey, Role, TunnelName, TunnelRange,
};
use tokio::sync::watch;

use crate::{
    Gateway, Refusal,
    wire::{
        Activity, ActivityLine, ActivityWanted, BackupFile, Check, Exposure, Finding, GuestAccess,
        GuestAccessChange, Issued, Lock, Name, NewName, NewPeer, Peer, PeerChange, Restore, Restored,
        Settings, SettingsChange, State, Tried,
    },
};

// Their whole paths, because tests take this file in by its source.
#[path = "mock/activity.rs"]
mod activity;
#[path = "mock/beginning.rs"]
mod beginning;
#[path = "mock/safekeeping.rs"]
mod safekeeping;
#[path = "mock/way_in.rs"]
mod way_in;

/// A box that does everything but let anybody in.
pub struct MockGateway {
    state: watch::Sender<Arc<State>>,
    range: TunnelRange,
    next_id: Mutex<u32>,
    callers: BTreeMap<IpAddr, Role>,
    lines: Vec<ActivityLine>,
}

impl MockGateway {
    /// A box that nobody has been let into yet.
    ///
    /// # Panics
    /// Never, since what it is made of is constant.
    #[must_use]
    pub fn new_box() -> Self {
        let nets = (RANGE.0.parse().expect("a network"), RANGE.1.parse().expect("a network"));
        let range = TunnelRange::new(nets.0, nets.1).expect("a range");

        Self {
            state: watch::Sender::new(Arc::new(beginning::new_state(&range))),
            range,
            next_id: Mutex::new(1),
            callers: BTreeMap::new(),
            lines: activity::of_a_new_box(),
        }
    }

    /// A box with a family: an owner, two others, and a guest.
    ///
    /// # Panics
    /// Never, since what it is made of is constant.
    #[must_use]
    pub fn household() -> Self {
        let mock = Self { lines: activity::of_a_household(), ..Self::new_box() };
        for (name, role) in [
            ("Anna", Role::Owner),
            ("Ben", Role::Family),
            ("Grandma’s tablet", Role::Family),
            ("Babysitter", Role::Guest),
        ] {
            let public_key = PrivateKey::generate().public_key();
            mock.let_in(NewPeer { name: name.parse().expect("a name"), role, public_key })
                .expect("there is room");
        }
        mock.update(|state| {
            beginning::connect(&mut state.peers[0], 24, 48_213_504, 391_118_848);
            beginning::connect(&mut state.peers[1], 7 * 60, 1_203_400, 9_310_208);
            state.peers[1].connected = false;
            beginning::connect(&mut state.peers[2], 3 * 86_400, 20_480, 81_920);
            state.peers[2].connected = false;
            state.peers[3].outdated = true;
            state.status.lamps.people = Pattern::Solid;
            way_in::name(&mut state.way_in);
        });

        mock
    }

    /// Takes requests from this address to come from a peer of this role.
    #[must_use]
    pub fn with_caller(mut self, source: IpAddr, role: Role) -> Self {
        self.callers.insert(source, role);

        self
    }

    /// Lets this have happened, and nothing else.
    #[must_use]
    pub fn with_lines(mut self, lines: Vec<ActivityLine>) -> Self {
        self.lines = lines;

        self
    }

    /// Changes the present, and tells everybody who looks.
    pub fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut changed = None;
        self.state.send_modify(|state| changed = Some(change(Arc::make_mut(state))));

        changed.expect("the change was made")
    }

    /// Forgets everything, as after a factory reset.
    pub fn reset(&self) {
        self.update(|state| *state = beginning::new_state(&self.range));
    }

    fn let_in(&self, new: NewPeer) -> Result<Issued, Refusal> {
        let peer = self.update(|state| {
            refuse_taken(state, None, Some(&new.name), Some(new.public_key))?;
            let taken =
                |host: &HostNumber| state.peers.iter().any(|peer| peer.address == self.range.v4_of(*host));
            let host = HostNumber::peers().find(|host| !taken(host)).ok_or(Refusal::Full)?;
            let role = if state.peers.is_empty() { Role::Owner } else { new.role };
            let peer =
                beginning::stranger(self.next_id(), new.name, role, new.public_key, self.range.v4_of(host));
            state.peers.push(peer.clone());

            Ok::<_, Refusal>(peer)
        })?;

        self.issue(peer)
    }

    fn issue(&self, peer: Peer) -> Result<Issued, Refusal> {
        let state = self.state.borrow().clone();
        let configuration = Configuration {
            range: self.range,
            host: self.range.host_of(peer.address.into()).ok_or(Refusal::NoSuchPeer)?,
            gateway: state.status.public_key,
            preshared_key: PresharedKey::generate(),
            endpoint: Endpoint { host: host_of(&state), port: state.status.port },
        };

        Ok(Issued {
            peer,
            configuration: configuration.template(),
            placeholder: model::PLACEHOLDER.to_owned(),
            tunnel_name: TunnelName::default().to_string(),
            warning: state.settings.endpoint_host.is_none().then(|| NO_ENDPOINT.to_owned()),
        })
    }

    fn next_id(&self) -> PeerId {
        let mut next = self.next_id.lock().unwrap_or_else(PoisonError::into_inner);
        let id = PeerId(*next);
        *next += 1;

        id
    }
}

#[async_trait]
impl Gateway for MockGateway {
    fn state(&self) -> watch::Receiver<Arc<State>> {
        self.state.subscribe()
    }

    fn role_of(&self, source: IpAddr) -> Option<Role> {
        let state = self.state.borrow();
        let peer = state.peers.iter().find(|peer| IpAddr::V4(peer.address) == source);

        peer.map(|peer| peer.role).or_else(|| self.callers.get(&source).copied())
    }

    fn set_waiting(&self, waiting: bool) {
        let power = if waiting { Pattern::DoubleBlink } else { Pattern::Solid };
        self.state.send_if_modified(|state| {
            let differs = state.status.lamps.power != power;
            if differs {
                Arc::make_mut(state).status.lamps.power = power;
            }
            differs
        });
    }

    async fn add_peer(&self, new: NewPeer) -> Result<Issued, Refusal> {
        self.let_in(new)
    }

    async fn change_peer(&self, id: PeerId, change: PeerChange) -> Result<Peer, Refusal> {
        self.update(|state| {
            refuse_taken(state, Some(id), change.name.as_ref(), None)?;
            let peer = state.peers.iter_mut().find(|peer| peer.id == id).ok_or(Refusal::NoSuchPeer)?;
            peer.name = change.name.unwrap_or_else(|| peer.name.clone());
            peer.role = change.role.unwrap_or(peer.role);

            Ok(peer.clone())
        })
    }

    async fn rekey_peer(&self, id: PeerId, key: PublicKey) -> Result<Issued, Refusal> {
        let peer = self.update(|state| {
            refuse_taken(state, Some(id), None, Some(key))?;
            let peer = state.peers.iter_mut().find(|peer| peer.id == id).ok_or(Refusal::NoSuchPeer)?;
            *peer = Peer {
                created_at: peer.created_at,
                ..beginning::stranger(id, peer.name.clone(), peer.role, key, peer.address)
            };

            Ok::<_, Refusal>(peer.clone())
        })?;

        self.issue(peer)
    }

    async fn remove_peer(&self, id: PeerId) -> Result<(), Refusal> {
        self.update(|state| {
            let at = state.peers.iter().position(|peer| peer.id == id).ok_or(Refusal::NoSuchPeer)?;
            state.peers.remove(at);

            Ok(())
        })
    }

    async fn set_guest_access(&self, change: GuestAccessChange) -> Result<GuestAccess, Refusal> {
        Ok(self.update(|state| {
            let time = change.seconds.unwrap_or_else(|| state.settings.guest_hours.into());
            let seconds_left = change.on.then(|| u64::from(u32::from(time)));
            state.guest_access = GuestAccess { on: change.on, seconds_left };
            state.status.lamps.people = if change.on { Pattern::SlowPulse } else { Pattern::Solid };

            state.guest_access.clone()
        }))
    }

    async fn set_lock(&self, wanted: Lock) -> Result<Lock, Refusal> {
        self.update(|state| {
            state.status.locked = wanted.locked;
            state.status.lamps.door = if wanted.locked { Pattern::Off } else { Pattern::SlowPulse };
            if wanted.locked {
                state.peers.iter_mut().for_each(|peer| peer.connected = false);
                state.status.lamps.people = Pattern::Off;
            }
        });

        Ok(wanted)
    }

    async fn change_settings(&self, change: SettingsChange) -> Result<Settings, Refusal> {
        let host = change.endpoint_host.as_deref().map(host_or_nothing).transpose()?;

        Ok(self.update(|state| {
            if let Some(host) = host {
                let port = state.status.port;
                state.status.endpoint = host.clone().map(|host| Endpoint { host, port }.to_string());
                state.settings.endpoint_host = host;
            }
            if let Some(typed) = change.home_assistant {
                way_in::set_home_assistant(state, typed.trim());
            }
            let settings = &mut state.settings;
            settings.guest_hours = change.guest_hours.unwrap_or(settings.guest_hours);
            settings.port_mapping = change.port_mapping.unwrap_or(settings.port_mapping);
            settings.address_lookup = change.address_lookup.unwrap_or(settings.address_lookup);

            state.settings.clone()
        }))
    }

    async fn add_name(&self, new: NewName) -> Result<Name, Refusal> {
        let id = self.next_id().0;

        self.update(|state| way_in::add_name(&mut state.way_in, id, new))
    }

    async fn remove_name(&self, id: u32) -> Result<(), Refusal> {
        self.update(|state| way_in::remove_name(&mut state.way_in, id))
    }

    async fn activity(&self, wanted: ActivityWanted) -> Result<Activity, Refusal> {
        Ok(activity::newest(&self.lines, &wanted))
    }

    async fn check(&self) -> Result<Check, Refusal> {
        Ok(way_in::check(&self.state.borrow()))
    }

    async fn exposure(&self) -> Result<Exposure, Refusal> {
        Ok(way_in::exposure(&self.state.borrow()))
    }

    async fn judge(&self, tried: Tried) -> Result<Vec<Finding>, Refusal> {
        Ok(way_in::judge(&tried))
    }

    async fn back_up(&self, passphrase: Passphrase) -> Result<BackupFile, Refusal> {
        Ok(safekeeping::write(&self.state.borrow(), &passphrase))
    }

    async fn restore(&self, wanted: Restore) -> Result<Restored, Refusal> {
        self.update(|state| safekeeping::restore(state, &wanted))
    }

    async fn note_reset_asked(&self) -> Result<(), Refusal> {
        Ok(())
    }
}

fn refuse_taken(
    state: &State,
    but: Option<PeerId>,
    name: Option<&PeerName>,
    key: Option<PublicKey>,
) -> Result<(), Refusal> {
    let mut others = state.peers.iter().filter(|peer| Some(peer.id) != but);
    if others.clone().any(|peer| Some(&peer.name) == name) {
        return Err(Refusal::NameTaken);
    }
    if others.any(|peer| Some(peer.public_key) == key) || key == Some(state.status.public_key) {
        return Err(Refusal::KeyTaken);
    }

    Ok(())
}

fn host_or_nothing(text: &str) -> Result<Option<Host>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }

    text.parse().map(Some).map_err(|error: model::InvalidHost| Refusal::Invalid(error.to_string()))
}

fn host_of(state: &State) -> Host {
    let unknown = || Host::Address(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)));

    state.settings.endpoint_host.clone().unwrap_or_else(unknown)
}

const RANGE: (&str, &str) = ("10.93.46.0/24", "fd4c:8e12:6a90::/64");
const NO_ENDPOINT: &str = "The box does not know its address on the internet yet, so this works at home only; set it in the settings";
