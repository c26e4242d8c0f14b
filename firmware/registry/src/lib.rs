//! What the box knows, in a database that survives a power cut.
//!
//! [`Registry`] is the door: it gives a [`Snapshot`] of everything and makes a [`Change`] of anything, whole or not
//! at all, with the [`Line`]s of activity that tell of it.

pub use activity::{Excerpt, Line};
pub use change::{Change, NewPeer};
pub use error::{FileError, OpenError, RegistryError};
pub use names::{Published, StoredName};
pub use registry::{Registry, wipe};
pub use restored::Restored;
pub use snapshot::{FoundHomeAssistant, Identity, PublicAddress, Settings, Snapshot};

mod activity;
mod change;
mod column;
mod database;
mod directory;
mod error;
mod header;
mod key_file;
mod names;
mod registry;
mod restored;
mod schema;
mod snapshot;
mod successors;
