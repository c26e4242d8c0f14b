import type { Finding } from "../api/types";
import { FindingCard } from "./finding";

/** What was found, or that nothing was; only who is sure says so with a tick. */
export function Findings({ findings, none, isSure }: { findings: Finding[]; none: string; isSure: boolean }) {
  if (findings.length === 0) {
    return <FindingCard finding={{ code: "", sentence: none }} sign={isSure ? "good" : "open"} />;
  }

  return (
    <>
      {findings.map((finding) => (
        <FindingCard key={`${finding.code} ${finding.sentence}`} finding={finding} />
      ))}
    </>
  );
}
