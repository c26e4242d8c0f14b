import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Handing } from "../handing";
import { strings } from "../strings";
import { systemOf } from "../system";
import { KeyFile } from "./key-file";
import { Qr } from "./qr";

/** Which device gets the key: the one that shows this page, or another one, which can scan. */
type Way = "this" | "another";

/** Asks which device gets the key, and gives it to it. */
export function KeyWays({ handing }: { handing: Handing }) {
  const [way, setWay] = useState<Way>();
  const [system, setSystem] = useState(() => systemOf(navigator));
  const heading = useRef<HTMLHeadingElement>(null);
  const hasChosen = useRef(false);
  useLayoutEffect(() => {
    if (hasChosen.current) heading.current?.focus();
    hasChosen.current = true;
  }, [way]);
  const words = strings.handOver;

  if (way === undefined) return <Question heading={heading} onChoose={setWay} />;

  return (
    <div class="key-way">
      <h3 ref={heading} tabIndex={-1}>
        {way === "this" ? words.thisOne[system] : words.scan}
      </h3>
      {way === "this" ? <KeyFile handing={handing} system={system} onPick={setSystem} /> : <Code handing={handing} />}
      <button type="button" class="quiet" data-testid="device-change" onClick={() => setWay(undefined)}>
        {words.change}
      </button>
    </div>
  );
}

function Question({ heading, onChoose }: { heading: preact.RefObject<HTMLHeadingElement | null>; onChoose(way: Way): void }) {
  const words = strings.handOver;
  const system = systemOf(navigator);
  // A phone in the hand is likely the one; before a computer, it is likely another.
  const order: Way[] = system === "computer" ? ["another", "this"] : ["this", "another"];

  return (
    <div class="which-device" data-testid="which-device">
      <h3 ref={heading} tabIndex={-1}>
        {words.which}
      </h3>
      {order.map((way) => (
        <button type="button" key={way} data-testid={`device-${way}`} onClick={() => onChoose(way)}>
          <span>{way === "this" ? words.thisOne[system] : words.another}</span>
          <span class="hint">{way === "another" ? words.anotherHint : hintOf(system === "computer")}</span>
        </button>
      ))}
      <p class="hint">{words.app}</p>
    </div>
  );
}

function hintOf(isComputer: boolean): string {
  return isComputer ? strings.handOver.thisOneHintComputer : strings.handOver.thisOneHint;
}

function Code({ handing: { issued, secret } }: { handing: Handing }) {
  const words = strings.handOver;
  const text = useMemo(() => secret.fillIn(issued.configuration, issued.placeholder), [issued, secret]);

  return (
    <>
      <Qr text={text} label={words.qr(issued.peer.name)} />
      <ol>
        {words.scanSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
        <li data-testid="tunnel-name" data-name={issued.tunnel_name}>
          {words.tunnelName(issued.tunnel_name)}
        </li>
      </ol>
      <p class="hint">{words.home}</p>
    </>
  );
}
