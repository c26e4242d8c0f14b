import type { DoorState, NameState, Outcome, Pattern, Provider, Role } from "../api/types";
import type { Standing } from "../way-in";
import { firstRun } from "./en/first-run";
import { handOver, homeAssistant } from "./en/hand-over";
import { safekeeping, sheet } from "./en/safekeeping";
import type { ProviderWords } from "./words";

/** What the page says, in English, which is also what the box says. */
export const english = {
  locale: "en",
  /** From which side it is read. */
  direction: "ltr",
  tagline: "a private door to your home",
  skip: "Skip to the page",
  footer: "WireGuard is a registered trademark of Jason A. Donenfeld. Latchkey is not affiliated.",
  version: (version: string) => `Latchkey ${version}`,
  language: "Language",
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
  home: "Your home",
  back: "Back",
  locked: "Remote access is switched off. Hold the button on the box for 10 seconds to switch it on.",

  roles: { owner: "Owner", family: "Family", guest: "Guest" } satisfies Record<Role, string>,
  roleMeanings: {
    owner: "Home Assistant, and this page",
    family: "Home Assistant",
    guest: "Home Assistant, while guests are let in",
  } satisfies Record<Role, string>,

  peers: {
    title: "Who has a key",
    in: (names: string) => `In now: ${names}`,
    nobodyIn: "Nobody is in now",
    connected: "Here now",
    seen: (ago: string) => `Last here ${ago}`,
    never: "Not here since the box started",
    traffic: (up: string, down: string) => `${up} up, ${down} down`,
    recently: (minutes: number, up: string, down: string) => `In the last ${minutes} minutes: ${up} up, ${down} down`,
    change: (name: string) => `Change ${name}`,
    changeShort: "Change",
    save: "Save",
    cancel: "Cancel",
    newKey: "New phone",
    newKeyHint:
      "A new phone, a code that got lost, or a home with another address: make a new key. The old one works until the new one has come in, for which it has a day.",
    newKeyConfirm: (name: string) => `Make a new key? ${name}’s old one works until the new one has come in.`,
    newKeyYes: "Make a new key",
    remove: "Lost or gone",
    removeConfirm: (name: string) => `Remove ${name}? The device is out at once and for good.`,
    removeYes: "Remove",
    newKeyWaits: "A new key waits for its phone, for a day",
    outdated: "Needs a new code",
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

  handOver,

  guests: {
    title: "Guests",
    switch: "Let guests in",
    on: (until: string, span: string) => `Guests may come in for ${span} more, until ${until}.`,
    off: "Guests are out. The switch, or a press of the button, lets them in.",
    next: "Next time for",
  },

  homeAssistant,

  links: {
    title: "More",
    activity: { name: "Activity", hint: "What happened in the last 90 days" },
    settings: { name: "Settings", hint: "Home Assistant, the way in, guests, lock, backup" },
    "first-run": { name: "Set-up", hint: "Go through it again, or test from outside" },
  },

  settings: {
    title: "Settings",
    homeAssistantTitle: "Home Assistant",
    test: "Does it answer?",
    outsideTitle: "From outside",
    name: "Name of your home",
    noName: "None yet",
    port: "Number of the door (port)",
    portHint: "Chosen at random when the box was set up. It stays the same.",
    toWayIn: "Names, router and more",
    aboutTitle: "This box",
    version: "Version",
    pageAtHome: "This page, at home",
    pageInTunnel: "This page, from outside",
    pageInTunnelHint: "On owners’ devices, while the tunnel is on.",
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

  lock: {
    title: "Lock",
    on: "Remote access is on. If you are worried, or do not need it for a while, switch it off: then nobody comes in from outside, whatever key they have.",
    off: "Remote access is off: nobody comes in from outside.",
    switchOff: "Switch remote access off",
    switchOn: "Switch remote access on",
    confirm:
      "Switch remote access off? Everybody who is in is out at once. At home you switch it on again: here, or by holding the button for 10 seconds.",
    confirmInside:
      "Switch remote access off? You are out at once, too. It can be switched on again at home alone: on this page, or by holding the button for 10 seconds.",
  },

  firstRun,

  safekeeping,

  sheet,

  wayIn: {
    exposed: "Something else at home is open to the internet",
    title: "Way in",
    details: "More",
    lines: {
      locked: "Remote access is switched off",
      changed: "Your home’s address has changed",
      trouble: "The last check from outside failed",
      works: "Works from outside",
      unproven: "Not yet proven from outside",
    } satisfies Record<Standing, string>,
    proven: (ago: string) => `Somebody came in from outside ${ago}.`,
    prove: "Take a phone with a key, switch its Wi-Fi off and its tunnel on: then the box sees it coming.",
    lockedNow: "Nobody comes in from outside.",
    lockedHow: "Hold the button on the box for 10 seconds to switch it on.",
    changedHow: "Devices that were told the old one do not find the box any more. They need a new code.",
    now: "How it stands",
    address: "Your home’s address on the internet",
    addressV6: "The box’s address of the new, long kind (IPv6)",
    router: "Your router",
    doorV4: "Door in the router",
    doorV6: "Door for the new, long addresses (IPv6)",
    doors: {
      not_wanted: "Not asked for",
      asking: "Asking the router …",
      open: "Open",
      shut: "Shut",
    } satisfies Record<DoorState, string>,
    openedBy: (by: string) => `asked for by ${by}`,
    outsidePort: (port: number) => `number ${port} outside`,
    keysPoint: "Codes made now lead to",
    keysPointNowhere: "Nowhere yet: the box does not know how it is found from outside",
    searches: "If something does not work",
  },

  byHand: {
    title: "Open the door by hand",
    why: "Your router keeps everything that comes from the internet out. For the tunnel, one door has to be open, and only that one. If the router does not open it when the box asks, open it yourself.",
    how: "Open the router’s own page in a browser. Look for “port forwarding”, “port sharing” or “virtual server”, add an entry, and type this in:",
    address: "To which device",
    noAddress: "The box has no address in your home network yet.",
    protocol: "Protocol",
    port: "Port, outside and inside",
    addressV6: "If it also asks about IPv6: allow the same port to",
    copy: "Tap a field to mark all of it, then copy it.",
    kept: "These stay the same, so you do this only once.",
  },

  names: {
    title: "A name for your home",
    why: "Your provider may give your home another address at any time. A name stays: it is an entry in an address book that the whole internet uses, and the box keeps it up to date.",
    none: "There is no name yet.",
    states: {
      publishing: "On its way",
      published: "Leads home",
      failing: "Does not work",
    } satisfies Record<NameState, string>,
    remove: "Remove",
    removeLabel: (name: string) => `Remove ${name}`,
    removeConfirm: (name: string) =>
      `Remove ${name}? The box does not keep it up to date any more. Devices that were told it will not find your home once its address changes.`,
    removeYes: "Remove",
    add: "Add a name",
    provider: "Who keeps it",
    name: "Name",
    nameHint: "Everybody can look it up, so let it say nothing about you.",
    server: "Server",
    serverHint: "As your provider writes it, such as dyndns.example.org",
    user: "User there",
    secretHint: "It goes to the box, which shows it to nobody and sends it only there. Type it again to change it.",
    submit: "Add the name",
    busy: "Adding the name …",
    added: (name: string) => `From now on, the box keeps ${name} up to date.`,
    told: "Whoever keeps the name learns your home’s address. So does everybody who looks the name up.",
    newTab: "opens in a new tab, from the internet",
  },
  providers: {
    duckdns: {
      name: "DuckDNS",
      where: "Free. Sign in there and add a name; the token stands at the top of the page.",
      site: "www.duckdns.org",
      secret: "Token",
      example: "home-4711.duckdns.org",
    },
    desec: {
      name: "deSEC",
      where: "Free. Register a name under dedyn.io there, then make a token under “Token management”.",
      site: "desec.io",
      secret: "Token",
      example: "home-4711.dedyn.io",
    },
    dynv6: {
      name: "dynv6",
      where: "Free. Add a zone there; its token stands in the menu under “Keys”.",
      site: "dynv6.com",
      secret: "HTTP token",
      example: "home-4711.dynv6.net",
    },
    cloudflare: {
      name: "Cloudflare",
      where:
        "For a name of your own. Under “My profile”, “API tokens”, make a token that may edit the DNS of this one zone. Do not use the global key, and let the cloud beside the name be grey.",
      site: "dash.cloudflare.com",
      secret: "API token",
      example: "home.example.org",
    },
    dyndns2: {
      name: "Another (dyndns2)",
      where: "Many others take what is called “dyndns2”. They tell you a server, a user and a password.",
      site: "",
      secret: "Password",
      example: "home.example.org",
    },
  } satisfies Record<Provider, ProviderWords>,

  byItself: {
    title: "What the box does by itself",
    mapping: "Ask the router to open the door",
    mappingHow: (port: number) =>
      `The box asks your router to let in what comes for the tunnel (UDP ${port}) and to pass it on to the box. Only the router is told. If you switch it off, open the door by hand.`,
    lookup: "Ask which address your home has",
    lookupHow:
      "Now and then the box asks servers on the internet where they see it come from. They learn your home’s address, as every web site does, and nothing else. If you switch it off, type the address below.",
  },

  outdated: {
    title: "Devices with an old code",
    why: "They look for your home where it is not any more. Make a new code for each, with the device at hand.",
    newCode: "New code",
    newCodeLabel: (name: string) => `New code for ${name}`,
  },

  check: {
    title: "Why can’t I get in?",
    intro: "The box looks at everything that has to be well, one after the other.",
    busy: "The box is looking. This takes some seconds …",
    again: "Look again",
    well: "The box finds nothing wrong",
    wellHow:
      "If a phone still cannot get in: is its tunnel on, and is no other VPN? At home, on your own Wi-Fi, leave the tunnel off; many routers do not lead it back. Some hotels and offices do not let it out; try mobile data.",
    steps: "What it looked at",
    outcomes: {
      ok: "Well",
      problem: "Not well",
      unknown: "Cannot be told",
      skipped: "Not looked at",
    } satisfies Record<Outcome, string>,
  },

  outside: {
    title: "Is anything else open?",
    intro: "The tunnel needs one door. Whatever else your router lets in from the internet, strangers can try.",
    athome: "As seen from home",
    busy: "The box is looking. This takes some seconds …",
    looked: (ago: string) => `The box looked ${ago}.`,
    nothing: "The box found nothing else that is open.",
    silentRouter: "Your router does not say which doors it has open, so only a phone outside can tell.",
    again: "Look again",
    outside: "As seen from outside",
    how: "A phone on mobile data stands outside, as strangers do. It can try the usual doors of your home.",
    first: "First switch off this phone’s Wi-Fi. Leave the tunnel on.",
    elsewhere: "Do this on an owner’s phone: switch its Wi-Fi off and its tunnel on, then open this address there:",
    isHome: "This device seems to be at home. Switch its Wi-Fi off, or you will only see your own home from inside.",
    noAddress:
      "There is nothing to try: your home has no address of the old, short kind (IPv4) of its own, or the box does not know it.",
    onlyV4: "A browser can try addresses of the old, short kind (IPv4) only; the new, long ones (IPv6) stay untried.",
    try: "Try from outside",
    trying: (tried: number, all: number) => `Trying: ${tried} of ${all}`,
    tried: (address: string, ports: string) => `Tried at ${address}: ${ports}`,
    safe: "Nothing else answered.",
    notAllowed: "This page is older than your home’s address. Reload it and try again.",
  },

  activity: {
    title: "Activity",
    intro: "What happened in the last 90 days. It stays on the box. Of a device it says who came in and when, never from where on the internet.",
    who: "About",
    everything: "Everything",
    csv: "Download as a table",
    older: "Show older",
    busy: "Looking it up …",
    nothing: "Nothing yet.",
    noDay: "At a time that nobody knows",
    noDayWhy: "The clock of the box was not set yet. It is here in its order.",
  },

  visitor: {
    title: "You are in",
    text: "This device has a key, and the door to Home Assistant is open.",
    guest: "You are a guest here, for as long as guests are let in.",
    open: "Open Home Assistant",
    missing: "The box has not found Home Assistant yet. Tell the owner.",
  },
};
