import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import type { Role } from "../api/types";
import type { Handing } from "../handing";
import { useTask } from "../hooks";
import { letIn } from "../issue";
import { strings } from "../strings";
import { ProblemLine } from "./problem";
import { RolePicker } from "./role-picker";

/** Asks for a name and makes a key for it, here in the browser. */
export function AddPeer({ first, onIssued }: { first: boolean; onIssued(handing: Handing): void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("family");
  const { busy, problem, run } = useTask();

  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    run(async () => {
      onIssued(await letIn({ name, role: first ? "owner" : role }));
      setName("");
      setRole("family");
    });
  };

  return (
    <section class={first ? "card welcome" : "card"} aria-labelledby="add-title">
      <h2 id="add-title">{first ? strings.add.titleFirst : strings.add.title}</h2>
      {first && <p>{strings.add.introFirst}</p>}
      <form onSubmit={submit} aria-describedby="add-problem">
        <label for="add-name">{strings.add.name}</label>
        <input
          id="add-name"
          data-testid="add-name"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          maxLength={32}
          required
          autoComplete="off"
          autoCapitalize="words"
          aria-describedby="add-name-hint"
        />
        <p class="hint" id="add-name-hint">
          {strings.add.nameHint}
        </p>
        {!first && <RolePicker id="add-role" label={strings.add.role} role={role} onPick={setRole} />}
        <div id="add-problem">
          <ProblemLine sentence={problem} />
        </div>
        <button type="submit" class="primary" data-testid="add-submit" aria-disabled={busy}>
          {busy ? strings.add.busy : strings.add.submit}
        </button>
      </form>
    </section>
  );
}
