use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use model::{Pattern, Role};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream, UnixListener, UnixStream},
    sync::watch,
};
use tokio_util::sync::{CancellationToken, DropGuard};
use web_api::{Answer as Held, Gateway as _, Options, WebApi};

use crate::{
    http::{Answer, Connection, Request},
    mock::MockGateway,
};

/// A box that is served at home, in the tunnel and to root.
pub(crate) struct House {
    pub(crate) api: WebApi,
    pub(crate) gateway: Arc<MockGateway>,
    pub(crate) lan: SocketAddr,
    /// Ends the listener at home, and no other.
    pub(crate) lan_stop: CancellationToken,
    tunnel: SocketAddr,
    folder: TempDir,
    stop: CancellationToken,
    _end: DropGuard,
}

impl House {
    pub(crate) async fn start() -> Self {
        let callers = [(OWNER, Role::Owner), (FAMILY, Role::Family), (GUEST, Role::Guest)];
        let gateway = callers.into_iter().fold(MockGateway::household(), |gateway, (source, role)| {
            gateway.with_caller(source.into(), role)
        });

        Self::of(Arc::new(gateway)).await
    }

    /// A box before this household.
    pub(crate) async fn of(gateway: Arc<MockGateway>) -> Self {
        let names = watch::Sender::new(vec!["latchkey.local".to_owned()]).subscribe();
        let api = WebApi::new(gateway.clone(), Options { names, extra_hosts: Vec::new() });
        let stop = CancellationToken::new();
        let lan_stop = stop.child_token();
        let folder = tempfile::tempdir().unwrap();
        let lan = serve_lan(&api, lan_stop.clone()).await;
        let tunnel = serve_tunnel(&api, stop.clone()).await;
        serve_socket(&api, &folder, stop.clone());

        Self { api, gateway, lan, lan_stop, tunnel, folder, _end: stop.clone().drop_guard(), stop }
    }

    /// One more listener at home, as a second interface has.
    pub(crate) async fn another_lan(&self) -> SocketAddr {
        serve_lan(&self.api, self.stop.clone()).await
    }

    /// Asks as a browser at home does, which has this cookie.
    pub(crate) async fn at_home(&self, cookie: Option<&str>, request: Request) -> Answer {
        self.line_at_home().await.ask(&self.as_browser(cookie, request)).await
    }

    /// What a browser adds to a request; what stands there already stays.
    pub(crate) fn as_browser(&self, cookie: Option<&str>, mut request: Request) -> Request {
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }

        as_page(self.lan, request)
    }

    pub(crate) async fn line_at_home(&self) -> Connection {
        Connection::new(TcpStream::connect(self.lan).await.unwrap())
    }

    /// Asks as a device inside the tunnel does.
    pub(crate) async fn in_tunnel(&self, source: Ipv4Addr, request: Request) -> Answer {
        let request = as_page(self.tunnel, request);

        self.line_in_tunnel(source).await.open(&request).await
    }

    /// The same, with the whole answer.
    pub(crate) async fn in_tunnel_whole(&self, source: Ipv4Addr, request: Request) -> Answer {
        let request = as_page(self.tunnel, request);

        self.line_in_tunnel(source).await.ask(&request).await
    }

    pub(crate) async fn line_in_tunnel(&self, source: Ipv4Addr) -> Connection {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((IpAddr::V4(source), 0).into()).unwrap();

        Connection::new(socket.connect(self.tunnel).await.unwrap())
    }

    pub(crate) fn page_in_tunnel(&self, request: Request) -> Request {
        as_page(self.tunnel, request)
    }

    /// Asks as root's command line does, which does not pretend to be a browser.
    pub(crate) async fn as_root(&self, request: Request) -> Answer {
        self.line_of_root().await.open(&request.header("host", "localhost")).await
    }

    pub(crate) async fn line_of_root(&self) -> Connection {
        Connection::new(UnixStream::connect(self.folder.path().join(SOCKET)).await.unwrap())
    }

    /// A browser that asked for the button, and its cookie.
    pub(crate) async fn waiting(&self) -> String {
        let answer = self.at_home(None, Request::new("POST", "/api/session")).await;

        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    }

    /// A browser for which the button was held, and its cookie.
    pub(crate) async fn session(&self) -> String {
        let cookie = self.waiting().await;
        assert_eq!(self.api.hold(), Held::Granted);

        cookie
    }

    /// What the POWER lamp asks for, once it does.
    pub(crate) async fn lamp_shows(&self, pattern: Pattern) {
        self.gateway.state().wait_for(|state| state.status.lamps.power == pattern).await.unwrap();
    }
}

async fn serve_lan(api: &WebApi, stop: CancellationToken) -> SocketAddr {
    let (listener, api) = (listen().await, api.clone());
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { api.serve_lan(listener, stop).await.unwrap() });

    address
}

async fn serve_tunnel(api: &WebApi, stop: CancellationToken) -> SocketAddr {
    let (listener, api) = (listen().await, api.clone());
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { api.serve_tunnel(listener, stop).await.unwrap() });

    address
}

fn serve_socket(api: &WebApi, folder: &TempDir, stop: CancellationToken) {
    let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
    let api = api.clone();
    tokio::spawn(async move { api.serve_socket(listener, stop).await.unwrap() });
}

async fn listen() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap()
}

fn as_page(address: SocketAddr, mut request: Request) -> Request {
    if request.is_change() && !request.has("origin") {
        request = request.header("origin", format!("http://{address}"));
    }
    if !request.has("host") {
        request = request.header("host", address.to_string());
    }

    request
}

pub(crate) const OWNER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 11);
pub(crate) const FAMILY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 12);
pub(crate) const GUEST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 13);
pub(crate) const UNKNOWN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 14);
const SOCKET: &str = "api.sock";
