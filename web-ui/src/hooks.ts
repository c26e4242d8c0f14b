import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { problemOf } from "./api/client";
import type { Problem } from "./api/types";

/** The time since the page was opened in ms, which no clock setting changes; renders again every second. */
export function useNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);

  return now;
}

/** Gives the focus a place when what had it is gone, so that a screen reader need not start from the top. */
export function focusMain() {
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** The same where one is in the middle of something: at its step. */
export function focusStep() {
  const step = document.querySelector<HTMLElement>("#main [data-begin]");
  if (step) step.focus();
  else focusMain();
}

/** One thing that can be asked of the box at a time: whether it is being asked, and why it would not. */
export type Task = { busy: boolean; problem: Problem | undefined; run(act: () => Promise<unknown>): Promise<void> };

/** Keeps track of one request after another; what is asked for meanwhile, as by a second click, is not done. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const running = useRef(false);
  const run = useCallback(async (act: () => Promise<unknown>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await act();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);

  return { busy, problem, run };
}
