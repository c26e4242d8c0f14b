import { api } from "../api/client";
import type { GuestAccess } from "../api/types";
import { clockTime, hours as hoursOf, left, span } from "../format";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { ProblemLine } from "./problem";
import { Switch } from "./switch";

type Props = { access: GuestAccess; hours: number; elapsedMs: number };

/** The switch that lets guests in, until when, and for how long next time. */
export function Guests({ access, hours, elapsedMs }: Props) {
  const { busy, problem, run } = useTask();
  const words = strings.guests;

  return (
    <section class={access.on ? "card guests on" : "card guests"} aria-labelledby="guests-title">
      <div class="switch-line">
        <h2 id="guests-title">{words.title}</h2>
        <Switch
          label={words.switch}
          on={access.on}
          busy={busy}
          testId="guest-switch"
          describedBy="guest-status"
          onToggle={() => run(() => api.setGuestAccess(!access.on))}
        />
      </div>
      <p id="guest-status" data-testid="guest-status">
        {access.on ? untilWhen(left(access.seconds_left ?? 0, elapsedMs)) : words.off}
      </p>
      <div class="inline-field">
        <label for="guest-hours">{words.next}</label>
        <select
          id="guest-hours"
          data-testid="guest-hours"
          value={hours}
          onChange={({ currentTarget }) =>
            run(() => api.changeSettings({ guest_hours: Number(currentTarget.value) }))
          }
        >
          {choices(hours).map((count) => (
            <option key={count} value={count}>
              {hoursOf(count, strings.locale)}
            </option>
          ))}
        </select>
      </div>
      <ProblemLine sentence={problem} />
    </section>
  );
}

function untilWhen(seconds: number): string {
  const now = new Date();
  const end = new Date(now.getTime() + seconds * 1000);

  return strings.guests.on(clockTime(end, now, strings.locale), span(seconds, strings.locale));
}

/** The usual ones, and what is set. */
function choices(hours: number): number[] {
  return Array.from(new Set([...USUAL, hours])).sort((one, other) => one - other);
}

const USUAL = [1, 2, 4, 8, 12, 24, 48, 168];
