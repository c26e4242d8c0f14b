use std::{
    fmt,
    net::IpAddr,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use bench::Implementation;
use lab::Namespace;

use crate::{
    Account, Courier, Drops, Mirror, Stream,
    clock::now,
    handshakes::Handshakes,
    journey::{CLIENT, GATEWAY, Journey, Move, inner},
    threads::join,
    tolerance::{Settlement, Tolerance},
    vitals::{Course, Vitals},
};

/// Traffic in both directions for a long time, with a client that moves again and again.
#[derive(Debug)]
pub struct Soak {
    journey: Journey,
    /// Where everybody's logs are, and gone with this.
    _folder: tempfile::TempDir,
}

impl Soak {
    /// Starts our gateway, a client, and a router between them.
    ///
    /// # Errors
    /// When one of them does not start.
    pub fn build(ours: &Implementation, client: &Implementation) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let journey = Journey::begin(ours, client, &folder.path().join("log"))?;
        for tunnel in [&journey.gateway, &journey.client] {
            Mirror::start_in(tunnel.room())?;
        }

        Ok(Self { journey, _folder: folder })
    }

    /// Keeps traffic going for so long, and lets the client move every so often.
    ///
    /// # Errors
    /// When the gateway does not follow a move within two seconds, or a TCP connection breaks or stands still.
    pub fn run(self, length: Duration, pause: Duration) -> Result<Survival> {
        let Self { mut journey, _folder } = self;
        let (at_home, on_road) = (journey.gateway.room().clone(), journey.client.room().clone());
        let [[gateway, gateway_v6], [client, client_v6]] = [GATEWAY, CLIENT].map(inner);
        journey.wait_for_first_packets()?;
        warm_up(&[(&on_road, gateway), (&at_home, client)])?;
        let drops = Drops::of(&at_home, journey.gateway.interface())?;
        let until = now() + length;
        thread::scope(|scope| {
            // wireguard-go writes a UDP checksum that comes to zero as zero, which IPv6 does not allow: over that, one
            // datagram in 65,536 would be lost.
            let couriers = [(&on_road, gateway), (&at_home, client)].map(|(room, mirror)| {
                scope.spawn(move || Courier::between(room, mirror)?.run(DATAGRAM, until))
            });
            let streams = [(&on_road, gateway_v6), (&at_home, client_v6)]
                .map(|(room, mirror)| scope.spawn(move || Stream::between(room, mirror)?.run(CHUNK, until)));
            let diary = Diary::default().keep(&mut journey, pause, until);
            // Without it there is nothing to wait for.
            let diary = diary.inspect_err(|_| lab::interrupt())?;
            let accounts = couriers.map(join).into_iter().collect::<Result<Vec<_>>>()?;
            let bytes = streams.map(join).into_iter().sum::<Result<u64>>()?;
            let datagrams = Account::sum(accounts);

            Ok(Survival {
                length,
                settlement: diary.tolerance.settle(&datagrams),
                datagrams,
                bytes,
                rekeys: diary.handshakes.rekeys(),
                course: diary.course,
                drops: Drops::of(&at_home, journey.gateway.interface())?.since(&drops),
            })
        })
    }
}

/// Sends more than can pass, so that every buffer is used once that is ever used. What is lost of it is lost.
fn warm_up(ways: &[(&Namespace, IpAddr)]) -> Result<()> {
    let until = now() + FLOOD;
    thread::scope(|scope| {
        let floods: Vec<_> = ways
            .iter()
            .map(|(room, mirror)| {
                scope.spawn(move || Courier::between(room, *mirror)?.run(Duration::ZERO, until))
            })
            .collect();

        floods.into_iter().try_for_each(|flood| join(flood).map(drop))
    })
}

/// How a soak was survived.
#[derive(Debug)]
pub struct Survival {
    /// How long it took.
    pub length: Duration,
    /// All datagrams of both directions.
    pub datagrams: Account,
    /// What was lost, by whose fault.
    pub settlement: Settlement,
    /// How many bytes two TCP connections have carried each way, all of them checked.
    pub bytes: u64,
    /// How many handshakes came after the first.
    pub rekeys: usize,
    /// Our program's memory, descriptors and threads.
    pub course: Course,
    /// What was dropped around the gateway.
    pub drops: Drops,
}

impl Survival {
    /// All that is not as it should be.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let lost = Some(self.settlement.inexcusable()).filter(|lost| *lost > 0);
        let lost = lost.map(|lost| format!("{lost} datagrams lost that no move excuses"));
        // Whoever began sends one after 120 seconds (`REKEY_AFTER_TIME`).
        let due = self.length.as_secs().saturating_sub(10) / 120;
        let late = (self.rekeys as u64) < due;
        let rekeys = late.then(|| format!("{} rekeys, where {due} were due", self.rekeys));

        lost.into_iter().chain(rekeys).chain(self.course.fault()).collect()
    }
}

impl fmt::Display for Survival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sent, returned) = (self.datagrams.sent(), self.datagrams.returned());
        let Account { doubled, swapped, .. } = &self.datagrams;
        write!(f, "{}", self.settlement)?;
        writeln!(
            f,
            "{sent} datagrams sent, {returned} returned, {} lost of which {} without excuse, {doubled} doubled, \
             {swapped} swapped, {} ms at most",
            sent - returned,
            self.settlement.inexcusable(),
            self.datagrams.slowest().as_millis()
        )?;
        writeln!(
            f,
            "{} MB of TCP each way, {} rekeys, drops: {}",
            self.bytes / 1_000_000,
            self.rekeys,
            self.drops
        )?;
        write!(f, "{}", self.course)?;

        self.faults().iter().try_for_each(|fault| write!(f, "\nFAULT: {fault}"))
    }
}

/// What is noted beside the traffic.
#[derive(Default)]
struct Diary {
    tolerance: Tolerance,
    handshakes: Handshakes,
    course: Course,
}

impl Diary {
    /// Moves the client every so often, and looks at the gateway, until then.
    fn keep(mut self, journey: &mut Journey, pause: Duration, until: Instant) -> Result<Self> {
        let warm_up = WARM_UP.min(until.saturating_duration_since(now()) / 3);
        let (mut next_move, mut next_look) = (now() + pause, now() + warm_up);
        let mut round = Move::ROUND.into_iter().cycle();
        self.handshakes.look(&journey.gateway)?;
        while now() < until && !lab::is_interrupted() {
            thread::sleep(next_move.min(next_look).min(until).saturating_duration_since(now()));
            if now() >= next_look {
                next_look += LOOK;
                self.look(journey)?;
            }
            // None so late that the gateway could not show what it makes of it.
            if now() >= next_move && now() + pause < until {
                next_move += pause;
                if let Some(kind) = round.next() {
                    self.tolerance.note(journey.go(kind)?);
                }
            }
        }

        Ok(self)
    }

    fn look(&mut self, journey: &mut Journey) -> Result<()> {
        // Before it is asked, which takes a descriptor for a moment.
        self.course.note(Vitals::of(journey.gateway.process().id())?);

        self.handshakes.look(&journey.gateway)
    }
}

/// How long is sent more than can pass.
const FLOOD: Duration = Duration::from_secs(5);

/// How often each courier sends.
const DATAGRAM: Duration = Duration::from_millis(5);

/// How often each stream sends.
const CHUNK: Duration = Duration::from_millis(50);

/// After this the flood is forgotten, and each kind of move has been made once.
const WARM_UP: Duration = Duration::from_secs(60);

/// How often our program is looked at.
const LOOK: Duration = Duration::from_secs(10);
