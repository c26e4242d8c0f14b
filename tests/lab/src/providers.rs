use std::{
    collections::HashMap,
    fs, io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        Arc, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use nix::mount::{MsFlags, mount};
use tempfile::TempDir;

use self::registrar::Registrar;
pub use self::{
    exchange::{Answer, Asked},
    service::Service,
};
use crate::{
    NameServer, Namespace,
    authority::Authority,
    mark::{self, Mark},
    tls_server::{Serve, TlsServer, TlsStream},
};

mod cloudflare;
mod desec;
mod duckdns;
mod dyndns2;
mod dynv6;
mod exchange;
mod registrar;
mod service;

/// The providers of dynamic DNS, as far as their documented HTTP APIs go, over TLS and under their real names.
///
/// What they are told stands in the DNS before they answer. Each serves one name, [`Service::name`], to whoever has
/// [`Service::secret`].
#[derive(Debug)]
pub struct Providers {
    shared: Arc<Shared>,
    authority: Authority,
    certificate: PathBuf,
    servers: Vec<TlsServer>,
    _folder: TempDir,
}

impl Providers {
    /// The zones that a [`NameServer`] needs for them.
    pub const ZONES: [&str; 8] = [
        "duckdns.org",
        "cloudflare.com",
        "example.org",
        "dedyn.io",
        "dynv6.com",
        "dynv6.net",
        "dyn.example.net",
        "desec.io",
    ];

    /// Starts them on port 443 of these addresses, which the room must have, and puts them into the DNS.
    ///
    /// # Errors
    /// When the name server has not [`Self::ZONES`], or an address is taken.
    pub fn start(room: &Namespace, name_server: &NameServer, addresses: &[IpAddr]) -> Result<Self> {
        let prefix = format!("{}{}.", mark::FOLDER_PREFIX, Mark::own());
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir()?;
        let hosts = Service::ALL.map(Service::host);
        let authority = Authority::found().context("make a certificate")?;
        let tls = authority.vouch_for(&hosts)?;
        let certificate = folder.path().join("authority.pem");
        fs::write(&certificate, authority.pem())?;
        for host in hosts {
            name_server.set_host(host, addresses)?;
        }
        let shared = Arc::new(Shared::new(Registrar::new(name_server.updates())));
        let listen = |address: &IpAddr| {
            TlsServer::start(room, SocketAddr::from((*address, 443)), Arc::clone(&tls), Arc::clone(&shared))
        };
        let servers = addresses.iter().map(listen).collect::<Result<_>>()?;

        Ok(Self { shared, authority, certificate, servers, _folder: folder })
    }

    /// The certificate of the authority that vouches for them, in PEM: what `SSL_CERT_FILE` may name.
    #[must_use]
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// Who vouches for them.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Lets this room believe them, and nobody else: the certificate lies over the machine's.
    ///
    /// # Errors
    /// When the machine has no `/etc/ssl/certs`.
    pub fn trust(&self, room: &Namespace) -> Result<()> {
        let certificate = self.certificate.clone();
        let hide = move || {
            let none = None::<&str>;
            mount(Some("lab"), "/etc/ssl/certs", Some("tmpfs"), MsFlags::empty(), none)?;
            // An empty file to bind it over.
            let file = "/etc/ssl/certs/ca-certificates.crt";
            fs::write(file, "").map_err(|_| nix::errno::Errno::EIO)?;
            mount(Some(&certificate), file, none, MsFlags::MS_BIND, none)
        };

        room.in_thread(hide)?.context("put a certificate over the machine's")
    }

    /// How one of them behaves from now on.
    pub fn set_mood(&self, service: Service, mood: Mood) {
        self.shared.lock().moods.insert(service, mood);
    }

    /// All that has been asked of one of them, in order.
    #[must_use]
    pub fn asked(&self, service: Service) -> Vec<Asked> {
        self.shared.lock().asked.iter().filter(|asked| asked.service == service).cloned().collect()
    }

    /// Forgets what has been asked.
    pub fn forget(&self) {
        self.shared.lock().asked.clear();
    }

    /// Puts an address record where its owner would by hand; Cloudflare's may be proxied.
    ///
    /// # Errors
    /// When the name server does not take it.
    pub fn put(&self, name: &str, address: IpAddr, ttl: u32, proxied: bool) -> Result<()> {
        self.shared.lock().registrar.put(name, address, ttl, proxied)
    }

    /// Where they listen.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.servers.iter().map(TlsServer::address)
    }
}

/// How a provider behaves.
#[derive(Debug, Clone, Default)]
pub enum Mood {
    /// As its documentation says.
    #[default]
    Well,
    /// Answers this and does nothing, so many times; then it is well.
    Answers(Answer, u32),
    /// Knows no token but some other one.
    WrongToken,
    /// Says that all is done, and does nothing.
    Lies,
    /// Takes the request and never answers.
    Silent,
}

impl Mood {
    /// 502, as many times as said.
    #[must_use]
    pub fn bad_gateway(times: u32) -> Self {
        Self::Answers(Answer::text(502, "<html>Bad Gateway</html>"), times)
    }

    /// 404, for good.
    #[must_use]
    pub fn not_found() -> Self {
        Self::Answers(Answer::text(404, "<html>Not Found</html>"), u32::MAX)
    }

    /// 429 with `Retry-After`, as many times as said.
    #[must_use]
    pub fn rate_limit(retry_after: Duration, times: u32) -> Self {
        Self::Answers(Answer { retry_after: Some(retry_after), ..Answer::text(429, "") }, times)
    }
}

#[derive(Debug)]
struct Shared(std::sync::Mutex<State>);

#[derive(Debug)]
struct State {
    moods: HashMap<Service, Mood>,
    asked: Vec<Asked>,
    registrar: Registrar,
}

impl Shared {
    fn new(registrar: Registrar) -> Self {
        Self(std::sync::Mutex::new(State { moods: HashMap::new(), asked: Vec::new(), registrar }))
    }

    /// After a panic elsewhere the records are as good as ever, and the test has failed anyway.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// None when there is never to be an answer.
    fn handle(&self, asked: &Asked) -> Option<Answer> {
        let mut state = self.lock();
        state.asked.push(asked.clone());
        let mood = state.moods.entry(asked.service).or_default();
        let mut secret = asked.service.secret();
        let mut really = true;
        match mood {
            Mood::Well => {}
            Mood::Answers(_, 0) => *mood = Mood::Well,
            Mood::Answers(answer, left) => {
                *left -= 1;
                return Some(answer.clone());
            }
            Mood::WrongToken => secret = "another-secret-altogether",
            Mood::Lies => really = false,
            Mood::Silent => return None,
        }

        Some(state.registrar.trying(really, |registrar| asked.service.answer(asked, secret, registrar)))
    }
}

impl Serve for Shared {
    fn serve(&self, from: SocketAddr, stream: &mut TlsStream, stop: &AtomicBool) -> io::Result<()> {
        let answer = match Asked::read(from.ip().to_canonical(), &mut *stream)? {
            None => Answer::text(421, "nobody of that name is here"),
            Some(asked) => match self.handle(&asked) {
                Some(answer) => answer,
                None => {
                    wait(stop);
                    return Ok(());
                }
            },
        };

        answer.write(stream)
    }
}

/// Holds the connection until all is over.
fn wait(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(20));
    }
}
