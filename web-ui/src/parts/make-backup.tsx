import type { TargetedSubmitEvent } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import { fileName } from "../backup-file";
import { useTask } from "../hooks";
import { flawOf, newPassphrase } from "../passphrase";
import { strings } from "../strings";
import { PassphraseField } from "./passphrase-field";
import { ownProblem, ProblemLine } from "./problem";

type Made = { file: Blob; name: string; passphrase: string };

/** Makes a backup, with words that the page thinks up or that somebody types. */
export function MakeBackup() {
  const [thoughtUp, setThoughtUp] = useState(newPassphrase);
  const [passphrase, setPassphrase] = useState(thoughtUp);
  const [again, setAgain] = useState("");
  const [flaw, setFlaw] = useState<ReturnType<typeof flawOf>>();
  const [made, setMade] = useState<Made>();
  const { busy, problem, run } = useTask();
  const words = strings.safekeeping.backup;
  const isOwn = passphrase !== thoughtUp;

  const thinkUp = () => {
    const fresh = newPassphrase();
    setThoughtUp(fresh);
    setPassphrase(fresh);
    setAgain("");
    setFlaw(undefined);
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const flaw = flawOf(passphrase, isOwn ? again : undefined);
    setFlaw(flaw);
    if (flaw) return;
    run(async () => setMade({ file: await api.backUp(passphrase), name: fileName(new Date()), passphrase }));
  };
  const done = () => {
    setMade(undefined);
    thinkUp();
  };

  return (
    <section class="card" aria-labelledby="backup-title">
      <h2 id="backup-title">{words.title}</h2>
      {made ? (
        <Hand made={made} onDone={done} />
      ) : (
        <>
          <p>{words.what}</p>
          <form onSubmit={submit} noValidate>
            <PassphraseField
              id="backup-passphrase"
              hint={words.passphraseHint}
              value={passphrase}
              onType={setPassphrase}
            />
            {isOwn && (
              <PassphraseField
                id="backup-again"
                label={words.again}
                hint={words.againHint}
                value={again}
                onType={setAgain}
              />
            )}
            <ProblemLine sentence={flaw ? ownProblem(strings.safekeeping.flaws[flaw]) : problem} />
            <div class="actions">
              <button type="submit" class="primary" data-testid="backup-make" aria-disabled={busy}>
                {busy ? words.busy : words.make}
              </button>
              <button type="button" data-testid="backup-other-words" onClick={thinkUp}>
                {words.otherWords}
              </button>
            </div>
          </form>
        </>
      )}
    </section>
  );
}

/** The only place where the passphrase is shown, until Done. */
function Hand({ made: { file, name, passphrase }, onDone }: { made: Made; onDone(): void }) {
  const words = strings.safekeeping.backup;
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);

  return (
    <div class="made-backup" data-testid="backup-made">
      <h3 ref={title} tabIndex={-1}>
        {words.writeDown}
      </h3>
      <p class="passphrase" data-testid="backup-words">
        {passphrase}
      </p>
      <p>{words.once}</p>
      <div class="actions">
        <a class="button primary" href={url} download={name} data-testid="backup-download">
          {words.save(name)}
        </a>
        <button type="button" data-testid="backup-done" onClick={onDone}>
          {words.done}
        </button>
      </div>
    </div>
  );
}
