import type { Peer } from "../api/types";
import type { Handing } from "../handing";
import { useTask } from "../hooks";
import { rekey } from "../issue";
import { strings } from "../strings";
import { Confirmed } from "./confirmed";
import { ProblemLine } from "./problem";

type Props = { peer: Peer; testId: string; onIssued(handing: Handing): void };

/** A device of a list that may get a new code. */
export function NewCode({ peer, testId, onIssued }: Props) {
  const { problem, run } = useTask();
  const renew = () => run(async () => onIssued(await rekey(peer)));

  return (
    <li>
      <h3>{peer.name}</h3>
      <Confirmed
        testId={testId}
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
