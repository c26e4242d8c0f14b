//! What the daemon gives up before it begins: every capability but two, and the way to new ones.

use anyhow::Context as _;
use caps::{CapSet, Capability, CapsHashSet};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Keeps what the tunnel, the firewall and port 80 need; a child (`nft`) gets no more either.
///
/// To be called before there are threads, since each has capabilities of its own and hands them on.
pub(crate) fn drop_all_but_needed() -> anyhow::Result<()> {
    if !nix::unistd::geteuid().is_root() {
        anyhow::bail!("the box needs root to make a tunnel and a firewall; run it as root");
    }
    // Each connection and each child takes some; a thousand is what a crowd of browsers could use up.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).context("look at the limit of open files")?;
    setrlimit(Resource::RLIMIT_NOFILE, most.min(OPEN_FILES), most)
        .context("raise the limit of open files")?;

    let keep = CapsHashSet::from([Capability::CAP_NET_ADMIN, Capability::CAP_NET_BIND_SERVICE]);

    // The bounding set is what a child of root gets back at exec. Capabilities newer than this program are unknown to
    // `caps::all`, which is why the permitted set is set as a whole below.
    for capability in caps::all().difference(&keep) {
        if caps::has_cap(None, CapSet::Bounding, *capability).unwrap_or(false) {
            caps::drop(None, CapSet::Bounding, *capability)
                .with_context(|| format!("give up {capability}"))?;
        }
    }
    caps::clear(None, CapSet::Ambient).context("give up the ambient capabilities")?;
    caps::set(None, CapSet::Inheritable, &CapsHashSet::new())
        .context("give up the inheritable capabilities")?;
    caps::set(None, CapSet::Effective, &keep).context("give up the effective capabilities")?;
    caps::set(None, CapSet::Permitted, &keep).context("give up the permitted capabilities")?;
    nix::sys::prctl::set_no_new_privs().context("forbid new privileges")
}

/// Many times what all listeners together take in.
const OPEN_FILES: u64 = 8192;
