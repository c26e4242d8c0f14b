import "../way-in.css";
import { Lock } from "../parts/lock";
import { AboutGroup, GuestGroup, HomeAssistantGroup, OutsideGroup, SafekeepingGroup } from "../parts/settings";
import { strings } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** All that an owner may set, by what it is about. */
export function SettingsPage({ told: { value: state }, me }: LaterProps) {
  return (
    <SubPage title={strings.settings.title} testId="settings-page">
      <div class="columns">
        <div class="column">
          <HomeAssistantGroup state={state} />
          <OutsideGroup state={state} />
        </div>
        <div class="column">
          <GuestGroup state={state} />
          <Lock state={state} me={me} />
          <SafekeepingGroup />
          <AboutGroup state={state} me={me} />
        </div>
      </div>
    </SubPage>
  );
}
