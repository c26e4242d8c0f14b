//! What runs side by side in the daemon: the first to end, or a signal, ends the rest, and everyone is waited for.

use std::{future::Future, time::Duration};

use anyhow::Context as _;
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

/// The running services, each stopped by one token.
#[derive(Default)]
pub(crate) struct Services {
    stop: CancellationToken,
    running: JoinSet<anyhow::Result<()>>,
}

impl Services {
    /// Starts a service; it has to end soon after the token is cancelled.
    pub(crate) fn spawn<F>(&mut self, name: &'static str, service: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let running = service(self.stop.clone());
        self.running.spawn(async move { running.await.context(name) });
    }

    /// Waits for the first service to end or for the token, ends the others, and waits for all.
    ///
    /// # Errors
    /// The error of the first service that failed.
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        let first = tokio::select! {
            first = self.running.join_next() => flatten(first),
            () = self.stop.cancelled() => Ok(()),
        };
        self.stop.cancel();

        let rest = timeout(PATIENCE, async {
            let mut outcome = Ok(());
            while let Some(ended) = self.running.join_next().await {
                outcome = outcome.and(flatten(Some(ended)));
            }
            outcome
        });

        first.and(rest.await.context("a service did not end in time and was cut off")?)
    }
}

/// How long the services may take to end; after that they are cut off. Longer than one run of `nft` may take.
const PATIENCE: Duration = Duration::from_secs(15);

type Ended = Result<anyhow::Result<()>, tokio::task::JoinError>;

fn flatten(ended: Option<Ended>) -> anyhow::Result<()> {
    match ended {
        Some(Ok(outcome)) => outcome,
        Some(Err(error)) => Err(error).context("a service broke off"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_service_to_fail_ends_the_others() {
        let mut services = Services::default();
        services.spawn("patient", |stop| async move {
            stop.cancelled().await;
            Ok(())
        });
        services.spawn("hasty", |_| async { anyhow::bail!("no more") });

        let error = services.run().await.unwrap_err();

        assert_eq!(format!("{error:#}"), "hasty: no more");
    }

    #[tokio::test]
    async fn the_token_ends_all_services() {
        let mut services = Services::default();
        services.spawn("patient", |stop| async move {
            stop.cancelled().await;
            Ok(())
        });
        services.stop.cancel();

        assert!(services.run().await.is_ok());
    }
}
