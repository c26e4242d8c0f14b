import type { State } from "../../api/types";
import { counted } from "../../format";
import type { BoxWords } from "../words";
import { lines } from "./activity";

/** What the box says, in German. */
export const boxWords: BoxWords = {
  lines,
  findings: {
    not_known_yet: {
      sentence:
        "Ob dein Zuhause von außen erreichbar ist, weiß die Box noch nicht. Warte eine Minute. Bleibt es so, hält zuhause vielleicht etwas die Anfragen der Box auf.",
    },
    public_v4: { sentence: "Dein Zuhause hat eine eigene Adresse im Internet." },
    only_v6: {
      sentence:
        "Dein Zuhause ist nur über die neuen, langen Adressen (IPv6) erreichbar. Hat ein Handy in einem fremden WLAN keine solche, nimm mobile Daten.",
    },
    double_nat: {
      sentence: "Dein Zuhause ist von außen nicht erreichbar: Dein Router hängt an einem zweiten Router.",
      advice:
        "Schalte in dem Router, der näher am Internet ist, den „Bridge-Modus“ ein. Oder lass ihn alles an deinen eigenen Router weitergeben („Exposed Host“ oder „DMZ“).",
    },
    cgnat: {
      sentence: "Dein Zuhause ist von außen nicht erreichbar: Es hat keine eigene Adresse im Internet.",
      advice:
        "Bitte deinen Anbieter um eine eigene, öffentliche IPv4-Adresse oder um IPv6. Manche geben sie umsonst, manche für ein paar Euro im Monat.",
    },
    no_internet: {
      sentence: "Die Box erreicht das Internet nicht.",
      advice:
        "Sieh nach, ob das Netzwerkkabel an beiden Enden steckt und ob andere Geräte zuhause Internet haben. Wenn nicht, starte den Router neu oder frage deinen Anbieter.",
    },

    not_wanted: { sentence: "Es gibt nichts zu öffnen." },
    asking: { sentence: "Die Box fragt gerade den Router." },
    open: { sentence: "Der Router lässt den Tunnel herein." },
    not_allowed: { sentence: "Die Box darf den Router nicht bitten, die Tür zu öffnen." },
    no_answer: {
      sentence: "Der Router antwortet nicht, wenn die Box ihn bittet: PCP, NAT-PMP und UPnP sind bei ihm ausgeschaltet.",
    },
    garbled: { sentence: "Der Router antwortet etwas, das keinen Sinn ergibt." },
    refused: { sentence: "Der Router weigert sich, die Tür zu öffnen.", isPart: true },
    no_time: { sentence: "Der Router öffnet die Tür und schließt sie sofort wieder." },
    lied: { sentence: "Der Router sagt, die Tür sei offen, aber sie ist es nicht." },
    router_has_private_address: {
      sentence: "Der Router hängt selbst an einem anderen Router, deinem eigenen oder dem des Anbieters.",
    },

    waiting: { sentence: "Die Box kennt ihre Adresse im Internet noch nicht." },
    publishing: { sentence: "Der Anbieter erfährt gerade, wo dein Zuhause ist." },
    published: { sentence: "Der Name führt nach Hause." },
    failing: {
      sentence: "Der Name folgt deinem Zuhause gerade nicht.",
      advice: "Die Box versucht es von selbst wieder.",
      isPart: true,
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
    router_refuses: (state) => ({ sentence: "Dein Router weigert sich, jemanden hereinzulassen.", advice: byHand(state) }),
    router_cannot_be_asked: (state) => ({
      sentence: "Die Box kann deinen Router nicht bitten, jemanden hereinzulassen.",
      advice: byHand(state),
    }),
    mapping_lost: (state) => ({
      sentence: "Dein Router sagt, er lasse jemanden herein, und weiß dann nichts mehr davon.",
      advice: byHand(state),
    }),
    no_name: {
      sentence: "Deine Geräte wissen nicht, wo dein Zuhause ist: Es hat noch keinen Namen.",
      advice: "Wähle unter „Zugang von außen“ einen Namen für dein Zuhause.",
    },
    name_refused: {
      sentence: "Der Anbieter weigert sich zu ändern, wohin der Name deines Zuhauses führt.",
      advice: "Gib das Token dieses Anbieters noch einmal ein, unter „Zugang von außen“.",
    },
    name_unknown: {
      sentence: "Das Internet kennt den Namen deines Zuhauses nicht.",
      advice: "Sieh beim Anbieter nach, ob der Name noch dir gehört, und gib ihn unter „Zugang von außen“ noch einmal ein.",
    },
    name_elsewhere: {
      sentence: "Deine Geräte suchen dein Zuhause an einer Adresse, die nicht seine ist.",
      advice:
        "Führt ein Name dorthin, dann warte fünf Minuten und sieh noch einmal nach. Hast du eine Adresse eingetippt, dann wähle stattdessen einen Namen: Er folgt der Adresse.",
    },
    name_unreachable: {
      sentence:
        "Der Name führt auch zu einer Adresse, unter der dein Zuhause nicht erreichbar ist, und Handys versuchen es dort zuerst.",
      advice: "Lösche diese Adresse beim Anbieter des Namens, oder lass allein die Box diesen Namen ändern.",
      isPart: true,
    },
    nothing_arrives: (state) => ({
      sentence: "Von außen ist noch gar nichts angekommen: Der Weg ist zu, oder es hat noch niemand versucht.",
      advice: `Schalte am Handy das WLAN aus und den Tunnel ein, warte eine Minute und sieh noch einmal nach. Kommt nichts an, dann sieh im Router nach, ob ${port(state)} zur Box führt.`,
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
    home_assistant_silent: (state) => ({
      sentence: `Home Assistant antwortet nicht${at(state)}.`,
      advice:
        "Öffne es zuhause an einem Computer. Wenn das geht, gib die Adresse, die du dort siehst, in den Einstellungen ein.",
    }),
    home_assistant_bans: (state) => ({
      sentence: `Home Assistant${at(state)} weist die Box ab, vermutlich nach falschen Passwörtern.`,
      advice: "Lösche die Adresse der Box aus der Datei ip_bans.yaml von Home Assistant und starte Home Assistant neu.",
    }),

    home_assistant_forwarded: {
      sentence: "Dein Router lässt jeden aus dem Internet zu Home Assistant durch.",
      advice: "Lösche diese Freigabe in den Einstellungen des Routers, außer du weißt, wofür sie gebraucht wird.",
      isPart: true,
    },
    web_forwarded: {
      sentence: "Dein Router lässt jeden aus dem Internet zu einem Gerät bei dir zuhause durch.",
      advice: "Lösche diese Freigabe in den Einstellungen des Routers, außer du weißt, wofür sie gebraucht wird.",
      isPart: true,
    },
    login_not_needed: {
      sentence:
        "Home Assistant lässt aus deinem Netzwerk jeden ohne Passwort hinein, also auch jedes Gerät, das von außen hereinkommt, auch das von Gästen.",
      advice:
        "Lösche „trusted_networks“ unter „auth_providers“ in der Datei configuration.yaml von Home Assistant, oder nimm dort die Adresse der Box aus.",
    },
    port_open: {
      sentence: "Aus dem Internet antwortet bei dir zuhause noch etwas anderes als der Tunnel.",
      advice: "Sieh in den Einstellungen des Routers nach, wer diesen Port geöffnet hat, und schließe ihn, wenn ihn niemand braucht.",
      isPart: true,
    },
    cannot_tell: {
      sentence:
        "Das lässt sich so nicht sagen: Das Handy wurde nicht fertig, oder etwas unterwegs antwortet anstelle deines Zuhauses. Versuche es noch einmal, oder in einem anderen Mobilfunknetz.",
    },
  },

  steps: {
    access: {
      title: "Zugang von außen",
      ok: (state) => `Der Zugang von außen ist eingeschaltet${state ? `, für ${devices(state.peers.length)}` : ""}.`,
      problem: "Niemand darf herein.",
      unknown: "Ob jemand herein darf, ist nicht bekannt.",
    },
    link: {
      title: "Kabel",
      ok: "Die Box ist mit deinem Netzwerk verbunden.",
      problem: "Die Box ist nicht mit deinem Netzwerk verbunden.",
      unknown: "Ob die Box mit deinem Netzwerk verbunden ist, ist nicht bekannt.",
    },
    address: {
      title: "Adresse zuhause",
      ok: (state) => `Die Box hat ${own(state) ? `die Adresse ${own(state)}` : "eine Adresse"}.`,
      problem: "Dein Router hat der Box keine Adresse gegeben.",
      unknown: "Ob die Box eine Adresse hat, ist nicht bekannt.",
    },
    router: {
      title: "Router",
      ok: "Dein Router antwortet.",
      problem: "Dein Router antwortet nicht.",
      unknown: "Dein Router wurde nicht gefragt.",
    },
    verdict: {
      title: "Adresse im Internet",
      ok: "Dein Zuhause ist aus dem Internet zu erreichen.",
      problem: "Dein Zuhause ist aus dem Internet nicht zu erreichen.",
      unknown: "Ob dein Zuhause aus dem Internet zu erreichen ist, ist nicht sicher.",
    },
    dns: {
      title: "Namen",
      ok: "Namen im Internet lassen sich nachschlagen.",
      problem: "Namen im Internet lassen sich nicht nachschlagen.",
      unknown: "Es wurde kein Name nachgeschlagen.",
    },
    clock: {
      title: "Uhr",
      ok: "Die Uhr geht richtig.",
      problem: "Die Uhr geht falsch.",
      unknown: "Noch hat niemand der Box die Zeit gesagt.",
    },
    mapping: {
      title: "Weg durch den Router",
      ok: "Der Weg durch den Router ist frei.",
      problem: "Der Router lässt niemanden herein.",
      unknown: "Ob der Router jemanden hereinlässt, ist noch nicht bekannt.",
    },
    name: {
      title: "Name deines Zuhauses",
      ok: "Deine Geräte finden dein Zuhause.",
      problem: "Deine Geräte finden dein Zuhause nicht.",
      unknown: "Der Name wurde nicht nachgeschlagen.",
    },
    arrivals: {
      title: "Anrufe von außen",
      ok: "Von außen kommt etwas an.",
      problem: "Von außen ist noch nichts angekommen.",
      unknown: "Ob von außen etwas ankommt, ist nicht bekannt.",
    },
    keys: {
      title: "Schlüssel",
      ok: "Ein Gerät hat angerufen, das die Box kennt.",
      problem: "Noch hat kein Gerät angerufen, das die Box kennt.",
      unknown: "Ob ein Gerät angerufen hat, das die Box kennt, ist nicht bekannt.",
    },
    packets: {
      title: "Tunnel",
      ok: "Durch den Tunnel kommt etwas an.",
      problem: "Durch den Tunnel kommt nichts an.",
      unknown: "Ob durch den Tunnel etwas ankommt, ist nicht bekannt.",
    },
    home_assistant: {
      title: "Home Assistant",
      ok: (state) => `Home Assistant antwortet${at(state)}.`,
      problem: "Home Assistant antwortet der Box nicht, wie es soll.",
      unknown: "Home Assistant wurde nicht gefragt.",
    },
  },
  skipped: "Nicht angesehen: Erst muss behoben werden, was darüber steht.",

  problems: {
    no_such_peer: "Dieses Gerät steht nicht mehr auf der Liste",
    no_such_name: "Dieser Name steht nicht mehr auf der Liste",
    name_taken: "So heißt schon ein Gerät; wähle einen anderen Namen",
    key_taken: "Dieser Schlüssel gehört zu einem anderen Gerät; mach einen neuen",
    full: "Die Box ist voll: 253 Geräte stehen auf der Liste; entferne erst eines",
    not_empty:
      "Diese Box hat schon Geräte, und die Sicherung würde sie aussperren; sage, dass alles ersetzt werden soll",
    not_a_backup: "Diese Datei ist keine Sicherung von Latchkey",
    newer_backup: "Diese Sicherung stammt von einem neueren Latchkey; aktualisiere erst diese Box",
    wrong_passphrase: "Dieses Passwort öffnet die Sicherung nicht; sieh nach, ob du dich vertippt hast",
    damaged_backup:
      "Diese Sicherung ist beschädigt: Sie wurde abgeschnitten oder verändert; nimm eine andere Kopie davon",
    starting_again: "Die Box startet gerade neu, mit dem, was zurückgespielt wurde; versuche es gleich noch einmal",
    invalid: "Das nimmt die Box so nicht an",
    not_in_force: "Das ist gespeichert, gilt aber noch nicht; die Box versucht es weiter",
    storage_full: "Der Speicher der Box ist voll, also wurde nichts geändert; schaffe Platz und versuche es noch einmal",
    failed: "Das konnte die Box nicht, und nichts wurde geändert; warum, steht in ihrem Protokoll",
    hold_the_button: "Halte den Knopf an der Box 3 Sekunden lang, um ja zu sagen",
    button_is_elsewhere: "Der Knopf ist für Browser zuhause; hier entscheidet der Schlüssel des Geräts",
    not_an_owner:
      "Das darf nur ein Gerät, das die Box verwaltet; oder öffne die Seite zuhause und halte den Knopf an der Box",
    not_on_the_list: "Dieses Gerät steht nicht auf der Liste der Box",
    no_way_in: "Niemand weiß, wie diese Anfrage hereinkam",
    wrong_host: "Das ist keine Adresse der Box; öffne http://latchkey.local oder die Adresse, die ihre Seite nennt",
    wrong_origin: "Das kam von einer anderen Webseite und wurde abgewiesen; nimm die Seite der Box",
    wrong_method: "Diese Seite passt nicht zur Box; lade sie neu",
    nothing_here: "Hier ist nichts; lade die Seite neu",
    too_many_pages: "Zu viele Seiten sind offen; schließe eine und versuche es noch einmal",
    too_large: "Diese Anfrage ist zu groß",
    too_slow: "Diese Anfrage hat zu lange gebraucht; versuche es noch einmal",
    not_json: "Diese Seite passt nicht zur Box; lade sie neu",
    malformed_json: "Diese Seite passt nicht zur Box; lade sie neu",
  },

  faults: {
    "The page cannot be shown at home": "Die Seite lässt sich zuhause nicht zeigen",
    "The box cannot read what it knows": "Die Box kann nicht lesen, was sie weiß",
    "The tunnel cannot be set up": "Der Tunnel lässt sich nicht einrichten",
    "The firewall does not take its rules": "Die Firewall nimmt ihre Regeln nicht an",
    "This machine refuses to pass packets on": "Dieser Rechner weigert sich, etwas weiterzugeben",
    "The button is stuck; look whether something presses on it":
      "Der Knopf klemmt; sieh nach, ob etwas darauf drückt",
    "The box is in no network; look whether its cable is plugged in":
      "Die Box ist in keinem Netzwerk; sieh nach, ob ihr Kabel steckt",
  },

  sentences: {
    "A name needs at least one letter": "Ein Name braucht mindestens einen Buchstaben",
    "A name has at most 32 characters": "Ein Name hat höchstens 32 Zeichen",
    "A name needs at least one letter or digit": "Ein Name braucht mindestens einen Buchstaben oder eine Ziffer",
    "cannot be part of a name; letters, digits, spaces and ' . - _ & + ( ) can":
      "Ein Name besteht aus Buchstaben, Ziffern, Leerzeichen und ' . - _ & + ( )",
    "Guest access lasts at most 168 hours, a week": "Gäste dürfen höchstens 168 Stunden herein, eine Woche",
    "Write a name such as home.example.org or an address such as 203.0.113.7, without a port":
      "Schreibe einen Namen wie home.example.org oder eine Adresse wie 203.0.113.7, ohne Port",
    "Write the address of Home Assistant at home, such as 192.168.1.20 or 192.168.1.20:8123":
      "Schreibe die Adresse, die Home Assistant zuhause hat, etwa 192.168.1.20 oder 192.168.1.20:8123",
    "Write the name that is to follow this home, not an address":
      "Schreibe den Namen, der deinem Zuhause folgen soll, keine Adresse",
    "Write the whole name, such as home.example.org": "Schreibe den ganzen Namen, etwa home.example.org",
    "A name at DuckDNS looks like myhome.duckdns.org": "Ein Name bei DuckDNS sieht so aus: myhome.duckdns.org",
    "The token or password is missing": "Das Token oder Passwort fehlt",
    "This is no token or password: it is too long or has odd characters":
      "Das ist kein Token oder Passwort: Es ist zu lang oder hat seltsame Zeichen",
    "A token has no spaces and no special letters; copy it once more":
      "Ein Token hat keine Leerzeichen und keine Umlaute; kopiere es noch einmal",
    "This is Cloudflare's global key, which opens the whole account; make an API token that may edit the DNS of this zone only":
      "Das ist der globale Schlüssel von Cloudflare, der das ganze Konto öffnet; mach ein API-Token, das nur das DNS dieser einen Zone ändern darf",
    "Write the server as https://members.example.net, without a user, a password or a question mark":
      "Schreibe den Server so: https://members.example.net, ohne Benutzer, Passwort oder Fragezeichen",
    "A user name is needed, without a colon": "Es braucht einen Benutzernamen, ohne Doppelpunkt",
    "There are sixteen names already; remove one first": "Es gibt schon sechzehn Namen; entferne erst einen",
    "A passphrase needs at least 12 characters": "Das Passwort braucht mindestens 12 Zeichen",
    "A passphrase has at most 256 characters": "Das Passwort hat höchstens 256 Zeichen",
    "A passphrase has no control characters": "Das Passwort darf keine Steuerzeichen enthalten",
    "The box has no address at home yet; look whether its network cable is plugged in":
      "Die Box hat zuhause noch keine Adresse; sieh nach, ob ihr Netzwerkkabel steckt",
    "The box does not know its address on the internet yet, so this works at home only; set the address, then make a new code":
      "Die Box kennt ihre Adresse im Internet noch nicht, also geht das nur zuhause; gib die Adresse ein und mach dann einen neuen Code",
  },
};

function devices(count: number): string {
  return counted(count, "de", { one: "ein Gerät", other: `${count} Geräte` });
}

/** The box's own address at home. */
function own(state: State | undefined): string {
  return state?.way_in.by_hand.address ?? "";
}

function port(state: State | undefined): string {
  return state ? `UDP-Port ${state.way_in.by_hand.port}` : "der UDP-Port";
}

/** Where Home Assistant is. */
function at(state: State | undefined): string {
  const address = state?.status.home_assistant?.address;

  return address ? ` unter ${address}` : "";
}

/** What to type into the router. */
function byHand(state: State | undefined): string {
  if (!state) return "Öffne die Tür von Hand, in den Einstellungen des Routers.";
  const { public_v4, by_hand } = state.way_in;
  // As the box does: over IPv4 if home can be reached over it, since phones try that first.
  const address = public_v4 == null && by_hand.address_v6 ? by_hand.address_v6 : by_hand.address;
  const box = address ? `die Box (${address})` : "die Box";

  return `Gib in den Einstellungen des Routers ${port(state)} für ${box} frei.`;
}
