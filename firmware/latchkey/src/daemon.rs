//! `latchkey run`: composes the parts and keeps them running until a signal, a fault or a factory reset.

use std::{fs, path::PathBuf, sync::Arc};

use access::{Posture, Ruleset};
use anyhow::Context as _;
use model::{Gesture, InterfaceName};
use panel::{Gestures, Place, Wish};
use reachability::Web;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use tokio_util::sync::CancellationToken;
use web_api::{Answer, WebApi};

use crate::{
    cli::API_SOCKET,
    clock,
    faults::Faults,
    ground::Ground,
    household::Household,
    page::Page,
    plan::Fixed,
    reconcile::{Parts, Reconciler, Surroundings},
    services::Services,
    way_in::{Looked, Sentry, WayIn},
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
    /// Who is to drive the lamps and the button.
    pub panel: Wish,
    /// Where the lamps and the button are.
    pub place: Place,
    /// Whether the button is down at first, without a hand.
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

/// Is the box until a signal comes; after a factory reset or a restore it is another one.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let asked_to_stop = listen_for_signals()?;
    let mut is_reborn = false;
    loop {
        match live(&options, is_reborn, &asked_to_stop).await? {
            // Also when asked to stop meanwhile: the next life takes the rules away that this one has left.
            End::Reset | End::Restored => is_reborn = true,
            End::Stopped => return Ok(()),
            End::Failed(error) => return Err(error),
        }
    }
}

/// Why a life ended.
enum End {
    /// Somebody asked for it.
    Stopped,
    /// The button was held while the power came on, and pressed; or held, where an administrator had asked for it.
    Reset,
    /// The registry has another box.
    Restored,
    /// A part broke off.
    Failed(anyhow::Error),
}

async fn live(options: &Options, is_reborn: bool, asked_to_stop: &CancellationToken) -> anyhow::Result<End> {
    let ground = Ground::prepare(options, is_reborn)?;
    let tunnel = Arc::clone(&ground.tunnel);

    let end = serve(ground, options, asked_to_stop).await;

    // First the way in, then the rules: nobody is ever in whom no rule binds. A box that broke off, or begins anew,
    // keeps its doors closed; on somebody's own machine, rules without a daemon would only be in the way.
    tunnel.stop();
    let _ = fs::remove_file(options.run_dir.join(API_SOCKET));
    let is_over = matches!(end, Ok(End::Stopped));
    if is_over || options.firewall == Firewall::Shared {
        Ruleset::remove().await.context("take the firewall's rules away")?;
    }
    if let Ok(End::Reset) = end {
        tracing::info!("Factory reset: all devices are out, the box gets a new identity");
        registry::wipe(&options.data_dir).context("wipe the registry")?;
    }

    end
}

/// Starts every part, rules first, and waits for the end.
async fn serve(ground: Ground, options: &Options, asked_to_stop: &CancellationToken) -> anyhow::Result<End> {
    let Ground { registry, identity, tunnel, panel, lan, discovery, forwarding, doors, faults, _uapi } =
        ground;
    let arrivals = Arc::default();
    let (waiting, is_waiting) = watch::channel(false);
    let web = open_web(&faults)?;
    let names = registry.snapshot().context("read the registry")?.names;
    let (way_in, way_in_parts) = WayIn::new(&web, &names, &clock::moment()?);
    let doorbell = way_in.doorbell();
    let looked = watch::Sender::new(Looked::default());
    let around = Surroundings {
        home: lan.home.clone(),
        home_assistants: discovery.home_assistants(),
        host_name: discovery.host_name(),
        waiting: is_waiting,
        stuck: panel.handle.stuck(),
        way_in,
        looked: looked.subscribe(),
    };
    let fixed = Fixed {
        interface: options.interface.clone(),
        page_port: options.page_port,
        posture: match options.firewall {
            Firewall::Appliance => Posture::Appliance,
            Firewall::Shared => Posture::Shared { forward_others: forwarding.was_on()? },
        },
    };
    let parts = Parts {
        registry: registry.clone(),
        tunnel,
        panel: panel.handle,
        arrivals: Arc::clone(&arrivals),
        faults: faults.clone(),
    };
    let port = identity.port;
    let (reconciler, outlook) = Reconciler::start(parts, around, fixed, identity, forwarding).await?;
    let rebirth = outlook.rebirth.token();
    let sentry = Arc::new(Sentry::new(web.clone(), outlook.present.clone(), looked));
    let household =
        Arc::new(Household::new(registry, outlook, waiting, arrivals, web, Arc::clone(&sentry), doorbell));
    let names = mapped(discovery.host_name(), |name| vec![name.clone()]);
    let extra_hosts = options.extra_hosts.clone();
    let api = Arc::new(WebApi::new(household.clone(), web_api::Options { names, extra_hosts }));
    let page = Page::new(Arc::clone(&api), options.page_port, lan.home, faults);

    let mut services = Services::default();
    let reset = CancellationToken::new();
    services.spawn("panel", |stop| async move {
        panel.driver.run(stop).await;
        Ok(())
    });
    services.spawn("panel's socket", |stop| async move {
        panel.front.run(stop).await;
        Ok(())
    });
    services.spawn("home network", |stop| lan.watch.run(stop));
    services.spawn("discovery", |stop| async move {
        discovery.run(stop).await;
        Ok(())
    });
    way_in_parts.spawn(&mut services);
    services.spawn("sentry", |stop| async move {
        sentry.run(stop).await;
        Ok(())
    });
    services.spawn("reconcile", |stop| reconciler.run(stop));
    services.spawn("page at home", |stop| page.run(stop));
    let root = Arc::clone(&api);
    services.spawn("page for root", |stop| async move { Ok(root.serve_socket(doors.root, stop).await?) });
    for listener in doors.inside {
        let api = Arc::clone(&api);
        services
            .spawn("page in the tunnel", |stop| async move { Ok(api.serve_tunnel(listener, stop).await?) });
    }
    let button = mind_the_button(panel.gestures, household, api, reset.clone());
    services.spawn("button", |stop| until(stop, button));
    services.spawn("restore", |stop| until(stop, rebirth.clone().cancelled_owned()));
    services.spawn("signals", |stop| until(stop, asked_to_stop.clone().cancelled_owned()));

    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    tracing::info!(interface = %options.interface, port, "The box is up");
    let ended = services.run().await;
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);

    Ok(match ended {
        Err(error) => End::Failed(error),
        Ok(()) if reset.is_cancelled() => End::Reset,
        Ok(()) if rebirth.is_cancelled() => End::Restored,
        Ok(()) => End::Stopped,
    })
}

/// A machine that believes no certificates lets people in all the same.
fn open_web(faults: &Faults) -> anyhow::Result<Web> {
    let web = Web::new().or_else(|error| {
        tracing::debug!(%error, "Cannot read certificates");
        faults.set("certificates", NO_CERTIFICATES, None);
        Web::without_certificates()
    });

    web.context("prepare to talk to servers on the internet")
}

const NO_CERTIFICATES: &str =
    "This machine believes no certificates, so that no name can follow your address; install ca-certificates";

/// The same news in other words, for those who need no more.
pub(crate) fn mapped<T, U>(mut news: watch::Receiver<T>, words: fn(&T) -> U) -> watch::Receiver<U>
where
    T: Send + Sync + 'static,
    U: Send + Sync + 'static,
{
    let (sender, receiver) = watch::channel(words(&news.borrow_and_update()));
    tokio::spawn(async move {
        while news.changed().await.is_ok() {
            sender.send_replace(words(&news.borrow_and_update()));
        }
    });

    receiver
}

/// Ends with the work, or when told to.
async fn until(stop: CancellationToken, work: impl Future<Output = ()>) -> anyhow::Result<()> {
    stop.run_until_cancelled(work).await;

    Ok(())
}

/// Ends only after the gesture that ends everything.
async fn mind_the_button(
    mut gestures: Gestures,
    household: Arc<Household>,
    api: Arc<WebApi>,
    reset: CancellationToken,
) {
    while let Some(gesture) = gestures.recv().await {
        let done = match gesture {
            Gesture::Press => household.toggle_guests().await,
            Gesture::LongHold => household.toggle_lock().await,
            Gesture::Hold => {
                let answer = api.hold();
                tell_of(answer);
                if answer == Answer::FactoryReset {
                    return reset.cancel();
                }
                household.note_hold(answer).await
            }
            Gesture::Reset => return reset.cancel(),
        };
        if let Err(error) = done {
            tracing::error!(?gesture, %error, "The button was pushed in vain");
        }
    }

    std::future::pending().await
}

fn tell_of(answer: Answer) {
    match answer {
        Answer::Granted => tracing::info!("The button was held: a browser may administer for 15 minutes"),
        Answer::RefusedSeveral(count) => {
            tracing::warn!(count, "The button was held, but for more than one who waited: all refused");
        }
        Answer::FactoryReset => tracing::info!("The button was held: factory reset"),
        Answer::NobodyWaiting => tracing::info!("The button was held, but no browser waited"),
    }
}

/// From now on a signal ends nothing by force: whatever is made is also taken away.
fn listen_for_signals() -> anyhow::Result<CancellationToken> {
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
    let mut hang_up = signal(SignalKind::hangup()).context("listen for SIGHUP")?;
    let asked_to_stop = CancellationToken::new();
    let token = asked_to_stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
        tracing::info!("Asked to stop");
        token.cancel();
    });

    Ok(asked_to_stop)
}
