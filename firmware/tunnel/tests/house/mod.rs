//! Two network namespaces with a cable between them, which are gone afterwards, with all that ran in them.

#![expect(clippy::unwrap_used, reason = "a test may fail")]
#![allow(dead_code, reason = "not every file of tests needs the whole house")]

use std::{
    fs::{self, File},
    path::PathBuf,
    process::{self, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use model::{PresharedKey, PrivateKey, PublicKey};
use nix::{
    sched::{CloneFlags, setns},
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// One end of the cable.
pub(crate) struct Place {
    /// What its namespace is called.
    pub(crate) namespace: String,
    /// What its WireGuard interface is called; different in each test, because all share a directory for the sockets.
    pub(crate) interface: String,
    /// Its key.
    pub(crate) key: PrivateKey,
}

/// The gateway and a phone.
pub(crate) struct House {
    pub(crate) home: Place,
    pub(crate) phone: Place,
    directory: tempfile::TempDir,
}

impl House {
    pub(crate) fn new(test: &str) -> Self {
        assert!(nix::unistd::geteuid().is_root(), "this test makes network namespaces and needs root");
        let place = |side: &str| Place {
            namespace: format!("tunnel-{test}-{side}-{}", process::id()),
            interface: format!("t{side}{}", process::id()),
            key: PrivateKey::generate(),
        };
        let house = Self { home: place("h"), phone: place("p"), directory: tempfile::tempdir().unwrap() };
        let [home, phone] = [&house.home.namespace, &house.phone.namespace];
        for namespace in [home, phone] {
            run(&["ip", "netns", "add", namespace]);
            run(&["ip", "-n", namespace, "link", "set", "lo", "up"]);
        }
        run(&[
            "ip", "-n", home, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", phone,
        ]);
        for (namespace, number) in [(home, 1), (phone, 2)] {
            run(&["ip", "-n", namespace, "address", "add", &format!("192.0.2.{number}/24"), "dev", "cable"]);
            run(&[
                "ip",
                "-n",
                namespace,
                "address",
                "add",
                &format!("2001:db8::{number}/64"),
                "dev",
                "cable",
                "nodad",
            ]);
            run(&["ip", "-n", namespace, "link", "set", "cable", "up"]);
        }

        house
    }

    /// Brings up an interface with `wg-quick` and an implementation.
    pub(crate) fn up(&self, place: &Place, implementation: &str, configuration: &str) {
        fs::write(self.configuration(place), configuration).unwrap();
        let output = place
            .command("wg-quick")
            .args(["up".as_ref(), self.configuration(place).as_os_str()])
            .env("WG_QUICK_USERSPACE_IMPLEMENTATION", implementation)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Takes an interface down with `wg-quick`.
    pub(crate) fn down(&self, place: &Place) {
        place.succeeds(&["wg-quick", "down", self.configuration(place).to_str().unwrap()]);
    }

    /// A file with this in it, gone with the house.
    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Where a [`file`](Self::file) of this name is.
    pub(crate) fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().unwrap().to_owned()
    }

    /// The file that `wg-quick` reads.
    pub(crate) fn configuration(&self, place: &Place) -> PathBuf {
        self.directory.path().join(format!("{}.conf", place.interface))
    }
}

impl Drop for House {
    fn drop(&mut self) {
        for place in [&self.home, &self.phone] {
            for pid in place.pids() {
                let _ = kill(pid, Signal::SIGKILL);
            }
            let _ = Command::new("ip").args(["netns", "delete", &place.namespace]).output();
            let _ = fs::remove_file(place.socket());
        }
    }
}

impl Place {
    /// Somebody else in the same namespace.
    pub(crate) fn beside(&self) -> Self {
        Self {
            namespace: self.namespace.clone(),
            interface: format!("{}b", self.interface),
            key: PrivateKey::generate(),
        }
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        self.key.public_key()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        format!("/var/run/wireguard/{}.sock", self.interface).into()
    }

    /// A program that runs here.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace, program]).stdin(Stdio::null());
        command
    }

    pub(crate) fn output(&self, args: &[&str]) -> Output {
        self.command(args[0]).args(&args[1..]).output().unwrap()
    }

    pub(crate) fn succeeds(&self, args: &[&str]) -> String {
        let output = self.output(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `wg set` does to the interface, said in words.
    pub(crate) fn set(&self, words: &str) {
        let words = words.split_whitespace();
        self.succeeds(&["wg", "set", &self.interface].into_iter().chain(words).collect::<Vec<_>>());
    }

    /// Whether an address answers, with this much in the packet.
    pub(crate) fn reaches(&self, address: &str, size: u32) -> bool {
        self.output(&["ping", "-n", "-c", "1", "-W", "2", "-s", &size.to_string(), address]).status.success()
    }

    /// What `wg` says of the interface, one peer a line after the first.
    pub(crate) fn dump(&self) -> Vec<Vec<String>> {
        let text = self.succeeds(&["wg", "show", &self.interface, "dump"]);
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    /// How many UDP datagrams have left from here.
    pub(crate) fn sent_datagrams(&self) -> u64 {
        let of = |file: &str, find: fn(&str) -> Option<u64>| {
            find(&self.succeeds(&["cat", file])).expect("the kernel counts datagrams")
        };
        let v4 = of("/proc/net/snmp", |text| {
            text.lines()
                .filter(|line| line.starts_with("Udp:"))
                .nth(1)?
                .split_whitespace()
                .nth(4)?
                .parse()
                .ok()
        });
        let v6 = of("/proc/net/snmp6", |text| {
            text.lines()
                .find(|line| line.starts_with("Udp6OutDatagrams"))?
                .split_whitespace()
                .nth(1)?
                .parse()
                .ok()
        });

        v4 + v6
    }

    pub(crate) fn pids(&self) -> Vec<Pid> {
        let output = Command::new("ip").args(["netns", "pids", &self.namespace]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter_map(|line| line.parse().ok().map(Pid::from_raw)).collect()
    }

    /// Moves this thread, and whatever threads it starts from now on, to here.
    pub(crate) fn enter(&self) {
        let namespace = File::open(format!("/run/netns/{}", self.namespace)).unwrap();
        setns(namespace, CloneFlags::CLONE_NEWNET).unwrap();
    }
}

/// What `wg-quick` reads: an interface with one peer, whose endpoint is known or finds us.
pub(crate) fn configuration(
    own: &Place,
    addresses: &str,
    peer: &Place,
    psk: &PresharedKey,
    allowed_ips: &str,
    endpoint: Option<&str>,
) -> String {
    // A side that is reached has the port that the other side knows.
    let port = endpoint.map_or("ListenPort = 51820\n", |_| "");
    let endpoint = endpoint.map_or_else(String::new, |endpoint| format!("Endpoint = {endpoint}\n"));
    format!(
        "[Interface]\nPrivateKey = {}\n{port}Address = {addresses}\n[Peer]\nPublicKey = {}\nPresharedKey = {}\nAllowedIPs = {allowed_ips}\n{endpoint}",
        *own.key.to_base64(),
        peer.public_key(),
        *psk.to_base64(),
    )
}

/// Our own implementation, as a program.
pub(crate) fn ours() -> String {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("examples/interface");
    assert!(
        program.exists(),
        "built with all the tests of this crate, or by `cargo build -p tunnel --examples`"
    );
    program.to_str().unwrap().to_owned()
}

/// Waits for what other processes do, at most five seconds.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    #[expect(clippy::disallowed_methods, reason = "other processes live in real time")]
    let deadline = || Instant::now();
    let end = deadline() + Duration::from_secs(5);
    while !is_so() {
        assert!(deadline() < end, "not within five seconds: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Does what may not take long.
pub(crate) fn within(limit: Duration, act: impl FnOnce()) {
    #[expect(clippy::disallowed_methods, reason = "other threads live in real time")]
    let time = || Instant::now();
    let begin = time();
    act();
    assert!(begin.elapsed() < limit, "{:?}", begin.elapsed());
}

fn run(args: &[&str]) {
    let output = Command::new(args[0]).args(&args[1..]).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}
