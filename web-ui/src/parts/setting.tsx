import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { SettingsChange, State } from "../api/types";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { ProblemLine } from "./problem";

type Props = {
  id: string;
  label: string;
  hint: string;
  value: string;
  numeric?: boolean;
  change(text: string): SettingsChange;
  onSaved?(): void;
};

/** One thing that an owner may set, by itself. */
export function Setting({ id, label, hint, value, numeric = false, change, onSaved }: Props) {
  const [typed, setTyped] = useState<string>();
  const [saved, setSaved] = useState(false);
  const { busy, problem, run } = useTask();

  const save = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    run(async () => {
      await api.changeSettings(change(typed ?? value));
      setTyped(undefined);
      setSaved(true);
      onSaved?.();
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

/** Where phones find the home from outside. */
export function EndpointSetting({ state: { settings, status } }: { state: State }) {
  const now = status.endpoint ? ` ${strings.settings.endpointNow(status.endpoint)}.` : "";

  return (
    <Setting
      id="endpoint"
      label={strings.settings.endpoint}
      hint={strings.settings.endpointHint + now}
      value={settings.endpoint_host ?? ""}
      change={(endpoint_host) => ({ endpoint_host })}
    />
  );
}

/** Where Home Assistant is, for when the box does not find it. */
export function HomeAssistantSetting({ state: { settings }, onSaved }: { state: State; onSaved?(): void }) {
  return (
    <Setting
      id="home-assistant"
      label={strings.settings.homeAssistant}
      hint={strings.settings.homeAssistantHint}
      value={settings.home_assistant ?? ""}
      change={(home_assistant) => ({ home_assistant })}
      {...(onSaved ? { onSaved } : {})}
    />
  );
}
