import type { Me } from "../api/types";
import { left, span } from "../format";
import { useNow } from "../hooks";
import type { Told } from "../pages/home";
import { strings } from "../strings";

/** The name of the page, and for how much longer it is open. */
export function Header({ me, onLeave }: { me: Told<Me> | undefined; onLeave(): void }) {
  return (
    <header>
      <p class="wordmark">
        <Keyhole /> Latchkey <span class="tagline">{strings.tagline}</span>
      </p>
      {me?.value.authority === "session" && <Session me={me} onLeave={onLeave} />}
      {me?.value.authority === "owner" && <p class="hint">{strings.session.owner}</p>}
    </header>
  );
}

function Session({ me, onLeave }: { me: Told<Me>; onLeave(): void }) {
  const seconds = left(me.value.seconds_left ?? 0, useNow() - me.atMs);

  return (
    <div class="session">
      <span data-testid="session-left">{strings.session.left(span(seconds, strings.locale))}</span>
      <button type="button" class="quiet" data-testid="leave" onClick={onLeave}>
        {strings.session.leave}
      </button>
    </div>
  );
}

function Keyhole() {
  return (
    <svg class="keyhole" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="8" r="5" />
      <path d="M10.4 11h3.2l2.2 10H8.2z" />
    </svg>
  );
}
