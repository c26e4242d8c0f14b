use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use reachability::{
    Values, Web,
    door::{RouteV4, read_table},
    exposure::{self, CONTROL_PORT, Exposure, Outside, PORTS, Tried, logins, mappings, outside},
};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;
use web_api::wire;

pub(crate) use looked::Looked;
use looked::Word;

use super::check::word;
use crate::{clock, present::Present};

mod looked;

/// Looks whether anything else at home is open to the internet: every week by itself, and whenever somebody asks.
pub(crate) struct Sentry {
    web: Web,
    present: watch::Receiver<Arc<Present>>,
    looked: watch::Sender<Looked>,
}

impl Sentry {
    /// Looks at nothing yet.
    pub(crate) fn new(
        web: Web,
        present: watch::Receiver<Arc<Present>>,
        looked: watch::Sender<Looked>,
    ) -> Self {
        Self { web, present, looked }
    }

    /// Looks every week, and sooner after a look at which somebody was silent.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut pause = FIRST;
        while stop.run_until_cancelled(sleep(pause)).await.is_some() {
            if stop.run_until_cancelled(self.look()).await.is_none() {
                return;
            }
            pause = self.looked.borrow().pause(clock::instant());
        }
    }

    /// Looks now, which takes some seconds.
    pub(crate) async fn look(&self) -> wire::Exposure {
        let present = self.present.borrow().clone();
        let home_assistant = present.home_assistant.as_ref().and_then(|choice| choice.address());
        let (table, login) = tokio::join!(table(&present, home_assistant), self.login(home_assistant));
        let router_tells = matches!(table, Word::Told(_));
        self.looked.send_modify(|looked| looked.note(table, login, clock::instant()));
        let findings = self.looked.borrow().findings();
        if !findings.is_empty() {
            tracing::warn!(count = findings.len(), "Something else at home is open");
        }

        wire::Exposure {
            findings,
            looked_seconds_ago: Some(0),
            router_tells,
            address: present.standing.verdict.reachable_v4,
            ports: PORTS.iter().map(|port| port.port).collect(),
            control_port: CONTROL_PORT,
        }
    }

    async fn login(&self, home_assistant: Option<SocketAddr>) -> Word {
        let Some(home_assistant) = home_assistant else { return Word::NotAsked };

        match exposure::ask(&self.web, home_assistant).await {
            Ok(providers) => Word::Told(logins(&providers).map(to_wire).into_iter().collect()),
            Err(error) => {
                tracing::debug!(%error, "Cannot ask Home Assistant who needs a login");
                Word::Silence
            }
        }
    }
}

/// What the router's table shows.
async fn table(present: &Present, home_assistant: Option<SocketAddr>) -> Word {
    let network = &present.home.network;
    let (Some(own), Some(router)) = (network.v4.first(), network.routers_v4.first()) else {
        return Word::NotAsked;
    };
    if !present.snapshot.settings.port_mapping {
        return Word::NotAsked;
    }

    match read_table(RouteV4 { own: *own, router: *router }).await {
        Ok(entries) => {
            let tunnel = SocketAddr::new(IpAddr::V4(*own), present.port);
            let open = mappings(&entries, home_assistant, &[tunnel]);
            Word::Told(open.into_iter().map(to_wire).collect())
        }
        Err(error) => {
            tracing::debug!(%error, "Cannot read the router's table");
            Word::Silence
        }
    }
}

/// What it means that a phone outside got this from the home's address.
pub(crate) fn judge(tried: &wire::Tried) -> Vec<wire::Finding> {
    let tried = tried.ports.iter().map(|tried| (tried.port.get(), answer(tried.answer))).collect::<Vec<_>>();
    let control = tried.iter().find(|(port, _)| *port == CONTROL_PORT).map(|(_, answer)| *answer);

    match outside(&tried, control) {
        Outside::Closed => Vec::new(),
        Outside::Open { exposures } => exposures.into_iter().map(to_wire).collect(),
        Outside::CannotTell { why } => {
            let values = Values::default().with("why", word(&why));
            let (code, sentence) = ("cannot_tell".to_owned(), why.to_string());
            vec![wire::Finding { code, sentence, advice: None, values: values.into() }]
        }
    }
}

fn answer(answer: wire::PortAnswer) -> Tried {
    match answer {
        wire::PortAnswer::Answered => Tried::Open,
        wire::PortAnswer::Refused => Tried::Closed,
        wire::PortAnswer::Silent => Tried::TimedOut,
    }
}

fn to_wire(exposure: Exposure) -> wire::Finding {
    wire::Finding {
        code: word(&exposure.code),
        sentence: exposure.sentence,
        advice: Some(exposure.to_do),
        values: exposure.values.into(),
    }
}

/// Time for everything to come up after a power cut.
const FIRST: Duration = Duration::from_mins(5);
