use std::{
    thread::{self, JoinHandle},
    time::Duration,
};

use lab::{Namespace, wait_until};
use reachability::door::{Door, Doorman, Opened, Opening, Shut, Wish};
use tokio::{runtime::Builder, sync::watch};
use tokio_util::sync::CancellationToken;

/// A doorman at work in a room; it is stopped, and waited for, when this is dropped.
pub(crate) struct Resident {
    wishes: watch::Sender<Option<Wish>>,
    door: watch::Receiver<Door>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Resident {
    pub(crate) fn start(room: &Namespace, wish: Wish) -> Self {
        let (wishes, receiver) = watch::channel(Some(wish));
        let (doorman, door) = Doorman::new(receiver);
        let stop = CancellationToken::new();
        let (room, stopped) = (room.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let work =
                || Builder::new_current_thread().enable_all().build().unwrap().block_on(doorman.run(stopped));
            room.in_thread(work).unwrap();
        });

        Self { wishes, door, stop, thread: Some(thread) }
    }

    pub(crate) fn wish(&self, wish: Option<Wish>) {
        self.wishes.send_replace(wish);
    }

    /// Wishes the same once more.
    pub(crate) fn knock(&self) {
        self.wishes.send_modify(|_| ());
    }

    pub(crate) fn door(&self) -> Door {
        self.door.borrow().clone()
    }

    /// Waits until one of the two families is open and proven to be.
    pub(crate) fn open(&self) -> Opened {
        self.wait("the door is open", |door| match (door.v4, door.v6) {
            (Opening::Open(opened), _) | (_, Opening::Open(opened)) => Some(opened),
            _ => None,
        })
    }

    /// Waits until one of the two families is shut for good.
    pub(crate) fn shut(&self) -> Shut {
        self.wait("the door is shut", |door| match (door.v4, door.v6) {
            (Opening::Shut(shut), _) | (_, Opening::Shut(shut)) => Some(shut),
            _ => None,
        })
    }

    pub(crate) fn wait<T>(&self, what: &str, look: impl Fn(&Door) -> Option<T>) -> T {
        wait_until(what, PATIENCE, || look(&self.door()))
            .unwrap_or_else(|error| panic!("{error:#}; it is {:#?}", self.door()))
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Resident {
    fn drop(&mut self) {
        self.end();
    }
}

const PATIENCE: Duration = Duration::from_secs(120);

/// Does something in a room, and waits for it.
pub(crate) fn in_room<T: Send>(room: &Namespace, work: impl Future<Output = T> + Send) -> T {
    room.in_thread(|| Builder::new_current_thread().enable_all().build().unwrap().block_on(work)).unwrap()
}
