import { useCallback, useSyncExternalStore } from "react";

/**
 * Whole seconds until a moment, counted down once a second. While the server's page is hydrated there is no
 * wait, as on the server: its clock and the browser's need not agree.
 *
 * @param moment ISO 8601; undefined, invalid or past means no wait
 * @returns 0 once the moment has passed
 */
export function useSecondsUntil(moment: string | undefined): number {
  const subscribe = useCallback(
    (onChange: () => void) => {
      if (secondsUntil(moment, Date.now()) === 0) return () => {};
      const timer = setInterval(() => {
        if (secondsUntil(moment, Date.now()) === 0) clearInterval(timer);
        onChange();
      }, 1000);
      return () => clearInterval(timer);
    },
    [moment],
  );
  return useSyncExternalStore(
    subscribe,
    () => secondsUntil(moment, Date.now()),
    () => 0,
  );
}

/** @param now milliseconds since 1970 */
export function secondsUntil(moment: string | undefined, now: number): number {
  const until = moment === undefined ? Number.NaN : Date.parse(moment);
  return Number.isNaN(until) ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
}

/** "7 s", "4 min", "3 h": rounded up, so that the person does not retry too early. */
export function describeWait(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
