import { counted } from "../../format";
import type { Strings } from "../../strings";

/** Für den Tag, an dem eine Karte kaputtgeht oder die Box weitergegeben wird. */
export const safekeeping: Strings["safekeeping"] = {
  title: "Sicherung und Notfall",
  offer: "Ich habe die Sicherung einer Box",
  link: "Sicherung, Notfallblatt, Zurücksetzen",
  why: "Mach eine Sicherung, bevor die Karte kaputtgeht; es dauert eine Minute.",
  passphrase: "Passwort der Sicherung",
  flaws: {
    short: "Das Passwort braucht mindestens 12 Zeichen",
    differs: "Die beiden sind nicht gleich; sieh nach, ob du dich vertippt hast",
  },
  backup: {
    title: "Eine Sicherung machen",
    what: "Eine verschlüsselte Datei mit allem, was diese Box zu deiner macht: ihr Schlüssel, die Geräte, die Einstellungen. Damit übernimmt eine neue Karte, und niemand scannt noch einmal einen Code. Tokens von Namen stehen nicht darin.",
    passphraseHint:
      "Diese Wörter hat sich gerade dein Browser ausgedacht. Oder nimm eigene, mindestens 12 Zeichen. Ohne sie öffnet niemand die Datei.",
    again: "Noch einmal dasselbe",
    againHint: "Weil du die Wörter selbst gewählt hast.",
    make: "Sicherung machen",
    otherWords: "Andere Wörter",
    busy: "Wird verschlüsselt …",
    writeDown: "Schreibe diese Wörter jetzt auf",
    once: "Sie stehen nur hier und werden nirgends gespeichert. Bewahre die Datei und die Wörter an zwei verschiedenen Orten auf.",
    save: (name) => `${name} speichern`,
    done: "Ich habe beides",
  },
  restore: {
    title: "Eine Sicherung zurückspielen",
    what: "Die Box wird zu der in der Datei, und deren Geräte kommen herein wie zuvor. Ziehe vorher den Stecker der alten Box: Zwei mit einem Schlüssel stehen sich im Weg. Ein Gerät, das du nach der Sicherung entfernt hast, kommt wieder herein: Entferne es noch einmal.",
    file: "Die Datei",
    passphraseHint: "Was aufgeschrieben wurde, als die Sicherung entstand.",
    submit: "Zurückspielen",
    busy: "Wird zurückgespielt …",
    question: (count) =>
      `${counted(count, "de", { one: "Das Gerät dieser Box ist", other: `Alle ${count} Geräte dieser Box sind` })} damit für immer draußen, und alle aus der Sicherung kommen herein, auch die, die du seither entfernt hast. Alles ersetzen?`,
    yes: "Alles ersetzen",
    flaws: {
      none: "Wähle erst die Datei",
      foreign: "Diese Datei ist keine Sicherung von Latchkey",
      short: "Das Passwort braucht mindestens 12 Zeichen",
    },
  },
  restored: {
    title: "Die Sicherung ist zurückgespielt.",
    devices: (count) =>
      `${counted(count, "de", { one: "Ein Gerät kommt", other: `${count} Geräte kommen` })} herein wie zuvor. Die Box startet neu; sobald ihre Seite antwortet, öffne sie noch einmal und halte den Knopf. Sieh dann die Liste der Geräte durch: Wer nach der Sicherung entfernt wurde, steht wieder darauf. Entferne, was verloren ist oder nicht mehr herein soll.`,
    secrets: (names) =>
      `Gib das Token oder Passwort von ${names} noch einmal ein, unter „Zugang von außen“: In einer Sicherung steht es nie.`,
    done: "OK",
  },
  sheet: {
    title: "Notfallblatt",
    why: "Ein Blatt zum Ausdrucken, für alle, die eines Tages helfen müssen. Es steht kein Geheimnis darauf.",
    show: "Blatt zeigen",
  },
  reset: {
    title: "Zurücksetzen",
    what: "Die Box vergisst alles und bekommt einen anderen Schlüssel; alle Geräte sind für immer draußen. Richtig, bevor du sie weitergibst.",
    ask: "Zurücksetzen …",
    question: "Alles vergessen? Dazu muss auch der Knopf an der Box gehalten werden.",
    yes: "Ja, weiter zum Knopf",
    atHome: "Das geht nur zuhause, wo der Knopf ist: Öffne die Seite dort und melde dich mit ihm an.",
    hold: "Halte jetzt den Knopf an der Box 3 Sekunden lang, innerhalb von zwei Minuten.",
    inVain:
      "Es wurde nichts zurückgesetzt: Niemand hielt rechtzeitig den Knopf, oder ein anderer Browser wartete auch auf ihn.",
  },
};

/** Ein Blatt zum Ausdrucken. */
export const sheet: Strings["sheet"] = {
  title: "Notfallblatt",
  why: "Drucke es aus und lege es zu den Unterlagen für das Haus.",
  print: "Drucken",
  what: "Eine Box namens Latchkey lässt die Handys dieses Haushalts zu Home Assistant, und sonst niemanden. Dieses Blatt sagt, was man wissen muss, um sich um sie zu kümmern. Es steht kein Geheimnis darauf.",
  outside: "Handys finden die Box unter",
  udp: (endpoint) => `${endpoint} (UDP)`,
  notKnown: "noch nicht bekannt",
  names: "Namen, die nach Hause führen",
  port: "Was der Router hereinlässt",
  forward: (port) => `UDP-Port ${port}, zur Box`,
  page: "Die Seite der Box, zuhause",
  pageInside: "Die Seite, durch den Tunnel",
  homeAssistant: "Home Assistant, durch den Tunnel",
  key: "Öffentlicher Schlüssel der Box",
  version: "Latchkey",
  chapters: [
    {
      title: "Die Seite öffnen",
      steps: [
        "Öffne zuhause eine der Adressen oben in einem Browser.",
        "Halte den Knopf an der Box 3 Sekunden lang, bis ihre Lampen kurz dunkel werden.",
      ],
    },
    {
      title: "Ein Handy ist verloren",
      steps: ["Öffne die Seite, wähle „Ändern“ neben dem Gerät und dann „Entfernen“. Es ist sofort draußen."],
    },
    {
      title: "Die Box oder ihre Karte ist kaputt",
      steps: [
        "Stecke eine Karte mit Latchkey in eine Box, schließe sie an den Router an, und ziehe den Stecker der alten.",
        "Öffne die Seite, wähle „Ich habe die Sicherung einer Box“ und nimm die Datei und ihr Passwort.",
        "Die Handys kommen herein wie zuvor. Tokens von Namen gibt man neu ein.",
        "Ohne Sicherung: Lass jedes Gerät neu herein.",
      ],
    },
    {
      title: "Von vorn beginnen",
      steps: [
        "Auf der Seite: „Sicherung und Notfall“, „Zurücksetzen“, dann den Knopf 3 Sekunden lang halten.",
        "Ohne die Seite: Halte den Knopf, während der Strom angeht, lass ihn los und drücke ihn innerhalb von 10 Sekunden.",
      ],
    },
  ],
  kept: "Wo was liegt",
  places: ["Wo die Sicherung liegt:", "Wo ihr Passwort liegt (das Passwort selbst nie hierher schreiben):"],
  printed: (day) => `Stand: ${day}`,
};
