use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use model::{Passphrase, PeerId, PublicKey, Role};
use tokio::sync::watch;

use crate::wire;

/// The box, as the API sees it: the daemon, or a mock for work on the page.
///
/// Every method that changes something answers when the change is written down *and* in force.
#[async_trait]
pub trait Gateway: Send + Sync + 'static {
    /// The complete present, and every change of it.
    fn state(&self) -> watch::Receiver<Arc<wire::State>>;

    /// What the peer with this source address inside the tunnel may do. Cryptokey routing has proved the address.
    fn role_of(&self, source: IpAddr) -> Option<Role>;

    /// Tells the lamps whether a browser waits for the button.
    fn set_waiting(&self, waiting: bool);

    /// Lets a new peer in.
    async fn add_peer(&self, new: wire::NewPeer) -> Result<wire::Issued, Refusal>;

    /// Renames a peer or changes its role.
    async fn change_peer(&self, id: PeerId, change: wire::PeerChange) -> Result<wire::Peer, Refusal>;

    /// Gives a peer a new key; the old one is dead once the peer has come in with it.
    async fn rekey_peer(&self, id: PeerId, key: PublicKey) -> Result<wire::Issued, Refusal>;

    /// Puts a peer out for good.
    async fn remove_peer(&self, id: PeerId) -> Result<(), Refusal>;

    /// Lets guests in, or puts them out.
    async fn set_guest_access(&self, change: wire::GuestAccessChange) -> Result<wire::GuestAccess, Refusal>;

    /// Switches remote access off, for everybody and at once, or on again.
    async fn set_lock(&self, wanted: wire::Lock) -> Result<wire::Lock, Refusal>;

    /// Changes what an owner may set.
    async fn change_settings(&self, change: wire::SettingsChange) -> Result<wire::Settings, Refusal>;

    /// Has a name follow the home's address; one that is there already gets another secret.
    async fn add_name(&self, new: wire::NewName) -> Result<wire::Name, Refusal>;

    /// Lets a name go.
    async fn remove_name(&self, id: u32) -> Result<(), Refusal>;

    /// What happened, the newest first.
    async fn activity(&self, wanted: wire::ActivityWanted) -> Result<wire::Activity, Refusal>;

    /// Looks why somebody cannot get in. Takes some seconds.
    async fn check(&self) -> Result<wire::Check, Refusal>;

    /// Whether anything else at home is open to the internet, looked up anew. Takes some seconds.
    async fn exposure(&self) -> Result<wire::Exposure, Refusal>;

    /// What it means that a phone outside got this from the home's address.
    async fn judge(&self, tried: wire::Tried) -> Result<Vec<wire::Finding>, Refusal>;

    /// Writes down what makes the box, for whoever knows the passphrase. Takes a second or two.
    async fn back_up(&self, passphrase: Passphrase) -> Result<wire::BackupFile, Refusal>;

    /// Becomes the box that was backed up. When this answers it is written down; the box begins anew soon after.
    async fn restore(&self, wanted: wire::Restore) -> Result<wire::Restored, Refusal>;

    /// Writes down that somebody asked for a factory reset, which the button is still to confirm.
    async fn note_reset_asked(&self) -> Result<(), Refusal>;
}

/// Why the box would not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such peer.
    #[error("This device is not on the list any more")]
    NoSuchPeer,
    /// There is no such name.
    #[error("This name is not on the list any more")]
    NoSuchName,
    /// Another peer has this name.
    #[error("There is already a device of this name; choose another")]
    NameTaken,
    /// Another peer has this key, or the box itself.
    #[error("This key belongs to another device; make a new one")]
    KeyTaken,
    /// All the addresses in the tunnel are given away.
    #[error("The box is full: 253 devices are on the list; remove one first")]
    Full,
    /// The box has devices, and nobody said that they are to be replaced.
    #[error(
        "This box has devices already, and a restore would put them out; say that everything is to be replaced"
    )]
    NotEmpty,
    /// The file is none that could be restored with this passphrase.
    #[error("{sentence}")]
    Backup {
        /// A word for programs, such as `wrong_passphrase`.
        code: &'static str,
        /// What is wrong with it.
        sentence: String,
    },
    /// The box has become another one and is about to begin anew.
    #[error("The box is starting again with what was restored; try again in a moment")]
    StartingAgain,
    /// A value that the wire types could not refuse by themselves.
    #[error("{0}")]
    Invalid(String),
    /// It is written down, but a part of the box would not take it; it is tried again every second.
    #[error("This is written down, but not in force yet: {0}")]
    NotInForce(String),
    /// The disk takes no more; nothing was changed.
    #[error("The box's storage is full, so nothing was changed; free some space and try again")]
    StorageFull,
    /// Anything else; the log says what.
    #[error("The box could not do this, and nothing was changed; its log says why")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
