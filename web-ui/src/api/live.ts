import { api, problemOf } from "./client";
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
  let heard = 0;

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
    // What another line has said by then is newer than this answer.
    const before = heard;
    api.me().then(
      (me) => before === heard && listener.onMe(me),
      (error: unknown) => before === heard && listener.onLost(problemOf(error)),
    );
  };
  const open = () => {
    close();
    source = new EventSource("/api/events");
    source.onerror = lost;
    source.addEventListener("me", (event) => {
      heard += 1;
      later(lost, SILENCE_MS);
      listener.onMe(JSON.parse(event.data) as Me);
    });
    source.addEventListener("state", (event) => listener.onState(JSON.parse(event.data) as State));
    later(lost, SILENCE_MS);
  };
  const look = () => {
    heard += 1;
    if (document.visibilityState === "visible") open();
    else close();
  };

  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);
  look();

  return {
    again: look,
    stop: () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("pageshow", look);
      heard += 1;
      close();
    },
  };
}

/** Soon enough for an owner who watches the box restart. */
const AGAIN_MS = 1_500;
/** The box says something every 10 s. */
const SILENCE_MS = 30_000;
