import type { Restored } from "../api/types";
import { strings } from "../strings";

/** Says what has become of the box. The page that asked for it is gone by then, and its session with it. */
export function RestoredNote({ restored, onDone }: { restored: Restored; onDone(): void }) {
  const words = strings.safekeeping.restored;
  const names = restored.names_without_secret;

  return (
    <div class="notice" data-testid="restored">
      <p>
        <strong>{words.title}</strong> {words.devices(restored.peers)}
      </p>
      {names.length > 0 && <p>{words.secrets(names.join(", "))}</p>}
      <button type="button" class="quiet" data-testid="restored-done" onClick={onDone}>
        {words.done}
      </button>
    </div>
  );
}
