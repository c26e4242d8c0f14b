import { useState } from "preact/hooks";
import type { Handing } from "../handing";
import { profileOf, wiFiNamesIn } from "../profile";
import { strings } from "../strings";
import { Download } from "./download";

/** The key as a profile for iPhones, with which the tunnel is on everywhere but at home. */
export function KeyProfile({ handing: { issued, secret } }: { handing: Handing }) {
  const [typed, setTyped] = useState("");
  const words = strings.handOver;
  const file = `${issued.tunnel_name}.mobileconfig`;
  const homeWiFi = wiFiNamesIn(typed);
  const makeText = () =>
    profileOf({
      name: issued.tunnel_name,
      address: issued.peer.address,
      configuration: secret.fillIn(issued.configuration, issued.placeholder),
      homeWiFi,
    });

  return (
    <details class="key-profile" data-testid="profile">
      <summary>{words.byItself}</summary>
      <p>{words.byItselfHow}</p>
      <label for="wi-fi">{words.wiFi}</label>
      <textarea
        id="wi-fi"
        data-testid="wi-fi"
        rows={2}
        value={typed}
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        aria-describedby="wi-fi-hint"
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <p class="hint" id="wi-fi-hint">
        {words.wiFiHint}
      </p>
      {homeWiFi.length > 0 ? (
        <Download
          file={file}
          type="application/x-apple-aspen-config"
          label={words.download(file)}
          testId="profile-download"
          makeText={makeText}
        />
      ) : (
        <p class="hint">{words.noWiFi}</p>
      )}
      <ol>
        {words.profileSteps(file).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </details>
  );
}
