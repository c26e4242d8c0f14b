use tokio::{
    sync::watch,
    time::{Duration, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    errand::Errand,
    opening::{Door, Opening},
    path::Path,
    protocol::Protocol,
    router::Router,
    vigil::Vigil,
    wish::Wish,
};
use crate::Family;

/// Opens the door in the router as it is wished for, keeps it open, and shuts it at the end.
///
/// The same wish with one more knock means that something about the network has changed: what is shut is tried at once.
#[derive(Debug)]
pub struct Doorman {
    wishes: watch::Receiver<Option<Wish>>,
    door: watch::Sender<Door>,
}

impl Doorman {
    /// Asks nobody anything yet. No wish, as when the box is locked or reset, shuts the door.
    #[must_use]
    pub fn new(wishes: watch::Receiver<Option<Wish>>) -> (Self, watch::Receiver<Door>) {
        let (door, news) = watch::channel(Door::default());

        (Self { wishes, door }, news)
    }

    /// Keeps the door until it is told to stop; then shuts it, for which it takes no more than five seconds.
    pub async fn run(self, stop: CancellationToken) {
        let restarts = watch::Sender::new(0);

        tokio::join!(
            self.keep(Family::V4, &restarts, &stop),
            self.keep(Family::V6, &restarts, &stop),
            stop.run_until_cancelled(self.look_at_router()),
        );
    }

    async fn keep(&self, family: Family, restarts: &watch::Sender<u32>, stop: &CancellationToken) {
        let mut wishes = self.wishes.clone();
        while !stop.is_cancelled() {
            let errand = wishes.borrow_and_update().as_ref().and_then(|wish| Errand::new(wish, family));
            if let Some(errand) = errand {
                let publish = |opening, answered| {
                    self.tell(|door| {
                        *door.of(family) = opening;
                        door.answered = door.answered.or(answered);
                    });
                };
                Vigil { errand, wishes: &mut wishes, restarts, publish: &publish }.keep(stop).await;
            } else {
                self.tell(|door| *door.of(family) = Opening::NotWanted);
                stop.run_until_cancelled(changed(&mut wishes)).await;
            }
        }
        self.tell(|door| *door.of(family) = Opening::NotWanted);
    }

    /// What the router is called, and which address it has outside, are of use whatever it opens.
    async fn look_at_router(&self) {
        let mut wishes = self.wishes.clone();
        loop {
            let path = wishes.borrow_and_update().as_ref().and_then(upnp_path);
            let router = match &path {
                Some(path) => Router::ask(path).await,
                None => None,
            };
            let is_there = router.is_some();
            self.tell(|door| {
                door.answered.upnp |= is_there;
                door.router = router;
            });
            match path {
                Some(_) => {
                    // However often somebody knocks, and whether or not the router has gone.
                    sleep(BETWEEN_LOOKS).await;
                    tokio::select! { () = changed(&mut wishes) => {}, () = sleep(LOOK_AGAIN) => {} }
                }
                None => changed(&mut wishes).await,
            }
        }
    }

    fn tell(&self, change: impl FnOnce(&mut Door)) {
        self.door.send_if_modified(|door| {
            let before = door.clone();
            change(door);
            door.explain();
            if let (Opening::Open(was), Opening::Open(is)) = (before.v4, door.v4)
                && was.port != is.port
            {
                tracing::info!(port = is.port, "The router gave another port");
            }

            *door != before
        });
    }
}

/// The way to a router that may be asked by UPnP.
fn upnp_path(wish: &Wish) -> Option<Path> {
    let path = Path::from(wish.v4?);

    wish.protocols.contains(Protocol::Upnp).then_some(path)
}

/// Once nobody can wish any more, nothing changes.
async fn changed(wishes: &mut watch::Receiver<Option<Wish>>) {
    if wishes.changed().await.is_err() {
        std::future::pending().await
    }
}

const BETWEEN_LOOKS: Duration = Duration::from_secs(10);
/// The outside address may have changed, but others see that sooner.
const LOOK_AGAIN: Duration = Duration::from_secs(600);
