import type { DoorReason, NameReason } from "../codes";
import type { BoxWords, FindingWords } from "../words";

/** What the box has found, in German. */
export const findings: BoxWords["findings"] = {
  not_known_yet: {
    sentence:
      "Ob dein Zuhause von außen erreichbar ist, weiß die Box noch nicht. Warte eine Minute. Bleibt es so, hält zuhause vielleicht etwas die Anfragen der Box auf.",
  },
  public_v4: ({ address }) => ({ sentence: `Dein Zuhause hat eine eigene Adresse im Internet: ${address}.` }),
  only_v6: ({ why }) => ({
    sentence: `Dein Zuhause ist nur über die neuen, langen Adressen (IPv6) erreichbar${because(why)}. Hat ein Handy in einem fremden WLAN keine solche, nimm mobile Daten.`,
  }),
  double_nat: ({ hop, router }) => ({
    sentence: `Dein Zuhause ist von außen nicht erreichbar: Dein Router hängt an einem zweiten Router${hop && ` (${hop})`}.`,
    advice: `Schalte in dem Router, der näher am Internet ist${hop && ` (http://${hop})`}, den „Bridge-Modus“ ein. Oder lass ihn alles an deinen eigenen Router weitergeben${router && `, der dort die Adresse ${router} hat`} („Exposed Host“ oder „DMZ“).`,
  }),
  cgnat: ({ why }) => ({
    sentence: `Dein Zuhause ist von außen nicht erreichbar${because(why)}.`,
    advice:
      "Bitte deinen Anbieter um eine eigene, öffentliche IPv4-Adresse oder um IPv6. Manche geben sie umsonst, manche für ein paar Euro im Monat.",
  }),
  no_internet: ({ why }) => OFFLINE[why] ?? NO_INTERNET,

  not_wanted: { sentence: "Es gibt nichts zu öffnen." },
  asking: { sentence: "Die Box fragt gerade den Router." },
  open: { sentence: "Der Router lässt den Tunnel herein." },
  not_allowed: (box) => ({
    sentence: "Die Box darf den Router nicht bitten, die Tür zu öffnen.",
    advice: `Erlaube es ihr, oder ${byHand(box)}`,
  }),
  no_answer: (box) => ({
    sentence: "Der Router antwortet nicht, wenn die Box ihn bittet: PCP, NAT-PMP und UPnP sind bei ihm ausgeschaltet.",
    advice: `Schalte eines davon ein, oder ${byHand(box)}`,
  }),
  garbled: ({ by, ...box }) => ({
    sentence: `Der Router antwortet über ${by} etwas, das keinen Sinn ergibt.`,
    advice: byHandAlone(box),
  }),
  refused: ({ by, reason, ...box }) => ({
    sentence: `Der Router weigert sich (${by}), die Tür zu öffnen: ${REFUSALS[reason as DoorReason] ?? REFUSALS.other}.`,
    advice: `Erlaube der Box dort, selbst Türen zu öffnen, oder ${byHand(box)}`,
  }),
  no_time: ({ by, ...box }) => ({
    sentence: `Der Router öffnet die Tür (${by}) und schließt sie sofort wieder.`,
    advice: byHandAlone(box),
  }),
  lied: ({ by, ...box }) => ({
    sentence: `Der Router sagt über ${by}, die Tür sei offen, aber sie ist es nicht.`,
    advice: byHandAlone(box),
  }),
  router_has_private_address: ({ behind, outside, ...box }) => {
    if (behind === "carrier") {
      return {
        sentence: "Der Router öffnet keine Tür, denn dein Anbieter teilt eine Adresse auf viele Haushalte auf.",
        advice: "Was man in den Router eintippt, ändert daran nichts.",
      };
    }
    const another = behind === "router" ? "an einem zweiten Router" : "an einem anderen Router, deinem eigenen oder dem des Anbieters";

    return {
      sentence: `Der Router öffnet keine Tür, denn er hängt selbst ${another}${outside && ` (seine Adresse dort ist ${outside})`}.`,
      advice: `In diesem Router und in dem davor: ${byHand(box)}`,
    };
  },

  waiting: { sentence: "Noch gibt es keine Adresse, unter der dein Zuhause erreichbar ist." },
  publishing: { sentence: "Der Anbieter erfährt gerade, wo dein Zuhause ist." },
  published: ({ v4, v6 }) => ({ sentence: `Der Name führt zu ${[v4, v6].filter(Boolean).join(" und ")}.` }),
  failing: ({ reason, name, who }) => {
    const say = FAILURES[reason as NameReason] ?? FAILURES.trouble;

    return say({ name, who });
  },
  secret_missing: {
    sentence: "Für diesen Namen hat die Box kein Token, denn in einer Sicherung steht nie eines.",
    advice: "Füge den Namen noch einmal hinzu, mit seinem Token oder Passwort.",
  },

  locked: {
    sentence: "Der Zugang von außen ist ausgeschaltet.",
    advice: "Halte den Knopf an der Box 10 Sekunden lang, um ihn einzuschalten.",
  },
  no_devices: {
    sentence: "Noch wurde kein Gerät hereingelassen.",
    advice: "Füge auf dieser Seite dein Handy hinzu und scanne den Code.",
  },
  no_link: {
    sentence: "Die Box ist nicht mit deinem Netzwerk verbunden.",
    advice: "Sieh nach, ob das Netzwerkkabel an beiden Enden steckt.",
  },
  no_address: {
    sentence: "Dein Router hat der Box keine Adresse gegeben.",
    advice: "Sieh nach, ob der Router an ist. Nimm dann die Box einmal vom Strom.",
  },
  router_silent: {
    sentence: "Dein Router antwortet nicht.",
    advice: "Nimm den Router vom Strom, warte zehn Sekunden und schalte ihn wieder ein.",
  },
  no_dns: {
    sentence:
      "Im Internet lassen sich keine Namen nachschlagen, also kann der Name deines Zuhauses seiner Adresse nicht folgen.",
    advice: "Starte den Router neu. Läuft zuhause ein Werbefilter, dann lass ihn für die Box Namen nachschlagen.",
  },
  clock_wrong: {
    sentence: "Die Uhr der Box geht falsch, und so traut sie keinem Server.",
    advice: "Nimm die Box einmal vom Strom, während das Internet geht. Sie fragt dann nach der Zeit.",
  },
  router_refuses: (box) => ({
    sentence: "Dein Router weigert sich, jemanden hereinzulassen.",
    advice: byHandAlone(box),
  }),
  router_cannot_be_asked: (box) => ({
    sentence: "Die Box kann deinen Router nicht bitten, jemanden hereinzulassen.",
    advice: byHandAlone(box),
  }),
  mapping_lost: (box) => ({
    sentence: "Dein Router sagt, er lasse jemanden herein, und weiß dann nichts mehr davon.",
    advice: byHandAlone(box),
  }),
  no_name: {
    sentence: "Deine Geräte wissen nicht, wo dein Zuhause ist: Es hat noch keinen Namen.",
    advice: "Wähle unter „Zugang von außen“ einen Namen für dein Zuhause.",
  },
  name_refused: ({ name, told }) => ({
    sentence: `Der Anbieter von ${name} weigert sich zu ändern, wohin der Name führt.`,
    advice: newCode(told) ?? "Gib das Token dieses Anbieters noch einmal ein, unter „Zugang von außen“.",
  }),
  name_unknown: ({ name, told }) => ({
    sentence: `Das Internet kennt ${name} nicht.`,
    advice:
      newCode(told) ??
      "Sieh beim Anbieter nach, ob der Name noch dir gehört, und gib ihn unter „Zugang von außen“ noch einmal ein.",
  }),
  name_elsewhere: ({ name, address, told }) => ({
    sentence: name
      ? `${name} führt zu ${address}, und das ist nicht die Adresse deines Zuhauses.`
      : `Deine Geräte rufen ${address} an, und das ist nicht die Adresse deines Zuhauses.`,
    advice:
      newCode(told) ??
      (name
        ? "Warte fünf Minuten und sieh noch einmal nach. Bleibt es so, sieh unter „Zugang von außen“ nach dem Anbieter des Namens."
        : "Wähle unter „Zugang von außen“ einen Namen für dein Zuhause: Ein Name folgt der Adresse."),
  }),
  name_unreachable: ({ name, address, told }) => ({
    sentence: `${name} führt auch zu ${address}, wo dein Zuhause nicht erreichbar ist, und Handys versuchen es dort zuerst.`,
    advice:
      newCode(told) ?? `Lösche ${address} beim Anbieter des Namens, oder lass allein die Box diesen Namen ändern.`,
  }),
  nothing_arrives: ({ port }) => ({
    sentence: "Von außen ist noch gar nichts angekommen: Der Weg ist zu, oder es hat noch niemand versucht.",
    advice: `Schalte am Handy das WLAN aus und den Tunnel ein, warte eine Minute und sieh noch einmal nach. Kommt nichts an, dann sieh im Router nach, ob UDP-Port ${port} zur Box führt.`,
  }),
  only_noise: {
    sentence: "Es kommt etwas an, aber kein Gerät hat so angerufen, dass die Box es versteht.",
    advice: "Sieh in der WireGuard-App nach, ob der Tunnel eingeschaltet ist. Wenn ja, scanne einen neuen Code.",
  },
  unknown_key: {
    sentence:
      "Ein Gerät ruft mit einem Schlüssel an, den die Box nicht kennt: Es wurde entfernt oder hat einen alten Code.",
    advice: "Füge dieses Gerät auf dieser Seite neu hinzu und lösche auf ihm den alten Tunnel.",
  },
  no_packets: {
    sentence: "Ein Gerät ruft an und bekommt Antwort, aber dann kommt nichts durch den Tunnel.",
    advice:
      "Schalte den Tunnel am Handy aus und wieder ein, und öffne Home Assistant unter der Adresse, die diese Seite nennt.",
  },
  home_assistant_not_found: {
    sentence: "Home Assistant war in deinem Netzwerk nicht zu finden.",
    advice: "Sieh nach, ob es läuft, oder gib seine Adresse in den Einstellungen ein.",
  },
  home_assistant_silent: ({ address }) => ({
    sentence: `Home Assistant antwortet nicht unter ${address}.`,
    advice:
      "Öffne es zuhause an einem Computer. Wenn das geht, gib die Adresse, die du dort siehst, in den Einstellungen ein.",
  }),
  home_assistant_bans: ({ address }) => ({
    sentence: `Home Assistant unter ${address} weist die Box ab, vermutlich nach falschen Passwörtern.`,
    advice: "Lösche die Adresse der Box aus der Datei ip_bans.yaml von Home Assistant und starte Home Assistant neu.",
  }),

  home_assistant_forwarded: (way) => ({
    sentence: `Dein Router lässt jeden aus dem Internet zu Home Assistant durch: ${wayThrough(way)}.`,
    advice: closeWay(way),
  }),
  web_forwarded: ({ address, ...way }) => ({
    sentence: `Dein Router lässt jeden aus dem Internet zu ${address} durch: ${wayThrough(way)}.`,
    advice: closeWay(way),
  }),
  login_not_needed: {
    sentence:
      "Home Assistant lässt aus deinem Netzwerk jeden ohne Passwort hinein, also auch jedes Gerät, das von außen hereinkommt, auch das von Gästen.",
    advice:
      "Lösche „trusted_networks“ unter „auth_providers“ in der Datei configuration.yaml von Home Assistant, oder nimm dort die Adresse der Box aus.",
  },
  port_open: ({ port }) => ({
    sentence: `Jeder im Internet erreicht TCP-Port ${port} deines Zuhauses, vielleicht ${BEHIND[port] ?? "eine Webseite"}.`,
    advice: `Sieh in den Einstellungen des Routers nach, wer TCP-Port ${port} geöffnet hat, und schließe ihn, wenn ihn niemand braucht.`,
  }),
  cannot_tell: ({ why }) => ({
    sentence:
      why === "answered_for_home"
        ? "Etwas zwischen dem Handy und deinem Zuhause antwortet an seiner Stelle, wie es manche Mobilfunknetze tun; versuche es mit einem Handy in einem anderen Netz."
        : "Das Handy wurde nicht fertig; versuche es noch einmal.",
  }),
};

type Box = { address: string; port: string };
type Way = { protocol: string; outside_port: string; inside_port: string; called: string };

/** What to type into the router, as the second half of a sentence. */
function byHand({ address, port }: Box): string {
  return `gib in den Einstellungen des Routers UDP-Port ${port} für die Box${address && ` (${address})`} frei.`;
}

function byHandAlone(box: Box): string {
  const text = byHand(box);

  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wayThrough({ protocol, outside_port, inside_port, called }: Way): string {
  return `${protocol}-Port ${outside_port} führt dort zu Port ${inside_port}${called && ` („${called}“)`}`;
}

function closeWay({ protocol, outside_port }: Way): string {
  return `Lösche die Freigabe von ${protocol}-Port ${outside_port} in den Einstellungen des Routers, außer du weißt, wofür sie gebraucht wird.`;
}

/** What helps a device that was told something that is not right any more. */
function newCode(told: string): string | undefined {
  return told === "before" ? "Mach auf dieser Seite für jedes Gerät mit einem alten Code einen neuen." : undefined;
}

function because(why: string): string {
  const reason = NO_V4[why];

  return reason ? `: ${reason}` : "";
}

const NO_V4: Record<string, string> = {
  none: "Dein Netzwerk hat keine Adressen der alten, kurzen Art (IPv4)",
  silence: "Über die alten, kurzen (IPv4) antwortet nichts",
  double_nat: "Dein Router hängt an einem zweiten Router",
  shared: "Dein Anbieter teilt eine Adresse auf viele Haushalte auf",
  hidden: "Dein Netzwerk versteckt seine Geräte hinter einer anderen Adresse (IPv6)",
};

const LOOK_AT_CABLE = "Sieh nach, ob das Netzwerkkabel an beiden Enden steckt.";
const NO_INTERNET: FindingWords = {
  sentence: "Es gibt kein Internet: Außerhalb deines Zuhauses antwortet nichts.",
  advice: "Sieh nach, ob andere Geräte zuhause Internet haben. Wenn nicht, starte den Router neu oder frage deinen Anbieter.",
};
const OFFLINE: Record<string, FindingWords> = {
  no_link: { sentence: "Die Box ist nicht mit deinem Netzwerk verbunden.", advice: LOOK_AT_CABLE },
  no_address: {
    sentence: "Dein Router hat der Box keine Adresse gegeben.",
    advice: "Sieh nach, ob der Router an ist. Nimm dann die Box einmal vom Strom.",
  },
  no_router: { ...NO_INTERNET, sentence: "Dein Netzwerk sagt der Box nicht, wo es ins Internet geht." },
  silence: NO_INTERNET,
};

const REFUSALS: Record<DoorReason, string> = {
  not_authorized: "Dieses Gerät darf das nicht",
  port_taken: "Ein anderes Gerät hat diese Tür schon",
  no_resources: "Er hat keine Türen mehr frei",
  no_connection: "Er hat keine öffentliche Adresse, an der er das könnte",
  wrong_address: "Er meint, ein anderes Gerät frage",
  no_pinholes: "Seine Firewall für IPv6 lässt keine Ausnahmen zu",
  other: "Warum, sagt er nicht",
};

type Named = { name: string; who: string };
const AGAIN = "Die Box versucht es von selbst wieder.";
const FAILURES: Record<NameReason, (named: Named) => FindingWords> = {
  unreached: ({ who }) => ({ sentence: `${who} ist von hier aus nicht zu erreichen.`, advice: AGAIN }),
  trouble: ({ who }) => ({
    sentence: `${who} hat gerade selbst Schwierigkeiten; das geht meist vorbei.`,
    advice: AGAIN,
  }),
  nonsense: ({ who }) => ({ sentence: `${who} antwortet etwas, das keinen Sinn ergibt.`, advice: AGAIN }),
  lied: ({ who }) => ({
    sentence: `${who} sagt, die neue Adresse stehe da, nennt aber noch eine andere.`,
    advice: AGAIN,
  }),
  too_often: ({ who }) => ({ sentence: `${who} möchte eine Weile in Ruhe gelassen werden.`, advice: AGAIN }),
  wrong_secret: ({ who }) => ({
    sentence: `${who} nimmt das Token oder Passwort nicht an.`,
    advice: "Mach dort ein neues, und füge den Namen mit ihm noch einmal hinzu.",
  }),
  not_yours: ({ name, who }) => ({
    sentence: `Bei ${who} gehört ${name} nicht zu diesem Token oder Benutzer.`,
    advice: "Sieh dort nach, wie der Name genau heißt und wem er gehört.",
  }),
  missing_rights: ({ name, who }) => ({
    sentence: `Mit diesem Token zeigt ${who} keine Zone, zu der ${name} gehört.`,
    advice: "Es braucht die Rechte „Zone Read“ und „DNS Edit“.",
  }),
  no_address_taken: ({ name, who }) => ({ sentence: `${who} nimmt für ${name} keine Adresse an.` }),
  only_by_hand: ({ name, who }) => ({
    sentence: `${name} führt noch zu einer Adresse, unter der dein Zuhause nicht erreichbar ist.`,
    advice: `Bei ${who} lässt sie sich nur von Hand löschen; tu das dort.`,
  }),
  proxied: ({ name, who }) => ({
    sentence: `${name} führt über einen Rechner von ${who}, der den Tunnel nicht durchlässt.`,
    advice: "Schalte dort die orange Wolke neben dem Namen aus („Nur DNS“).",
  }),
  alias: ({ name, who }) => ({
    sentence: `${name} steht bei ${who} für einen anderen Namen (CNAME) und kann keine Adresse haben.`,
    advice: "Lösche das dort, oder nimm einen anderen Namen.",
  }),
  unpaid: ({ who }) => ({ sentence: `${who} möchte für das, was die Box verlangt, bezahlt werden.` }),
  blocked: ({ name, who }) => ({ sentence: `${who} hat ${name} gesperrt.`, advice: "Frage dort, warum." }),
  not_this_device: ({ who }) => ({ sentence: `${who} spricht nicht mit Geräten wie diesem.` }),
  broken: () => ({ sentence: "Auf der Box selbst stimmt etwas nicht.", advice: AGAIN }),
};

/** What is often behind a port. */
const BEHIND: Record<string, string> = {
  81: "die Einstellungen von Nginx Proxy Manager",
  1880: "Node-RED",
  1883: "einen MQTT-Server",
  3000: "Grafana oder AdGuard Home",
  3389: "den Fernzugriff von Windows",
  5000: "einen Netzwerkspeicher oder Frigate",
  5001: "einen Netzwerkspeicher",
  8006: "Proxmox",
  8080: "eine Webseite oder eine Kamera",
  8123: "Home Assistant",
  8443: "die Einstellungen des Routers oder eine Webseite",
  8883: "einen MQTT-Server",
  9443: "Portainer",
  32400: "Plex",
};
