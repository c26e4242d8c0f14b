import { useState } from "preact/hooks";
import type { Me, State, Step } from "../api/types";
import { hoursIn } from "../format";
import { useTask } from "../hooks";
import { hrefs } from "../place";
import { strings } from "../strings";
import { foundWords } from "./home-assistant";
import { HomeAssistantTest, lookAtHomeAssistant } from "./home-assistant-test";
import { EndpointSetting, HomeAssistantSetting, Setting } from "./setting";

type Props = { state: State };

/** Where Home Assistant is, and whether it answers there. */
export function HomeAssistantGroup({ state }: Props) {
  const [step, setStep] = useState<Step>();
  const task = useTask();
  const test = () => task.run(async () => setStep(await lookAtHomeAssistant()));

  return (
    <section class="card" aria-labelledby="settings-home-assistant">
      <h2 id="settings-home-assistant">{strings.settings.homeAssistantTitle}</h2>
      <p>{foundWords(state.status.home_assistant)}</p>
      <HomeAssistantTest task={task} step={step} onTest={test} />
      <HomeAssistantSetting state={state} onSaved={test} />
      <a class="button quiet" href={hrefs.app} data-testid="to-app">
        {strings.homeAssistant.link}
      </a>
    </section>
  );
}

/** Where the home is found from outside: its name or address, and the port. */
export function OutsideGroup({ state }: Props) {
  const { status, way_in } = state;
  const words = strings.settings;
  const names = way_in.names.map(({ name }) => name).join(", ");

  return (
    <section class="card" aria-labelledby="settings-outside">
      <h2 id="settings-outside">{words.outsideTitle}</h2>
      <dl class="how-it-stands">
        <div>
          <dt>{words.name}</dt>
          <dd class="value">{names || words.noName}</dd>
        </div>
        <div>
          <dt>{words.port}</dt>
          <dd>
            <p class="value" data-testid="port">
              UDP {status.port}
            </p>
            <p class="hint">{words.portHint}</p>
          </dd>
        </div>
      </dl>
      <EndpointSetting state={state} />
      <a class="button" href={hrefs["way-in"]} data-testid="to-way-in">
        {words.toWayIn}
      </a>
    </section>
  );
}

/** For how long guests are let in. */
export function GuestGroup({ state: { settings } }: Props) {
  return (
    <section class="card" aria-labelledby="settings-guests">
      <h2 id="settings-guests">{strings.guests.title}</h2>
      <Setting
        id="guest-hours"
        label={strings.settings.guestHours}
        hint={strings.settings.guestHoursHint}
        value={String(settings.guest_hours)}
        change={(hours) => ({ guest_hours: hoursIn(hours) })}
        numeric
      />
    </section>
  );
}

/** For the day on which something breaks. */
export function SafekeepingGroup() {
  const words = strings.safekeeping;

  return (
    <section class="card" aria-labelledby="settings-safekeeping">
      <h2 id="settings-safekeeping">{words.title}</h2>
      <p>{words.why}</p>
      <a class="button" href={hrefs.safekeeping} data-testid="to-safekeeping">
        {words.link}
      </a>
    </section>
  );
}

/** What this box is, and where its page is found. */
export function AboutGroup({ state: { status }, me }: Props & { me: Me }) {
  const words = strings.settings;

  return (
    <section class="card" aria-labelledby="settings-about">
      <h2 id="settings-about">{words.aboutTitle}</h2>
      <dl class="how-it-stands">
        <div>
          <dt>{words.version}</dt>
          <dd class="value" data-testid="version">
            {status.version}
          </dd>
        </div>
        <div>
          <dt>{words.pageAtHome}</dt>
          {status.page_urls.map((url) => (
            <dd class="value" key={url}>
              {url}
            </dd>
          ))}
        </div>
        <div>
          <dt>{words.pageInTunnel}</dt>
          <dd>
            <p class="value">http://{status.tunnel_v4}</p>
            {me.authority !== "owner" && <p class="hint">{words.pageInTunnelHint}</p>}
          </dd>
        </div>
      </dl>
      <a class="button quiet" href={hrefs["first-run"]} data-testid="to-first-run">
        {strings.firstRun.again}
      </a>
    </section>
  );
}
