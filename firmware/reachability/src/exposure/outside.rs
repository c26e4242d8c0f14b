use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Code, Exposure};
use crate::Values;

/// A TCP port that the owner's phone tries from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Port {
    /// Its number.
    pub port: u16,
    /// What is often behind it.
    pub what: &'static str,
}

/// What is tried: what homes open to the internet, as far as browsers let a page try it (they refuse 22, 23, 25, 554, …).
pub const PORTS: [Port; 16] = [
    Port { port: 80, what: "a web page" },
    Port { port: 81, what: "the settings of Nginx Proxy Manager" },
    Port { port: 443, what: "a web page" },
    Port { port: 1880, what: "Node-RED" },
    Port { port: 1883, what: "an MQTT server" },
    Port { port: 3000, what: "Grafana or AdGuard Home" },
    Port { port: 3389, what: "Windows Remote Desktop" },
    Port { port: 5000, what: "a network storage or Frigate" },
    Port { port: 5001, what: "a network storage" },
    Port { port: 8006, what: "Proxmox" },
    Port { port: 8080, what: "a web page or a camera" },
    Port { port: 8123, what: "Home Assistant" },
    Port { port: 8443, what: "the router's settings or a web page" },
    Port { port: 8883, what: "an MQTT server" },
    Port { port: 9443, what: "Portainer" },
    Port { port: 32400, what: "Plex" },
];

/// A port behind which nobody is (IANA has given it to nobody). Who says that it is open says so of every port.
pub const CONTROL_PORT: u16 = 47_123;

/// What came of trying a port from a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// Something answered.
    Open,
    /// The connection was refused.
    Closed,
    /// Nothing came back.
    TimedOut,
}

/// What the phone's tries come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outside {
    /// None of the ports that were tried is open.
    Closed,
    /// These are.
    Open {
        /// One for each port.
        exposures: Vec<Exposure>,
    },
    /// It cannot be told; why is a sentence for the owner.
    CannotTell {
        /// Which.
        why: Doubt,
    },
}

/// Why it cannot be told what is open. Its text is one sentence for the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Not all was tried.
    Unfinished,
    /// Something on the way answers where nobody is.
    AnsweredForHome,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unfinished => "The phone did not finish; try again.",
            Self::AnsweredForHome => {
                "Something between the phone and your home answers in its place, as some mobile networks do; try with \
                 another phone's network."
            }
        })
    }
}

/// Judges what the phone has tried, beside what came of [`CONTROL_PORT`]. Other ports than [`PORTS`] are passed over.
#[must_use]
pub fn outside(tried: &[(u16, Tried)], control: Option<Tried>) -> Outside {
    let result = |port: &Port| tried.iter().find(|(number, _)| *number == port.port).map(|(_, tried)| *tried);
    let open = PORTS.iter().filter(|port| result(port) == Some(Tried::Open)).collect::<Vec<_>>();
    let is_complete = PORTS.iter().all(|port| result(port).is_some());

    match (control, open.as_slice()) {
        (Some(Tried::Open), [_, ..]) => Outside::CannotTell { why: Doubt::AnsweredForHome },
        (None, _) => Outside::CannotTell { why: Doubt::Unfinished },
        (Some(Tried::Closed | Tried::TimedOut), [_, ..]) => {
            Outside::Open { exposures: open.into_iter().map(exposure).collect() }
        }
        // Where the one that answers for others was silent this time, each port that is not open is not.
        (Some(Tried::Open | Tried::Closed | Tried::TimedOut), []) if is_complete => Outside::Closed,
        (Some(Tried::Open | Tried::Closed | Tried::TimedOut), []) => {
            Outside::CannotTell { why: Doubt::Unfinished }
        }
    }
}

fn exposure(port: &Port) -> Exposure {
    let Port { port, what } = port;

    Exposure {
        code: Code::PortOpen,
        sentence: format!("Anybody on the internet reaches TCP port {port} of your home, perhaps {what}."),
        to_do: format!(
            "Look in the router's settings who opened TCP port {port}, and close it if nobody needs it."
        ),
        values: Values::default().with("port", port),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_control_port_tells_a_carrier_from_an_open_port() {
        use Tried::{Closed, Open, TimedOut};
        let open = |port| move |number: u16| if number == port { Open } else { TimedOut };
        for (name, tried, control, expected) in [
            ("all refused", all(|_| Closed), Some(Closed), "closed"),
            ("all dropped", all(|_| TimedOut), Some(TimedOut), "closed"),
            ("Home Assistant is open", all(open(8123)), Some(TimedOut), "open 8123"),
            (
                "two are open",
                all(|n| if n < 81 || n == 443 { Open } else { Closed }),
                Some(Closed),
                "open 80 443",
            ),
            ("a carrier answers everything", all(|_| Open), Some(Open), "cannot tell"),
            ("a carrier answers for the web alone", all(open(80)), Some(Open), "cannot tell"),
            ("a carrier answers at random", all(|_| Closed), Some(Open), "closed"),
            ("the control was not tried", all(|_| Closed), None, "cannot tell"),
            ("half of it", vec![(80, Closed)], Some(Closed), "cannot tell"),
            ("half of it, and something is open", vec![(80, Open)], Some(Closed), "open 80"),
            ("nothing", vec![], Some(Closed), "cannot tell"),
            ("ports that nobody asked for", vec![(4711, Open); 1000], Some(Closed), "cannot tell"),
        ] {
            assert_eq!(short(&outside(&tried, control)), expected, "{name}");
        }
    }

    #[test]
    fn browsers_let_a_page_try_every_port() {
        let ports = PORTS.iter().map(|port| port.port).chain([CONTROL_PORT]).collect::<BTreeSet<_>>();

        assert_eq!(ports.len(), PORTS.len() + 1, "each once");
        assert!(ports.iter().all(|port| !BLOCKED.contains(port)));
        assert!([80, 443, 8123, 8443].iter().all(|port| ports.contains(port)));
    }

    /// The Fetch standard's “bad ports”.
    const BLOCKED: [u16; 83] = [
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
        103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512,
        513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719,
        1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
        10080,
    ];

    fn all(result: impl Fn(u16) -> Tried) -> Vec<(u16, Tried)> {
        PORTS.iter().map(|port| (port.port, result(port.port))).collect()
    }

    fn short(outside: &Outside) -> String {
        match outside {
            Outside::Closed => "closed".to_owned(),
            Outside::CannotTell { .. } => "cannot tell".to_owned(),
            Outside::Open { exposures } => {
                let port = |exposure: &Exposure| {
                    let port =
                        PORTS.iter().find(|port| exposure.sentence.contains(&format!(" {} ", port.port)));
                    port.unwrap().port.to_string()
                };
                format!("open {}", exposures.iter().map(port).collect::<Vec<_>>().join(" "))
            }
        }
    }
}
