use serde::Serialize;

use crate::Values;

/// Something that lets people in beside the tunnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// For programs; it stays what it is.
    pub code: Code,
    /// What it is.
    pub sentence: String,
    /// One thing to do.
    pub to_do: String,
    /// What both name.
    pub values: Values,
}

/// What an exposure is called among programs: `home_assistant_forwarded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The router passes a port on to Home Assistant.
    HomeAssistantForwarded,
    /// The router passes a port on that web pages and Home Assistant use, to somebody.
    WebForwarded,
    /// From the home network nobody needs a login, and devices in the tunnel count as that.
    LoginNotNeeded,
    /// A port answers from outside.
    PortOpen,
}
