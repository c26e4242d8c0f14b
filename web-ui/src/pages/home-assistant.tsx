import "../way-in.css";
import { AppSteps } from "../parts/app-steps";
import { foundWords } from "../parts/home-assistant";
import { hrefs } from "../place";
import { strings } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** How the Home Assistant app gets home through the door. */
export function HomeAssistantPage({ told }: LaterProps) {
  const found = told.value.status.home_assistant;
  const words = strings.homeAssistant;

  return (
    <SubPage title={words.title} testId="app-page">
      <p>{words.intro}</p>
      <section class="card" aria-label={words.title}>
        {found ? (
          <AppSteps id="app-url" found={found} all />
        ) : (
          <>
            <p>{foundWords(found)}</p>
            <div class="actions">
              <a class="button" href={hrefs.settings}>
                {strings.settings.title}
              </a>
            </div>
          </>
        )}
      </section>
    </SubPage>
  );
}
