import type { Peer } from "../api/types";
import { useTask } from "../hooks";
import { rekey } from "../issue";
import { strings } from "../strings";
import { Confirmed } from "./confirmed";
import type { Handing } from "./hand-over";
import { ProblemLine } from "./problem";

/** The devices that were told an address where the box is not to be found any more. */
export function Outdated({ peers, onIssued }: { peers: Peer[]; onIssued(handing: Handing): void }) {
  const outdated = peers.filter((peer) => peer.outdated);
  if (outdated.length === 0) return null;

  return (
    <section class="card" aria-labelledby="outdated-title" data-testid="outdated">
      <h2 id="outdated-title">{strings.outdated.title}</h2>
      <p>{strings.outdated.why}</p>
      <ul class="outdated">
        {outdated.map((peer) => (
          <OutdatedRow key={peer.id} peer={peer} onIssued={onIssued} />
        ))}
      </ul>
    </section>
  );
}

function OutdatedRow({ peer, onIssued }: { peer: Peer; onIssued(handing: Handing): void }) {
  const { problem, run } = useTask();
  const renew = () => run(async () => onIssued(await rekey(peer)));

  return (
    <li>
      <h3>{peer.name}</h3>
      <Confirmed
        testId="outdated-rekey"
        label={strings.outdated.newCode}
        description={strings.outdated.newCodeLabel(peer.name)}
        question={strings.peers.newKeyConfirm(peer.name)}
        yes={strings.peers.newKeyYes}
        onYes={renew}
      />
      <ProblemLine sentence={problem} />
    </li>
  );
}
