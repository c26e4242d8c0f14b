use model::{Event, Passphrase};
use web_api::{Refusal, wire};

use super::Household;
use crate::safekeeping::try_port;

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
        if restored.identity.port != self.present().port {
            try_port(restored.identity.port)?;
        }
        let answer = wire::Restored {
            peers: restored.peers.len(),
            names_without_secret: restored.names.iter().map(|name| name.name.clone()).collect(),
        };
        let devices = u32::try_from(answer.peers).unwrap_or(u32::MAX);
        let written = self.write_down(move |change| {
            change.restore(&restored, replace)?;
            Ok(((), vec![Event::Restored { devices }]))
        });
        let rebirth = self.outlook.rebirth.clone();
        // On its own: whoever asked may hang up while it is being written, and it would be written all the same.
        let begun = tokio::spawn(async move {
            written.await?;
            tracing::info!(devices, "The box was restored, and begins anew");
            rebirth.begin();
            Ok(())
        });
        begun.await.map_err(|error| Refusal::Failed(error.into()))??;

        Ok(answer)
    }
}
