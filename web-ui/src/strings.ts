import type { Pattern, Role } from "./api/types";

/** Everything that the page says, in English. Another language is another catalogue of this shape. */
const english = {
  locale: "en",
  tagline: "a private door to your home",
  skip: "Skip to the page",
  footer: "WireGuard is a registered trademark of Jason A. Donenfeld. Latchkey is not affiliated.",
  version: (version: string) => `Latchkey ${version}`,
  loading: "Looking for the box …",
  unreachable: "The box does not answer. Is it plugged in, and is this device on the home network?",
  unexpected: "Something went wrong that nobody thought of; reload the page and try again",
  retrying: "Trying again …",

  waiting: {
    title: "Hold the button on the box",
    how: "Keep it down for 3 seconds, until the lamps blink dark. This page then opens by itself.",
    why: "Only somebody at home can do that. It is the password that nobody has to remember.",
    alone: "Waiting for the button",
    notAloneTitle: "Somebody else is waiting too",
    notAlone:
      "Another browser has this page open. If you held the button now, the box could not tell whose hand it is and would refuse both. Close the other page first.",
    refusedTitle: "That was refused, to be safe",
    refused:
      "More than one browser was waiting while the button was held, so none was let in. Close the other page, then try again.",
    overTitle: "The page has closed itself",
    over: "It stays open for 15 minutes, or until the box starts again. Hold the button again to go on.",
    pausedTitle: "Welcome home",
    paused: "To open the page, ask for the button.",
    again: "Try again",
    ask: "Open the page",
  },

  box: {
    front: "The front of the box",
    button: "Button",
    lamps: { power: "Power", door: "Door", people: "People" },
    patterns: {
      off: "off",
      slow_pulse: "pulsing slowly",
      fast_blink: "blinking fast",
      solid: "on",
      double_blink: "blinking twice",
    } satisfies Record<Pattern, string>,
    power: {
      off: "No power",
      slow_pulse: "Starting",
      fast_blink: "Something is wrong",
      solid: "All is well",
      double_blink: "Hold the button to say yes",
    } satisfies Record<Pattern, string>,
    door: {
      off: "Remote access is locked",
      slow_pulse: "Not yet proven from outside",
      fast_blink: "The last check failed",
      solid: "Proven from outside",
      double_blink: "Our address has changed",
    } satisfies Record<Pattern, string>,
    people: {
      off: "Nobody is connected",
      slow_pulse: "Guests may come in",
      fast_blink: "Letting a device in",
      solid: "Somebody is connected",
      double_blink: "Somebody new is here",
    } satisfies Record<Pattern, string>,
  },

  session: {
    left: (span: string) => `Open for ${span}`,
    owner: "Opened by your own key",
    leave: "Close",
  },
  locked: "Remote access is switched off. Hold the button on the box for 10 seconds to switch it on.",

  roles: { owner: "Owner", family: "Family", guest: "Guest" } satisfies Record<Role, string>,
  roleMeanings: {
    owner: "Home Assistant, and this page",
    family: "Home Assistant",
    guest: "Home Assistant, while guests are let in",
  } satisfies Record<Role, string>,

  peers: {
    title: "Who has a key",
    connected: "Here now",
    seen: (ago: string) => `Last here ${ago}`,
    never: "Not here since the box started",
    traffic: (up: string, down: string) => `${up} up, ${down} down`,
    change: (name: string) => `Change ${name}`,
    changeShort: "Change",
    save: "Save",
    cancel: "Cancel",
    newKey: "New key",
    newKeyHint: "For a new phone, or a lost code. The old key stops working at once.",
    newKeyConfirm: (name: string) => `Make a new key? ${name}’s old one stops working at once.`,
    newKeyYes: "Make a new key",
    remove: "Remove",
    removeConfirm: (name: string) => `Remove ${name}? The device is out at once and for good.`,
    removeYes: "Remove",
    address: "Address inside",
    from: "Comes from",
  },

  add: {
    title: "Let somebody in",
    titleFirst: "Who are you?",
    introFirst: "You are the first, so you become the owner: your phone will open this page from anywhere.",
    name: "Name",
    nameHint: "A person or a device, such as “Anna” or “Grandma’s tablet”",
    role: "May use",
    submit: "Make a key",
    busy: "Making a key …",
  },

  handOver: {
    title: (name: string) => `A key for ${name}`,
    scan: "Scan it with the WireGuard app",
    steps: [
      "Install the WireGuard app from the app store and open it.",
      "Tap +, then “Scan from QR code”, and point it here.",
    ],
    tunnelName: "When it asks for a name, type",
    qr: (name: string) => `QR code with the key for ${name}`,
    samePhone: "Is this that very phone?",
    samePhoneHow:
      "A phone cannot scan its own screen. Download the file, then choose it in the app: +, “Import from file”. Then delete the file: whoever has it has the key.",
    download: (file: string) => `Download ${file}`,
    once: "The key is shown only now and kept nowhere: not on the box, not in this browser.",
    waiting: (name: string) => `Waiting for ${name} to come in …`,
    arrived: (name: string) => `${name} is in.`,
    unwatched: (name: string) =>
      `The page has closed itself and does not see any more whether ${name} comes in. The key is good; take it now, then tap Done.`,
    done: "Done",
  },

  guests: {
    title: "Guests",
    switch: "Let guests in",
    on: (span: string) => `Guests may come in for ${span} more.`,
    off: (hours: number) => `Guests are out. The switch, or a press of the button, lets them in for ${hours} h.`,
  },

  homeAssistant: {
    title: "Home Assistant",
    found: (address: string) => `Found at ${address}`,
    typed: (address: string) => `Set to ${address}`,
    missing: "Not found yet. Is it running? You can type its address below.",
    url: "With a key, from anywhere:",
  },

  settings: {
    title: "Settings",
    endpoint: "Address of your home, from outside",
    endpointHint: "A name or an address, such as home.example.org. Leave it empty to let the box find out.",
    endpointNow: (endpoint: string) => `Keys made now point to ${endpoint}`,
    homeAssistant: "Address of Home Assistant",
    homeAssistantHint: "Such as 192.168.1.20. Leave it empty to let the box find it.",
    guestHours: "How long a press lets guests in, in hours",
    guestHoursHint: "A whole number from 1 to 168, which is a week.",
    save: "Save",
    saved: "Saved",
  },

  visitor: {
    title: "You are in",
    text: "This device has a key, and the door to Home Assistant is open.",
    guest: "You are a guest here, for as long as guests are let in.",
    open: "Open Home Assistant",
    missing: "The box has not found Home Assistant yet. Tell the owner.",
  },
};

export type Strings = typeof english;

export const strings: Strings = english;
