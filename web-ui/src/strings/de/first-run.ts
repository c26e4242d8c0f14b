import type { Strings } from "../../strings";

/** What is said in the first run. */
export const firstRun: Strings["firstRun"] = {
  title: "Deine Box einrichten",
  again: "Die Einrichtung noch einmal durchgehen",
  goOn: "Jetzt testen",
  leave: "Später weitermachen",
  standings: { done: "erledigt", now: "jetzt", later: "später" },
  steps: {
    button: "Den Knopf halten",
    found: "Was die Box gefunden hat",
    name: "Ein Name für dein Zuhause",
    phone: "Dein Handy",
    test: "Der Test: WLAN aus",
  },
  button: "Du hast diese Seite geöffnet. Das kann nur, wer zuhause ist.",
  next: "Weiter",
  look: "Noch einmal ansehen",
  lookLabel: (step) => `Noch einmal ansehen: ${step}`,

  foundIntro: "Die Box sieht sich von selbst um. Hier ist nichts zu tun, außer sie sagt es.",
  allWell: "Alles in Ordnung.",
  someLeft: "Noch ist nicht alles in Ordnung.",
  signs: { good: "In Ordnung", bad: "Nicht in Ordnung", open: "Sucht noch", none: "Nichts zu sagen" },
  found: {
    internet: {
      title: "Internet",
      good: "Die Box ist im Internet.",
      open: "Die Box sieht nach …",
      bad: "",
      none: "",
    },
    home_assistant: {
      title: "Home Assistant",
      good: "Gefunden",
      open: "Die Box sucht es zuhause … Läuft es? Du kannst auch weitermachen, die Box sucht weiter.",
      bad: "",
      none: "",
    },
    address: {
      title: "Adresse deines Zuhauses",
      good: "Dein Zuhause ist von außen zu finden.",
      open: "Die Box fragt, wie dein Zuhause von außen aussieht …",
      bad: "",
      none: "Dafür braucht es erst das Internet.",
    },
    door: {
      title: "Die Tür in deinem Router",
      good: "Offen, nur für den Tunnel.",
      open: "Die Box bittet den Router, sie zu öffnen …",
      bad: "",
      none: "Die öffnest du von Hand, wie es unten steht.",
    },
  },

  nameSkip: "Überspringen",
  nameIntro:
    "Ohne Namen steht in den Codes die Adresse, die dein Zuhause heute hat. Gibt dein Anbieter ihm eine andere, braucht jedes Handy einen neuen Code. Ein Name bleibt.",
  nameSkipped: "Übersprungen. Unter „Zugang von außen“ kannst du später einen hinzufügen.",
  noneNeeded: (host) => `Dein Zuhause ist unter ${host} zu finden.`,

  testIntro: "Jetzt zeige, dass es geht, von dort, wo Fremde sind.",
  testSteps: [
    "Schalte das WLAN des Handys aus, damit es mobile Daten nimmt.",
    "Öffne dort die WireGuard-App und schalte den Tunnel ein.",
  ],
  testSamePhone: "Liest du das auf genau diesem Handy? Dann öffne dort diese Adresse; es geht an derselben Stelle weiter:",
  trials: {
    nobody: "Die Box wartet auf ein Handy von außen …",
    from_home: "Ein Handy ist da, aber von zuhause.",
    proven: "Jemand kam von außen herein.",
  },
  fromHome: (name) => `${name} ist da, aber über dein eigenes WLAN. Schalte das WLAN aus.`,
  slow: "Noch kam nichts an. Ist das WLAN aus, der Tunnel an, und kein anderes VPN?",
  newCode: "Ging der Code verloren?",
  doneTitle: "Es geht",
  done: "Jemand kam von außen herein, und die Lampe DOOR leuchtet. Lass den Tunnel zuhause aus.",
  doneNext: "Zum Schluss: Sag der App von Home Assistant, wo dein Zuhause ist.",
  toHome: "Zur Startseite",
};
