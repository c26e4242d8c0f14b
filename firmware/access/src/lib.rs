//! Who may reach what, as one complete nftables ruleset.
