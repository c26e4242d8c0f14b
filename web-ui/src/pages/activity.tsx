import "../way-in.css";
import "../activity.css";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { byDay, joined, somebodies, timeOf } from "../activity";
import { api } from "../api/client";
import type { Activity, ActivityLine } from "../api/types";
import { useTask } from "../hooks";
import { ProblemLine } from "../parts/problem";
import { Working } from "../parts/working";
import { lineWords, strings } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** What happened, day by day, the newest first. */
export function ActivityPage({ told }: LaterProps) {
  const [activity, setActivity] = useState<Activity>();
  const [peer, setPeer] = useState<number>();
  const everybody = useRef<ActivityLine[]>([]);
  const { busy, problem, run } = useTask();
  const words = strings.activity;

  const look = useCallback(
    (peer: number | undefined) =>
      run(async () => {
        const newest = await api.activity({ peer });
        if (peer === undefined) everybody.current = newest.lines;
        setActivity(newest);
        setPeer(peer);
      }),
    [run],
  );
  useEffect(() => void look(undefined), [look]);
  const older = () =>
    run(async () => {
      const lines = activity?.lines ?? [];
      const { lines: more, more: areMore } = await api.activity({ peer, before: lines.at(-1)?.id });
      setActivity({ lines: joined(lines, more), more: areMore });
    });

  return (
    <SubPage title={words.title} testId="activity-page">
      <p>{words.intro}</p>
      <div class="activity-tools">
        <label for="activity-peer">{words.who}</label>
        <select
          id="activity-peer"
          data-testid="activity-peer"
          value={peer ?? ""}
          onChange={({ currentTarget }) => void look(Number(currentTarget.value) || undefined)}
        >
          <option value="">{words.everything}</option>
          {somebodies(told.value.peers, everybody.current).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <a class="button" href="/api/activity.csv" download data-testid="activity-csv">
          {words.csv}
        </a>
      </div>
      <ProblemLine sentence={problem} />
      {activity && <Days lines={activity.lines} />}
      {busy && <Working text={words.busy} />}
      {activity?.more && (
        <div class="actions">
          <button type="button" aria-disabled={busy} data-testid="activity-older" onClick={older}>
            {words.older}
          </button>
        </div>
      )}
    </SubPage>
  );
}

function Days({ lines }: { lines: ActivityLine[] }) {
  if (lines.length === 0) return <p class="hint">{strings.activity.nothing}</p>;

  return (
    <div data-testid="activity">
      {byDay(lines, strings.locale).map(({ day, lines }) => (
        <section key={lines[0]?.id} class="card day">
          <h2>{day ?? strings.activity.noDay}</h2>
          {!day && <p class="hint">{strings.activity.noDayWhy}</p>}
          <ol>
            {lines.map((line) => (
              <Line key={line.id} line={line} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function Line({ line }: { line: ActivityLine }) {
  const { sentence, lang } = lineWords(line);

  return (
    <li data-testid="activity-line" data-code={line.event.code}>
      {line.clock_is_set && <time dateTime={new Date(line.at * 1000).toISOString()}>{timeOf(line, strings.locale)}</time>}
      <p lang={lang}>{sentence}</p>
    </li>
  );
}
