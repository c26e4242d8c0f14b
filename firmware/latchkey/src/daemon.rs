//! `latchkey run`: composes the parts and keeps them running until a signal, a fault or a factory reset.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use access::{Forwarding, Posture};
use anyhow::Context as _;
use discovery::Discovery;
use model::{Gesture, HostNumber, InterfaceName, PrivateKey, TunnelRange};
use panel::{Gestures, simulated::SimulatedPanel};
use registry::{Identity, Registry};
use tokio::{
    net::UnixListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use tokio_util::sync::CancellationToken;
use tunnel::{Access, Tunnel, Uapi};
use web_api::{Answer, WebApi};

use crate::{
    arrivals::Arrivals,
    cli::{API_SOCKET, PANEL_SOCKET},
    faults::Faults,
    household::{Household, handle_gesture},
    lamps::Mood,
    lan::{HomeNetwork, LanWatch},
    page::{self, Page},
    plan::Fixed,
    privileges,
    reconcile::{Parts, Reconciler, Surroundings},
    services::Services,
};

/// What the command line says about this box.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Where the registry and the box's key are kept.
    pub data_dir: PathBuf,
    /// Where the sockets are.
    pub run_dir: PathBuf,
    /// The interfaces that lead home; none to look for them.
    pub lan: Vec<InterfaceName>,
    /// The name of the tunnel's interface.
    pub interface: InterfaceName,
    /// The TCP port of the page.
    pub page_port: u16,
    /// Hosts that the page may also be called by.
    pub extra_hosts: Vec<String>,
    /// Whether the simulated panel's button is down at first.
    pub button_held: bool,
    /// How much of the machine's firewall is ours.
    pub firewall: Firewall,
}

/// How much of the machine's firewall is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Firewall {
    /// All of it.
    Appliance,
    /// What concerns the tunnel.
    Shared,
}

/// Is the box until a signal comes; after a factory reset it is a new one.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    if !nix::unistd::geteuid().is_root() {
        anyhow::bail!("the box needs root to make a tunnel and a firewall; run it as root");
    }
    let mut is_reborn = false;
    loop {
        match live(&options, is_reborn).await? {
            End::Stopped => return Ok(()),
            End::Reset => {
                is_reborn = true;
                tracing::info!("Factory reset: all devices are out, the box gets a new identity");
                registry::wipe(&options.data_dir).context("wipe the registry")?;
            }
        }
    }
}

/// Why a life ended.
enum End {
    Stopped,
    Reset,
}

async fn live(options: &Options, is_reborn: bool) -> anyhow::Result<End> {
    let registry = Registry::open(&options.data_dir)?;
    prepare_run_dir(&options.run_dir)?;
    let simulated = SimulatedPanel::bind(&options.run_dir.join(PANEL_SOCKET)).context("show the panel")?;
    let simulated = if options.button_held && !is_reborn { simulated.held_at_power_on() } else { simulated };
    let (panel, panel_handle, gestures, front) = simulated.into_panel();
    panel_handle.set_lamps(Mood::STARTING);

    let (lan_watch, home) =
        LanWatch::new(options.lan.clone(), options.interface.clone()).context("look at the home network")?;
    let identity = identity(&registry, &home.borrow())?;
    let tunnel = Arc::new(start_tunnel(options, &identity)?);
    let _uapi = show_to_wg(&tunnel);
    let lan_names = watch_names(home.clone());
    let discovery = Discovery::new(discovery::Config {
        host_name: "latchkey".to_owned(),
        page_port: options.page_port,
        lan_interfaces: lan_names,
    });

    let forwarding =
        Forwarding::new(&options.run_dir.join("forwarding")).context("look at the kernel's forwarding")?;
    let faults = Faults::default();
    let arrivals = Arc::new(Mutex::new(Arrivals::default()));
    let (waiting, is_waiting) = watch::channel(false);
    let parts = Parts {
        registry: registry.clone(),
        tunnel: Arc::clone(&tunnel),
        panel: panel_handle.clone(),
        arrivals: Arc::clone(&arrivals),
        faults: faults.clone(),
    };
    let around = Surroundings {
        home: home.clone(),
        home_assistants: discovery.home_assistants(),
        host_name: discovery.host_name(),
        waiting: is_waiting,
        stuck: panel_handle.stuck(),
    };
    let fixed = Fixed {
        interface: options.interface.clone(),
        page_port: options.page_port,
        posture: posture(options.firewall, &forwarding)?,
    };
    let (reconciler, outlook) = Reconciler::start(parts, around, fixed, identity.clone(), forwarding).await?;

    let household = Arc::new(Household::new(registry, outlook, waiting, arrivals));
    let api = Arc::new(WebApi::new(
        household.clone(),
        web_api::Options {
            names: host_names(discovery.host_name()),
            extra_hosts: options.extra_hosts.clone(),
        },
    ));
    let socket = bind_socket(&options.run_dir.join(API_SOCKET))?;
    let inside = listen_inside(options, &identity)?;
    let page = Page::new(Arc::clone(&api), options.page_port, home, faults);
    privileges::drop_all_but_needed()?;

    let mut services = Services::default();
    let reset = CancellationToken::new();
    services.spawn("panel", |stop| async move {
        panel.run(stop).await;
        Ok(())
    });
    services.spawn("front", |stop| async move { front.run(stop).await.context("serve the panel's socket") });
    services.spawn("home network", |stop| lan_watch.run(stop));
    services.spawn("discovery", |stop| async move { Ok(discovery.run(stop).await?) });
    services.spawn("reconcile", |stop| reconciler.run(stop));
    services.spawn("page at home", |stop| page.run(stop));
    services.spawn("page for root", {
        let api = Arc::clone(&api);
        |stop| async move { Ok(api.serve_socket(socket, stop).await?) }
    });
    for listener in inside {
        let api = Arc::clone(&api);
        services
            .spawn("page in the tunnel", |stop| async move { Ok(api.serve_tunnel(listener, stop).await?) });
    }
    services.spawn("button", {
        let reset = reset.clone();
        |stop| mind_the_button(gestures, household, api, reset, stop)
    });
    services.spawn("signals", wait_for_signal);

    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    tracing::info!(interface = %options.interface, port = identity.port, "The box is up");
    let ended = services.run().await;
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    tunnel.stop();
    let _ = fs::remove_file(options.run_dir.join(API_SOCKET));
    ended?;

    Ok(if reset.is_cancelled() { End::Reset } else { End::Stopped })
}

/// Who the box is; at the first start it becomes somebody.
fn identity(registry: &Registry, home: &HomeNetwork) -> anyhow::Result<Identity> {
    if let Some(identity) = registry.snapshot().context("read the registry")?.identity {
        if identity.range.clashes_with(&home.prefixes()) {
            tracing::warn!(range = %identity.range, "The home network uses the tunnel's addresses; a factory reset picks others");
        }
        return Ok(identity);
    }

    let identity = Identity {
        private_key: PrivateKey::generate(),
        range: TunnelRange::pick(&home.prefixes()),
        port: random_port()?,
    };
    let written = identity.clone();
    registry.change(move |change| change.set_identity(&written)).context("write down who the box is")?;
    tracing::info!(range = %identity.range, port = identity.port, "A new box");

    Ok(identity)
}

/// From 20000, where neither a router's own WireGuard nor scans for well-known ports are, to where Linux begins to
/// give ports to outgoing connections (`net.ipv4.ip_local_port_range`).
fn random_port() -> anyhow::Result<u16> {
    const FIRST: u16 = 20_000;
    const END: u16 = 32_768;
    let random = getrandom::u32().map_err(|error| anyhow::anyhow!("get randomness: {error}"))?;

    Ok(FIRST + u16::try_from(random % u32::from(END - FIRST))?)
}

fn start_tunnel(options: &Options, identity: &Identity) -> anyhow::Result<Tunnel> {
    let gateway = HostNumber::GATEWAY;
    let v4 = ipnet::Ipv4Net::new(identity.range.v4_of(gateway), identity.range.v4().prefix_len())?;
    let v6 = ipnet::Ipv6Net::new(identity.range.v6_of(gateway), identity.range.v6().prefix_len())?;
    let config = tunnel::Config {
        interface: options.interface.clone(),
        mtu: TUNNEL_MTU,
        addresses: vec![v4.into(), v6.into()],
    };

    Ok(Tunnel::start(config)?)
}

/// So that `wg show` works for root; it may look, without secrets, and change nothing.
fn show_to_wg(tunnel: &Arc<Tunnel>) -> Option<Uapi> {
    let shown = Uapi::bind(Arc::clone(tunnel), Access::ReadOnly);

    shown.inspect_err(|error| tracing::warn!(error = %format!("{error:#}"), "`wg show` will not work")).ok()
}

/// The least that IPv6 allows (RFC 8200, section 5): it fits through every provider's own tunnels.
const TUNNEL_MTU: u16 = 1280;

/// Inside the tunnel the page listens on the tunnel's addresses, on its interface alone.
fn listen_inside(options: &Options, identity: &Identity) -> anyhow::Result<Vec<tokio::net::TcpListener>> {
    let gateway = HostNumber::GATEWAY;
    let v4 = page::listen(&options.interface, identity.range.v4_of(gateway).into(), options.page_port)?;
    let v6 = page::listen(&options.interface, identity.range.v6_of(gateway).into(), options.page_port);

    Ok(std::iter::once(v4).chain(v6.ok()).collect())
}

fn posture(firewall: Firewall, forwarding: &Forwarding) -> anyhow::Result<Posture> {
    Ok(match firewall {
        Firewall::Appliance => Posture::Appliance,
        // A machine that was a router already goes on being one.
        Firewall::Shared => Posture::Shared {
            forward_others: forwarding.was_on().context("look at the kernel's forwarding")?,
        },
    })
}

fn prepare_run_dir(path: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o755).create(path);

    made.with_context(|| format!("make {}", path.display()))
}

/// The socket of the API, which only root may open; a stale one is replaced, a live one is another daemon's.
fn bind_socket(path: &Path) -> anyhow::Result<UnixListener> {
    if std::os::unix::net::UnixStream::connect(path).is_ok() {
        anyhow::bail!("another latchkey is running already: it answers at {}", path.display());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("replace {}", path.display()));
        }
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(path).with_context(|| format!("listen at {}", path.display()))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).context("keep the socket to root")?;

    Ok(listener)
}

/// The names of the interfaces that lead home, for those who need no more.
fn watch_names(mut home: watch::Receiver<HomeNetwork>) -> watch::Receiver<Vec<String>> {
    let names =
        |home: &HomeNetwork| home.interfaces.iter().map(|lan| lan.name.to_string()).collect::<Vec<_>>();
    let (sender, receiver) = watch::channel(names(&home.borrow_and_update()));
    tokio::spawn(async move {
        while home.changed().await.is_ok() {
            let _ = sender.send(names(&home.borrow_and_update()));
        }
    });

    receiver
}

/// The names by which a browser at home may call the page: the one that mDNS gave.
fn host_names(mut claimed: watch::Receiver<String>) -> watch::Receiver<Vec<String>> {
    let (sender, receiver) = watch::channel(vec![claimed.borrow_and_update().clone()]);
    tokio::spawn(async move {
        while claimed.changed().await.is_ok() {
            let _ = sender.send(vec![claimed.borrow_and_update().clone()]);
        }
    });

    receiver
}

async fn mind_the_button(
    mut gestures: Gestures,
    household: Arc<Household>,
    api: Arc<WebApi>,
    reset: CancellationToken,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    while let Some(Some(gesture)) = stop.run_until_cancelled(gestures.recv()).await {
        match gesture {
            Gesture::Hold => match api.hold() {
                Answer::Granted => {
                    tracing::info!("The button was held: a browser may administer for 15 minutes")
                }
                Answer::RefusedSeveral(count) => {
                    tracing::warn!(count, "The button was held, but several browsers waited: all refused")
                }
                Answer::NobodyWaiting => tracing::info!("The button was held, but no browser waited"),
            },
            Gesture::Reset => {
                reset.cancel();
                return Ok(());
            }
            Gesture::Press | Gesture::LongHold => {
                if let Err(error) = handle_gesture(&household, gesture).await {
                    tracing::error!(?gesture, %error, "The button was pushed in vain");
                }
            }
        }
    }

    stop.cancelled().await;
    Ok(())
}

async fn wait_for_signal(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("Asked to stop"),
        _ = interrupt.recv() => tracing::info!("Asked to stop"),
        () = stop.cancelled() => {}
    }

    Ok(())
}
