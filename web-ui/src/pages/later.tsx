import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Me, Restored, State } from "../api/types";
import type { Handing } from "../handing";
import { useTask } from "../hooks";
import { ProblemLine } from "../parts/problem";
import type { Place } from "../place";
import { strings } from "../strings";
import type { Told } from "./home";

/** What each of the rarely used pages is given. */
export type LaterProps = {
  told: Told<State>;
  me: Me;
  onIssued(handing: Handing): void;
  onRestored(restored: Restored): void;
  /** The owner goes home. */
  onLeave(): void;
};

/** A page that is fetched from the box when it is wanted, so that the first one stays small. */
export function Later({ place, ...props }: LaterProps & { place: Exclude<Place, "home"> }) {
  const [page, setPage] = useState<{ Page: ComponentType<LaterProps> }>();
  const { problem, run } = useTask();
  useEffect(() => {
    run(async () => setPage(await PAGES[place]()));
  }, [place, run]);

  if (page) return <page.Page {...props} />;

  return (
    <main id="main" tabIndex={-1} class="waiting">
      {!problem && <p class="lead">{strings.loading}</p>}
      <ProblemLine sentence={problem} />
    </main>
  );
}

const PAGES = {
  "first-run": async () => ({ Page: (await import("./first-run")).FirstRunPage }),
  "way-in": async () => ({ Page: (await import("./way-in")).WayInPage }),
  check: async () => ({ Page: (await import("./check")).CheckPage }),
  settings: async () => ({ Page: (await import("./settings")).SettingsPage }),
  app: async () => ({ Page: (await import("./home-assistant")).HomeAssistantPage }),
  activity: async () => ({ Page: (await import("./activity")).ActivityPage }),
  outside: async () => ({ Page: (await import("./outside")).OutsidePage }),
  safekeeping: async () => ({ Page: (await import("./safekeeping")).SafekeepingPage }),
  sheet: async () => ({ Page: (await import("./sheet")).SheetPage }),
};
