import "../way-in.css";
import { useCallback, useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Exposure } from "../api/types";
import { ago } from "../format";
import { useTask } from "../hooks";
import { Findings } from "../parts/findings";
import { FromOutside } from "../parts/from-outside";
import { ProblemLine } from "../parts/problem";
import { Working } from "../parts/working";
import { strings } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** Whether strangers could try anything but the tunnel: as the box sees it, then as a phone outside sees it. */
export function OutsidePage({ told, me }: LaterProps) {
  const [exposure, setExposure] = useState<Exposure>();
  const { busy, problem, run } = useTask();
  const words = strings.outside;
  const look = useCallback(() => run(async () => setExposure(await api.exposure())), [run]);
  useEffect(() => void look(), [look]);

  return (
    <SubPage title={words.title} testId="outside-page">
      <p>{words.intro}</p>
      <section class="card" aria-labelledby="at-home-title">
        <h2 id="at-home-title">{words.athome}</h2>
        {busy && <Working text={words.busy} />}
        <ProblemLine sentence={problem} />
        <div aria-live="polite">{exposure && !busy && <AtHome exposure={exposure} />}</div>
        <div class="actions">
          <button type="button" aria-disabled={busy} data-testid="exposure-again" onClick={look}>
            {words.again}
          </button>
        </div>
      </section>
      {exposure && <FromOutside exposure={exposure} me={me} state={told.value} />}
    </SubPage>
  );
}

function AtHome({ exposure: { findings, router_tells, looked_seconds_ago } }: { exposure: Exposure }) {
  const words = strings.outside;

  return (
    <>
      <Findings findings={findings} none={words.nothing} isSure={router_tells} />
      {!router_tells && <p>{words.silentRouter}</p>}
      {looked_seconds_ago != null && looked_seconds_ago > JUST_NOW && <p class="hint">{words.looked(ago(looked_seconds_ago, strings.locale))}</p>}
    </>
  );
}

/** In seconds: what is so fresh need not be dated. */
const JUST_NOW = 60;
