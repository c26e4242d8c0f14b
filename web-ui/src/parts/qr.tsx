import { useMemo } from "preact/hooks";
import encodeQR from "qr";

/** A QR code, black on white whatever the page's colours are, with the quiet zone of 4 modules that scanners need. */
export function Qr({ text, label }: { text: string; label: string }) {
  // The lowest level of correction has the coarsest modules, and a screen has no scratches.
  const rows = useMemo(() => encodeQR(text, "raw", { ecc: "low", border: 4 }), [text]);
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");

  return (
    <svg class="qr" viewBox={`0 0 ${rows.length} ${rows.length}`} role="img" aria-label={label} data-testid="qr">
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
