use tokio::sync::{mpsc, oneshot};

/// Asks for a reconciliation and waits until it is done.
#[derive(Debug, Clone)]
pub(crate) struct Trigger(mpsc::Sender<Request>);

impl Trigger {
    /// The trigger, and where its requests arrive.
    pub(super) fn new() -> (Self, mpsc::Receiver<Request>) {
        let (sender, requests) = mpsc::channel(MOST_WAITING);

        (Self(sender), requests)
    }

    /// Returns when everything that was written down before the call is in force.
    ///
    /// # Errors
    /// When a part would not take it, or the daemon is stopping.
    pub(crate) async fn reconcile(&self) -> Result<(), NotInForce> {
        let stopping = || NotInForce("the box is stopping".to_owned());
        let (done, is_done) = oneshot::channel();
        self.0.send(done).await.map_err(|_| stopping())?;

        is_done.await.map_err(|_| stopping())?
    }
}

/// Whoever asked, and waits to hear how it went.
pub(super) type Request = oneshot::Sender<Result<(), NotInForce>>;

/// Something that is written down is not in force, and why.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotInForce(pub(super) String);

/// More changes than this at once have to wait; the page sends one at a time.
const MOST_WAITING: usize = 64;
