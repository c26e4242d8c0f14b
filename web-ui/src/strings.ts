import type { DoorState, Finding, NameState, Outcome, Pattern, Provider, Role } from "./api/types";
import type { RunStep, Sought, Trial } from "./first-run";
import type { Sign } from "./parts/mark";
import type { System } from "./system";
import type { Standing } from "./way-in";

/** What the box found, for people. */
type FindingWords = { sentence: string; advice?: string | null | undefined };

/** What people have to know of a provider; `site` is where to sign in, without `https://`. */
type ProviderWords = { name: string; where: string; site: string; secret: string; example: string };

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
    change: (name: string) => `Change ${name}`,
    changeShort: "Change",
    save: "Save",
    cancel: "Cancel",
    newKey: "New phone",
    newKeyHint:
      "A new phone, a code that got lost, or a home with another address: make a new key. The old one stops working at once.",
    newKeyConfirm: (name: string) => `Make a new key? ${name}’s old one stops working at once.`,
    newKeyYes: "Make a new key",
    remove: "Lost or gone",
    removeConfirm: (name: string) => `Remove ${name}? The device is out at once and for good.`,
    removeYes: "Remove",
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

  handOver: {
    title: (name: string) => `A key for ${name}`,
    which: "Which device gets it?",
    another: "Another phone or tablet",
    anotherHint: "It scans a code from this screen.",
    thisOne: {
      ios: "This iPhone or iPad",
      android: "This Android phone",
      computer: "This computer",
    } satisfies Record<System, string>,
    thisOneHint: "The one that you are holding: it gets a file.",
    thisOneHintComputer: "The one before you: it gets a file.",
    change: "Another device",
    app: "The app is called WireGuard. It keeps the tunnel: the way home that only this device can take.",
    scan: "Scan this code",
    scanSteps: [
      "On the other device, get the app “WireGuard” from its app store and open it.",
      "Tap + and “Scan from QR code” or “Create from QR code”, and point it here.",
    ],
    tunnelName: (tunnel: string) => `When it asks for a name, type ${tunnel}.`,
    qr: (name: string) => `QR code with the key for ${name}`,
    system: "What is it?",
    systems: {
      ios: "iPhone or iPad",
      android: "Android",
      computer: "Computer",
    } satisfies Record<System, string>,
    get: {
      ios: "Get the app “WireGuard” from the App Store.",
      android: "Get the app “WireGuard” from Google Play.",
      computer: "Get WireGuard from www.wireguard.com/install.",
    } satisfies Record<System, string>,
    save: (file: string) => `Save the file ${file}:`,
    steps: {
      ios: (file: string) => [
        `In Safari, tap the small arrow in the address line, “Downloads”, then ${file}.`,
        "Tap the share sign (the square with an arrow) and choose WireGuard. Allow it to add a VPN.",
      ],
      android: (file: string) => [
        "Open the WireGuard app itself; nothing happens if you tap the file.",
        `There, tap + and “Import from file or archive”, and choose ${file} among the downloads. If it is called otherwise, such as ${file}.txt, rename it first.`,
      ],
      computer: (file: string) => [`Open WireGuard, choose “Import tunnel(s) from file”, and then ${file}.`],
    } satisfies Record<System, (file: string) => string[]>,
    appears: (tunnel: string) => `In the app, the tunnel is called ${tunnel}.`,
    deleteFile: "Then delete the file: whoever has it has the key.",
    download: (file: string) => `Save ${file}`,
    byItself: "Or: let it switch itself on away from home",
    byItselfHow:
      "With a profile in place of the file, the iPhone switches the tunnel on when it leaves your Wi-Fi and off when it is back. Take one of the two, not both.",
    wiFi: "Name of your Wi-Fi at home",
    wiFiHint: "Exactly as the phone shows it. If there are several, one a line. It stays in this page.",
    noWiFi: "Type the name of your Wi-Fi first.",
    profileSteps: (file: string) => [
      `Save ${file} and allow it. If nothing more happens, tap it among the downloads.`,
      "Open the phone’s Settings, tap “Profile Downloaded”, then “Install”. It says “Not verified”, since it comes from your own box and not from a company.",
      "Open the WireGuard app once, so that it takes the tunnel over.",
    ],
    once: "The key is shown only now, for ten minutes at most, and kept nowhere: not on the box, not in this browser.",
    waiting: (name: string) => `Waiting for ${name} to come in …`,
    home: "At home you need not wait: many routers lead nobody back in. It shows as soon as the device is outside.",
    arrived: (name: string) => `${name} is in.`,
    unwatched: (name: string) =>
      `The page has closed itself and does not see any more whether ${name} comes in. The key is good; take it now, then tap Done.`,
    expired: "The key was here for ten minutes, so it is gone now",
    expiredHow: (name: string) =>
      `If ${name} has taken it, all is well: tap Done. If not, make a new one; the one from before then stops working.`,
    renew: "Make a new one",
    done: "Done",
  },

  guests: {
    title: "Guests",
    switch: "Let guests in",
    on: (span: string) => `Guests may come in for ${span} more.`,
    off: (hours: number) => `Guests are out. The switch, or a press of the button, lets them in for ${hours} h.`,
  },

  homeAssistant: {
    title: "Home Assistant app",
    found: (address: string) => `Found at ${address}`,
    typed: (address: string) => `Set to ${address}`,
    missing: "Not found yet. Is it running? You can type its address below.",
    url: "Its address for the app, while the tunnel is on",
    copy: "Tap it to mark it, then copy it.",
    android: "On an Android phone",
    androidSteps: [
      "Open the Home Assistant app and choose “Enter address manually”, or, if it knows your home already, “Settings”, “Companion app”, and your server. Put in the address from above.",
      "When it asks how secure the connection has to be, choose “Most secure”.",
      "In the same place, under “Home network”, tick “VPN connected”. To the phone, the tunnel is a VPN; any other one counts too.",
    ],
    androidAtHome: (address: string) =>
      `At home, without the tunnel, this address does not answer. Add http://${address} as a second server there.`,
    ios: "On an iPhone or iPad",
    iosSteps: (address: string) => [
      "Open the Home Assistant app, “Settings”, “Companion app”, and your server.",
      "Put the address from above into “External URL”.",
      `For at home, put http://${address} into “Internal URL”, with the name of your Wi-Fi.`,
      "An iPhone does not tell the app about the tunnel. If it asks how secure the connection has to be, choose “Less secure”, and open it away from home only while the tunnel is on: the tunnel keeps everything secret.",
    ],
    login: "Everybody still signs in to Home Assistant with a password of their own.",
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

  firstRun: {
    title: "Setting up your box",
    again: "Go through the set-up again",
    goOn: "Test it now",
    leave: "Do this later",
    standings: { done: "done", now: "now", later: "later", open: "not quite" },
    steps: {
      button: "Hold the button",
      found: "What the box found",
      name: "A name for your home",
      phone: "Your phone",
      test: "The test: Wi-Fi off",
    } satisfies Record<RunStep, string>,
    button: "You have opened this page. Only somebody at home can.",
    next: "Go on",
    look: "Look again",
    lookLabel: (step: string) => `Look again: ${step}`,

    foundIntro: "The box looks around by itself. There is nothing to do here unless it says so.",
    allWell: "All is well.",
    someLeft: "Not everything is well yet.",
    signs: { good: "Well", bad: "Not well", open: "Still looking", none: "Nothing to tell" } satisfies Record<Sign, string>,
    found: {
      internet: {
        title: "Internet",
        good: "The box is on the internet.",
        open: "Looking …",
        bad: "",
        none: "",
      },
      home_assistant: {
        title: "Home Assistant",
        good: "Found",
        open: "Looking for it at home … Is it running? You can also go on: the box keeps looking.",
        bad: "",
        none: "",
      },
      address: {
        title: "Your home’s address",
        good: "Your home can be found from outside.",
        open: "Asking how your home is seen from outside …",
        bad: "",
        none: "It needs the internet first.",
      },
      door: {
        title: "The door in your router",
        good: "Open, for the tunnel alone.",
        open: "Asking the router to open it …",
        bad: "",
        none: "You open it by hand, as it says below.",
      },
    } satisfies Record<Sought, { title: string } & Record<Sign, string>>,

    nameSkip: "Skip this",
    nameIntro:
      "Without a name, the codes hold the address that your home has today. When your provider gives it another one, every phone needs a new code. A name stays.",
    nameSkipped: "Skipped. Under “Way in” you can add one later.",
    nameNone: "Not there yet",
    noneNeeded: (host: string) => `Your home is found at ${host}.`,

    phoneIntro: "A phone gets in with a key of its own. You are the first, so yours also opens this page from anywhere.",

    testIntro: "Now show that it works, from where strangers are.",
    testSteps: [
      "Switch the phone’s Wi-Fi off, so that it is on mobile data.",
      "Open the WireGuard app there and switch the tunnel on.",
    ],
    testSamePhone: "Are you reading this on that very phone? Then open this address there; it goes on in the same place:",
    trials: {
      nobody: "The box is waiting for a phone from outside …",
      from_home: "A phone is in, but from home.",
      proven: "Somebody came in from outside.",
    } satisfies Record<Trial, string>,
    fromHome: (name: string) => `${name} is in, but over your own Wi-Fi. Switch the Wi-Fi off.`,
    slow: "Nothing has come yet. Is the Wi-Fi off, the tunnel on, and no other VPN?",
    newCode: "Did the code get lost?",
    doneTitle: "It works",
    done: "Somebody came in from outside, and the lamp DOOR is on. At home, leave the tunnel off.",
    doneNext: "Last, tell the Home Assistant app where your home is:",
    toHome: "To the home page",
  },

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

  /** By code. The box's own sentences are English already. */
  findings: {} as Record<string, FindingWords>,

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

/** A finding in the language of the catalogue, or else in the box's own words. */
export function wordsOf({ code, sentence, advice }: Finding): FindingWords {
  return strings.findings[code] ?? { sentence, advice };
}
