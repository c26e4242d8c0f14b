import type { components } from "./generated";

type Schemas = components["schemas"];

export type GuestAccess = Schemas["GuestAccess"];
export type Issued = Schemas["Issued"];
export type Lamps = Schemas["Lamps"];
export type Me = Schemas["Me"];
export type NewPeer = Schemas["NewPeer"];
export type Pattern = Schemas["Pattern"];
export type Peer = Schemas["Peer"];
export type PeerChange = Schemas["PeerChange"];
export type Problem = Schemas["Problem"];
export type Role = Schemas["Role"];
export type Settings = Schemas["Settings"];
export type SettingsChange = Schemas["SettingsChange"];
export type State = Schemas["State"];
export type Status = Schemas["Status"];
export type Waiting = Schemas["Waiting"];
