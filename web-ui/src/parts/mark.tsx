/** What a round mark says beside a sentence: its sign carries the meaning, its colour only helps. */
export type Sign = "good" | "bad" | "open" | "none";

/** A round mark, like a lamp of the box. */
export function Mark({ sign }: { sign: Sign }) {
  return (
    <svg class={`mark mark-${sign}`} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="10" />
      <path d={SIGNS[sign]} />
    </svg>
  );
}

const SIGNS: Record<Sign, string> = {
  good: "M7.5 12.5l3 3 6-7",
  bad: "M12 6.5v7M12 17v.2",
  open: "M8 12h.2M12 12h.2M16 12h.2",
  none: "M8 12h8",
};
