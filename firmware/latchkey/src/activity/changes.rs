use model::{Device, Event, Host, Peer, Setting};
use registry::{Settings, StoredName};

/// What was changed of a peer.
pub(crate) fn of_peer(was: &Peer, is: &Peer) -> Vec<Event> {
    let device = || Device::from(is);
    let renamed = || Event::DeviceRenamed { device: device(), was: was.name.clone() };
    let role = || Event::RoleChanged { device: device(), was: was.role, role: is.role };

    [(was.name != is.name).then(renamed), (was.role != is.role).then(role)].into_iter().flatten().collect()
}

/// What was set.
pub(crate) fn of_settings(was: &Settings, is: &Settings) -> Vec<Event> {
    let Settings { endpoint_host, home_assistant, guest_hours, port_mapping, address_lookup } = is;
    let changes = [
        (was.endpoint_host != *endpoint_host).then(|| Setting::EndpointHost(endpoint_host.clone())),
        (was.home_assistant != *home_assistant).then_some(Setting::HomeAssistant(*home_assistant)),
        (was.guest_hours != *guest_hours).then_some(Setting::GuestHours(*guest_hours)),
        (was.port_mapping != *port_mapping).then_some(Setting::PortMapping(*port_mapping)),
        (was.address_lookup != *address_lookup).then_some(Setting::AddressLookup(*address_lookup)),
    ];

    changes.into_iter().flatten().map(|change| Event::SettingChanged { change }).collect()
}

/// What became of a name.
pub(crate) fn of_name(stored: &StoredName, event: impl FnOnce(Host) -> Event) -> Vec<Event> {
    stored.name.parse().ok().map(event).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use model::{HostNumber, PeerId, PresharedKey, PrivateKey, Role};

    use super::*;

    #[test]
    fn only_what_differs_is_told_of() {
        let was = Settings::default();
        let is = Settings { port_mapping: false, guest_hours: 4.try_into().unwrap(), ..was.clone() };

        assert_eq!(of_settings(&was, &was), []);
        let changes = [Setting::GuestHours(4.try_into().unwrap()), Setting::PortMapping(false)];
        assert_eq!(of_settings(&was, &is), changes.map(|change| Event::SettingChanged { change }));
    }

    #[test]
    fn a_device_is_told_of_by_its_new_name() {
        let was = peer("Phone", Role::Guest);
        let is = peer("Anna", Role::Family);

        assert_eq!(of_peer(&was, &was), []);
        let sentences = of_peer(&was, &is).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(sentences, ["Phone is called Anna now", "Anna is family now, and was a guest"]);
    }

    fn peer(name: &str, role: Role) -> Peer {
        Peer {
            id: PeerId(1),
            name: name.parse().unwrap(),
            role,
            public_key: PrivateKey::from_bytes([1; 32]).public_key(),
            preshared_key: PresharedKey::from_bytes([1; 32]),
            host: HostNumber::new(2).unwrap(),
            endpoint: None,
            created_at: 0,
        }
    }
}
