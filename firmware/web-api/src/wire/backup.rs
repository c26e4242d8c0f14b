//! Taking what makes the box to another card, and back.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::Passphrase;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// What protects a backup that is to be made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBackup {
    /// 12 to 256 characters; white space counts as one space between words.
    #[schema(value_type = String, min_length = 12, max_length = 256, example = "correct horse battery staple")]
    pub passphrase: Passphrase,
}

/// A backup to take over.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The file, in base64.
    #[schema(value_type = String, format = Byte)]
    pub file: BackupFile,
    /// What it was made with.
    #[schema(value_type = String, min_length = 12, max_length = 256, example = "correct horse battery staple")]
    pub passphrase: Passphrase,
    /// Whether to put out all devices that this box has; without it, a box with devices refuses.
    #[serde(default)]
    pub replace: bool,
}

/// What the box has become. It begins anew within seconds, and everybody has to sign in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Restored {
    /// How many devices may come in as before.
    pub peers: usize,
    /// The names whose token or password has to be typed again: none is ever in a backup.
    pub names_without_secret: Vec<String>,
}

/// The bytes of a backup.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct BackupFile(pub Vec<u8>);

impl Serialize for BackupFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for BackupFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;

        STANDARD.decode(text).map(Self).map_err(|_| de::Error::custom("the file has to be written in base64"))
    }
}
