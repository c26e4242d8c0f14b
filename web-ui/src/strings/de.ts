/*
 * Deutsch, für Menschen: „du“ oder unpersönlich, kurze Sätze, kein Fachwort, wo es ein anderes gibt.
 *
 * Immer dasselbe Wort für dieselbe Sache:
 *   box            die Box                    home           das Zuhause, zuhause
 *   button         der Knopf (drücken, halten)  lamp         die Lampe; „Power“, „Door“, „People“ stehen auf der Box
 *   device         das Gerät                  phone          das Handy
 *   key            der Schlüssel              code           der Code (QR-Code)
 *   let in         hereinlassen               come in        hereinkommen; „ist da“, wer verbunden ist
 *   owner          wer die Box verwaltet („Verwaltung“)      family, guest  Familie, Gast
 *   remote access, way in  der Zugang von außen              locked         ausgeschaltet, gesperrt
 *   door (router)  die Tür im Router (öffnen, offen, zu)     proven         erprobt
 *   name           der Name (führt nach Hause)               address        die Adresse (auch im Internet)
 *   provider       der Anbieter               tunnel         der Tunnel (ein- und ausschalten)
 *   page           die Seite                  Wi-Fi          das WLAN
 *   settings       die Einstellungen          mobile data    mobile Daten
 * Was in der WireGuard-App oder auf einer fremden Seite steht, steht hier so, wie es dort auf Deutsch heißt.
 */
import type { Translation } from "../strings";
import { boxWords } from "./de/box";
import { firstRun } from "./de/first-run";
import { handOver, homeAssistant } from "./de/hand-over";
import { safekeeping, sheet } from "./de/safekeeping";
import { Interpreter } from "./interpreter";

/** What the page says, in German. */
export const german: Translation = {
  locale: "de",
  direction: "ltr",
  interpreter: new Interpreter(boxWords),
  tagline: "deine eigene Tür nach Hause",
  skip: "Zum Inhalt springen",
  footer: "WireGuard ist eine eingetragene Marke von Jason A. Donenfeld. Latchkey gehört nicht dazu.",
  version: (version) => `Latchkey ${version}`,
  language: "Sprache",
  loading: "Die Box wird gesucht …",
  unreachable: "Die Box antwortet nicht. Ist sie am Strom, und ist dieses Gerät im Netzwerk zuhause?",
  unexpected: "Etwas ging schief, an das niemand gedacht hat; lade die Seite neu und versuche es noch einmal",
  retrying: "Neuer Versuch …",

  waiting: {
    title: "Halte den Knopf an der Box",
    how: "Halte ihn 3 Sekunden lang, bis die Lampen kurz dunkel werden. Dann öffnet sich diese Seite von selbst.",
    why: "Das kann nur, wer zuhause ist. Es ist das Passwort, das sich niemand merken muss.",
    alone: "Wartet auf den Knopf",
    notAloneTitle: "Noch jemand wartet",
    notAlone:
      "Diese Seite ist noch in einem anderen Browser offen. Wer jetzt den Knopf hielte, würde abgewiesen, denn die Box wüsste nicht, für wen er ist. Schließe erst die andere Seite.",
    refusedTitle: "Zur Sicherheit abgewiesen",
    refused:
      "Als der Knopf gehalten wurde, wartete mehr als ein Browser, also wurde keiner hereingelassen. Schließe die andere Seite und versuche es noch einmal.",
    overTitle: "Die Seite hat sich geschlossen",
    over: "Sie bleibt 15 Minuten lang offen, oder bis die Box neu startet. Halte den Knopf noch einmal, um weiterzumachen.",
    pausedTitle: "Willkommen zuhause",
    paused: "Um die Seite zu öffnen, braucht es den Knopf.",
    again: "Noch einmal versuchen",
    ask: "Seite öffnen",
  },

  box: {
    front: "Die Vorderseite der Box",
    button: "Knopf",
    // So stehen sie auf der Box.
    lamps: { power: "Power", door: "Door", people: "People" },
    patterns: {
      off: "aus",
      slow_pulse: "pulst langsam",
      fast_blink: "blinkt schnell",
      solid: "an",
      double_blink: "blinkt zweimal",
    },
    power: {
      off: "Kein Strom",
      slow_pulse: "Startet",
      fast_blink: "Etwas stimmt nicht",
      solid: "Alles in Ordnung",
      double_blink: "Halte den Knopf, um ja zu sagen",
    },
    door: {
      off: "Der Zugang von außen ist ausgeschaltet",
      slow_pulse: "Von außen noch nicht erprobt",
      fast_blink: "Die letzte Prüfung ist fehlgeschlagen",
      solid: "Von außen erprobt",
      double_blink: "Unsere Adresse hat sich geändert",
    },
    people: {
      off: "Niemand ist verbunden",
      slow_pulse: "Gäste dürfen herein",
      fast_blink: "Ein Gerät wird hereingelassen",
      solid: "Jemand ist verbunden",
      double_blink: "Jemand Neues ist da",
    },
  },

  session: {
    left: (span) => `Noch ${span} offen`,
    owner: "Mit deinem eigenen Schlüssel geöffnet",
    leave: "Schließen",
  },
  home: "Dein Zuhause",
  back: "Zurück",
  locked: "Der Zugang von außen ist ausgeschaltet. Halte den Knopf an der Box 10 Sekunden lang, um ihn einzuschalten.",

  roles: { owner: "Verwaltung", family: "Familie", guest: "Gast" },
  roleMeanings: {
    owner: "Home Assistant und diese Seite",
    family: "Home Assistant",
    guest: "Home Assistant, solange Gäste hereindürfen",
  },

  peers: {
    title: "Wer einen Schlüssel hat",
    in: (names) => `Gerade da: ${names}`,
    nobodyIn: "Gerade ist niemand da",
    connected: "Gerade da",
    seen: (ago) => `Zuletzt da ${ago}`,
    never: "Nicht da, seit die Box läuft",
    traffic: (up, down) => `${up} hin, ${down} zurück`,
    recently: (minutes, up, down) => `In den letzten ${minutes} Minuten: ${up} hin, ${down} zurück`,
    change: (name) => `${name} ändern`,
    changeShort: "Ändern",
    save: "Speichern",
    cancel: "Abbrechen",
    newKey: "Neues Handy",
    newKeyHint:
      "Ein neues Handy, ein verlorener Code oder ein Zuhause mit anderer Adresse: Mach einen neuen Schlüssel. Der alte gilt, bis der neue zum ersten Mal hereinkommt; dafür hat er einen Tag Zeit.",
    newKeyConfirm: (name) => `Einen neuen Schlüssel machen? Der alte von ${name} gilt, bis der neue zum ersten Mal hereinkommt.`,
    newKeyYes: "Neuen Schlüssel machen",
    remove: "Verloren oder weg",
    removeConfirm: (name) => `${name} entfernen? Das Gerät ist sofort und für immer draußen.`,
    removeYes: "Entfernen",
    newKeyWaits: "Ein neuer Schlüssel wartet auf sein Handy, einen Tag lang",
    outdated: "Braucht einen neuen Code",
    address: "Adresse im Tunnel",
    from: "Kommt von",
  },

  add: {
    title: "Jemanden hereinlassen",
    titleFirst: "Wer bist du?",
    introFirst:
      "Du bist die erste Person hier, also verwaltest du die Box: Dein Handy kann diese Seite dann von überall öffnen.",
    name: "Name",
    nameHint: "Eine Person oder ein Gerät, etwa „Anna“ oder „Omas Tablet“",
    role: "Darf nutzen",
    submit: "Schlüssel machen",
    busy: "Der Schlüssel entsteht …",
  },

  handOver,

  guests: {
    title: "Gäste",
    switch: "Gäste hereinlassen",
    on: (until, span) => `Gäste dürfen noch ${span} herein, bis ${until} Uhr.`,
    off: "Gäste sind draußen. Der Schalter, oder ein Druck auf den Knopf, lässt sie herein.",
    next: "Nächstes Mal für",
  },

  homeAssistant,

  links: {
    title: "Mehr",
    activity: { name: "Verlauf", hint: "Was in den letzten 90 Tagen geschah" },
    settings: { name: "Einstellungen", hint: "Home Assistant, Zugang, Gäste, Sperre, Sicherung" },
    "first-run": { name: "Einrichtung", hint: "Noch einmal durchgehen, oder von außen testen" },
  },

  settings: {
    title: "Einstellungen",
    homeAssistantTitle: "Home Assistant",
    test: "Antwortet es?",
    outsideTitle: "Von außen",
    name: "Name deines Zuhauses",
    noName: "Noch keiner",
    port: "Nummer der Tür (Port)",
    portHint: "Zufällig gewählt, als die Box eingerichtet wurde. Sie bleibt so.",
    toWayIn: "Namen, Router und mehr",
    aboutTitle: "Diese Box",
    version: "Version",
    pageAtHome: "Diese Seite, zuhause",
    pageInTunnel: "Diese Seite, von außen",
    pageInTunnelHint: "Auf Geräten, die die Box verwalten, wenn der Tunnel an ist.",
    endpoint: "Adresse deines Zuhauses, von außen",
    endpointHint: "Ein Name oder eine Adresse, etwa home.example.org. Lass es leer, dann findet die Box es heraus.",
    endpointNow: (endpoint) => `Neue Schlüssel führen zu ${endpoint}`,
    homeAssistant: "Adresse von Home Assistant",
    homeAssistantHint: "Etwa 192.168.1.20. Lass es leer, dann sucht die Box es selbst.",
    guestHours: "Wie viele Stunden ein Druck auf den Knopf Gäste hereinlässt",
    guestHoursHint: "Eine ganze Zahl von 1 bis 168, das ist eine Woche.",
    save: "Speichern",
    saved: "Gespeichert",
  },

  lock: {
    title: "Sperre",
    on: "Der Zugang von außen ist eingeschaltet. Bist du in Sorge, oder brauchst du ihn eine Weile nicht, dann schalte ihn aus: Dann kommt niemand von außen herein, egal mit welchem Schlüssel.",
    off: "Der Zugang von außen ist ausgeschaltet: Niemand kommt von außen herein.",
    switchOff: "Zugang ausschalten",
    switchOn: "Zugang einschalten",
    confirm:
      "Den Zugang von außen ausschalten? Wer gerade da ist, ist sofort draußen. Zuhause schaltest du ihn wieder ein: hier, oder indem du den Knopf 10 Sekunden lang hältst.",
    confirmInside:
      "Den Zugang von außen ausschalten? Auch du bist sofort draußen. Einschalten lässt er sich nur zuhause: auf dieser Seite, oder indem jemand den Knopf 10 Sekunden lang hält.",
  },

  firstRun,

  safekeeping,

  sheet,

  wayIn: {
    exposed: "Noch etwas anderes ist zuhause zum Internet hin offen",
    title: "Zugang von außen",
    details: "Mehr",
    lines: {
      locked: "Der Zugang von außen ist ausgeschaltet",
      changed: "Die Adresse deines Zuhauses hat sich geändert",
      trouble: "Die letzte Prüfung von außen ist fehlgeschlagen",
      works: "Von außen erreichbar",
      unproven: "Von außen noch nicht erprobt",
    },
    proven: (ago) => `Zuletzt kam ${ago} jemand von außen herein.`,
    prove: "Nimm ein Handy mit Schlüssel, schalte sein WLAN aus und seinen Tunnel ein: Dann sieht die Box es kommen.",
    lockedNow: "Niemand kommt von außen herein.",
    lockedHow: "Halte den Knopf an der Box 10 Sekunden lang, um ihn einzuschalten.",
    changedHow: "Geräte, die noch die alte kennen, finden die Box nicht mehr. Sie brauchen einen neuen Code.",
    now: "So steht es",
    address: "Die Adresse deines Zuhauses im Internet",
    addressV6: "Die Adresse der Box von der neuen, langen Art (IPv6)",
    router: "Dein Router",
    doorV4: "Tür im Router",
    doorV6: "Tür für die neuen, langen Adressen (IPv6)",
    doors: {
      not_wanted: "Nicht gewünscht",
      asking: "Der Router wird gefragt …",
      open: "Offen",
      shut: "Zu",
    },
    openedBy: (by) => `erbeten über ${by}`,
    outsidePort: (port) => `außen Nummer ${port}`,
    keysPoint: "Neue Codes führen zu",
    keysPointNowhere: "Noch nirgendwohin: Die Box weiß nicht, wie sie von außen zu finden ist",
    searches: "Wenn etwas nicht geht",
  },

  byHand: {
    title: "Die Tür von Hand öffnen",
    why: "Dein Router hält alles draußen, was aus dem Internet kommt. Für den Tunnel muss eine einzige Tür offen sein. Öffnet der Router sie nicht, wenn die Box ihn bittet, dann öffne sie selbst.",
    how: "Öffne die Seite deines Routers in einem Browser. Suche nach „Portfreigabe“, „Portweiterleitung“ oder „Virtueller Server“, lege einen Eintrag an und gib das hier ein:",
    address: "Zu welchem Gerät",
    noAddress: "Die Box hat in deinem Netzwerk zuhause noch keine Adresse.",
    protocol: "Protokoll",
    port: "Port, außen und innen",
    addressV6: "Fragt er auch nach IPv6, dann erlaube denselben Port zu",
    copy: "Tippe auf ein Feld, um alles darin zu markieren, und kopiere es dann.",
    kept: "Das bleibt so, du musst es nur einmal tun.",
  },

  names: {
    title: "Ein Name für dein Zuhause",
    why: "Dein Anbieter kann deinem Zuhause jederzeit eine andere Adresse geben. Ein Name bleibt: Er ist ein Eintrag in einem Adressbuch, das das ganze Internet benutzt, und die Box hält ihn aktuell.",
    none: "Noch gibt es keinen Namen.",
    states: {
      publishing: "Unterwegs",
      published: "Führt nach Hause",
      failing: "Geht nicht",
    },
    remove: "Entfernen",
    removeLabel: (name) => `${name} entfernen`,
    removeConfirm: (name) =>
      `${name} entfernen? Die Box hält ihn dann nicht mehr aktuell. Geräte, die ihn kennen, finden dein Zuhause nicht mehr, sobald sich seine Adresse ändert.`,
    removeYes: "Entfernen",
    add: "Namen hinzufügen",
    provider: "Wer ihn führt",
    name: "Name",
    nameHint: "Jeder kann ihn nachschlagen, also lass ihn nichts über dich verraten.",
    server: "Server",
    serverHint: "So, wie dein Anbieter ihn schreibt, etwa dyndns.example.org",
    user: "Benutzer dort",
    secretHint:
      "Das geht an die Box; sie zeigt es niemandem und schickt es nur dorthin. Um es zu ändern, gib es noch einmal ein.",
    submit: "Namen hinzufügen",
    busy: "Der Name kommt dazu …",
    added: (name) => `Von nun an hält die Box ${name} aktuell.`,
    told: "Wer den Namen führt, erfährt die Adresse deines Zuhauses. Das tut auch jeder, der den Namen nachschlägt.",
    newTab: "öffnet sich in einem neuen Tab, aus dem Internet",
  },
  providers: {
    duckdns: {
      name: "DuckDNS",
      where: "Kostenlos. Melde dich dort an und lege einen Namen an; das Token steht oben auf der Seite.",
      site: "www.duckdns.org",
      secret: "Token",
      example: "home-4711.duckdns.org",
    },
    desec: {
      name: "deSEC",
      where:
        "Kostenlos. Melde dort einen Namen unter dedyn.io an und mach dann unter „Token Management“ ein Token.",
      site: "desec.io",
      secret: "Token",
      example: "home-4711.dedyn.io",
    },
    dynv6: {
      name: "dynv6",
      where: "Kostenlos. Lege dort eine Zone an; ihr Token steht im Menü unter „Keys“.",
      site: "dynv6.com",
      secret: "HTTP-Token",
      example: "home-4711.dynv6.net",
    },
    cloudflare: {
      name: "Cloudflare",
      where:
        "Für einen eigenen Namen. Mach unter „Mein Profil“, „API-Token“ ein Token, das nur das DNS dieser einen Zone ändern darf. Nimm nicht den globalen Schlüssel, und lass die Wolke neben dem Namen grau sein.",
      site: "dash.cloudflare.com",
      secret: "API-Token",
      example: "home.example.org",
    },
    dyndns2: {
      name: "Ein anderer (dyndns2)",
      where:
        "Viele andere verstehen, was „dyndns2“ heißt. Sie nennen dir einen Server, einen Benutzer und ein Passwort.",
      site: "",
      secret: "Passwort",
      example: "home.example.org",
    },
  },

  byItself: {
    title: "Was die Box von selbst tut",
    mapping: "Den Router bitten, die Tür zu öffnen",
    mappingHow: (port) =>
      `Die Box bittet deinen Router, hereinzulassen, was für den Tunnel kommt (UDP ${port}), und es an sie weiterzugeben. Nur der Router erfährt davon. Schaltest du das aus, dann öffne die Tür von Hand.`,
    lookup: "Fragen, welche Adresse dein Zuhause hat",
    lookupHow:
      "Ab und zu fragt die Box Server im Internet, woher sie sie kommen sehen. Die erfahren dabei die Adresse deines Zuhauses, wie jede Webseite, und sonst nichts. Schaltest du das aus, dann gib die Adresse unten ein.",
  },

  outdated: {
    title: "Geräte mit einem alten Code",
    why: "Sie suchen dein Zuhause, wo es nicht mehr ist. Mach für jedes einen neuen Code, wenn du das Gerät zur Hand hast.",
    newCode: "Neuer Code",
    newCodeLabel: (name) => `Neuer Code für ${name}`,
  },

  check: {
    title: "Warum komme ich nicht hinein?",
    intro: "Die Box sieht der Reihe nach alles an, was in Ordnung sein muss.",
    busy: "Die Box sieht nach. Das dauert ein paar Sekunden …",
    again: "Noch einmal nachsehen",
    well: "Die Box findet keinen Fehler",
    wellHow:
      "Kommt ein Handy trotzdem nicht hinein: Ist sein Tunnel eingeschaltet, und kein anderes VPN? Lass zuhause, im eigenen WLAN, den Tunnel aus; viele Router führen ihn nicht zurück. Manche Hotels und Büros lassen ihn nicht hinaus; versuche es mit mobilen Daten.",
    steps: "Was sie angesehen hat",
    outcomes: {
      ok: "In Ordnung",
      problem: "Nicht in Ordnung",
      unknown: "Nicht zu sagen",
      skipped: "Nicht angesehen",
    },
  },

  outside: {
    title: "Ist noch etwas anderes offen?",
    intro: "Der Tunnel braucht eine Tür. Alles andere, was dein Router aus dem Internet hereinlässt, können Fremde ausprobieren.",
    athome: "Von zuhause aus gesehen",
    busy: "Die Box sieht nach. Das dauert ein paar Sekunden …",
    looked: (ago) => `Die Box hat ${ago} nachgesehen.`,
    nothing: "Die Box hat nichts anderes gefunden, das offen ist.",
    silentRouter: "Dein Router sagt nicht, welche Türen er offen hat; das kann nur ein Handy von außen feststellen.",
    again: "Noch einmal nachsehen",
    outside: "Von außen gesehen",
    how: "Ein Handy mit mobilen Daten steht draußen, wie Fremde. Es kann an den üblichen Türen deines Zuhauses rütteln.",
    first: "Schalte zuerst das WLAN dieses Handys aus. Lass den Tunnel an.",
    elsewhere:
      "Nimm dazu ein Handy, das die Box verwaltet: Schalte sein WLAN aus und seinen Tunnel ein, und öffne dort diese Adresse:",
    isHome:
      "Dieses Gerät scheint zuhause zu sein. Schalte sein WLAN aus, sonst siehst du dein eigenes Zuhause nur von innen.",
    noAddress:
      "Hier gibt es nichts zu versuchen: Dein Zuhause hat keine eigene Adresse der alten, kurzen Art (IPv4), oder die Box kennt sie nicht.",
    onlyV4:
      "Ein Browser kann nur Adressen der alten, kurzen Art (IPv4) versuchen; die neuen, langen (IPv6) bleiben unversucht.",
    try: "Von außen versuchen",
    trying: (tried, all) => `Versucht: ${tried} von ${all}`,
    tried: (address, ports) => `Versucht unter ${address}: ${ports}`,
    safe: "Sonst hat nichts geantwortet.",
    notAllowed: "Diese Seite ist älter als die Adresse deines Zuhauses. Lade sie neu und versuche es noch einmal.",
  },

  activity: {
    title: "Verlauf",
    intro:
      "Was in den letzten 90 Tagen geschah. Es bleibt auf der Box. Von einem Gerät steht hier, dass es hereinkam und wann, aber nie, von wo im Internet.",
    who: "Über",
    everything: "Alles",
    csv: "Als Tabelle herunterladen",
    older: "Ältere zeigen",
    busy: "Wird nachgeschlagen …",
    nothing: "Noch nichts.",
    noDay: "Wann, weiß niemand",
    noDayWhy: "Die Uhr der Box war noch nicht gestellt. Hier steht es in seiner Reihenfolge.",
  },

  visitor: {
    title: "Du bist drin",
    text: "Dieses Gerät hat einen Schlüssel, und die Tür zu Home Assistant ist offen.",
    guest: "Du bist hier zu Gast, solange Gäste hereindürfen.",
    open: "Home Assistant öffnen",
    missing: "Die Box hat Home Assistant noch nicht gefunden. Sag es der Person, die sie verwaltet.",
  },
};
