import type { Status } from "../api/types";
import { hrefs } from "../place";
import { strings } from "../strings";
import { Copyable } from "./copyable";

/** Where Home Assistant is through the door, and where to read how its app gets there. */
export function HomeAssistantCard({ found }: { found: Status["home_assistant"] }) {
  const words = strings.homeAssistant;

  return (
    <section class="card" aria-labelledby="home-assistant-title">
      <h2 id="home-assistant-title">{words.title}</h2>
      <p class="hint">{foundWords(found)}</p>
      {found && <Copyable id="home-assistant-url" label={words.url} value={found.url} />}
      <div class="actions">
        {found ? (
          <a class="button" href={hrefs.app} data-testid="to-app">
            {words.link}
          </a>
        ) : (
          <a class="button" href={hrefs.settings}>
            {strings.settings.title}
          </a>
        )}
      </div>
    </section>
  );
}

/** Where Home Assistant is at home, and who says so. */
export function foundWords(found: Status["home_assistant"]): string {
  const words = strings.homeAssistant;
  if (!found) return words.missing;

  return (found.typed ? words.typed : words.found)(found.address);
}
