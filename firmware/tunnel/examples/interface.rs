//! The smallest stand-in for `wireguard-go`: `interface [-f] IFNAME`.

use std::error::Error;

use tunnel::{Mode, run_interface};

fn main() -> Result<(), Box<dyn Error>> {
    let args = std::env::args().skip(1).collect::<Vec<_>>();
    let (mode, name) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["-f", name] => (Mode::Foreground, name),
        [name] => (Mode::Background, name),
        _ => return Err("interface [-f] IFNAME".into()),
    };

    Ok(run_interface(&name.parse()?, mode)?)
}
