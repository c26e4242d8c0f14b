import type { DoorMove, Hand, Pause, Place, Role, Setting } from "../../api/types";
import { counted, wholeSpan } from "../../format";
import type { BoxWords } from "../words";

/** What happened, in German. */
export const lines: BoxWords["lines"] = {
  started: ({ after }) => STARTED[after],
  signed_in: () => "Der Knopf wurde gehalten: Ein Browser zuhause darf die Box verwalten.",
  sign_in_refused: ({ browsers }) =>
    browsers === 1
      ? "Der Knopf wurde gehalten, aber ein Browser und ein Zurücksetzen warteten darauf. Darum geschah keins von beiden."
      : `Der Knopf wurde gehalten, aber ${browsers} Browser warteten. Darum kam keiner hinein.`,
  device_added: ({ device, role }) => `${device.name} ist neu auf der Liste (${ROLES[role]}).`,
  device_arrived: ({ device, from }) =>
    `${device.name} ist zum ersten Mal mit diesem Schlüssel hereingekommen${FROM[from]}.`,
  device_renamed: ({ device, was }) => `${was} heißt jetzt ${device.name}.`,
  role_changed: ({ device, was, role }) => `${device.name}: ${ROLES[role]}, vorher ${ROLES[was]}.`,
  key_renewed: ({ device }) => `${device.name} hat einen neuen Schlüssel; der alte gilt, bis er zum ersten Mal hereinkommt.`,
  device_removed: ({ device }) => `${device.name} wurde entfernt.`,
  came_in: ({ device, from }) => `${device.name} kam herein${FROM[from]}.`,
  guests_let_in: ({ by, seconds }) => `Gäste wurden ${BY[by]} für ${wholeSpan(seconds, "de")} hereingelassen.`,
  guests_put_out: ({ by }) => `Gäste wurden ${BY[by]} wieder ausgesperrt.`,
  guests_time_up: () => "Die Zeit der Gäste war um.",
  setting_changed: ({ change }) => setting(change),
  name_added: ({ name }) => `Der Name ${name} folgt von nun an der Adresse deines Zuhauses.`,
  name_changed: ({ name }) => `Der Name ${name} wurde neu eingegeben.`,
  name_removed: ({ name }) => `Der Name ${name} folgt der Adresse deines Zuhauses nicht mehr.`,
  address_changed: ({ v4, v6 }) => addresses([v4, v6].filter((address) => address != null)),
  door_moved: ({ version, to }) => `${DOOR[to]} (IP${version})`,
  locked: () => "Der Zugang von außen wurde ausgeschaltet.",
  unlocked: () => "Der Zugang von außen wurde wieder eingeschaltet.",
  backup_made: () => "Eine Sicherung wurde gemacht.",
  restored: ({ devices }) =>
    `Eine Sicherung wurde zurückgespielt, und ${counted(devices, "de", { one: "ein Gerät kommt", other: `${devices} Geräte kommen` })} herein wie zuvor.`,
  reset_asked: () => "Jemand wollte alles zurücksetzen, und die Box wartete auf den Knopf.",
  refused: ({ attempts }) =>
    counted(attempts, "de", {
      one: "Ein Versuch, ohne Schlüssel hereinzukommen, wurde abgewiesen.",
      other: `${attempts} Versuche, ohne Schlüssel hereinzukommen, wurden abgewiesen.`,
    }),
  unknown: () => "Etwas, das diese Version von Latchkey nicht kennt.",
};

const STARTED: Record<Pause, string> = {
  power_off: "Die Box wurde eingeschaltet.",
  restart: "Das Programm auf der Box hat neu begonnen.",
};
const FROM: Record<Place, string> = { home: ", von zuhause", outside: ", von außen", unknown: "" };
const BY: Record<Hand, string> = { button: "mit dem Knopf", page: "auf der Seite" };
const ROLES: Record<Role, string> = { owner: "Verwaltung", family: "Familie", guest: "Gast" };
const DOOR: Record<DoorMove, string> = {
  open: "Der Router hat die Tür für den Tunnel geöffnet.",
  closed: "Die Box bittet den Router nicht mehr um die Tür.",
  failing: "Der Router öffnet die Tür für den Tunnel nicht.",
};

function setting(change: Setting): string {
  switch (change.setting) {
    case "endpoint_host":
      return change.value == null
        ? "Die Adresse deines Zuhauses von außen findet die Box wieder selbst heraus."
        : `Die Adresse deines Zuhauses von außen ist jetzt ${change.value}.`;
    case "home_assistant":
      return change.value == null
        ? "Die Box sucht Home Assistant wieder selbst."
        : `Die Adresse von Home Assistant ist jetzt ${change.value}.`;
    case "guest_hours":
      return `Ein Druck auf den Knopf lässt Gäste jetzt für ${wholeSpan(change.value * 3_600, "de")} herein.`;
    case "port_mapping":
      return change.value
        ? "Die Box bittet den Router wieder, die Tür zu öffnen."
        : "Die Box bittet den Router nicht mehr, die Tür zu öffnen.";
    case "address_lookup":
      return change.value
        ? "Die Box fragt wieder im Internet nach der Adresse deines Zuhauses."
        : "Die Box fragt im Internet nicht mehr nach der Adresse deines Zuhauses.";
  }
}

function addresses(now: string[]): string {
  if (now.length === 0) return "Dein Zuhause hat keine Adresse im Internet mehr.";
  if (now.length === 1) return `Dein Zuhause hat im Internet jetzt die Adresse ${now[0]}.`;

  return `Dein Zuhause hat im Internet jetzt die Adressen ${now.join(" und ")}.`;
}
