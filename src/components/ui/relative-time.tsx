"use client";

import { useEffect, useState } from "react";

const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** `at` and `now` in milliseconds since the epoch; "just now" below a minute. */
function describe(at: number, now: number): string {
  const seconds = (at - now) / 1000;
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  return step ? format.format(Math.trunc(seconds / step[1]), step[0]) : "just now";
}

/** "3 h", "2 d": the same for a narrow place. */
function describeNarrow(at: number, now: number): string {
  const seconds = Math.abs(at - now) / 1000;
  const step = STEPS.find(([, length]) => seconds >= length);
  return step ? `${Math.trunc(seconds / step[1])} ${NARROW_UNITS[step[0]] ?? ""}` : "now";
}
const NARROW_UNITS: Partial<Record<Intl.RelativeTimeFormatUnit, string>> = {
  year: "y",
  month: "mo",
  week: "w",
  day: "d",
  hour: "h",
  minute: "min",
};

/**
 * "3 hours ago", kept up to date; its title is the exact time in the reader's time zone.
 *
 * @param at ISO date
 * @param now the server's clock in milliseconds, so that server and browser first render the same text
 * @param narrow shows "3 h"; a screen reader reads the whole
 */
export function RelativeTime({
  at,
  now,
  narrow = false,
  className,
}: {
  at: string;
  now: number;
  narrow?: boolean;
  className?: string;
}) {
  const [current, setCurrent] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setCurrent(Date.now());
    tick();
    const timer = setInterval(tick, 30_000);
    return () => clearInterval(timer);
  }, []);
  const time = Date.parse(at);
  return (
    <time
      dateTime={at}
      className={className}
      title={
        current === null
          ? undefined
          : new Date(time).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })
      }
    >
      {narrow ? (
        <>
          <span aria-hidden>{describeNarrow(time, current ?? now)}</span>
          <span className="sr-only">{describe(time, current ?? now)}</span>
        </>
      ) : (
        describe(time, current ?? now)
      )}
    </time>
  );
}
