import type { Me } from "../api/types";
import { strings } from "../strings";

/** What Family and guests see inside the tunnel. */
export function Visitor({ me }: { me: Me }) {
  return (
    <main id="main" tabIndex={-1} class="waiting" data-testid="visitor">
      <span class="tick" aria-hidden="true" />
      <h1>{strings.visitor.title}</h1>
      <p class="lead">{me.authority === "guest" ? strings.visitor.guest : strings.visitor.text}</p>
      {me.home_assistant_url ? (
        <a class="button primary" href={me.home_assistant_url} data-testid="home-assistant-link">
          {strings.visitor.open}
        </a>
      ) : (
        <p>{strings.visitor.missing}</p>
      )}
    </main>
  );
}
