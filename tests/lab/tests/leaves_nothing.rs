//! However a house ends, nothing of it stays.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use lab::{House, Options, wait_until};

#[test]
fn an_interrupted_house_clears_itself_away() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut house = StandingHouse::build();

        house.send(signal);
        let status = wait_until("the lab has ended", PATIENCE, || house.lab.try_wait().unwrap()).unwrap();

        assert!(status.success(), "{signal}: {status}");
        assert_eq!(house.folders(), [""; 0], "{signal}");
        assert_eq!(house.namespaces_in_use(), 0, "{signal}");
    }
}

#[test]
fn what_a_killed_house_leaves_is_swept_by_the_next() {
    let mut house = StandingHouse::build();
    let folders = house.folders();
    let mark = folders[0].strip_prefix("lk-").unwrap().split('.').next().unwrap();
    // A program in the background outlives its owner, as wireguard-go does.
    let network = format!("--net={}", house.rooms[0]);
    let mut orphan = Command::new("nsenter");
    let mut orphan = orphan.args([&network, "sleep", "1000"]).env("LATCHKEY_LAB", mark).spawn().unwrap();
    wait_until("it is in there", PATIENCE, || house.namespaces_in_use() > 0).unwrap();

    house.send("-KILL");
    house.lab.wait().unwrap();
    let next = House::build(Options::default()).unwrap();

    wait_until("the program has ended", PATIENCE, || orphan.try_wait().unwrap()).unwrap();
    assert_eq!(house.folders(), [""; 0]);
    assert_eq!(house.namespaces_in_use(), 0);
    assert!(next.folder().exists());
}

/// The `lab` program with a house in it.
struct StandingHouse {
    lab: Child,
    /// Paths of the namespaces, for as long as the program runs.
    rooms: Vec<String>,
    /// What tells the namespaces from others.
    inodes: Vec<String>,
}

impl StandingHouse {
    fn build() -> Self {
        let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
        let mut lab = lab.arg("house").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(lab.stdout.take().unwrap()).lines().map(Result::unwrap);
        let rooms = lines.take_while(|line| !line.starts_with("The house stands"));
        let path =
            |line: String| line.strip_prefix("nsenter --net=").unwrap().split(' ').next().unwrap().to_owned();
        let rooms: Vec<_> = rooms.map(path).collect();
        assert_eq!(rooms.len(), 8);
        let inodes =
            rooms.iter().map(|room| fs::read_link(room).unwrap().to_str().unwrap().to_owned()).collect();

        Self { lab, rooms, inodes }
    }

    fn send(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.lab.id().to_string()]).status().unwrap().success());
    }

    /// The names of what it keeps in the folder for temporary files.
    fn folders(&self) -> Vec<String> {
        let prefix = format!("lk-{}-", self.lab.id());
        let folders = fs::read_dir(std::env::temp_dir()).unwrap();
        let names = folders.map(|folder| folder.unwrap().file_name().to_string_lossy().into_owned());

        names.filter(|name| name.starts_with(&prefix)).collect()
    }

    /// How many processes are in the house's networks; when there are none, the kernel has taken them.
    fn namespaces_in_use(&self) -> usize {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let networks = processes.filter_map(|process| fs::read_link(process.path().join("ns/net")).ok());

        networks.filter(|network| self.inodes.iter().any(|inode| network.to_str() == Some(inode))).count()
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
