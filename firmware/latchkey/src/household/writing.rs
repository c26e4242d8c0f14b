use model::{Event, Moment};
use registry::{Change, Registry, RegistryError};
use web_api::Refusal;

use super::Household;
use crate::clock;

impl Household {
    /// Makes a change that is in force when this returns, and writes down what it was.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        change: impl Fn(&mut Change<'_>) -> Result<(T, Vec<Event>), RegistryError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let changed = self.write_down(change).await?;
        self.outlook.trigger.reconcile().await.map_err(|error| Refusal::NotInForce(error.to_string()))?;

        Ok(changed)
    }

    /// [`change`](Self::change) for what need not come into force. It asks nothing more of the household, so that it can
    /// go on alone.
    pub(super) fn write_down<T, C>(
        &self,
        change: C,
    ) -> impl Future<Output = Result<T, Refusal>> + Send + use<T, C>
    where
        T: Send + 'static,
        C: Fn(&mut Change<'_>) -> Result<(T, Vec<Event>), RegistryError> + Send + 'static,
    {
        let registry = self.registry.clone();
        let us = self.present().public_key;
        let change = move |changing: &mut Change<'_>| {
            // What is asked of one box must not be done to another.
            changing.expect_box(us)?;
            change(changing)
        };

        async move {
            let moment = moment()?;
            blocking(move || registry.change_and_note(&moment, change)).await
        }
    }

    /// Reads, which may wait for a change that is being written.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Registry) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let registry = self.registry.clone();

        blocking(move || read(&registry)).await
    }
}

/// It waits for a card that may be slow.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RegistryError> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;

    done.map_err(|error| Refusal::Failed(error.into()))?.map_err(refuse)
}

/// What all the clocks of the box say now.
pub(super) fn moment() -> Result<Moment, Refusal> {
    clock::moment().map_err(|error| Refusal::Failed(error.into()))
}

fn refuse(error: RegistryError) -> Refusal {
    match error {
        RegistryError::NoSuchPeer => Refusal::NoSuchPeer,
        RegistryError::NoSuchName => Refusal::NoSuchName,
        RegistryError::TooManyNames => Refusal::Invalid(TOO_MANY_NAMES.to_owned()),
        RegistryError::NameTaken => Refusal::NameTaken,
        RegistryError::KeyTaken => Refusal::KeyTaken,
        RegistryError::Full => Refusal::Full,
        RegistryError::NotEmpty => Refusal::NotEmpty,
        RegistryError::AnotherBox => Refusal::StartingAgain,
        RegistryError::StorageFull => Refusal::StorageFull,
        error => {
            tracing::error!(error = %format!("{:#}", anyhow::Error::from(error)), "The registry refused a change");
            Refusal::Failed("the registry refused a change".into())
        }
    }
}

const TOO_MANY_NAMES: &str = "There are sixteen names already; remove one first";
