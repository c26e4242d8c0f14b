import type { Lamps } from "../api/types";
import { strings } from "../strings";

/** The front of the box: its three lamps as they blink now, and its button. */
export function BoxFront({ lamps, held = false }: { lamps: Lamps; held?: boolean }) {
  const names = ["power", "door", "people"] as const;

  return (
    <div class="box-front" data-testid="lamps">
      <ul class="lamps" aria-label={strings.box.front}>
        {names.map((name) => (
          <li key={name} class={`lamp lamp-${name}`} data-pattern={lamps[name]} title={strings.box[name][lamps[name]]}>
            <span class="lamp-light" aria-hidden="true" />
            {/* As it is printed on the box. */}
            <span class="lamp-name" lang="en">{strings.box.lamps[name]}</span>
            <span class="unseen">
              {strings.box.patterns[lamps[name]]}: {strings.box[name][lamps[name]]}
            </span>
          </li>
        ))}
      </ul>
      {held && <HeldButton />}
    </div>
  );
}

/** The button, with a ring that closes in the 3 s for which it has to be held. */
function HeldButton() {
  return (
    <svg class="held-button" viewBox="0 0 64 64" aria-hidden="true">
      <circle class="held-button-track" cx="32" cy="32" r="27" />
      <circle class="held-button-ring" cx="32" cy="32" r="27" pathLength="100" transform="rotate(-90 32 32)" />
      <circle class="held-button-cap" cx="32" cy="32" r="19" />
    </svg>
  );
}
