import { api } from "../api/client";
import type { GuestAccess } from "../api/types";
import { left, span } from "../format";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { ProblemLine } from "./problem";
import { Switch } from "./switch";

type Props = { access: GuestAccess; hours: number; elapsedMs: number };

/** The switch that lets guests in, and for how much longer. */
export function Guests({ access, hours, elapsedMs }: Props) {
  const { busy, problem, run } = useTask();
  const seconds = left(access.seconds_left ?? 0, elapsedMs);

  return (
    <section class={access.on ? "card guests on" : "card guests"} aria-labelledby="guests-title">
      <div class="switch-line">
        <h2 id="guests-title">{strings.guests.title}</h2>
        <Switch
          label={strings.guests.switch}
          on={access.on}
          busy={busy}
          testId="guest-switch"
          onToggle={() => run(() => api.setGuestAccess(!access.on))}
        />
      </div>
      <p data-testid="guest-status">
        {access.on ? strings.guests.on(span(seconds, strings.locale)) : strings.guests.off(hours)}
      </p>
      <ProblemLine sentence={problem} />
    </section>
  );
}
