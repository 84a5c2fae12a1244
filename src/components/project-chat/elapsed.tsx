import { useEffect, useState } from "react";

/** Below this many seconds a number would only flicker. */
const FROM_SECONDS = 2;

/** How long it has been shown: "12 s", "2 min 5 s". Not for screen readers, which would read every second. */
export function Elapsed() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const since = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - since) / 1000)), 1000);
    return () => clearInterval(timer);
  }, []);
  if (seconds < FROM_SECONDS) return null;
  return (
    <span aria-hidden className="text-text-muted tabular-nums">
      {describe(seconds)}
    </span>
  );
}

function describe(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
