import "../way-in.css";
import "../safekeeping.css";
import { FactoryReset } from "../parts/factory-reset";
import { MakeBackup } from "../parts/make-backup";
import { RestoreBackup } from "../parts/restore-backup";
import { hrefs } from "../place";
import { strings } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** For the day on which a card breaks, or the box moves on to somebody else. */
export function SafekeepingPage({ told, me, onRestored }: LaterProps) {
  const { peers } = told.value;
  const words = strings.safekeeping;

  return (
    <SubPage title={words.title} testId="safekeeping-page">
      {peers.length > 0 && <MakeBackup />}
      <RestoreBackup devices={peers.length} onRestored={onRestored} />
      <section class="card" aria-labelledby="sheet-title">
        <h2 id="sheet-title">{words.sheet.title}</h2>
        <p>{words.sheet.why}</p>
        <div class="actions">
          <a class="button" href={hrefs.sheet} data-testid="to-sheet">
            {words.sheet.show}
          </a>
        </div>
      </section>
      <FactoryReset me={me} />
    </SubPage>
  );
}
