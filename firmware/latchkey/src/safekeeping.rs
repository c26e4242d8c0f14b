//! Taking what makes the box to another card, and back: the registry's words in the backup's, and the other way round.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket},
    sync::Arc,
};

use backup::{Contents, OpenError, Successor};
use model::{Passphrase, PeerId};
use registry::{Identity, Restored, Settings, Snapshot, StoredName};
use tokio::sync::Mutex;
use web_api::{Refusal, wire::BackupFile};

/// Seals and opens backups, one at a time: each takes 64 MiB for a second.
#[derive(Default)]
pub(crate) struct Safekeeping(Arc<Mutex<()>>);

impl Safekeeping {
    /// Writes down what makes this box.
    pub(crate) async fn seal(
        &self,
        snapshot: &Snapshot,
        passphrase: Passphrase,
    ) -> Result<BackupFile, Refusal> {
        let contents = contents(snapshot).ok_or_else(|| Refusal::Failed("the box is nobody yet".into()))?;
        if !contents.can_be() {
            return Err(Refusal::Failed("no box could be restored from a backup of this one".into()));
        }

        self.work(move || BackupFile(contents.seal(&passphrase))).await
    }

    /// Reads what anybody may have sent.
    pub(crate) async fn open(&self, file: BackupFile, passphrase: Passphrase) -> Result<Restored, Refusal> {
        let opened = self.work(move || Contents::open(&file.0, &passphrase)).await?;

        opened.map(restored).map_err(refuse)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        // Held by the work itself: it goes on when nobody waits for it any more.
        let turn = Arc::clone(&self.0).lock_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });

        done.await.map_err(|error| Refusal::Failed(error.into()))
    }
}

fn contents(snapshot: &Snapshot) -> Option<Contents> {
    let Identity { private_key, range, port } = snapshot.identity.clone()?;
    let Settings { endpoint_host, home_assistant, guest_hours, port_mapping, address_lookup } =
        snapshot.settings.clone();

    Some(Contents {
        private_key,
        range,
        port,
        port_outside: snapshot.port_outside,
        peers: snapshot.peers.iter().map(|one| peer(one, &snapshot.successors)).collect(),
        settings: backup::Settings {
            endpoint_host,
            home_assistant,
            guest_hours,
            port_mapping,
            address_lookup,
        },
        names: snapshot.names.iter().map(name).collect(),
    })
}

fn peer(peer: &model::Peer, successors: &[model::Peer]) -> backup::Peer {
    let model::Peer { id, name, role, public_key, preshared_key, host, endpoint, created_at } = peer.clone();
    let successor = successors.iter().find(|successor| successor.id == id).and_then(successor);

    backup::Peer { name, role, public_key, preshared_key, host, endpoint, created_at, successor }
}

fn successor(peer: &model::Peer) -> Option<Successor> {
    let model::Peer { public_key, preshared_key, endpoint, .. } = peer.clone();

    Some(Successor { public_key, preshared_key, endpoint: endpoint? })
}

fn name(stored: &StoredName) -> backup::Name {
    let StoredName { id: _, provider, name, server, user, secret: _, published: _ } = stored.clone();

    backup::Name { provider, name, server: server.as_deref().map(tidy), user: user.as_deref().map(tidy) }
}

/// Without the blanks and line breaks that were once written down as they had been pasted.
fn tidy(text: &str) -> String {
    text.replace(char::is_control, "").trim().to_owned()
}

fn restored(contents: Contents) -> Restored {
    let Contents { private_key, range, port, port_outside, peers, settings, names } = contents;
    let backup::Settings { endpoint_host, home_assistant, guest_hours, port_mapping, address_lookup } =
        settings;

    Restored {
        identity: Identity { private_key, range, port },
        port_outside,
        successors: peers.iter().filter_map(restored_successor).collect(),
        peers: peers.into_iter().map(restored_peer).collect(),
        settings: Settings { endpoint_host, home_assistant, guest_hours, port_mapping, address_lookup },
        names: names.into_iter().map(restored_name).collect(),
    }
}

/// The registry gives it a number.
fn restored_peer(peer: backup::Peer) -> model::Peer {
    let backup::Peer { name, role, public_key, preshared_key, host, endpoint, created_at, successor: _ } =
        peer;

    model::Peer { id: PeerId(0), name, role, public_key, preshared_key, host, endpoint, created_at }
}

fn restored_successor(peer: &backup::Peer) -> Option<model::Peer> {
    let Successor { public_key, preshared_key, endpoint } = peer.successor.clone()?;
    let is = restored_peer(peer.clone());

    Some(model::Peer { public_key, preshared_key, endpoint: Some(endpoint), ..is })
}

/// Without its secret, which the owner types again.
fn restored_name(name: backup::Name) -> StoredName {
    let backup::Name { provider, name, server, user } = name;

    StoredName { id: 0, provider, name, server, user, secret: String::new().into(), published: None }
}

/// Sees that a box could have this port. One that cannot get it cannot begin, and better that is told beforehand.
pub(crate) fn try_port(port: u16) -> Result<(), Refusal> {
    let places = [IpAddr::from(Ipv4Addr::UNSPECIFIED), Ipv6Addr::UNSPECIFIED.into()];
    let is_taken = places.iter().any(|place| {
        let bound = UdpSocket::bind((*place, port));
        bound.is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
    });
    if is_taken {
        let sentence = format!(
            "Another program on this machine has UDP port {port}, which the backup's box needs; stop it and try again"
        );
        return Err(Refusal::Backup { code: PORT_IN_USE, sentence });
    }

    Ok(())
}

const PORT_IN_USE: &str = "port_in_use";

fn refuse(error: OpenError) -> Refusal {
    let code = match error {
        OpenError::Foreign => "not_a_backup",
        OpenError::Newer => "newer_backup",
        OpenError::WrongPassphrase => "wrong_passphrase",
        OpenError::Damaged => "damaged_backup",
    };

    Refusal::Backup { code, sentence: error.to_string() }
}

#[cfg(test)]
mod tests {
    use model::{GuestAccess, HostNumber, Moment, PresharedKey, PrivateKey, Role, TunnelRange};

    use super::*;

    #[tokio::test]
    async fn a_box_comes_back_as_it_was_but_for_its_tokens_and_its_guests() {
        let snapshot = snapshot();
        let safekeeping = Safekeeping::default();
        let passphrase = || "correct horse battery staple".parse::<Passphrase>().unwrap();

        let file = safekeeping.seal(&snapshot, passphrase()).await.unwrap();
        let restored = safekeeping.open(file, passphrase()).await.unwrap();

        assert!(restored.identity.is(snapshot.identity.as_ref().unwrap()));
        assert_eq!((restored.port_outside, restored.settings), (snapshot.port_outside, snapshot.settings));
        let numbered = |peer: &model::Peer| model::Peer { id: PeerId(7), ..peer.clone() };
        assert_eq!(restored.peers.iter().map(numbered).collect::<Vec<_>>(), snapshot.peers);
        assert_eq!(restored.successors.iter().map(numbered).collect::<Vec<_>>(), snapshot.successors);
        let known = StoredName { id: 3, secret: "token".to_owned().into(), ..restored.names[0].clone() };
        assert_eq!([known], *snapshot.names);
        assert!(restored.names[0].secret.is_empty());
    }

    #[tokio::test]
    async fn what_was_written_down_with_line_breaks_is_no_reason_to_lose_a_backup() {
        let mut snapshot = snapshot();
        snapshot.names[0].user = Some(format!("\tanna\n{}", " ".repeat(600)));
        snapshot.names[0].server = Some("https://members.\nexample.net".to_owned());
        let safekeeping = Safekeeping::default();
        let passphrase = || "correct horse battery staple".parse::<Passphrase>().unwrap();

        let file = safekeeping.seal(&snapshot, passphrase()).await.unwrap();
        let restored = safekeeping.open(file, passphrase()).await.unwrap();

        assert_eq!(restored.names[0].user.as_deref(), Some("anna"));
        assert_eq!(restored.names[0].server.as_deref(), Some("https://members.example.net"));
    }

    #[tokio::test]
    async fn what_could_not_be_opened_again_is_not_sealed() {
        let mut snapshot = snapshot();
        snapshot.names[0].user = Some("x".repeat(600));
        let sealed = Safekeeping::default().seal(&snapshot, "correct horse battery".parse().unwrap()).await;

        assert!(matches!(sealed, Err(Refusal::Failed(_))));
    }

    #[test]
    fn a_port_that_somebody_has_is_told_before_the_box_would_need_it() {
        let taken = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();

        assert!(matches!(try_port(port), Err(Refusal::Backup { code: "port_in_use", .. })));
        drop(taken);
        assert!(try_port(port).is_ok());
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_file_has_a_word_for_programs() {
        let file = BackupFile(b"latchkey-backup 2\n".to_vec());
        let opened = Safekeeping::default().open(file, "correct horse".parse().unwrap()).await;

        assert!(matches!(opened, Err(Refusal::Backup { code: "newer_backup", .. })));
    }

    fn snapshot() -> Snapshot {
        let since = Moment {
            boot_id: "a".to_owned(),
            since_boot: std::time::Duration::ZERO,
            unix_seconds: 0,
            clock_is_set: true,
        };

        Snapshot {
            identity: Some(Identity {
                private_key: PrivateKey::generate(),
                range: TunnelRange::pick(&[]),
                port: 30_000,
            }),
            peers: vec![anna()],
            successors: vec![model::Peer {
                public_key: PrivateKey::generate().public_key(),
                preshared_key: PresharedKey::generate(),
                ..anna()
            }],
            guest_access: GuestAccess::on(since, model::GuestHours::default()),
            port_outside: Some(40_000),
            settings: Settings {
                endpoint_host: Some("home.example.org".parse().unwrap()),
                home_assistant: Some("192.168.1.20:8123".parse().unwrap()),
                guest_hours: 4.try_into().unwrap(),
                port_mapping: false,
                address_lookup: false,
            },
            names: vec![StoredName {
                id: 3,
                provider: "dyndns2".to_owned(),
                name: "home.example.net".to_owned(),
                server: Some("https://members.example.net".to_owned()),
                user: Some("anna".to_owned()),
                secret: "token".to_owned().into(),
                published: None,
            }],
            ..Snapshot::default()
        }
    }

    fn anna() -> model::Peer {
        model::Peer {
            id: PeerId(7),
            name: "Anna".parse().unwrap(),
            role: Role::Owner,
            public_key: PrivateKey::from_bytes([7; 32]).public_key(),
            preshared_key: PresharedKey::from_bytes([7; 32]),
            host: HostNumber::new(9).unwrap(),
            endpoint: Some("home.example.org:30000".parse().unwrap()),
            created_at: 1_700_000_000,
        }
    }
}
