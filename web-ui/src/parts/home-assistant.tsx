import type { Status } from "../api/types";
import { strings } from "../strings";
import { AppSteps } from "./app-steps";

/** Where Home Assistant is, and how its app gets there through the door. */
export function HomeAssistantCard({ found }: { found: Status["home_assistant"] }) {
  const words = strings.homeAssistant;

  return (
    <section class="card" aria-labelledby="home-assistant-title">
      <h2 id="home-assistant-title">{words.title}</h2>
      {found ? (
        <>
          <p>{found.typed ? words.typed(found.address) : words.found(found.address)}</p>
          <AppSteps id="home-assistant-url" found={found} />
        </>
      ) : (
        <p>{words.missing}</p>
      )}
    </section>
  );
}
