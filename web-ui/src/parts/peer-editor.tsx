import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Peer, PeerChange } from "../api/types";
import type { Handing } from "../handing";
import { focusMain, useTask } from "../hooks";
import { rekey } from "../issue";
import { strings } from "../strings";
import { Confirmed } from "./confirmed";
import { ProblemLine } from "./problem";
import { RolePicker } from "./role-picker";

type Props = { peer: Peer; onIssued(handing: Handing): void; onClose(): void };

/** Renames a device, changes its role, gives it a new key, or puts it out. */
export function PeerEditor({ peer, onIssued, onClose }: Props) {
  const [name, setName] = useState(peer.name);
  const [role, setRole] = useState(peer.role);
  const { busy, problem, run } = useTask();

  const save = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const change: PeerChange = {};
    if (name !== peer.name) change.name = name;
    if (role !== peer.role) change.role = role;
    run(async () => {
      await api.changePeer(peer.id, change);
      onClose();
    });
  };
  const renew = () =>
    run(async () => {
      const handing = await rekey(peer);
      onClose();
      onIssued(handing);
    });
  const remove = () =>
    run(async () => {
      await api.removePeer(peer.id);
      focusMain();
    });
  const id = `peer-${peer.id}`;

  return (
    <form class="peer-editor" onSubmit={save} data-testid="peer-editor">
      <label for={`${id}-name`}>{strings.add.name}</label>
      <input
        id={`${id}-name`}
        data-testid="peer-name"
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
        maxLength={32}
        required
        autoComplete="off"
      />
      <RolePicker id={`${id}-role`} label={strings.add.role} role={role} onPick={setRole} />
      <ProblemLine sentence={problem} />
      <div class="actions">
        <button type="submit" class="primary" data-testid="peer-save" aria-disabled={busy}>
          {strings.peers.save}
        </button>
      </div>
      <dl class="facts">
        <div>
          <dt>{strings.peers.address}</dt>
          <dd>{peer.address}</dd>
        </div>
        {peer.endpoint && (
          <div>
            <dt>{strings.peers.from}</dt>
            <dd>{peer.endpoint}</dd>
          </div>
        )}
      </dl>
      <p class="hint">{strings.peers.newKeyHint}</p>
      <div class="actions">
        <Confirmed
          testId="peer-rekey"
          label={strings.peers.newKey}
          question={strings.peers.newKeyConfirm(peer.name)}
          yes={strings.peers.newKeyYes}
          onYes={renew}
        />
        <Confirmed
          testId="peer-remove"
          label={strings.peers.remove}
          question={strings.peers.removeConfirm(peer.name)}
          yes={strings.peers.removeYes}
          onYes={remove}
          grave
        />
      </div>
    </form>
  );
}
