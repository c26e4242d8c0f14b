use std::time::{Duration, Instant};

use crate::message::Content;

/// When a peer is owed a handshake or a sign of life: the timers of WireGuard's paper, section 6, as the kernel has them
/// in `timers.c`.
///
/// They are told what was sent and what came, and say what is due.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    /// The persistent keepalive.
    interval: Option<Duration>,
    /// When there will have been silence for so long.
    interval_ends: Option<Instant>,
    /// By when data of the peer's is followed by something of ours.
    reply_due: Option<Instant>,
    /// By when data of ours is followed by something of the peer's.
    answer_due: Option<Instant>,
    /// When the session was made, if we began it; only then it is ours to renew.
    begun: Option<Instant>,
    /// When to begin a handshake, or to try once more.
    initiation_due: Option<Instant>,
    /// Since when that has been tried.
    trying_since: Option<Instant>,
}

impl Timers {
    /// Sets the persistent keepalive, in seconds; the first one is due at once.
    pub(crate) fn set_interval(&mut self, seconds: Option<u16>, now: Instant) {
        self.interval = seconds.map(|seconds| Duration::from_secs(seconds.into()));
        self.interval_ends = self.interval.map(|_| now);
    }

    /// Forgets all but the persistent keepalive: there is no session, and no handshake under way.
    pub(crate) fn begin_anew(&mut self) {
        let (interval, interval_ends) = (self.interval, self.interval_ends);
        *self = Self { interval, interval_ends, ..Self::default() };
    }

    /// Something was sent.
    pub(crate) fn sent(&mut self, content: Content, now: Instant) {
        self.interval_ends = self.interval.map(|interval| now + interval);
        self.reply_due = None;
        match content {
            Content::Initiation => {
                self.initiation_due = Some(now + REKEY_TIMEOUT);
                self.trying_since.get_or_insert(now);
            }
            Content::Answer => {}
            Content::Nothing => self.renew_after(REKEY_AFTER_TIME, now),
            Content::Packet => {
                self.answer_due.get_or_insert(now + KEEPALIVE_TIMEOUT + REKEY_TIMEOUT);
                self.renew_after(REKEY_AFTER_TIME, now);
            }
        }
    }

    /// Something came that is proven to be the peer's.
    pub(crate) fn heard(&mut self, content: Content, now: Instant) {
        self.interval_ends = self.interval.map(|interval| now + interval);
        self.answer_due = None;
        match content {
            Content::Initiation | Content::Answer => {}
            Content::Nothing => self.renew_after(REKEY_ON_RECEIVE_AFTER, now),
            Content::Packet => {
                self.reply_due.get_or_insert(now + KEEPALIVE_TIMEOUT);
                self.renew_after(REKEY_ON_RECEIVE_AFTER, now);
            }
        }
    }

    /// A handshake is complete.
    pub(crate) fn shook_hands(&mut self, is_ours: bool, now: Instant) {
        self.begun = is_ours.then_some(now);
        self.stop_trying();
    }

    /// A handshake is to begin, unless one has begun already.
    pub(crate) fn want_handshake(&mut self, now: Instant) {
        if !self.is_trying() {
            self.initiation_due = Some(now);
        }
    }

    /// Whether an initiation is out that has had no answer.
    pub(crate) fn is_trying(&self) -> bool {
        self.trying_since.is_some()
    }

    /// Whether an initiation is to be sent now.
    pub(crate) fn is_initiation_due(&mut self, now: Instant) -> bool {
        if self.answer_due.take_if(|due| *due <= now).is_some() {
            self.want_handshake(now);
        }
        if self.trying_since.is_some_and(|since| now.saturating_duration_since(since) >= REKEY_ATTEMPT_TIME) {
            self.stop_trying();
        }

        self.initiation_due.is_some_and(|due| due <= now)
    }

    /// Whether an empty packet is to be sent now; says so once.
    pub(crate) fn is_keepalive_due(&mut self, now: Instant) -> bool {
        let is_reply_due = self.reply_due.take_if(|due| *due <= now).is_some();
        let is_interval_over = self.interval_ends.take_if(|ends| *ends <= now).is_some();
        if is_interval_over {
            self.interval_ends = self.interval.map(|interval| now + interval);
        }

        is_reply_due || is_interval_over
    }

    fn stop_trying(&mut self) {
        self.initiation_due = None;
        self.trying_since = None;
    }

    fn renew_after(&mut self, age: Duration, now: Instant) {
        if self.begun.is_some_and(|begun| now.saturating_duration_since(begun) >= age) {
            self.want_handshake(now);
        }
    }
}

/// From WireGuard's paper, section 6.1, as all of these.
const REKEY_AFTER_TIME: Duration = Duration::from_secs(120);
const REKEY_ATTEMPT_TIME: Duration = Duration::from_secs(90);
const REKEY_TIMEOUT: Duration = Duration::from_secs(5);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// REJECT-AFTER-TIME less the other two (section 6.2): early enough for a handshake while the session is still good.
const REKEY_ON_RECEIVE_AFTER: Duration = Duration::from_secs(180 - 10 - 5);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's time begins somewhere")]
mod tests {
    use super::*;

    #[test]
    fn data_that_has_no_reply_is_acknowledged_once_ten_seconds_after_the_first_of_it() {
        let (mut timers, at) = timers();

        timers.sent(Content::Packet, at(0));
        timers.heard(Content::Packet, at(30));
        timers.heard(Content::Packet, at(39));

        assert!(!timers.is_keepalive_due(at(39)));
        assert!(timers.is_keepalive_due(at(40)));
        assert!(!timers.is_keepalive_due(at(100)));
    }

    #[test]
    fn data_that_has_a_reply_is_not_acknowledged_and_neither_is_a_keepalive() {
        for reply in [Content::Packet, Content::Nothing, Content::Initiation, Content::Answer] {
            let (mut timers, at) = timers();

            timers.heard(Content::Packet, at(0));
            timers.sent(reply, at(0));
            timers.heard(Content::Nothing, at(1));

            assert!(!timers.is_keepalive_due(at(60)), "{reply:?}");
        }
    }

    #[test]
    fn data_that_nobody_answers_begins_a_handshake_fifteen_seconds_after_the_first_of_it() {
        let (mut timers, at) = timers();

        timers.heard(Content::Packet, at(0));
        timers.sent(Content::Packet, at(30));
        timers.sent(Content::Packet, at(44));

        assert!(!timers.is_initiation_due(at(44)));
        assert!(timers.is_initiation_due(at(45)));
    }

    #[test]
    fn whatever_the_peer_says_answers_data_and_nothing_else_needs_an_answer() {
        for answer in [Content::Packet, Content::Nothing, Content::Initiation, Content::Answer] {
            let (mut timers, at) = timers();

            timers.sent(Content::Packet, at(0));
            timers.heard(answer, at(0));
            timers.sent(Content::Nothing, at(1));
            timers.sent(Content::Answer, at(1));

            assert!(!timers.is_initiation_due(at(60)), "{answer:?}");
        }
    }

    #[test]
    fn an_initiation_is_sent_every_five_seconds_for_ninety_and_then_no_more() {
        let (mut timers, at) = timers();
        timers.want_handshake(at(0));

        let sent = (0..600).filter(|second| {
            let is_due = timers.is_initiation_due(at(*second));
            if is_due {
                timers.sent(Content::Initiation, at(*second));
            }
            is_due
        });

        assert_eq!(sent.collect::<Vec<_>>(), (0..90).step_by(5).collect::<Vec<_>>());
        timers.want_handshake(at(600));
        assert!(timers.is_initiation_due(at(600)));
    }

    #[test]
    fn a_handshake_that_is_under_way_is_not_begun_again_and_ends_when_it_succeeds() {
        let (mut timers, at) = timers();
        timers.sent(Content::Initiation, at(0));

        timers.want_handshake(at(1));
        assert!(timers.is_trying());
        assert!(!timers.is_initiation_due(at(4)));

        timers.shook_hands(true, at(4));
        assert!(!timers.is_trying());
        assert!(!timers.is_initiation_due(at(60)));
    }

    #[test]
    fn whoever_began_a_session_renews_it_when_it_is_used_late() {
        for (content, sent_after, heard_after) in
            [(Content::Packet, 120, 165), (Content::Nothing, 120, 165), (Content::Answer, 999, 999)]
        {
            for age in [0, 1, 119, 120, 164, 165, 179] {
                let (mut sending, at) = timers();
                let (mut hearing, _) = timers();
                let mut answering = Timers::default();
                sending.shook_hands(true, at(0));
                hearing.shook_hands(true, at(0));
                answering.shook_hands(false, at(0));

                sending.sent(content, at(age));
                hearing.heard(content, at(age));
                answering.sent(content, at(age));
                answering.heard(content, at(age));

                assert_eq!(sending.is_initiation_due(at(age)), age >= sent_after, "{content:?} at {age}");
                assert_eq!(hearing.is_initiation_due(at(age)), age >= heard_after, "{content:?} at {age}");
                assert!(!answering.is_initiation_due(at(age)), "{content:?} at {age}");
            }
        }
    }

    #[test]
    fn a_session_that_nobody_uses_is_not_renewed() {
        let (mut timers, at) = timers();
        timers.shook_hands(true, at(0));
        timers.sent(Content::Packet, at(1));
        timers.heard(Content::Nothing, at(11));

        assert!((0..600).all(|second| !timers.is_initiation_due(at(second))));
    }

    #[test]
    fn a_persistent_keepalive_is_due_at_once_and_then_after_so_much_silence() {
        let (mut timers, at) = timers();

        timers.set_interval(Some(25), at(0));
        assert!(timers.is_keepalive_due(at(0)));
        assert!(!timers.is_keepalive_due(at(24)));
        timers.heard(Content::Nothing, at(24));
        assert!(!timers.is_keepalive_due(at(48)));
        assert!(timers.is_keepalive_due(at(49)));
        timers.begin_anew();
        assert!(timers.is_keepalive_due(at(74)));

        timers.set_interval(None, at(74));
        assert!(!timers.is_keepalive_due(at(600)));
    }

    fn timers() -> (Timers, impl Fn(u64) -> Instant) {
        let start = Instant::now();

        (Timers::default(), move |seconds| start + Duration::from_secs(seconds))
    }
}
