use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anyhow::Result;
use lab::Namespace;

/// The gateway, a router that translates addresses of IPv4, and a client behind it.
#[derive(Debug)]
pub(super) struct Rooms {
    pub(super) home: Namespace,
    router: Namespace,
    pub(super) road: Namespace,
    client: Client,
    /// The last number of the router's public address.
    public: u8,
}

impl Rooms {
    pub(super) fn build() -> Result<Self> {
        let [home, router, road] =
            [Namespace::create("home")?, Namespace::create("router")?, Namespace::create("road")?];
        router.ip(&[
            &format!("link add wan type veth peer name cable netns {}", home.path()),
            &format!("link add lan type veth peer name cable netns {}", road.path()),
            &format!("address add 192.0.2.{FIRST}/24 dev wan"),
            "address add 2001:db8:1::1/64 dev wan nodad",
            "address add 10.99.0.1/24 dev lan",
            "address add 2001:db8:2::1/64 dev lan nodad",
            "link set wan up",
            "link set lan up",
        ])?;
        router.sysctl("net.ipv4.ip_forward", "1")?;
        router.sysctl("net.ipv6.conf.all.forwarding", "1")?;
        router.feed("nft -f -", TRANSLATION)?;
        home.ip(&[
            &format!("address add {GATEWAY_V4}/24 dev cable"),
            &format!("address add {GATEWAY_V6}/64 dev cable nodad"),
            "link set cable up",
            "route add default via 2001:db8:1::1",
        ])?;
        road.ip(&[&format!("link set cable address {CLIENT_LINK} up")])?;
        // A first address that goes takes the others with it, if nobody says otherwise.
        road.sysctl("net.ipv4.conf.cable.promote_secondaries", "1")?;
        introduce(&router)?;
        let client = Client::V4(FIRST);
        road.ip(&[&client.address("add"), &client.route()])?;

        Ok(Self { home, router, road, client, public: FIRST })
    }

    /// Where the gateway is for the client now.
    pub(super) fn gateway(&self) -> IpAddr {
        match self.client {
            Client::V4(_) => GATEWAY_V4.into(),
            Client::V6(_) => GATEWAY_V6.into(),
        }
    }

    /// Gives the client another address, the new one before the old one goes.
    pub(super) fn move_client(&mut self) -> Result<()> {
        let former = self.client;
        self.client = former.elsewhere();
        self.road.ip(&[&self.client.address("add"), &self.client.route()])?;

        self.road.ip(&[&former.address("del")])
    }

    /// Gives the client an address of the other IP version, and none of the former: else each packet that is still on its
    /// way over the former would tell it that the gateway is there.
    pub(super) fn change_version(&mut self) -> Result<()> {
        let former = self.client;
        self.client = former.in_other_version();

        self.road.ip(&[&former.address("del"), &self.client.address("add"), &self.client.route()])
    }

    /// Gives the router another public address; the kernel forgets what was translated to the former.
    pub(super) fn move_router(&mut self) -> Result<()> {
        let (former, next) = (self.public, following(self.public));
        self.public = next;
        self.router.ip(&[
            &format!("address del 192.0.2.{former}/24 dev wan"),
            &format!("address add 192.0.2.{next}/24 dev wan"),
        ])
    }
}

/// Where the client is, as the last number of an address.
#[derive(Debug, Clone, Copy)]
enum Client {
    V4(u8),
    V6(u8),
}

impl Client {
    fn elsewhere(self) -> Self {
        match self {
            Self::V4(host) => Self::V4(following(host)),
            Self::V6(host) => Self::V6(following(host)),
        }
    }

    fn in_other_version(self) -> Self {
        match self {
            Self::V4(host) => Self::V6(host),
            Self::V6(host) => Self::V4(host),
        }
    }

    fn address(self, verb: &str) -> String {
        match self {
            Self::V4(host) => format!("address {verb} 10.99.0.{host}/24 dev cable"),
            Self::V6(host) => format!("address {verb} 2001:db8:2::{host}/64 dev cable nodad"),
        }
    }

    fn route(self) -> String {
        match self {
            Self::V4(host) => format!("route replace default via 10.99.0.1 src 10.99.0.{host}"),
            Self::V6(host) => format!("route replace default via 2001:db8:2::1 src 2001:db8:2::{host}"),
        }
    }
}

/// Tells the router where the client is at each of its addresses over IPv6. Else it asks for a new one at once, before the
/// client listens for that, and again only after a second in which everything is lost.
fn introduce(router: &Namespace) -> Result<()> {
    let line = |host| format!("neigh add 2001:db8:2::{host} lladdr {CLIENT_LINK} dev lan nud permanent");
    let lines: Vec<_> = (FIRST..=LAST).map(line).collect();

    router.ip(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

const CLIENT_LINK: &str = "02:00:00:00:00:02";

/// The hosts before it are routers.
const FIRST: u8 = 2;

/// The gateway is after it.
const LAST: u8 = 99;

fn following(host: u8) -> u8 {
    if host < LAST { host + 1 } else { FIRST }
}

const GATEWAY_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 100);
const GATEWAY_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0x100);

/// Another port for every connection, as carriers have it.
const TRANSLATION: &str = "
table ip router {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname wan masquerade fully-random
  }
}
";
