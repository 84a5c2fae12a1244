import { useEffect, useState } from "react";

/**
 * Counts down, by the clock, so that a tab that slept is right when it wakes.
 *
 * @param seconds how long; `startedAt` in milliseconds since the epoch, when that was said
 * @returns whole seconds left, 0 at the end
 */
export function useCountdown(seconds: number, startedAt: number): number {
  const [now, setNow] = useState(startedAt);
  const left = Math.max(0, Math.ceil(seconds - (now - startedAt) / 1000));
  const counts = left > 0;
  useEffect(() => {
    if (!counts) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [counts]);
  return left;
}
