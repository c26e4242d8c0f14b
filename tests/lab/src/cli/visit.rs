use std::{net::SocketAddr, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use lab::{Daemon, Forwarder, HomeAssistant, House, Phone, WayOut, addresses::GATEWAY, wait_until};

use super::{
    complain,
    menu::{self, Order},
    terminal::{Terminal, say},
};

/// A house with Home Assistant and Latchkey in it, and somebody who tries it out.
///
/// The fields are in the order in which they must end: the phone before the daemon, the house last.
pub(crate) struct Visit {
    phone: Option<Phone>,
    daemon: Daemon,
    _home_assistant: HomeAssistant,
    house: House,
    cable_is_cut: bool,
}

impl Visit {
    /// Builds it all, and says what it is doing.
    pub(crate) fn begin(binary: Option<PathBuf>, port: u16, way_out: WayOut) -> Result<Self> {
        say("Building the house: internet, phone, router, home, gateway …");
        let house = House::build(super::as_lived_in(way_out))?;
        let window = Forwarder::open(port, &house.laptop, (GATEWAY, PAGE_PORT))?.address();
        let mut daemon = prepare(&house, binary, window)?;

        super::fetch()?;
        say("Starting Home Assistant …");
        let home_assistant = HomeAssistant::start(&house)?;
        say("Starting Latchkey …");
        daemon.start()?;
        say("The box looks around …");
        daemon.look_around()?;
        daemon.home_assistant_url()?;

        if window.port() != port {
            say(&format!("Port {port} is taken on this machine, so the page is on {}", window.port()));
        }
        let visit = Self { phone: None, daemon, _home_assistant: home_assistant, house, cable_is_cut: false };
        say(&menu::welcome(window, &visit.daemon.run_dir()));

        Ok(visit)
    }

    /// Does what is asked for, until there is no more to do.
    pub(crate) fn go_on(mut self, terminal: &Terminal) -> Result<()> {
        while let Some(line) = terminal.line("lab> ") {
            match line.parse() {
                Ok(Order::Nothing) => {}
                Ok(Order::Quit) => break,
                Ok(order) => {
                    // One thing that fails is told, and the next may be tried.
                    let _ = self.obey(order, terminal).inspect_err(complain);
                }
                Err(unknown) => say(&format!("{unknown}\n{}", menu::HELP)),
            }
        }
        say("Clearing away …");
        drop(self.phone.take());

        self.daemon.stop()
    }

    fn obey(&mut self, order: Order, terminal: &Terminal) -> Result<()> {
        match order {
            Order::Nothing | Order::Quit => {}
            Order::Help => say(menu::HELP),
            Order::Panel => self.latchkey_in_front(&["panel"])?,
            Order::Status => self.latchkey_in_front(&["status"])?,
            Order::Press => self.daemon.press()?,
            Order::Hold => self.daemon.hold()?,
            Order::LongHold => self.daemon.long_hold()?,
            Order::Paste => self.connect(&read_configuration(terminal)?)?,
            Order::Picture(path) => self.connect(&read_picture(&path)?)?,
            Order::Fetch => self.fetch()?,
            Order::Disconnect => match self.phone.take() {
                Some(phone) => phone.down()?,
                None => bail!("the phone has no tunnel"),
            },
            Order::Reboot => self.reboot_router()?,
            Order::Move => self.change_address()?,
            Order::Cable => self.pull_cable()?,
        }

        Ok(())
    }

    fn reboot_router(&mut self) -> Result<()> {
        self.house.reboot_router()?;
        say("The router is up again, and has forgotten the ports that were opened on request");

        Ok(())
    }

    fn change_address(&mut self) -> Result<()> {
        self.house.change_address()?;
        say(&format!("The home's public address is {} now", self.house.public_v4()));

        Ok(())
    }

    fn pull_cable(&mut self) -> Result<()> {
        if self.cable_is_cut {
            self.house.mend_cable()?;
            say("The cable to the provider is back");
        } else {
            self.house.cut_cable()?;
            say("The cable to the provider is out");
        }
        self.cable_is_cut = !self.cable_is_cut;

        Ok(())
    }

    fn connect(&mut self, configuration: &str) -> Result<()> {
        drop(self.phone.take());
        self.phone = Some(Phone::up(&self.house.phone, configuration)?);
        say("The phone's tunnel is up; g fetches Home Assistant through it");

        Ok(())
    }

    fn fetch(&self) -> Result<()> {
        let phone = self.phone.as_ref().context("the phone has no tunnel yet: c or f first")?;
        let url = self.daemon.home_assistant_url()?;

        let page = phone.get(&url)?;
        let text = page.text();
        let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        say(&format!(
            "{url} answered {}: {}",
            page.status,
            title.map_or("a page without a title", |(title, _)| title)
        ));
        ensure!(page.status == 200, "that is not Home Assistant's page");
        let greeting = phone.websocket(&format!("{}/api/websocket", url.trim_end_matches('/')))?;
        say(&format!("Its websocket said {greeting}"));

        Ok(())
    }

    /// Runs a command of the program under test as the one that has the terminal.
    fn latchkey_in_front(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.house.gateway.command(self.daemon.binary());
        let mut child = command.arg("--run-dir").arg(self.daemon.run_dir()).args(arguments).spawn()?;
        let ended = wait_until("the command has ended", A_DAY, || child.try_wait().ok().flatten());
        if ended.is_err() {
            child.kill()?;
            child.wait()?;
            // It could not give the terminal back as it had found it.
            let _ = Command::new("stty").arg("sane").status();
        }

        Ok(())
    }
}

fn prepare(house: &House, binary: Option<PathBuf>, window: SocketAddr) -> Result<Daemon> {
    let port = window.port();
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let daemon = match binary {
        Some(binary) => Daemon::from_binary(house, &binary)?,
        None => Daemon::new(house)?,
    };

    Ok(daemon.with_arguments(&["--extra-host", &hosts[0], "--extra-host", &hosts[1]]))
}

/// Up to the line that ends every configuration of ours, or a dot for others.
fn read_configuration(terminal: &Terminal) -> Result<String> {
    say("Paste the configuration, as it is in the .conf file; a line with a dot ends one without AllowedIPs");
    let mut text = String::new();
    while let Some(line) = terminal.line("") {
        if line.trim() == "." {
            return Ok(text);
        }
        text += &format!("{line}\n");
        if line.trim_start().starts_with("AllowedIPs") {
            return Ok(text);
        }
    }

    bail!("the configuration has no end")
}

fn read_picture(path: &str) -> Result<String> {
    let output =
        Command::new("zbarimg").args(["--quiet", "--raw", path]).output().context("start zbarimg")?;
    ensure!(output.status.success(), "there is no QR code in {path}");

    String::from_utf8(output.stdout).context("the QR code holds no text")
}

/// Where the daemon's page is at home.
const PAGE_PORT: u16 = 80;
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
