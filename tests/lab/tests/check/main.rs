//! "Why can't I get in?": whatever is broken, the check names it, within fifteen seconds and with one thing to do.
//!
//! | what is broken | what the check finds |
//! |---|---|
//! | nobody has been let in yet | `no_devices` |
//! | the router is open, and nobody calls | `nothing_arrives` |
//! | something calls that is no WireGuard | `only_noise` |
//! | a removed device calls | `unknown_key` |
//! | a device calls, and never hears the answer | `no_packets` |
//! | devices are told an address that is not home's | `name_elsewhere` |
//! | devices are told a name that there is not | `name_unknown` |
//! | the name's provider does not accept the token | `name_refused` |
//! | the router refuses to open | `router_refuses` |
//! | the router speaks no protocol to be asked by | `router_cannot_be_asked` |
//! | nobody at home says to be Home Assistant | `home_assistant_not_found` |
//! | Home Assistant is off | `home_assistant_silent` |
//! | Home Assistant has banned the box | `home_assistant_bans` |
//! | remote access is switched off at the button | `locked` |
//! | the clock is twenty years slow | `clock_wrong` |
//! | the name server hangs | `no_dns` |
//! | the cable is out | `no_link` |
//! | the box has no address | `no_address` |
//! | the router is gone, but not the switch before it | `router_silent` |
//! | the provider's cable is cut | `no_internet` |
//! | the provider shares one address among many | `cgnat` |
//! | there is a second router | `double_nat` |
//! | a name has an address in a family in which home cannot be reached | `name_unreachable` |
//!
//! Not here: a router that says yes and does nothing (`mapping_lost`), as miniupnpd is an honest one; the crate
//! `reachability` has a router that lies.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod home;
mod stories;
