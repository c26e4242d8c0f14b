import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { NewName, Provider } from "../api/types";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { Field } from "./field";
import { ProblemLine } from "./problem";

/** Asks for a name, who keeps it, and the secret for it. */
export function AddName() {
  const [name, setName] = useState<NewName>(NOTHING);
  const [added, setAdded] = useState<string>();
  const { busy, problem, run } = useTask();
  const words = strings.names;
  const provider = strings.providers[name.provider];
  const change = (change: Partial<NewName>) => {
    setName({ ...name, ...change });
    setAdded(undefined);
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    run(async () => {
      const known = await api.addName(sent(name));
      setName({ ...NOTHING, provider: name.provider });
      setAdded(known.name);
    });
  };

  return (
    <form onSubmit={submit} aria-label={words.add} autoComplete="off">
      <label for="name-provider">{words.provider}</label>
      <select
        id="name-provider"
        data-testid="name-provider"
        value={name.provider}
        aria-describedby="name-provider-hint"
        onChange={(event) => change({ provider: event.currentTarget.value as Provider })}
      >
        {PROVIDERS.map((provider) => (
          <option key={provider} value={provider}>
            {strings.providers[provider].name}
          </option>
        ))}
      </select>
      <p class="hint" id="name-provider-hint">
        {provider.where}{" "}
        {provider.site && (
          <a href={`https://${provider.site}`} target="_blank" rel="noopener noreferrer" title={words.newTab}>
            {provider.site}
          </a>
        )}
      </p>
      <Field
        id="name-name"
        label={words.name}
        hint={words.nameHint}
        value={name.name}
        placeholder={provider.example}
        onType={(typed) => change({ name: typed })}
      />
      {name.provider === "dyndns2" && (
        <>
          <Field
            id="name-server"
            label={words.server}
            hint={words.serverHint}
            value={name.server ?? ""}
            onType={(server) => change({ server })}
          />
          <Field id="name-user" label={words.user} value={name.user ?? ""} onType={(user) => change({ user })} />
        </>
      )}
      <Field
        id="name-secret"
        label={provider.secret}
        hint={words.secretHint}
        value={name.secret}
        secret
        onType={(secret) => change({ secret })}
      />
      <p class="hint">{words.told}</p>
      <ProblemLine sentence={problem} />
      <p class="saved" role="status" hidden={!added}>
        {added && words.added(added)}
      </p>
      <button type="submit" class="primary" data-testid="name-submit" aria-disabled={busy}>
        {busy ? words.busy : words.submit}
      </button>
    </form>
  );
}

/** What the box takes: server and user only where there is one. */
function sent({ server, user, ...name }: NewName): NewName {
  return name.provider === "dyndns2" ? { ...name, server, user } : name;
}

const NOTHING: NewName = { provider: "duckdns", name: "", secret: "" };
const PROVIDERS = Object.keys(strings.providers) as Provider[];
