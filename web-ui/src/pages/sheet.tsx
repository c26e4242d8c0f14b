import "../way-in.css";
import "../sheet.css";
import type { State } from "../api/types";
import { strings } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** A page to print and to put away: what somebody needs to know for whom the box is new. There is no secret on it. */
export function SheetPage({ told }: LaterProps) {
  const words = strings.sheet;

  return (
    <SubPage title={words.title} testId="sheet-page">
      <p class="not-printed">{words.why}</p>
      <div class="actions not-printed">
        <button type="button" class="primary" data-testid="sheet-print" onClick={() => window.print()}>
          {words.print}
        </button>
      </div>
      <article class="sheet" data-testid="sheet">
        <p>{words.what}</p>
        <Facts state={told.value} />
        {words.chapters.map(({ title, steps }) => (
          <section key={title}>
            <h2>{title}</h2>
            <ol>
              {steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </section>
        ))}
        <section>
          <h2>{words.kept}</h2>
          {words.places.map((place) => (
            <p key={place} class="to-fill-in">
              {place}
            </p>
          ))}
        </section>
        <p class="hint">{words.printed(new Date().toLocaleDateString(strings.locale, { dateStyle: "long" }))}</p>
      </article>
    </SubPage>
  );
}

function Facts({ state: { status, way_in } }: { state: State }) {
  const words = strings.sheet;
  const names = way_in.names.map((name) => name.name);
  const facts: [string, string[]][] = [
    [words.outside, [status.endpoint ? words.udp(status.endpoint) : words.notKnown]],
    [words.names, names],
    [words.port, [words.forward(way_in.by_hand.port)]],
    [words.page, status.page_urls],
    [words.pageInside, [`http://${status.tunnel_v4}`]],
    [words.homeAssistant, status.home_assistant ? [status.home_assistant.url] : []],
    [words.key, [status.public_key]],
    [words.version, [status.version]],
  ];

  return (
    <dl class="sheet-facts">
      {facts
        .filter(([, values]) => values.length > 0)
        .map(([name, values]) => (
          <div key={name}>
            <dt>{name}</dt>
            {values.map((value) => (
              <dd key={value}>{value}</dd>
            ))}
          </div>
        ))}
    </dl>
  );
}
