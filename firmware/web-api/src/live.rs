use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    http::StatusCode,
    response::sse::{Event, Sse},
};
use futures_util::{Stream, stream};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Interval, MissedTickBehavior, interval},
};

use crate::{
    caller::{Caller, House},
    problem::Problem,
    wire::{Authority, Me, State},
};

/// How many pages may be kept up to date at once. Strangers have places of their own, so that they can take nobody else's.
pub(crate) struct Places {
    strangers: Arc<Semaphore>,
    administrators: Arc<Semaphore>,
}

impl Default for Places {
    fn default() -> Self {
        Self { strangers: Arc::new(Semaphore::new(MOST)), administrators: Arc::new(Semaphore::new(MOST)) }
    }
}

impl Places {
    fn take(&self, authority: Authority) -> Result<OwnedSemaphorePermit, Problem> {
        let places = if authority.administers() { &self.administrators } else { &self.strangers };
        let full = |_| {
            let sentence = "Too many pages are open on this box at once; close one and try again";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_pages", sentence)
        };

        Arc::clone(places).try_acquire_owned().map_err(full)
    }
}

/// One open page: says who is asking and, to those who may administer, how everything is, whenever it changes.
pub(crate) struct Live {
    caller: Caller,
    house: House,
    states: watch::Receiver<Arc<State>>,
    lobby: watch::Receiver<()>,
    beat: Interval,
    told: Option<Me>,
    ended: bool,
    _place: OwnedSemaphorePermit,
}

impl Live {
    /// Begins to keep a page up to date.
    ///
    /// # Errors
    /// When too many pages are open already.
    pub(crate) fn open(caller: Caller, house: House) -> Result<Self, Problem> {
        let place = house.live.take(caller.me(&house).authority)?;
        let mut states = house.gateway.state();
        states.mark_changed();
        let mut lobby = house.lobby.changes();
        lobby.mark_changed();
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);

        Ok(Self { caller, house, states, lobby, beat, told: None, ended: false, _place: place })
    }

    /// All that is to be said, until the page is closed, the session ends, or the box stops.
    pub(crate) fn into_response(self) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
        Sse::new(stream::unfold(
            self,
            |mut live| async move { live.next().await.map(|event| (Ok(event), live)) },
        ))
    }

    async fn next(&mut self) -> Option<Event> {
        while !self.ended {
            // Who is asking comes first: nothing else may be said to whom it was not said that he may hear it.
            let stop = self.house.stop.clone();
            let news = tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                _ = self.beat.tick() => News::Beat,
                changed = self.lobby.changed() => { changed.ok()?; News::Lobby }
                changed = self.states.changed() => { changed.ok()?; News::State }
            };
            if let Some(event) = self.tell(news) {
                return Some(event);
            }
        }

        None
    }

    fn tell(&mut self, news: News) -> Option<Event> {
        let me = self.caller.me(&self.house);
        let before = self.told.as_ref().map(|told| told.authority);
        self.ended = before.is_some_and(|before| before.administers() && before != me.authority);
        let same = self.told.as_ref().is_some_and(|told| timeless(told) == timeless(&me));
        match news {
            News::Beat => self.seen(),
            News::Lobby if same => return None,
            News::State if same => return me.authority.administers().then(|| self.state()).flatten(),
            News::Lobby | News::State => {}
        }
        if !same {
            // Whatever this one may see now is news to him.
            self.states.mark_changed();
        }
        let event = Event::default().event("me").json_data(&me).ok();
        self.told = Some(me);

        event
    }

    fn state(&mut self) -> Option<Event> {
        let state = Arc::clone(&self.states.borrow_and_update());

        Event::default().event("state").json_data(&*state).ok()
    }

    fn seen(&self) {
        if let Some(token) = &self.caller.token {
            self.house.lobby.see(token);
        }
    }
}

/// A second less is no news.
fn timeless(me: &Me) -> Me {
    Me { seconds_left: None, reset_seconds_left: me.reset_seconds_left.map(|_| 0), ..me.clone() }
}

enum News {
    Beat,
    Lobby,
    State,
}

/// More than a household opens, few enough to cost nothing.
const MOST: usize = 32;

/// How often a page hears something; it may take three times this silence for a dead line.
const BEAT: Duration = Duration::from_secs(10);
