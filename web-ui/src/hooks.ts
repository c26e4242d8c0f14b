import { useCallback, useEffect, useState } from "preact/hooks";
import { sentenceOf } from "./api/client";

/** The time since the page was opened in ms, which no clock setting changes; renders again every second. */
export function useNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);

  return now;
}

/** One thing that can be asked of the box at a time: whether it is being asked, and why it would not. */
export type Task = { busy: boolean; problem: string | undefined; run(act: () => Promise<unknown>): Promise<void> };

/** Keeps track of one request after another. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = useCallback(async (act: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await act();
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }, []);

  return { busy, problem, run };
}
