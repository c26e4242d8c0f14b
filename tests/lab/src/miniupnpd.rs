use std::{
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::{Namespace, Process, wait_until};

/// The real `miniupnpd`, by which many routers let devices at home open ports: UPnP-IGD, NAT-PMP and PCP.
///
/// It serves the interface `lan` of the router's room, opens on `wan`, and works in the table `inet router`, whose base
/// chains `prerouting`, `postrouting` and `forward` have to be there. Whoever flushes that table has to [`restart`] it.
///
/// It takes the documentation ranges for private and refuses to open anything with such an outside address, as it does
/// behind a carrier's NAT. A house in which it shall open something gives `wan` the address [`MiniUpnpd::OUTSIDE`] as well
/// and says so with the setting `ext_ip=1.2.3.4`.
///
/// [`restart`]: Self::restart
#[derive(Debug)]
pub struct MiniUpnpd {
    router: Namespace,
    folder: PathBuf,
    process: Process,
}

impl MiniUpnpd {
    /// An address that belongs to nobody (APNIC's `1.2.3.0/24`, which is never assigned) and that it takes for public.
    pub const OUTSIDE: Ipv4Addr = Ipv4Addr::new(1, 2, 3, 4);

    /// Settings by which it lets nobody open anything: UPnP is refused, NAT-PMP and PCP are off. Were they on, it would
    /// try all other ports for a minute before it refuses.
    pub const REFUSE: [&str; 2] = ["enable_natpmp=no", "deny 0-65535 0.0.0.0/0 0-65535"];

    /// Starts it with an empty table. The settings, lines of `miniupnpd.conf`, overrule the usual ones: all protocols
    /// on, every port from 1024 may be asked for, but only for oneself.
    ///
    /// # Errors
    /// When it does not come up; its log is in the error.
    pub fn start(router: &Namespace, folder: &Path, settings: &[&str]) -> Result<Self> {
        let config = folder.join("miniupnpd.conf");
        fs::write(&config, configuration(settings))?;
        prepare(router)?;

        Ok(Self { router: router.clone(), folder: folder.to_owned(), process: launch(router, folder)? })
    }

    /// Ends it as a power cut would, and starts it again with an empty table and an epoch of zero.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.process = launch(&self.router, &self.folder)?;

        Ok(())
    }

    /// Ends it as a power cut would; what it has let through is let through no longer.
    ///
    /// # Errors
    /// When nftables refuses.
    pub fn stop(&mut self) -> Result<()> {
        self.process.kill();

        prepare(&self.router)
    }

    /// What it lets through, as `nft` lists it: IPv4 mappings and IPv6 pinholes.
    ///
    /// # Errors
    /// When its chains are gone.
    pub fn openings(&self) -> Result<String> {
        let mappings = self.router.run(&format!("nft list chain inet router {MAPPINGS}"))?;
        let pinholes = self.router.run(&format!("nft list chain inet router {PINHOLES}"))?;

        Ok(mappings + &pinholes)
    }

    /// All that it has said since it was first started.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.log()
    }
}

/// The usual settings but for those that are set otherwise: what one line switches on, no other switches off.
fn configuration(settings: &[&str]) -> String {
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.to_owned());
    let others: Vec<_> = settings.iter().filter_map(|line| key(line)).collect();
    let usual = SETTINGS.lines().filter(|line| key(line).is_none_or(|key| !others.contains(&key)));

    usual.chain(settings.iter().copied()).chain(PERMISSION.lines()).map(|line| format!("{line}\n")).collect()
}

fn launch(router: &Namespace, folder: &Path) -> Result<Process> {
    let mut command = router.command("miniupnpd");
    command.arg("-d").arg("-f").arg(folder.join("miniupnpd.conf"));
    command.arg("-P").arg(folder.join("miniupnpd.pid"));
    let mut process = Process::start("miniupnpd", command, &folder.join("miniupnpd.log"))
        .context("is the package miniupnpd-nftables there?")?;
    let mut ended = None;
    wait_until("miniupnpd listens", PATIENCE, || {
        ended = process.ended();
        if ended.is_some() {
            return Ok(true);
        }
        // SSDP, and NAT-PMP with PCP, unless they are switched off.
        router
            .run("ss --no-header --udp --listening --numeric")
            .map(|sockets| [":1900", ":5351"].iter().any(|port| sockets.contains(port)))
    })
    .with_context(|| process.log())?;

    match ended {
        Some(status) => bail!("miniupnpd ended with {status}:\n{}", process.log()),
        None => Ok(process),
    }
}

/// Empties its chains, and makes them where they are not there.
fn prepare(router: &Namespace) -> Result<()> {
    let mut lines = String::new();
    for (base, own) in [("prerouting", MAPPINGS), ("postrouting", RETURNS), ("forward", PINHOLES)] {
        let jump = format!("jump {own}");
        if !router.run(&format!("nft list chain inet router {base}"))?.contains(&jump) {
            lines += &format!("add chain inet router {own}\ninsert rule inet router {base} {jump}\n");
        }
        lines += &format!("flush chain inet router {own}\n");
    }
    router.feed("nft -f -", &lines)?;

    Ok(())
}

pub(crate) const MAPPINGS: &str = "upnp_mappings";
pub(crate) const RETURNS: &str = "upnp_returns";
pub(crate) const PINHOLES: &str = "upnp_pinholes";

const SETTINGS: &str = "\
ext_ifname=wan
listening_ip=lan
http_port=5000
enable_natpmp=yes
enable_upnp=yes
secure_mode=yes
system_uptime=no
notify_interval=60
min_lifetime=2
max_lifetime=86400
friendly_name=Lab router
model_name=Lab 1
presentation_url=http://192.168.1.1/
uuid=5b6a0fd8-73f7-4f5c-9a07-6d1f9e4c1c11
upnp_table_name=router
upnp_nat_table_name=router
upnp_forward_chain=upnp_pinholes
upnp_nat_chain=upnp_mappings
upnp_nat_postrouting_chain=upnp_returns";

const PERMISSION: &str = "allow 1024-65535 0.0.0.0/0 1024-65535\ndeny 0-65535 0.0.0.0/0 0-65535\n";

/// It is up within a tenth of a second; the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(10);
