use std::{
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{Namespace, wait_until};

/// The real `miniupnpd`, by which many routers let devices at home open ports: UPnP-IGD, NAT-PMP and PCP.
///
/// It serves the interface `lan` of the router's room, opens on `wan`, and works in the table `inet router`, whose base
/// chains `prerouting`, `postrouting` and `forward` have to be there. Whoever flushes that table has to [`restart`] it.
///
/// It takes the documentation ranges for private and refuses to open anything with such an outside address, as it does
/// behind a carrier's NAT. Where it shall open something, `wan` has the address [`MiniUpnpd::OUTSIDE`], as in a
/// [`House`](crate::House), or the setting `ext_ip=1.2.3.4` says so.
///
/// [`restart`]: Self::restart
#[derive(Debug)]
pub struct MiniUpnpd {
    router: Namespace,
    folder: PathBuf,
    pid: Pid,
}

impl MiniUpnpd {
    /// An address that belongs to nobody (APNIC's `1.2.3.0/24`, which is never assigned) and that it takes for public.
    pub const OUTSIDE: Ipv4Addr = Ipv4Addr::new(1, 2, 3, 4);

    /// A setting by which it refuses whatever anybody asks for.
    pub const REFUSE: &str = "deny 0-65535 0.0.0.0/0 0-65535";

    /// Starts it with an empty table. The settings, lines of `miniupnpd.conf`, overrule the usual ones: all protocols
    /// on, every port from 1024 may be asked for, but only for oneself.
    ///
    /// # Errors
    /// When it does not come up, or the package `miniupnpd-nftables` is not there.
    pub fn start(router: &Namespace, folder: &Path, settings: &[&str]) -> Result<Self> {
        let config = folder.join("miniupnpd.conf");
        fs::write(&config, [with_usual(settings).as_str(), PERMISSION].join("\n"))?;
        prepare(router)?;

        Ok(Self { router: router.clone(), folder: folder.to_owned(), pid: launch(router, folder)? })
    }

    /// Ends it as a power cut would, and starts it again with an empty table and an epoch of zero.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.pid = launch(&self.router, &self.folder)?;

        Ok(())
    }

    /// Ends it as a power cut would; what it has let through is let through no longer.
    ///
    /// # Errors
    /// When nftables refuses.
    pub fn stop(&mut self) -> Result<()> {
        self.kill();
        wait_until("miniupnpd has ended", PATIENCE, || {
            fs::read_to_string(format!("/proc/{}/stat", self.pid)).map_or(true, |stat| stat.contains(") Z "))
        })?;

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

    fn kill(&self) {
        // One that has ended already is dead enough.
        let _ = kill(self.pid, Signal::SIGKILL);
    }
}

impl Drop for MiniUpnpd {
    fn drop(&mut self) {
        self.kill();
    }
}

/// It knows no "off" for what an earlier line has switched on, so what is overruled is left out.
fn with_usual(settings: &[&str]) -> String {
    let key = |line: &str| line.split('=').next().unwrap_or_default().to_owned();
    let is_overruled = |line: &&str| settings.iter().any(|setting| key(setting) == key(line));
    let usual = SETTINGS.lines().filter(|line| !is_overruled(line));

    usual.chain(settings.iter().copied()).collect::<Vec<_>>().join("\n")
}

fn launch(router: &Namespace, folder: &Path) -> Result<Pid> {
    let (config, pid_file) = (folder.join("miniupnpd.conf"), folder.join("miniupnpd.pid"));
    let _ = fs::remove_file(&pid_file);
    // In the foreground it tells of each port that it looks at, and takes minutes to refuse one.
    router.run(&format!("miniupnpd -f {} -P {}", config.display(), pid_file.display()))?;
    wait_until("miniupnpd listens", PATIENCE, || {
        // SSDP, and NAT-PMP with PCP, unless they are switched off.
        let sockets = router.run("ss --no-header --udp --listening --numeric")?;
        anyhow::Ok([":1900", ":5351"].iter().any(|port| sockets.contains(port)))
    })?;
    let pid = fs::read_to_string(&pid_file).context("miniupnpd has no number")?;

    Ok(Pid::from_raw(pid.trim().parse()?))
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
