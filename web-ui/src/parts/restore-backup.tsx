import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { Restored } from "../api/types";
import { flawOfRestore, toBase64 } from "../backup-file";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { Confirmed } from "./confirmed";
import { PassphraseField } from "./passphrase-field";
import { ownProblem, ProblemLine } from "./problem";

type Props = { devices: number; onRestored(restored: Restored): void };

/** Has the box become the one of a backup. Where there are devices, only after one more question. */
export function RestoreBackup({ devices, onRestored }: Props) {
  const [file, setFile] = useState<File>();
  const [passphrase, setPassphrase] = useState("");
  const [flaw, setFlaw] = useState<ReturnType<typeof flawOfRestore>>();
  const { busy, problem, run } = useTask();
  const words = strings.safekeeping.restore;
  const isEmpty = devices === 0;

  const restore = (replace: boolean) => {
    const flaw = flawOfRestore(file, passphrase);
    setFlaw(flaw);
    if (!file || flaw) return;
    run(async () => {
      onRestored(await api.restore({ file: toBase64(await file.arrayBuffer()), passphrase, replace }));
      setPassphrase("");
    });
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isEmpty) restore(false);
  };

  return (
    <section class="card" aria-labelledby="restore-title">
      <h2 id="restore-title">{words.title}</h2>
      <p>{words.what}</p>
      <form onSubmit={submit} noValidate>
        <label for="restore-file">{words.file}</label>
        <input
          id="restore-file"
          data-testid="restore-file"
          type="file"
          onInput={(event) => setFile(event.currentTarget.files?.[0])}
        />
        <PassphraseField
          id="restore-passphrase"
          hint={words.passphraseHint}
          value={passphrase}
          onType={setPassphrase}
        />
        <ProblemLine sentence={flaw ? ownProblem(words.flaws[flaw]) : problem} />
        <div class="actions">
          {isEmpty ? (
            <button type="submit" class="primary" data-testid="restore-submit" aria-disabled={busy}>
              {busy ? words.busy : words.submit}
            </button>
          ) : (
            <Confirmed
              label={busy ? words.busy : words.submit}
              question={words.question(devices)}
              yes={words.yes}
              testId="restore-replace"
              grave
              onYes={() => restore(true)}
            />
          )}
        </div>
      </form>
    </section>
  );
}
