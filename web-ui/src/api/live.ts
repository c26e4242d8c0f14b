import { api, Refused } from "./client";
import type { Me, Problem, State } from "./types";

/** What a page is told, whenever it changes. */
export type Listener = {
  onMe(me: Me): void;
  onState(state: State): void;
  /** The line is dead, and why if that is known; another will be tried. */
  onLost(problem: Problem): void;
};

/** The way to the box's news. */
export type Line = {
  /** Opens another line: the box knows a line by the cookie that the page had when it was opened. */
  again(): void;
  /** Listens no more. */
  stop(): void;
};

/**
 * Listens to the box for as long as the page is looked at, over as many lines as it takes.
 * A page in the background lets go, so that no forgotten tab waits for the button.
 */
export function listen(listener: Listener): Line {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(timer);
  };
  const later = (act: () => void, ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
  const lost = () => {
    close();
    later(open, AGAIN_MS);
    api.me().then(listener.onMe, (error: unknown) => {
      if (error instanceof Refused) listener.onLost(error.problem);
    });
  };
  const open = () => {
    close();
    source = new EventSource("/api/events");
    source.onerror = lost;
    source.addEventListener("me", (event) => {
      later(lost, SILENCE_MS);
      listener.onMe(JSON.parse(event.data) as Me);
    });
    source.addEventListener("state", (event) => listener.onState(JSON.parse(event.data) as State));
    later(lost, SILENCE_MS);
  };
  const look = () => (document.visibilityState === "visible" ? open() : close());

  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);
  look();

  return {
    again: look,
    stop: () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("pageshow", look);
      close();
    },
  };
}

/** Soon enough for an owner who watches the box restart. */
const AGAIN_MS = 1_500;
/** The box says something every 10 s. */
const SILENCE_MS = 30_000;
