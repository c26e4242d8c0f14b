//! A box at home, its router, perhaps a second one before the internet, and servers out there.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
    time::Duration,
};

use lab::{Namespace, Process, StunServer, wait_until};
use reachability::{Around, Evidence, Lookout, LookoutConfig, Network, Web};
use tempfile::TempDir;
use tokio::{runtime::Builder, sync::watch};
use tokio_util::sync::CancellationToken;

/// Two STUN servers and an HTTPS echo on the internet, and a home behind one router or two.
pub(crate) struct Street {
    pub(crate) the_box: Namespace,
    pub(crate) internet: Namespace,
    /// Whose outer address the internet sees.
    outermost: Namespace,
    pub(crate) stun: [StunServer; 2],
    /// As long as it runs, it answers.
    _echo: Process,
    folder: TempDir,
    rooms: Vec<Namespace>,
}

/// As whom the internet sees the home.
pub(crate) const HOME: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 2);
/// The box's address that lasts.
pub(crate) const BOX_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0x10);
/// The servers on the internet.
pub(crate) const SERVERS: [Ipv4Addr; 2] = [Ipv4Addr::new(203, 0, 113, 8), Ipv4Addr::new(203, 0, 113, 9)];
const SERVERS_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 8), Ipv6Addr::new(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 9)];

impl Street {
    /// Builds one. With `between`, the first three numbers of a network, the home's router is `between.2` outside and
    /// stands behind a second one, `between.1`; IPv6 it has only if it is connected to the internet itself.
    pub(crate) fn build(between: Option<&str>) -> Self {
        let room = |name| Namespace::create(name).unwrap();
        let [the_box, router, internet] = ["box", "router", "internet"].map(room);
        let mut rooms = vec![the_box.clone(), router.clone(), internet.clone()];
        for room in &rooms {
            room.sysctl("net.ipv6.conf.default.accept_dad", "0").unwrap();
        }
        lay(&router, "lan", &the_box, "eth0");
        the_box
            .ip(&[
                "addr add 192.168.1.10/24 dev eth0",
                "addr add 2001:db8:1::10/64 dev eth0 nodad",
                "route add default via 192.168.1.1",
                "route add default via 2001:db8:1::1",
            ])
            .unwrap();
        let at_home = ["addr add 192.168.1.1/24 dev lan", "addr add 2001:db8:1::1/64 dev lan nodad"];
        router.ip(&at_home).unwrap();

        let outermost = match between {
            None => router.clone(),
            Some(between) => {
                let second = room("second");
                lay(&second, "lan", &router, "wan");
                second.ip(&[&format!("addr add {between}.1/24 dev lan")]).unwrap();
                let outside = [
                    &format!("addr add {between}.2/24 dev wan"),
                    &format!("route add default via {between}.1"),
                ];
                router.ip(&outside.map(String::as_str)).unwrap();
                translate(&router);
                rooms.push(second.clone());
                second
            }
        };
        connect(&internet, &outermost);
        let folder = tempfile::tempdir().unwrap();
        let stun = [0, 1].map(|i| {
            let server = room(["stun1", "stun2"][i]);
            attach(&internet, &server, i);
            let addresses = [IpAddr::from(SERVERS[i]), SERVERS_V6[i].into()];
            let started = StunServer::start(&server, &addresses, folder.path()).unwrap();
            rooms.push(server);
            started
        });
        let echo = start_echo(&rooms[rooms.len() - 1], &the_box, folder.path());

        Self { the_box, internet, outermost, stun, _echo: echo, folder, rooms }
    }

    /// The second router leads IPv6 on to the first, too.
    pub(crate) fn lead_v6_through(&self) {
        let [router, second] = [&self.rooms[1], &self.outermost];
        second.ip(&["addr add fd00::1/64 dev lan nodad", "route add 2001:db8:1::/64 via fd00::2"]).unwrap();
        router.ip(&["addr add fd00::2/64 dev wan nodad", "route add default via fd00::1"]).unwrap();
    }

    /// The provider gives the home another address.
    pub(crate) fn change_address(&self, from: Ipv4Addr, to: Ipv4Addr) {
        self.outermost
            .ip(&[
                &format!("addr del {from}/24 dev wan"),
                &format!("addr add {to}/24 dev wan"),
                "route add default via 203.0.113.1",
            ])
            .unwrap();
    }

    /// Nobody answers any more where the servers' names lead.
    pub(crate) fn forget_names(&self) {
        fs::write(self.folder.path().join("hosts"), "").unwrap();
    }

    /// Whether the cable to the internet is in.
    pub(crate) fn set_internet(&self, up: bool) {
        let state = if up { "up" } else { "down" };
        self.internet.ip(&[&format!("link set home {state}")]).unwrap();
    }

    /// Runs a lookout in the box, with what the kernel says, and gives what it sees.
    pub(crate) fn look_out<T: Send>(
        &self,
        config: LookoutConfig,
        router_outside: Option<Ipv4Addr>,
        work: impl AsyncFnOnce(watch::Sender<Around>, watch::Receiver<Evidence>) -> T + Send,
    ) -> T {
        let look_out = || {
            let network = Network::read(&["eth0".to_owned()]).unwrap();
            let (around, input) = watch::channel(Around { silent: false, network, router_outside });
            let (lookout, evidence) = Lookout::new(Web::new().unwrap(), config, input);
            let stop = CancellationToken::new();
            let run = lookout.run(stop.clone());
            let work = async {
                let result = work(around, evidence).await;
                stop.cancel();
                result
            };
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { tokio::join!(run, work).1 })
        };

        self.the_box.in_thread(look_out).unwrap()
    }
}

impl Drop for Street {
    fn drop(&mut self) {
        for room in &self.rooms {
            room.kill_all();
        }
    }
}

/// All witnesses of the street.
pub(crate) fn everybody() -> LookoutConfig {
    LookoutConfig {
        stun: ["stun1.example:3478", "stun2.example:3478"].map(|server| server.parse().unwrap()).into(),
        echo: vec!["https://echo.example/".parse().unwrap()],
    }
}

/// Waits until the evidence is as wanted.
pub(crate) async fn wait_for(
    evidence: &mut watch::Receiver<Evidence>,
    wanted: impl FnMut(&Evidence) -> bool,
) -> Evidence {
    let patience = Duration::from_secs(60);
    if let Ok(found) = tokio::time::timeout(patience, evidence.wait_for(wanted)).await {
        return found.unwrap().clone();
    }

    panic!("never as wanted: {:#?}", evidence.borrow())
}

fn lay(room: &Namespace, interface: &str, other: &Namespace, others: &str) {
    room.ip(&[
        &format!("link add {interface} type veth peer name {others} netns {}", other.path()),
        &format!("link set {interface} up"),
    ])
    .unwrap();
    other.ip(&[&format!("link set {others} up")]).unwrap();
    room.sysctl("net.ipv4.ip_forward", "1").unwrap();
    room.sysctl("net.ipv6.conf.all.forwarding", "1").unwrap();
}

/// The internet is a switch with a router on it, `203.0.113.1`.
fn connect(internet: &Namespace, outermost: &Namespace) {
    internet
        .ip(&[
            "link add wan type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            "link set wan up",
            "addr add 203.0.113.1/24 dev wan",
            "addr add 2001:db8:ff::1/64 dev wan nodad",
        ])
        .unwrap();
    lay(internet, "home", outermost, "wan");
    internet.ip(&["link set home master wan", "route add 2001:db8:1::/64 via 2001:db8:ff::2"]).unwrap();
    outermost
        .ip(&[
            &format!("addr add {HOME}/24 dev wan"),
            "addr add 2001:db8:ff::2/64 dev wan nodad",
            "route add default via 203.0.113.1",
            "route add default via 2001:db8:ff::1",
        ])
        .unwrap();
    outermost.sysctl("net.ipv4.ip_forward", "1").unwrap();
    outermost.sysctl("net.ipv6.conf.all.forwarding", "1").unwrap();
    translate(outermost);
}

fn attach(internet: &Namespace, server: &Namespace, i: usize) {
    let port = format!("server{i}");
    lay(internet, &port, server, "eth0");
    internet.ip(&[&format!("link set {port} master wan")]).unwrap();
    server
        .ip(&[
            &format!("addr add {}/24 dev eth0", SERVERS[i]),
            &format!("addr add {}/64 dev eth0 nodad", SERVERS_V6[i]),
            "route add default via 203.0.113.1",
            "route add default via 2001:db8:ff::1",
        ])
        .unwrap();
}

fn translate(router: &Namespace) {
    let rules = "table ip nat {
  chain postrouting { type nat hook postrouting priority srcnat; oifname wan masquerade; }
}";
    router.feed("nft -f -", rules).unwrap();
}

/// Starts the page, and has the box know the servers' names and believe the lab's certificates.
fn start_echo(server: &Namespace, the_box: &Namespace, folder: &Path) -> Process {
    let at = |name: &str| folder.join(name).display().to_string();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    fs::write(at("leaf.conf"), "subjectAltName = DNS:echo.example\n").unwrap();
    for line in [
        format!(
            "openssl req -x509 {key} -days 2 -subj /CN=Lab -keyout {} -out {}",
            at("ca.key"),
            at("ca.pem")
        ),
        format!("openssl req {key} -subj /CN=echo.example -keyout {} -out {}", at("key.pem"), at("csr.pem")),
        format!(
            "openssl x509 -req -in {} -CA {} -CAkey {} -CAcreateserial -days 2 -extfile {} -out {}",
            at("csr.pem"),
            at("ca.pem"),
            at("ca.key"),
            at("leaf.conf"),
            at("cert.pem")
        ),
    ] {
        server.run(&line).unwrap();
    }
    fs::write(at("echo.py"), ECHO).unwrap();
    let hosts = (0..2)
        .map(|i| format!("{} stun{n}.example\n{} stun{n}.example\n", SERVERS[i], SERVERS_V6[i], n = i + 1));
    let hosts = hosts.chain([format!("{} echo.example\n{} echo.example\n", SERVERS[1], SERVERS_V6[1])]);
    fs::write(at("hosts"), hosts.collect::<String>()).unwrap();
    the_box.run(&format!("mount --bind {} /etc/hosts", at("hosts"))).unwrap();
    the_box.run(&format!("mount --bind {} /etc/ssl/certs/ca-certificates.crt", at("ca.pem"))).unwrap();

    let mut command = server.command("python3");
    command.args([at("echo.py"), at("cert.pem"), at("key.pem")]);
    let echo = server.spawn(command, &folder.join("echo.log")).unwrap();
    wait_until("the echo listens", Duration::from_secs(20), || {
        server.tcp_connect((SERVERS[1], 443), Duration::from_secs(1)).is_ok()
    })
    .unwrap_or_else(|error| panic!("{error}: {}", echo.log()));

    echo
}

const ECHO: &str = "
import http.server, socket, ssl, sys

class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = (self.client_address[0].removeprefix('::ffff:') + '\\n').encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server = Server(('::', 443), Echo)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
";
