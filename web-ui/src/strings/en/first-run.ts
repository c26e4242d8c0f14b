import type { RunStep, Sought, Trial } from "../../first-run";
import type { Sign } from "../../parts/mark";

/** What is said in the first run. */
export const firstRun = {
  title: "Setting up your box",
  again: "Go through the set-up again",
  goOn: "Test it now",
  leave: "Do this later",
  standings: { done: "done", now: "now", later: "later" },
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
  noneNeeded: (host: string) => `Your home is found at ${host}.`,

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
};
