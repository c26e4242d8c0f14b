import { api } from "../api/client";
import type { Name, NameState } from "../api/types";
import { focusMain, useTask } from "../hooks";
import { strings, wordsOf } from "../strings";
import { AddName } from "./add-name";
import { Confirmed } from "./confirmed";
import { Mark, type Sign } from "./mark";
import { ProblemLine } from "./problem";

/** The names that follow the home's address, and a way to add one. */
export function Names({ names }: { names: Name[] }) {
  return (
    <section class="card" aria-labelledby="names-title">
      <h2 id="names-title">{strings.names.title}</h2>
      <p>{strings.names.why}</p>
      {names.length === 0 && <p class="hint">{strings.names.none}</p>}
      <ul class="names" data-testid="names">
        {names.map((name) => (
          <NameRow key={name.id} name={name} />
        ))}
      </ul>
      <details class="add-name">
        <summary data-testid="name-add">{strings.names.add}</summary>
        <AddName />
      </details>
    </section>
  );
}

function NameRow({ name }: { name: Name }) {
  const { problem, run } = useTask();
  const { sentence, advice, lang } = wordsOf(name.finding);
  const remove = () =>
    run(async () => {
      await api.removeName(name.id);
      focusMain();
    });

  return (
    <li data-testid="name" data-name={name.name} data-state={name.state}>
      <Mark sign={SIGNS[name.state]} />
      <div>
        <h3>{name.name}</h3>
        <p class="hint">
          {strings.providers[name.provider].name}
          {name.server && `, ${name.server.replace("https://", "")}`}: {strings.names.states[name.state]}
        </p>
        {name.state !== "published" && <p lang={lang}>{sentence}</p>}
        {advice && <p lang={lang}>{advice}</p>}
        <ProblemLine sentence={problem} />
        <Confirmed
          testId="name-remove"
          label={strings.names.remove}
          description={strings.names.removeLabel(name.name)}
          question={strings.names.removeConfirm(name.name)}
          yes={strings.names.removeYes}
          onYes={remove}
          grave
        />
      </div>
    </li>
  );
}

const SIGNS: Record<NameState, Sign> = { publishing: "open", published: "good", failing: "bad" };
