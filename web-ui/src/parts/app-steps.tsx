import type { HomeAssistant } from "../api/types";
import { strings } from "../strings";
import { systemOf } from "../system";
import { Copyable } from "./copyable";

/** `all` shows the steps of every system, else those of this device. */
type Props = { id: string; found: HomeAssistant; all?: boolean };

/** What to type into the Home Assistant app, and where. */
export function AppSteps({ id, found, all = false }: Props) {
  const words = strings.homeAssistant;
  const system = systemOf(navigator);

  return (
    <div class="app-steps">
      <Copyable id={id} label={words.url} value={found.url} />
      <p class="hint">{words.copy}</p>
      <details open={all || system === "android"} data-testid="app-android">
        <summary>{words.android}</summary>
        <ol>
          {words.androidSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p>{words.androidAtHome(found.address)}</p>
      </details>
      <details open={all || system === "ios"} data-testid="app-ios">
        <summary>{words.ios}</summary>
        <ol>
          {words.iosSteps(found.address).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </details>
      <p class="hint">{words.login}</p>
    </div>
  );
}
