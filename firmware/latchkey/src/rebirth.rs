use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The end of this life, once the registry has another box.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rebirth(CancellationToken);

impl Rebirth {
    /// Ends this life when whoever asked for it has his answer. Whoever asks again changes nothing.
    pub(crate) fn begin(&self) {
        let token = self.0.clone();
        tokio::spawn(async move {
            tokio::time::sleep(FAREWELL).await;
            token.cancel();
        });
    }

    /// Cancelled when this life is to end.
    pub(crate) fn token(&self) -> CancellationToken {
        self.0.clone()
    }
}

/// For the answer to be on its way before the tunnel goes that it may take.
const FAREWELL: Duration = Duration::from_secs(1);
