import type { Peer } from "../api/types";
import type { Handing } from "../handing";
import { strings } from "../strings";
import { NewCode } from "./new-code";

/** The devices that were told an address where the box is not to be found any more. */
export function Outdated({ peers, onIssued }: { peers: Peer[]; onIssued(handing: Handing): void }) {
  const outdated = peers.filter((peer) => peer.outdated);
  if (outdated.length === 0) return null;

  return (
    <section class="card" aria-labelledby="outdated-title" data-testid="outdated">
      <h2 id="outdated-title">{strings.outdated.title}</h2>
      <p>{strings.outdated.why}</p>
      <ul class="new-codes">
        {outdated.map((peer) => (
          <NewCode key={peer.id} peer={peer} testId="outdated-rekey" onIssued={onIssued} />
        ))}
      </ul>
    </section>
  );
}
