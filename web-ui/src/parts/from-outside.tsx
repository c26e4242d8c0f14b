import { useState } from "preact/hooks";
import { api, Refused } from "../api/client";
import type { Exposure, Finding, Me, State } from "../api/types";
import { useTask } from "../hooks";
import { isAtHome, tryPorts } from "../outside";
import { hrefs } from "../place";
import { strings } from "../strings";
import { Copyable } from "./copyable";
import { Findings } from "./findings";
import { ProblemLine } from "./problem";
import { Working } from "./working";

type Props = { exposure: Exposure; me: Me; state: State };

/** What a phone outside gets from the home's address; at home, how to do that. */
export function FromOutside({ exposure, me, state }: Props) {
  const words = strings.outside;

  return (
    <section class="card" aria-labelledby="outside-title" data-testid="from-outside">
      <h2 id="outside-title">{words.outside}</h2>
      <p>{words.how}</p>
      {!exposure.address && <p class="notice">{words.noAddress}</p>}
      {me.authority !== "owner" && (
        <Copyable
          id="outside-url"
          label={words.elsewhere}
          value={`http://${state.status.tunnel_v4}${hrefs.outside}`}
        />
      )}
      {me.authority === "owner" && exposure.address && (
        <Trial address={exposure.address} exposure={exposure} atHome={isAtHome(state.peers, exposure.address)} />
      )}
      <p class="hint">{words.onlyV4}</p>
    </section>
  );
}

function Trial({ address, exposure, atHome }: { address: string; exposure: Exposure; atHome: boolean }) {
  const [tried, setTried] = useState(0);
  const [findings, setFindings] = useState<Finding[]>();
  const { busy, problem, run } = useTask();
  const words = strings.outside;
  const ports = [...exposure.ports.slice(0, MOST_PORTS - 1), exposure.control_port];
  const start = () =>
    run(async () => {
      setTried(0);
      setFindings(undefined);
      const answers = await tryPorts(address, ports, () => setTried((tried) => tried + 1));
      if (!answers) throw new Refused({ code: "", sentence: words.notAllowed });
      setFindings(await api.judge(answers));
    });

  return (
    <>
      <p>{words.first}</p>
      {atHome && (
        <p class="notice" data-testid="is-home">
          {words.isHome}
        </p>
      )}
      {busy && <Working text={words.trying(tried, ports.length)} far={{ value: tried, max: ports.length }} />}
      <ProblemLine sentence={problem} />
      <div aria-live="polite" data-testid="tried">
        {findings && (
          <>
            <Findings findings={findings} none={words.safe} isSure />
            <p class="hint">{words.tried(address, exposure.ports.join(", "))}</p>
          </>
        )}
      </div>
      <div class="actions">
        <button type="button" class="primary" aria-disabled={busy} data-testid="try" onClick={start}>
          {words.try}
        </button>
      </div>
    </>
  );
}

/** As many as the box judges at once. */
const MOST_PORTS = 64;
