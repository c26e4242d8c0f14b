use model::PeerId;
use registry::{Excerpt, Line};
use web_api::wire::{Activity, ActivityLine, ActivityWanted};

/// What is to be read for the page, one line more than is shown: it says whether there are more.
pub(crate) fn excerpt(wanted: &ActivityWanted) -> Excerpt {
    Excerpt { before: wanted.before, peer: wanted.peer.map(PeerId), most: most(wanted) + 1 }
}

/// What was read, as the page has it.
pub(crate) fn told(lines: Vec<Line>, wanted: &ActivityWanted) -> Activity {
    let most = most(wanted) as usize;
    let more = lines.len() > most;
    let line =
        |Line { number, at, event }| ActivityLine::new(number, at.unix_seconds, at.clock_is_set, event);

    Activity { lines: lines.into_iter().take(most).map(line).collect(), more }
}

fn most(wanted: &ActivityWanted) -> u32 {
    wanted.most().unwrap_or(ActivityWanted::MOST).into()
}
