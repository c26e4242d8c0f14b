import type { State } from "../api/types";
import { hoursIn } from "../format";
import { strings } from "../strings";
import { EndpointSetting, Setting } from "./setting";

/** What an owner may set, each by itself. */
export function SettingsCard({ state }: { state: State }) {
  const { settings } = state;

  return (
    <details class="card settings" data-testid="settings">
      <summary>
        <h2>{strings.settings.title}</h2>
      </summary>
      <EndpointSetting state={state} />
      <Setting
        id="home-assistant"
        label={strings.settings.homeAssistant}
        hint={strings.settings.homeAssistantHint}
        value={settings.home_assistant ?? ""}
        change={(home_assistant) => ({ home_assistant })}
      />
      <Setting
        id="guest-hours"
        label={strings.settings.guestHours}
        hint={strings.settings.guestHoursHint}
        value={String(settings.guest_hours)}
        change={(hours) => ({ guest_hours: hoursIn(hours) })}
        numeric
      />
    </details>
  );
}
