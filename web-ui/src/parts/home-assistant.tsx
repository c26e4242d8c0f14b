import type { Status } from "../api/types";
import { strings } from "../strings";

/** Where Home Assistant is, at home and through the door. */
export function HomeAssistantCard({ found }: { found: Status["home_assistant"] }) {
  return (
    <section class="card" aria-labelledby="home-assistant-title">
      <h2 id="home-assistant-title">{strings.homeAssistant.title}</h2>
      {found ? (
        <>
          <p>{found.typed ? strings.homeAssistant.typed(found.address) : strings.homeAssistant.found(found.address)}</p>
          <p class="hint">{strings.homeAssistant.url}</p>
          <p class="address" data-testid="home-assistant-url">
            {found.url}
          </p>
        </>
      ) : (
        <p>{strings.homeAssistant.missing}</p>
      )}
    </section>
  );
}
