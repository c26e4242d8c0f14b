import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { SettingsChange, State } from "../api/types";
import { hoursIn } from "../format";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { ProblemLine } from "./problem";

/** What an owner may set, each by itself. */
export function SettingsCard({ state }: { state: State }) {
  const { settings, status } = state;
  const endpointNow = status.endpoint ? ` ${strings.settings.endpointNow(status.endpoint)}.` : "";

  return (
    <details class="card settings" data-testid="settings">
      <summary>
        <h2>{strings.settings.title}</h2>
      </summary>
      <Setting
        id="endpoint"
        label={strings.settings.endpoint}
        hint={strings.settings.endpointHint + endpointNow}
        value={settings.endpoint_host ?? ""}
        change={(endpoint_host) => ({ endpoint_host })}
      />
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

type Props = {
  id: string;
  label: string;
  hint: string;
  value: string;
  numeric?: boolean;
  change(text: string): SettingsChange;
};

function Setting({ id, label, hint, value, numeric = false, change }: Props) {
  const [typed, setTyped] = useState<string>();
  const [saved, setSaved] = useState(false);
  const { busy, problem, run } = useTask();

  const save = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    run(async () => {
      await api.changeSettings(change(typed ?? value));
      setTyped(undefined);
      setSaved(true);
    });
  };

  return (
    <form class="setting" onSubmit={save} noValidate>
      <label for={id}>{label}</label>
      <div class="field-and-button">
        <input
          id={id}
          data-testid={`${id}-input`}
          value={typed ?? value}
          inputMode={numeric ? "numeric" : "url"}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          aria-describedby={`${id}-hint`}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setSaved(false);
          }}
        />
        <button type="submit" data-testid={`${id}-save`} aria-disabled={busy}>
          {strings.settings.save}
        </button>
      </div>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <p class="saved" role="status" hidden={!saved}>
        {strings.settings.saved}
      </p>
      <ProblemLine sentence={problem} />
    </form>
  );
}
