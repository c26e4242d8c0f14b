//! What the daemon gives up once it runs: every capability but two, and the way to new ones.

use anyhow::Context as _;
use caps::{CapSet, Capability, CapsHashSet};

/// Keeps what the tunnel, the firewall and port 80 need; a child (`nft`) gets no more either.
pub(crate) fn drop_all_but_needed() -> anyhow::Result<()> {
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
