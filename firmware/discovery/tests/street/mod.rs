use std::{fs::File, process::Command, thread::JoinHandle};

use nix::sched::{CloneFlags, setns};

/// A box that has a neighbour at home, and a stranger at the end of another cable.
pub(crate) struct Street {
    the_box: Namespace,
    neighbour: Namespace,
    stranger: Namespace,
}

impl Street {
    /// Builds one; `name` must be used by nobody else.
    pub(crate) fn build(name: &str) -> Self {
        let [the_box, neighbour, stranger] =
            ["box", "neighbour", "stranger"].map(|who| Namespace::add(format!("{name}-{who}")));
        let street = Self { the_box, neighbour, stranger };

        // The neighbour is a bridge, so that a second cable of the box may end there too.
        street.neighbour.ip("link add lan type bridge");
        street.neighbour.dress("lan", &["10.77.0.2/24", "fd77::2/64"]);
        street.lay("lan", &["10.77.0.1/24", "fd77::1/64"]);
        street.the_box.ip(&format!("link add far type veth peer name far netns {}", street.stranger.0));
        street.the_box.dress("far", &["10.99.0.1/24"]);
        street.stranger.dress("far", &["10.99.0.2/24"]);
        street
    }

    /// A second way from the box into the same home, as `lan2`.
    pub(crate) fn add_second_lan(&self) {
        self.lay("lan2", &["10.77.0.11/24", "fd77::11/64"]);
    }

    pub(crate) fn the_box(&self) -> &Namespace {
        &self.the_box
    }

    pub(crate) fn neighbour(&self) -> &Namespace {
        &self.neighbour
    }

    pub(crate) fn stranger(&self) -> &Namespace {
        &self.stranger
    }

    fn lay(&self, interface: &str, addresses: &[&str]) {
        let port = format!("{interface}-port");
        self.the_box
            .ip(&format!("link add {interface} type veth peer name {port} netns {}", self.neighbour.0));
        self.neighbour.ip(&format!("link set {port} master lan up"));
        self.the_box.dress(interface, addresses);
    }
}

/// A network namespace, removed when dropped.
pub(crate) struct Namespace(String);

impl Namespace {
    fn add(name: String) -> Self {
        // What a run that was killed may have left.
        let _ = Command::new("ip").args(["netns", "delete", &name]).output();
        run(&format!("netns add {name}"));

        Self(name)
    }

    /// Does something inside, in a thread of its own; threads and sockets that it makes stay inside.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        let namespace = File::open(format!("/run/netns/{}", self.0)).unwrap();

        std::thread::spawn(move || {
            setns(namespace, CloneFlags::CLONE_NEWNET).unwrap();
            work()
        })
    }

    fn dress(&self, interface: &str, addresses: &[&str]) {
        for address in addresses {
            let nodad = if address.contains(':') { "nodad" } else { "" };
            self.ip(&format!("address add {address} dev {interface} {nodad}"));
        }
        self.ip(&format!("link set {interface} up"));
    }

    fn ip(&self, command: &str) {
        run(&format!("-n {} {command}", self.0));
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "delete", &self.0]).output();
    }
}

fn run(command: &str) {
    let output = Command::new("ip").args(command.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "ip {command}: {}", String::from_utf8_lossy(&output.stderr));
}
