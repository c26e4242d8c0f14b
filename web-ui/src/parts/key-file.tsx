import type { Handing } from "../handing";
import { strings } from "../strings";
import type { System } from "../system";
import { Download } from "./download";
import { KeyProfile } from "./key-profile";

/** What the device seems to run, and is to be told about. */
type Props = { handing: Handing; system: System; onPick(system: System): void };

/** The key as a file, for the device that shows this page: it cannot scan its own screen. */
export function KeyFile({ handing, system, onPick }: Props) {
  const { issued, secret } = handing;
  const words = strings.handOver;
  const file = `${issued.tunnel_name}.conf`;

  return (
    <>
      <SystemPicker system={system} onPick={onPick} />
      <ol data-testid="file-steps" data-system={system}>
        <li>{words.get[system]}</li>
        <li>
          {words.save(file)}
          <Download
            file={file}
            // Any other type, and some phones would append an ending that the app does not take.
            type="application/octet-stream"
            label={words.download(file)}
            testId="configuration-download"
            makeText={() => secret.fillIn(issued.configuration, issued.placeholder)}
          />
        </li>
        {words.steps[system](file).map((step) => (
          <li key={step}>{step}</li>
        ))}
        <li data-testid="tunnel-name" data-name={issued.tunnel_name}>
          {words.appears(issued.tunnel_name)} {words.deleteFile}
        </li>
      </ol>
      {system === "ios" && <KeyProfile handing={handing} />}
      <p class="hint">{words.home}</p>
    </>
  );
}

function SystemPicker({ system, onPick }: { system: System; onPick(system: System): void }) {
  return (
    <fieldset class="segments">
      <legend class="unseen">{strings.handOver.system}</legend>
      {SYSTEMS.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="system"
            checked={one === system}
            data-testid={`system-${one}`}
            onChange={() => onPick(one)}
          />
          <span>{strings.handOver.systems[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

const SYSTEMS: System[] = ["ios", "android", "computer"];
