use std::{sync::mpsc, time::Duration};

/// The runtime's time, which stands still but for [`advance`](Self::advance), while sockets go on.
pub(crate) struct Clock {
    _held: mpsc::Sender<()>,
}

impl Clock {
    pub(crate) fn stop() -> Self {
        let (held, holding) = mpsc::channel::<()>();
        // Paused time would jump whenever all wait for a socket; it does not while a blocking task runs.
        tokio::task::spawn_blocking(move || holding.recv().is_err());
        tokio::time::pause();

        Self { _held: held }
    }

    pub(crate) async fn advance(&self, by: Duration) {
        // Timers go by whole milliseconds, rounded up.
        tokio::time::advance(by + Duration::from_millis(1)).await;
    }
}
