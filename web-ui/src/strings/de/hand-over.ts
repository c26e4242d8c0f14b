import type { Strings } from "../../strings";

/** What is said while a key is on its way. */
export const handOver: Strings["handOver"] = {
  title: (name) => `Ein Schlüssel für ${name}`,
  which: "Welches Gerät bekommt ihn?",
  another: "Ein anderes Handy oder Tablet",
  anotherHint: "Es scannt einen Code von diesem Bildschirm.",
  thisOne: {
    ios: "Dieses iPhone oder iPad",
    android: "Dieses Android-Handy",
    computer: "Dieser Computer",
  },
  thisOneHint: "Das, was du in der Hand hast: Es bekommt eine Datei.",
  thisOneHintComputer: "Der, vor dem du sitzt: Er bekommt eine Datei.",
  change: "Ein anderes Gerät",
  app: "Die App heißt WireGuard. Sie hält den Tunnel bereit: den Weg nach Hause, den nur dieses Gerät gehen kann.",
  scan: "Scanne diesen Code",
  scanSteps: [
    "Hole auf dem anderen Gerät die App „WireGuard“ aus dem App-Store und öffne sie.",
    "Tippe auf + und „Von QR-Code scannen“ oder „Aus QR-Code erstellen“, und richte die Kamera hierher.",
  ],
  tunnelName: (tunnel) => `Wenn sie nach einem Namen fragt, tippe ${tunnel} ein.`,
  qr: (name) => `QR-Code mit dem Schlüssel für ${name}`,
  system: "Was ist es?",
  systems: { ios: "iPhone oder iPad", android: "Android", computer: "Computer" },
  get: {
    ios: "Hole die App „WireGuard“ aus dem App Store.",
    android: "Hole die App „WireGuard“ bei Google Play.",
    computer: "Hole WireGuard von www.wireguard.com/install.",
  },
  save: (file) => `Sichere die Datei ${file}:`,
  steps: {
    ios: (file) => [
      `Tippe in Safari auf den kleinen Pfeil in der Adresszeile, auf „Downloads“, dann auf ${file}.`,
      "Tippe auf das Teilen-Zeichen (das Quadrat mit dem Pfeil) und wähle WireGuard. Erlaube der App, ein VPN hinzuzufügen.",
    ],
    android: (file) => [
      "Öffne die WireGuard-App selbst; auf die Datei zu tippen, bewirkt nichts.",
      `Tippe dort auf + und „Aus Datei oder Archiv importieren“, und wähle ${file} unter den Downloads. Heißt sie anders, etwa ${file}.txt, dann benenne sie erst um.`,
    ],
    computer: (file) => [`Öffne WireGuard, wähle „Tunnel aus Datei importieren“ und dann ${file}.`],
  },
  appears: (tunnel) => `In der App heißt der Tunnel ${tunnel}.`,
  deleteFile: "Lösche danach die Datei: Wer sie hat, hat den Schlüssel.",
  download: (file) => `${file} sichern`,
  byItself: "Oder: Der Tunnel schaltet sich unterwegs von selbst ein",
  byItselfHow:
    "Mit einem Profil statt der Datei schaltet das iPhone den Tunnel ein, wenn es dein WLAN verlässt, und aus, wenn es zurück ist. Nimm eins von beiden, nicht beide.",
  wiFi: "Name deines WLANs zuhause",
  wiFiHint: "Genau so, wie das Handy ihn zeigt. Sind es mehrere, dann einen pro Zeile. Das bleibt in dieser Seite.",
  noWiFi: "Gib erst den Namen deines WLANs ein.",
  profileSteps: (file) => [
    `Sichere ${file} und erlaube es. Passiert sonst nichts, tippe unter den Downloads darauf.`,
    "Öffne die Einstellungen des Handys, tippe auf „Profil geladen“, dann auf „Installieren“. Dort steht „Nicht überprüft“, denn es kommt von deiner eigenen Box und nicht von einer Firma.",
    "Öffne einmal die WireGuard-App, damit sie den Tunnel übernimmt.",
  ],
  once: "Der Schlüssel ist nur jetzt zu sehen, höchstens zehn Minuten lang, und wird nirgends aufgehoben: nicht auf der Box, nicht in diesem Browser.",
  waiting: (name) => `Warten, bis ${name} hereinkommt …`,
  home: "Zuhause musst du nicht warten: Viele Router führen niemanden wieder herein. Es zeigt sich, sobald das Gerät draußen ist.",
  arrived: (name) => `${name} ist da.`,
  arrivedToWait: (name) => `${name} hat den Schlüssel. Er schließt auf, solange Gäste hereindürfen.`,
  unwatched: (name) =>
    `Die Seite hat sich geschlossen und sieht nicht mehr, ob ${name} hereinkommt. Der Schlüssel gilt; nimm ihn jetzt und tippe dann auf „Fertig“.`,
  expired: "Der Schlüssel war zehn Minuten lang hier, also ist er jetzt weg",
  expiredHow: (name) =>
    `Wenn ${name} ihn schon hat, ist alles gut: Tippe auf „Fertig“. Wenn nicht, mach einen neuen; der vorige gilt dann nicht mehr.`,
  renew: "Einen neuen machen",
  done: "Fertig",
};

/** What is said about the Home Assistant app. */
export const homeAssistant: Strings["homeAssistant"] = {
  title: "App von Home Assistant",
  found: (address) => `Gefunden unter ${address}`,
  typed: (address) => `Festgelegt auf ${address}`,
  missing: "Noch nicht gefunden. Läuft es? Du kannst seine Adresse in den Einstellungen eingeben.",
  link: "App einrichten",
  intro: "Die App braucht eine Adresse, die durch den Tunnel führt. Sie ist für alle dieselbe und bleibt so.",
  url: "Die Adresse für die App, solange der Tunnel an ist",
  copy: "Tippe darauf, um sie zu markieren, und kopiere sie dann.",
  android: "Auf einem Android-Handy",
  androidSteps: [
    "Öffne die App von Home Assistant und wähle „Adresse manuell eingeben“, oder, wenn sie dein Zuhause schon kennt, „Einstellungen“, „Companion-App“ und deinen Server. Setze die Adresse von oben ein.",
    "Fragt sie, wie sicher die Verbindung sein muss, dann wähle die sicherste.",
    "Kreuze an derselben Stelle, unter „Heimnetzwerk“, an, dass auch ein verbundenes VPN dazugehört. Für das Handy ist der Tunnel ein VPN; jedes andere zählt aber auch.",
  ],
  androidAtHome: (address) =>
    `Zuhause, ohne den Tunnel, antwortet diese Adresse nicht. Füge dort http://${address} als zweiten Server hinzu.`,
  ios: "Auf einem iPhone oder iPad",
  iosSteps: (address) => [
    "Öffne die App von Home Assistant, „Einstellungen“, „Companion-App“ und deinen Server.",
    "Setze die Adresse von oben bei „Externe URL“ ein.",
    `Setze für zuhause http://${address} bei „Interne URL“ ein, mit dem Namen deines WLANs.`,
    "Ein iPhone sagt der App nichts vom Tunnel. Fragt sie, wie sicher die Verbindung sein muss, dann wähle die weniger sichere, und öffne sie unterwegs nur, wenn der Tunnel an ist: Der Tunnel hält alles geheim.",
  ],
  login: "Bei Home Assistant meldet sich trotzdem jeder mit einem eigenen Passwort an.",
};
