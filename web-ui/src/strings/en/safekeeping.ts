import { counted } from "../../format";

/** For the day on which a card breaks, or the box moves on to somebody else. */
export const safekeeping = {
  title: "Backup and recovery",
  offer: "I have a backup of a box",
  link: "Backup, recovery sheet, factory reset",
  why: "Make a backup before the card breaks; it takes a minute.",
  passphrase: "Passphrase",
  flaws: { short: "A passphrase needs at least 12 characters", differs: "The two are not the same; look for a slip" },
  backup: {
    title: "Make a backup",
    what: "One encrypted file with all that makes this box yours: its key, the devices, the settings. With it a new card takes over, and nobody scans a code again. Tokens of names are not in it.",
    passphraseHint:
      "Your browser has just made these words up. Or type your own, at least 12 characters. Nobody can open the file without.",
    again: "The same once more",
    againHint: "Since these words are your own.",
    make: "Make the backup",
    otherWords: "Other words",
    busy: "Encrypting …",
    writeDown: "Write these words down now",
    once: "They are shown here alone and kept nowhere. Keep the file and the words in two different places.",
    save: (name: string) => `Save ${name}`,
    done: "I have both",
  },
  restore: {
    title: "Restore a backup",
    what: "The box becomes the one in the file, and its devices come in as before. Unplug the old box first: two with one key stand in each other’s way. A device that was removed after the backup was made can come in again: remove it once more.",
    file: "The file",
    passphraseHint: "What was written down when the backup was made.",
    submit: "Restore",
    busy: "Restoring …",
    question: (count: number) =>
      `This puts out ${counted(count, "en", { one: "the device", other: `all ${count} devices` })} of this box, for good, and lets in all of the backup, also those that you have removed since. Replace everything?`,
    yes: "Replace everything",
    flaws: {
      none: "Choose the file first",
      foreign: "This file is no backup of Latchkey",
      short: "A passphrase needs at least 12 characters",
    },
  },
  restored: {
    title: "The backup is restored.",
    devices: (count: number) =>
      `${counted(count, "en", { one: "One device comes", other: `${count} devices come` })} in as before. The box is starting again; once its page answers, open it anew and hold the button. Then look through the list of devices: whoever was removed after the backup was made is on it again. Remove who is lost or no longer welcome.`,
    secrets: (names: string) => `Type the token or password of ${names} again, under “Way in”: none is ever in a backup.`,
    done: "OK",
  },
  sheet: {
    title: "Recovery sheet",
    why: "A page to print, for whoever has to help one day. There is no secret on it.",
    show: "Show the sheet",
  },
  reset: {
    title: "Factory reset",
    what: "The box forgets everything and gets another key; all devices are out for good. Right before you give it away.",
    ask: "Factory reset …",
    question: "Forget everything? The button on the box has to be held, too.",
    yes: "Yes, and to the button",
    atHome: "Ask for this at home, where the button is: open the page there and sign in with it.",
    hold: "Now hold the button on the box for 3 seconds, within two minutes.",
    inVain: "Nothing was reset: nobody held the button in time, or another browser waited for it, too.",
  },
};

/** A page to print. */
export const sheet = {
  title: "Recovery sheet",
  why: "Print it and put it where you keep papers about the house.",
  print: "Print",
  what: "A Latchkey box lets this household’s phones in to Home Assistant, and nobody else. This sheet says what somebody needs to know who has to look after it. There is no secret on it.",
  outside: "Phones find the box at",
  udp: (endpoint: string) => `${endpoint} (UDP)`,
  notKnown: "not known yet",
  names: "Names that follow the home’s address",
  port: "What the router lets in",
  forward: (port: number) => `UDP port ${port}, to the box`,
  page: "The box’s page, at home",
  pageInside: "The page, through the tunnel",
  homeAssistant: "Home Assistant, through the tunnel",
  key: "Public key of the box",
  version: "Latchkey",
  chapters: [
    {
      title: "To open the page",
      steps: [
        "At home, open one of the addresses above in a browser.",
        "Hold the button on the box for 3 seconds, until its lamps blink dark.",
      ],
    },
    {
      title: "When a phone is lost",
      steps: ["Open the page, choose “Change” beside the device and then “Remove”. It is out at once."],
    },
    {
      title: "When the box or its card is broken",
      steps: [
        "Put a card with Latchkey into a box, connect it to the router, and unplug the old one.",
        "Open the page, choose “I have a backup of a box”, and take the file and its passphrase.",
        "The phones come in as before. Tokens of names are typed again.",
        "Without a backup: let each device in anew.",
      ],
    },
    {
      title: "To begin from nothing",
      steps: [
        "On the page: “Backup and recovery”, “Factory reset”, then hold the button for 3 seconds.",
        "Without the page: hold the button while the power comes on, let go, and press it within 10 seconds.",
      ],
    },
  ],
  kept: "Where things are",
  places: ["Where the backup file is:", "Where its words are (never write the words here):"],
  printed: (day: string) => `As of ${day}`,
};
