import { bytes } from "../format";
import { strings } from "../strings";
import { barsOf, sum, type Traffic, WINDOW_MS } from "../traffic";

/** What a device has moved in the last minutes, as a small picture, and in words for who does not see it. */
export function Sparkline({ traffic }: { traffic: Traffic }) {
  const { up, down } = barsOf(traffic, WIDTH, HEIGHT);
  const total = sum(traffic);
  const { locale } = strings;

  return (
    <div class="sparkline" data-testid="sparkline" data-up={total.up} data-down={total.down}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="sparkline-axis" d={`M0 ${HEIGHT / 2}H${WIDTH}`} />
        <path class="sparkline-up" d={up} />
        <path class="sparkline-down" d={down} />
      </svg>
      <span class="unseen">
        {strings.peers.recently(WINDOW_MS / 60_000, bytes(total.up, locale), bytes(total.down, locale))}
      </span>
    </div>
  );
}

const WIDTH = 135;
const HEIGHT = 28;
