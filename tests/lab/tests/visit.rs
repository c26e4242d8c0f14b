//! `lab run`, which is what `scripts/run` starts, with somebody who types.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use lab::wait_until;

#[test]
fn a_visitor_opens_the_page_is_the_phone_and_leaves_nothing_behind() {
    let rules = host("nft list ruleset");
    let interfaces = host("ip link");
    let mounts = mounts();
    let mut visit = Visit::begin();

    let url = visit.wait_for("The page:").split_whitespace().last().unwrap().to_owned();
    let latchkey = visit.wait_for("Its command line:").split_once(':').unwrap().1.trim().to_owned();
    let page = host(&format!("curl -s --noproxy * {url}/"));
    assert!(page.contains("<html"), "{page}");
    let foreign = host(&format!("curl -s --noproxy * -H Host:evil.example {url}/api/me"));
    assert!(!foreign.contains("authority"), "{foreign}");

    let latchkey = latchkey.strip_prefix("latchkey").unwrap().strip_suffix("status").unwrap();
    let binary = env::var("LATCHKEY_BIN").unwrap();
    let configuration = host(&format!("{binary} {latchkey} peer add Anna --text"));
    visit.type_lines(&format!("c\n{configuration}"));
    visit.wait_for("tunnel is up");
    visit.type_lines("g\n");
    assert!(visit.wait_for("answered").contains("200: Home Assistant"));
    visit.wait_for("auth_required");
    visit.type_lines("d\nnonsense\nq\n");
    visit.wait_for("is not one of these");

    let status = wait_until("the lab has ended", PATIENCE, || visit.lab.try_wait().unwrap()).unwrap();
    assert!(status.success(), "{status}");
    assert_eq!(host("nft list ruleset"), rules);
    assert_eq!(host("ip link"), interfaces);
    assert_eq!(self::mounts(), mounts);
    assert_eq!(visit.processes_left(), [""; 0]);
}

#[test]
fn ctrl_c_in_the_middle_leaves_nothing_behind() {
    for moment in
        ["Building the house", "Starting Home Assistant", "Starting Latchkey", "quit, as does Ctrl-C"]
    {
        let mut visit = Visit::begin();
        visit.wait_for(moment);

        host(&format!("kill -INT {}", visit.lab.id()));

        let status = wait_until("the lab has ended", PATIENCE, || visit.lab.try_wait().unwrap()).unwrap();
        assert!(status.success(), "{moment}: {status}");
        assert_eq!(visit.processes_left(), [""; 0], "{moment}");
    }
}

/// The program, with a pipe where the terminal would be.
struct Visit {
    lab: Child,
    keyboard: ChildStdin,
    screen: Receiver<String>,
}

impl Visit {
    fn begin() -> Self {
        let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
        lab.args(["run", "--port", "18180"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut lab = lab.spawn().unwrap();
        let output = BufReader::new(lab.stdout.take().unwrap());
        let (sender, screen) = mpsc::channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));

        Self { keyboard: lab.stdin.take().unwrap(), lab, screen }
    }

    fn wait_for(&self, text: &str) -> String {
        let mut said = Vec::new();
        while let Ok(line) = self.screen.recv_timeout(PATIENCE) {
            if line.contains(text) {
                return line;
            }
            said.push(line);
        }

        panic!("it never said {text:?}, only:\n{}", said.join("\n"));
    }

    fn type_lines(&mut self, lines: &str) {
        self.keyboard.write_all(lines.as_bytes()).unwrap();
    }

    /// The command lines of those that it has started and that still run.
    fn processes_left(&self) -> Vec<String> {
        let mark = format!("LATCHKEY_LAB={}-", self.lab.id());
        let processes = fs::read_dir("/proc").unwrap().flatten().map(|process| process.path());
        let is_ours = |process: &Path| {
            let environment = fs::read(process.join("environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&mark)
        };

        processes
            .filter(|process| is_ours(process))
            .map(|process| fs::read_to_string(process.join("cmdline")).unwrap_or_default().replace('\0', " "))
            .collect()
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let _ = self.lab.kill();
        let _ = self.lab.wait();
    }
}

/// What is mounted on this machine, but for the named namespaces that other tests make and remove meanwhile.
fn mounts() -> Vec<String> {
    let all = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let others = |line: &&str| !line.contains("/run/netns") && !line.contains("nsfs");

    all.lines().filter(others).map(str::to_owned).collect()
}

/// Runs a command line on this machine itself, and gives what it said.
fn host(line: &str) -> String {
    let mut words = line.split_whitespace();
    let output = Command::new(words.next().unwrap()).args(words).output().unwrap();

    String::from_utf8(output.stdout).unwrap()
}

const PATIENCE: Duration = Duration::from_secs(90);
