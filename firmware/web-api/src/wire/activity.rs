//! What happened, a line each, with a code and what belongs to it for pages in any language, and an English sentence.

use model::Event;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::{IntoParams, ToSchema};

/// Some lines of what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    /// The lines, the newest first.
    pub lines: Vec<ActivityLine>,
    /// Whether there are older ones.
    pub more: bool,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActivityLine {
    /// Its number: the newest line has the highest.
    pub id: u64,
    /// When, by the box's clock.
    pub at: u64,
    /// Whether something trustworthy had set that clock; else it may have been any other time.
    pub clock_is_set: bool,
    /// What happened.
    #[schema(value_type = EventSchema)]
    pub event: Event,
    /// The same in a sentence, in English.
    pub sentence: String,
}

impl ActivityLine {
    /// Tells of an event with its sentence.
    #[must_use]
    pub fn new(id: u64, at: u64, clock_is_set: bool, event: Event) -> Self {
        Self { id, at, clock_is_set, sentence: event.to_string(), event }
    }

    /// When it happened, as RFC 3339 has it, in UTC: `2026-11-21T20:15:00Z`. Empty for a time beyond the year 9999.
    #[must_use]
    pub fn time(&self) -> String {
        let at = i64::try_from(self.at).ok().and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());

        at.and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
    }
}

/// Which lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActivityWanted {
    /// Only lines with lower numbers than this: the older ones.
    #[param(format = "uint64")]
    pub before: Option<u64>,
    /// Only lines about the device of this number.
    #[param(format = "uint32", maximum = 4_294_967_295_i64)]
    pub peer: Option<u32>,
    /// No more lines than this, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u16>,
}

impl ActivityWanted {
    /// The most lines that are told at once.
    pub const MOST: u16 = 200;

    /// How many lines are wanted at most; none if that is not possible.
    #[must_use]
    pub fn most(&self) -> Option<u16> {
        let limit = self.limit.unwrap_or(50);

        (1..=Self::MOST).contains(&limit).then_some(limit)
    }
}

/// [`Event`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = Event)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::Event, which knows nothing of the wire")]
pub enum EventSchema {
    Started { after: PauseSchema },
    SignedIn,
    SignInRefused { browsers: u32 },
    DeviceAdded { device: DeviceSchema, role: super::RoleSchema },
    DeviceArrived { device: DeviceSchema, from: PlaceSchema },
    DeviceRenamed { device: DeviceSchema, was: String },
    RoleChanged { device: DeviceSchema, was: super::RoleSchema, role: super::RoleSchema },
    KeyRenewed { device: DeviceSchema },
    DeviceRemoved { device: DeviceSchema },
    CameIn { device: DeviceSchema, from: PlaceSchema },
    GuestsLetIn { by: HandSchema, seconds: u32 },
    GuestsPutOut { by: HandSchema },
    GuestsTimeUp,
    SettingChanged { change: SettingSchema },
    NameAdded { name: String },
    NameChanged { name: String },
    NameRemoved { name: String },
    AddressChanged { v4: Option<String>, v6: Option<String> },
    DoorMoved { version: IpVersionSchema, to: DoorMoveSchema },
    Locked,
    Unlocked,
    BackupMade,
    Restored { devices: u32 },
    ResetAsked,
    Refused { attempts: u64 },
    Unknown,
}

/// [`model::Device`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = Device)]
#[expect(missing_docs, reason = "describes model::Device")]
pub struct DeviceSchema {
    pub id: u32,
    pub name: String,
}

/// [`model::Pause`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = Pause)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::Pause")]
pub enum PauseSchema {
    PowerOff,
    Restart,
}

/// [`model::Place`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = Place)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::Place")]
pub enum PlaceSchema {
    Home,
    Outside,
    Unknown,
}

/// [`model::Hand`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = Hand)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::Hand")]
pub enum HandSchema {
    Button,
    Page,
}

/// [`model::IpVersion`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = IpVersion)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::IpVersion")]
pub enum IpVersionSchema {
    V4,
    V6,
}

/// [`model::DoorState`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = DoorMove)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::DoorState")]
pub enum DoorMoveSchema {
    Open,
    Closed,
    Failing,
}

/// [`model::Setting`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = Setting)]
#[serde(tag = "setting", content = "value", rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::Setting")]
pub enum SettingSchema {
    EndpointHost(Option<String>),
    HomeAssistant(Option<String>),
    GuestHours(u16),
    PortMapping(bool),
    AddressLookup(bool),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_it_happened_in_utc() {
        let line = |at| ActivityLine::new(1, at, true, Event::Locked);

        assert_eq!(line(0).time(), "1970-01-01T00:00:00Z");
        assert_eq!(line(1_709_210_096).time(), "2024-02-29T12:34:56Z");
        assert_eq!(line(u64::MAX).time(), "");
    }

    #[test]
    fn one_to_two_hundred_lines_can_be_had_at_once() {
        let most = |limit| ActivityWanted { limit, ..ActivityWanted::default() }.most();

        assert_eq!([None, Some(1), Some(200)].map(most), [Some(50), Some(1), Some(200)]);
        assert_eq!([Some(0), Some(201)].map(most), [None, None]);
    }
}
