import type { System } from "../../system";

/** What is said while a key is on its way. */
export const handOver = {
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
  arrivedToWait: (name: string) => `${name} has the key. It opens while guests are let in.`,
  unwatched: (name: string) =>
    `The page has closed itself and does not see any more whether ${name} comes in. The key is good; take it now, then tap Done.`,
  expired: "The key was here for ten minutes, so it is gone now",
  expiredHow: (name: string) =>
    `If ${name} has taken it, all is well: tap Done. If not, make a new one; the one from before then stops working.`,
  renew: "Make a new one",
  done: "Done",
};

/** What is said about the Home Assistant app. */
export const homeAssistant = {
  title: "Home Assistant app",
  found: (address: string) => `Found at ${address}`,
  typed: (address: string) => `Set to ${address}`,
  missing: "Not found yet. Is it running? You can type its address in the settings.",
  link: "Set up the app",
  intro: "The app needs an address that leads through the tunnel. It is the same for everybody, and stays.",
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
};
