import type { State } from "../api/types";
import { hoursIn } from "../format";
import { hrefs } from "../place";
import { strings } from "../strings";
import { EndpointSetting, HomeAssistantSetting, Setting } from "./setting";

/** What an owner may set, each by itself. */
export function SettingsCard({ state }: { state: State }) {
  const { settings } = state;

  return (
    <details class="card settings" data-testid="settings">
      <summary>
        <h2>{strings.settings.title}</h2>
      </summary>
      <EndpointSetting state={state} />
      <HomeAssistantSetting state={state} />
      <Setting
        id="guest-hours"
        label={strings.settings.guestHours}
        hint={strings.settings.guestHoursHint}
        value={String(settings.guest_hours)}
        change={(hours) => ({ guest_hours: hoursIn(hours) })}
        numeric
      />
      <a class="button" href={hrefs.safekeeping} data-testid="to-safekeeping">
        {strings.safekeeping.link}
      </a>
    </details>
  );
}
