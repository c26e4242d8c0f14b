use std::time::Duration;

use model::{Event, Passphrase};
use web_api::{Refusal, wire};

use super::Household;

impl Household {
    /// Writes down what makes the box. A card that takes no line about it any more is one to make a backup of.
    pub(super) async fn make_backup(&self, passphrase: Passphrase) -> Result<wire::BackupFile, Refusal> {
        let file = self.safekeeping.seal(&self.present().snapshot, passphrase).await?;
        if let Err(error) = self.write_down(|_| Ok(((), vec![Event::BackupMade]))).await {
            tracing::warn!(%error, "Cannot write down that a backup was made");
        }
        tracing::info!(bytes = file.0.len(), "A backup was made");

        Ok(file)
    }

    /// Becomes the box that was backed up, and begins anew once the answer is on its way.
    pub(super) async fn become_restored(&self, wanted: wire::Restore) -> Result<wire::Restored, Refusal> {
        let wire::Restore { file, passphrase, replace } = wanted;
        let restored = self.safekeeping.open(file, passphrase).await?;
        let answer = wire::Restored {
            peers: restored.peers.len(),
            names_without_secret: restored.names.iter().map(|name| name.name.clone()).collect(),
        };
        let devices = u32::try_from(answer.peers).unwrap_or(u32::MAX);
        self.write_down(move |change| {
            change.restore(&restored, replace)?;
            Ok(((), vec![Event::Restored { devices }]))
        })
        .await?;
        tracing::info!(devices, "The box was restored, and begins anew");
        let rebirth = self.rebirth.clone();
        tokio::spawn(async move {
            tokio::time::sleep(FAREWELL).await;
            rebirth.cancel();
        });

        Ok(answer)
    }
}

/// For the answer to be on its way before the tunnel goes that it may take.
const FAREWELL: Duration = Duration::from_secs(1);
