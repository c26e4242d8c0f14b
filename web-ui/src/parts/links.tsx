import { hrefs, type Place } from "../place";
import { strings } from "../strings";

/** The ways from the home page to the rest. */
export function Links() {
  const words = strings.links;

  return (
    <nav class="card links" aria-label={words.title}>
      {PLACES.map((place) => (
        <a key={place} href={hrefs[place]} data-testid={`to-${place}`}>
          <span class="links-name">{words[place].name}</span> <span class="hint">{words[place].hint}</span>
        </a>
      ))}
    </nav>
  );
}

const PLACES = ["activity", "settings", "first-run"] as const satisfies Place[];
