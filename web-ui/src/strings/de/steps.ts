import { counted } from "../../format";
import type { BoxWords } from "../words";

/** What is looked at when somebody cannot get in, in German. */
export const steps: BoxWords["steps"] = {
  access: {
    title: "Zugang von außen",
    ok: ({ devices }) =>
      `Der Zugang von außen ist eingeschaltet, für ${counted(Number(devices), "de", { one: "ein Gerät", other: `${devices} Geräte` })}.`,
    unknown: "Ob jemand herein darf, ist nicht bekannt.",
  },
  link: {
    title: "Kabel",
    ok: "Die Box ist mit deinem Netzwerk verbunden.",
    unknown: "Ob die Box mit deinem Netzwerk verbunden ist, ist nicht bekannt.",
  },
  address: {
    title: "Adresse zuhause",
    ok: ({ address }) => `Die Box hat die Adresse ${address}.`,
    unknown: "Ob die Box eine Adresse hat, ist nicht bekannt.",
  },
  router: {
    title: "Router",
    ok: "Dein Router antwortet.",
    unknown: "Dein Router wurde nicht gefragt.",
  },
  verdict: {
    title: "Adresse im Internet",
    ok: "Dein Zuhause ist aus dem Internet zu erreichen.",
    unknown: "Ob dein Zuhause aus dem Internet zu erreichen ist, ist nicht sicher.",
  },
  dns: {
    title: "Namen",
    ok: "Namen im Internet lassen sich nachschlagen.",
    unknown: "Es wurde kein Name nachgeschlagen.",
  },
  clock: {
    title: "Uhr",
    ok: "Die Uhr geht richtig.",
    unknown: "Noch hat niemand der Box die Zeit gesagt.",
  },
  mapping: {
    title: "Weg durch den Router",
    ok: "Der Weg durch den Router ist frei.",
    unknown: "Ob der Router jemanden hereinlässt, ist noch nicht bekannt.",
  },
  name: {
    title: "Name deines Zuhauses",
    ok: "Deine Geräte finden dein Zuhause.",
    unknown: "Der Name wurde nicht nachgeschlagen.",
  },
  arrivals: {
    title: "Anrufe von außen",
    ok: "Von außen kommt etwas an.",
    unknown: "Ob von außen etwas ankommt, ist nicht bekannt.",
  },
  keys: {
    title: "Schlüssel",
    ok: "Ein Gerät hat angerufen, das die Box kennt.",
    unknown: "Ob ein Gerät angerufen hat, das die Box kennt, ist nicht bekannt.",
  },
  packets: {
    title: "Tunnel",
    ok: "Durch den Tunnel kommt etwas an.",
    unknown: "Ob durch den Tunnel etwas ankommt, ist nicht bekannt.",
  },
  home_assistant: {
    title: "Home Assistant",
    ok: ({ address }) => `Home Assistant antwortet unter ${address}.`,
    unknown: "Home Assistant wurde nicht gefragt.",
  },
};
