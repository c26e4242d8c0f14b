use std::{io, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tokio::{
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::watch,
};
use tokio_util::sync::CancellationToken;
use utoipa::openapi::Info;

use crate::{
    Answer, Gateway,
    caller::{Caller, House, not_on_the_list},
    capacity::Capacity,
    doorway::{Doorway, Way},
    lobby::Lobby,
    page,
    policy::policy,
    problem::Problem,
    routes,
    sent::{most_bytes, too_large},
    server::{Incoming, Listener, serve},
    wire::Authority,
};

/// The local page and its API, ready to be served on any number of listeners.
#[derive(Clone)]
pub struct WebApi {
    gateway: Arc<dyn Gateway>,
    lobby: Arc<Lobby>,
    doorway: Doorway,
    live: Arc<crate::live::Places>,
    capacity: Capacity,
}

/// What the box answers to.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the box is called on the home network, such as `latchkey.local`.
    pub names: watch::Receiver<Vec<String>>,
    /// `host:port` of forwarders that stand before the box, word for word, such as `127.0.0.1:8080`.
    pub extra_hosts: Vec<String>,
}

impl WebApi {
    /// Puts the API before a gateway.
    #[must_use]
    pub fn new(gateway: Arc<dyn Gateway>, options: Options) -> Self {
        let lobby = Arc::new(Lobby::new(Arc::clone(&gateway)));
        let doorway = Doorway { names: options.names, extra_hosts: options.extra_hosts.into() };

        Self { gateway, lobby, doorway, live: Arc::default(), capacity: Capacity::default() }
    }

    /// The button was held for 3 s: the one browser that waits gets its session, or what one asked for is confirmed. Doing
    /// that is up to who calls.
    pub fn hold(&self) -> Answer {
        let answer = self.lobby.hold();
        tracing::info!(?answer, "Button held");

        answer
    }

    /// Serves browsers at home, whose authority is the button, until told to stop.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve_lan(&self, listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
        let way = |stream: &TcpStream| Ok(Way::Lan { local: stream.local_addr()? });

        self.serve(Incoming::new(listener, way), stop).await
    }

    /// Serves peers inside the tunnel, whose authority is their key, until told to stop. The listener must be one that only
    /// packets from the tunnel can reach.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve_tunnel(&self, listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
        let way = |stream: &TcpStream| {
            Ok(Way::Tunnel { local: stream.local_addr()?, source: stream.peer_addr()?.ip() })
        };

        self.serve(Incoming::new(listener, way), stop).await
    }

    /// Serves root on the box until told to stop. Whoever can open the socket may do everything.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve_socket(&self, listener: UnixListener, stop: CancellationToken) -> io::Result<()> {
        let way = |_: &UnixStream| Ok(Way::Socket);

        self.serve(Incoming::new(listener, way), stop).await
    }

    async fn serve<L: Listener, F: Fn(&L::Stream) -> io::Result<Way>>(
        &self,
        incoming: Incoming<L, F>,
        stop: CancellationToken,
    ) -> io::Result<()> {
        let router = self.router(&stop);

        tokio::select! {
            served = serve(incoming, router, self.capacity.clone(), stop) => served,
            never = self.lobby.run() => match never {},
        }
    }

    fn router(&self, stop: &CancellationToken) -> Router {
        let house = House {
            gateway: Arc::clone(&self.gateway),
            lobby: Arc::clone(&self.lobby),
            live: Arc::clone(&self.live),
            stop: stop.clone(),
        };
        let (api, _) = routes::all().split_for_parts();
        let guard = Guard { doorway: self.doorway.clone(), house: house.clone() };

        api.fallback(page::serve)
            .method_not_allowed_fallback(async || wrong_method())
            .with_state(house)
            .layer(middleware::from_fn_with_state(guard, check))
            .layer(middleware::from_fn(harden))
    }
}

/// The document that describes the API to programs; the page's types are made from it.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = routes::all().into_openapi();
    document.info = Info::builder()
        .title("Latchkey")
        .description(Some("The box's local API, as its own page uses it."))
        .version(env!("CARGO_PKG_VERSION"))
        .build();

    document
}

#[derive(Clone)]
struct Guard {
    doorway: Doorway,
    house: House,
}

/// What every request has to pass before anybody looks at what it wants.
async fn check(
    State(guard): State<Guard>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    guard.doorway.check(caller.way, request.method(), request.uri(), request.headers())?;
    let is_in_tunnel = matches!(caller.way, Way::Tunnel { .. });
    if is_in_tunnel && caller.me(&guard.house).authority == Authority::None {
        return Err(not_on_the_list());
    }
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let most = most_bytes(request.uri());
    if length.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }

    Ok(next.run(request).await)
}

/// Tells browsers to trust nothing but this page, and to keep nothing of the API.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HARDENING {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| policy(None));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));

    response
}

fn wrong_method() -> Response {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "This address takes other requests than this one",
    )
    .into_response()
}

const HARDENING: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
