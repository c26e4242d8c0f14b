import { api } from "../api/client";
import type { SettingsChange, State } from "../api/types";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { ProblemLine } from "./problem";
import { EndpointSetting } from "./setting";
import { Switch } from "./switch";

/** What the box asks others by itself, each with a switch, and what to type where it may not. */
export function ByItself({ state }: { state: State }) {
  const { settings, status } = state;
  const words = strings.byItself;

  return (
    <section class="card" aria-labelledby="by-itself-title">
      <h2 id="by-itself-title">{words.title}</h2>
      <Wish
        id="port-mapping"
        label={words.mapping}
        how={words.mappingHow(status.port)}
        on={settings.port_mapping}
        change={(port_mapping) => ({ port_mapping })}
      />
      <Wish
        id="address-lookup"
        label={words.lookup}
        how={words.lookupHow}
        on={settings.address_lookup}
        change={(address_lookup) => ({ address_lookup })}
      />
      <EndpointSetting state={state} />
    </section>
  );
}

type Props = { id: string; label: string; how: string; on: boolean; change(on: boolean): SettingsChange };

function Wish({ id, label, how, on, change }: Props) {
  const { busy, problem, run } = useTask();

  return (
    <div class="wish">
      <div class="switch-line">
        <h3>{label}</h3>
        <Switch
          label={label}
          on={on}
          busy={busy}
          testId={`${id}-switch`}
          describedBy={`${id}-hint`}
          onToggle={() => run(() => api.changeSettings(change(!on)))}
        />
      </div>
      <p class="hint" id={`${id}-hint`}>
        {how}
      </p>
      <ProblemLine sentence={problem} />
    </div>
  );
}
