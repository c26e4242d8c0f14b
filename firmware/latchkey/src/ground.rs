//! What the daemon stands on: everything that is opened before the first rule is in force and anybody is served.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::Path,
    sync::Arc,
    time::Duration,
};

use access::Forwarding;
use anyhow::Context as _;
use discovery::Discovery;
use model::{HostNumber, PrivateKey, TunnelRange};
use panel::{
    Board, BoardLed, Driver, Gestures, PanelHandle, Wish,
    simulated::{BoxPanel, SimulatedFront, SimulatedPanel},
};
use registry::{Identity, Registry};
use tokio::{
    net::{TcpListener, UnixListener},
    sync::watch,
};
use tunnel::{Access, Tunnel, Uapi};

use crate::{
    cli::{API_SOCKET, PANEL_SOCKET},
    clock,
    daemon::{Options, mapped},
    faults::Faults,
    lamps::Mood,
    lan::{HomeNetwork, LanWatch},
    page,
};

/// All that is open; whoever drops it closes it.
pub(crate) struct Ground {
    /// What is written down.
    pub registry: Registry,
    /// Who the box is.
    pub identity: Identity,
    /// The way in, for nobody yet.
    pub tunnel: Arc<Tunnel>,
    /// The front of the box.
    pub panel: Front,
    /// The home network.
    pub lan: Lan,
    /// The names on it.
    pub discovery: Discovery,
    /// The kernel's forwarding, as it was.
    pub forwarding: Forwarding,
    /// Where requests will come in.
    pub doors: Doors,
    /// What is wrong.
    pub faults: Faults,
    /// For `wg show`.
    pub _uapi: Option<Uapi>,
}

/// The front of the box, with real lamps and a real button where there are pins.
pub(crate) struct Front {
    /// Lights the lamps and reads the button.
    pub driver: BoxPanel,
    /// Says what the lamps show.
    pub handle: PanelHandle,
    /// What the button means.
    pub gestures: Gestures,
    /// Shows it to those who look.
    pub front: SimulatedFront,
}

/// The home network, and who keeps an eye on it.
pub(crate) struct Lan {
    /// The eye.
    pub watch: LanWatch,
    /// What it sees.
    pub home: watch::Receiver<HomeNetwork>,
}

/// Where requests come in that do not come from home.
pub(crate) struct Doors {
    /// Root's.
    pub root: UnixListener,
    /// The tunnel's.
    pub inside: Vec<TcpListener>,
}

impl Ground {
    /// Opens all of it. `is_reborn` says that the box was reset or restored and the button has had its say.
    pub(crate) fn prepare(options: &Options, is_reborn: bool) -> anyhow::Result<Self> {
        let registry = Registry::open(&options.data_dir)?;
        prepare_run_dir(&options.run_dir)?;
        let faults = Faults::default();
        let panel = Front::open(options, is_reborn, &faults)?;
        let lan = Lan::look(options)?;
        let identity = identity(&registry, &lan.home.borrow())?;
        let tunnel = Arc::new(start_tunnel(options, &identity)?);
        let forwarding = Forwarding::new(&options.run_dir.join("forwarding"))?;
        let doors = Doors::open(options, &identity)?;
        let discovery = Discovery::new(discovery::Config {
            host_name: "latchkey".to_owned(),
            page_port: options.page_port,
            lan_interfaces: mapped(lan.home.clone(), HomeNetwork::names),
        });
        let _uapi = show_to_wg(&tunnel);

        Ok(Self { registry, identity, tunnel, panel, lan, discovery, forwarding, doors, faults, _uapi })
    }
}

impl Front {
    fn open(options: &Options, is_reborn: bool, faults: &Faults) -> anyhow::Result<Self> {
        let simulated = SimulatedPanel::bind(&options.run_dir.join(PANEL_SOCKET))?;
        let simulated = simulated.beside(open_board(options, faults)).with_led(find_led(options));
        let is_held = options.button_held && !is_reborn;
        let simulated = if is_held { simulated.held_at_power_on() } else { simulated };
        let simulated = simulated.since_power_on(!is_reborn && clock::moment()?.since_boot < POWERING_ON);
        let (driver, handle, gestures, front) = simulated.into_panel();
        handle.set_lamps(Mood::STARTING);

        Ok(Self { driver, handle, gestures, front })
    }
}

/// For the slowest board to come to its daemon, the first start with a new card included. Whoever holds the button of a
/// box that has long been up means something else.
const POWERING_ON: Duration = Duration::from_mins(3);

impl Lan {
    fn look(options: &Options) -> anyhow::Result<Self> {
        let watch = LanWatch::new(options.lan.clone(), options.interface.clone());
        let (watch, home) = watch.context("look at the home network")?;

        Ok(Self { watch, home })
    }
}

impl Doors {
    fn open(options: &Options, identity: &Identity) -> anyhow::Result<Self> {
        let gateway = HostNumber::GATEWAY;
        let listen = |address| page::listen(&options.interface, address, options.page_port);
        let v4 = listen(identity.range.v4_of(gateway).into())?;
        // A machine with IPv6 switched off has no such address.
        let v6 = listen(identity.range.v6_of(gateway).into()).ok();
        let root = bind_socket(&options.run_dir.join(API_SOCKET))?;

        Ok(Self { root, inside: std::iter::once(v4).chain(v6).collect() })
    }
}

/// A box without lamps still lets people in, and its page says what is wrong.
fn open_board(options: &Options, faults: &Faults) -> Option<Board> {
    match Board::open(options.panel, &options.place) {
        Ok(Some(board)) => Some(board),
        Ok(None) => {
            tracing::info!("The panel is simulated: see `latchkey panel`");
            None
        }
        Err(error) => {
            let error = anyhow::Error::new(error);
            faults.set("panel", NO_PANEL, Some(format!("{error:#}")));
            None
        }
    }
}

/// What the page says of lamps or a button that fail.
pub(crate) const NO_PANEL: &str = "The lamps and the button of the box do not work";

/// Who wants a simulated panel wants nothing on this machine to change.
fn find_led(options: &Options) -> Option<BoardLed> {
    let is_simulated = options.panel == Wish::Only(Driver::Simulated);

    (!is_simulated).then(BoardLed::find).flatten()
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

/// The least that IPv6 allows (RFC 8200, section 5): it fits through every provider's own tunnels.
const TUNNEL_MTU: u16 = 1280;

/// So that `wg show` works for root; it may look, without secrets, and change nothing.
fn show_to_wg(tunnel: &Arc<Tunnel>) -> Option<Uapi> {
    let shown = Uapi::bind(Arc::clone(tunnel), Access::ReadOnly);

    shown.inspect_err(|error| tracing::warn!(error = %format!("{error:#}"), "`wg show` will not work")).ok()
}

/// Nobody but root has business in there.
fn prepare_run_dir(path: &Path) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);

    made.with_context(|| format!("make {}", path.display()))
}

/// The socket of the API, which only root may open. One that is there is stale: the registry was ours to lock.
fn bind_socket(path: &Path) -> anyhow::Result<UnixListener> {
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
