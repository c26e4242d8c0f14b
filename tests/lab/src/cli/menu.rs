use std::{net::SocketAddr, path::Path, str::FromStr};

/// What the visitor may ask for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Nothing,
    Help,
    Panel,
    Press,
    Hold,
    LongHold,
    Paste,
    Picture(String),
    Fetch,
    Disconnect,
    Status,
    Reboot,
    Move,
    Cable,
    Quit,
}

impl FromStr for Order {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let line = line.trim();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        Ok(match (word, rest.trim()) {
            ("", "") => Self::Nothing,
            ("?" | "help", "") => Self::Help,
            ("p" | "panel", "") => Self::Panel,
            ("b" | "press", "") => Self::Press,
            ("h" | "hold", "") => Self::Hold,
            ("l" | "lock", "") => Self::LongHold,
            ("c" | "paste", "") => Self::Paste,
            ("f" | "file", path) if !path.is_empty() => Self::Picture(path.to_owned()),
            ("g" | "get", "") => Self::Fetch,
            ("d" | "down", "") => Self::Disconnect,
            ("s" | "status", "") => Self::Status,
            ("r" | "reboot", "") => Self::Reboot,
            ("a" | "address", "") => Self::Move,
            ("x" | "cable", "") => Self::Cable,
            ("q" | "quit", "") => Self::Quit,
            _ => return Err(format!("\"{line}\" is not one of these:")),
        })
    }
}

/// What is said when all is up.
pub(crate) fn welcome(window: SocketAddr, run_dir: &Path) -> String {
    format!(
        "\n\
         The page:             http://{window}\n\
         Its command line:     latchkey --run-dir {} status\n\
         \n{HELP}",
        run_dir.display()
    )
}

/// All the orders.
pub(crate) const HELP: &str = "\
The box       p  show its lamps, with the space bar as its button
              h  hold the button for 3 s: yes to the page that waits
              b  press the button: guests in, or out
              l  hold the button for 10 s: lock, or unlock
              s  how it is
The phone     c  take a configuration that you paste
              f PICTURE  take it from a picture of the QR code
              g  get Home Assistant through the tunnel
              d  take the tunnel down
The router    r  cut its power for a moment: it forgets the ports that were opened on request
              a  give it another public address
              x  pull its cable to the provider, or put it back
              q  quit, as does Ctrl-C; nothing is left behind";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_words_are_understood() {
        assert_eq!("h".parse(), Ok(Order::Hold));
        assert_eq!(" hold ".parse(), Ok(Order::Hold));
        assert_eq!("f my code.png".parse(), Ok(Order::Picture("my code.png".to_owned())));
        assert_eq!("".parse(), Ok(Order::Nothing));
        assert!("f".parse::<Order>().is_err());
        assert!("hold tight".parse::<Order>().is_err());
    }
}
