import type { WayIn } from "../api/types";
import { strings } from "../strings";
import { Copyable } from "./copyable";

/** What to type into the router. Shut away where the router has opened its door by itself. */
export function ByHand({ wayIn }: { wayIn: WayIn }) {
  const { address, address_v6, port, protocol } = wayIn.by_hand;
  const isOpen = wayIn.door_v4.state === "open" || wayIn.door_v6.state === "open";

  return (
    <details class="card fold" open={!isOpen} data-testid="by-hand">
      <summary>
        <h2>{strings.byHand.title}</h2>
      </summary>
      <p>{strings.byHand.why}</p>
      <p>{strings.byHand.how}</p>
      {address ? (
        <Copyable id="by-hand-address" label={strings.byHand.address} value={address} />
      ) : (
        <p class="notice">{strings.byHand.noAddress}</p>
      )}
      <Copyable id="by-hand-protocol" label={strings.byHand.protocol} value={protocol} />
      <Copyable id="by-hand-port" label={strings.byHand.port} value={String(port)} />
      {address_v6 && <Copyable id="by-hand-address-v6" label={strings.byHand.addressV6} value={address_v6} />}
      <p class="hint">
        {strings.byHand.copy} {strings.byHand.kept}
      </p>
    </details>
  );
}
