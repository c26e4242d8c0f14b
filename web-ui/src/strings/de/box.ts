import type { BoxWords } from "../words";
import { lines } from "./activity";
import { findings } from "./findings";
import { steps } from "./steps";

/** What the box says, in German. */
export const boxWords: BoxWords = {
  lines,
  findings,
  steps,
  skipped: "Nicht angesehen: Erst muss behoben werden, was darüber steht.",

  problems: {
    no_such_peer: "Dieses Gerät steht nicht mehr auf der Liste",
    no_such_name: "Dieser Name steht nicht mehr auf der Liste",
    no_number: "Diese Seite passt nicht zur Box; lade sie neu",
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
    port_in_use:
      "Ein anderes Programm auf diesem Gerät hat den UDP-Port der Sicherung; beende es und versuche es noch einmal",
    starting_again: "Die Box startet gerade neu, mit dem, was zurückgespielt wurde; versuche es gleich noch einmal",
    invalid: "Das nimmt die Box so nicht an",
    not_in_force: "Das ist gespeichert, gilt aber noch nicht; die Box versucht es weiter",
    storage_full: "Der Speicher der Box ist voll, also wurde nichts geändert; schaffe Platz und versuche es noch einmal",
    failed: "Das konnte die Box nicht, und nichts wurde geändert; warum, steht in ihrem Protokoll",
    hold_the_button: "Halte den Knopf an der Box 3 Sekunden lang, um ja zu sagen",
    button_is_elsewhere: "Der Knopf ist für Browser zuhause; hier entscheidet der Schlüssel des Geräts",
    reset_at_home: "Das geht nur zuhause, wo der Knopf ist: Öffne die Seite dort und halte erst den Knopf",
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
    certificates:
      "Dieser Rechner glaubt keinem Zertifikat, also kann kein Name deiner Adresse folgen; installiere ca-certificates",
    page: "Die Seite lässt sich zuhause nicht zeigen",
    registry: "Die Box kann nicht lesen, was sie weiß",
    tunnel: "Der Tunnel lässt sich nicht einrichten",
    firewall: "Die Firewall nimmt ihre Regeln nicht an",
    forwarding: "Dieser Rechner weigert sich, etwas weiterzugeben",
    panel: "Die Lampen und der Knopf der Box gehen nicht",
    button: "Der Knopf klemmt; sieh nach, ob etwas darauf drückt",
    home: "Die Box ist in keinem Netzwerk; sieh nach, ob ihr Kabel steckt",
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
