"use client";

import "uplot/dist/uPlot.min.css";
import { useEffect, useRef, useState } from "react";
import { formatCount } from "@/components/format-count";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { UsageFigures, UsageReport } from "@/contracts/usage-report";
import { cn } from "@/lib/cn";
import { costText } from "./cost-text";
import { drawChart } from "./draw-chart";
import { CHART_GROUPS, CHART_SWATCHES } from "./group-colours";
import { bucketLabel } from "./local-time";
import { MEASURES, type Measure, stackSeries } from "./stack-series";

const NAMES: Readonly<Record<Measure, string>> = { cost: "Spending", tokens: "Tokens", requests: "Requests" };

/**
 * Usage over time as a picture. Screen readers are told to read the table below it, which has the same
 * figures. The drawing library is loaded here and nowhere else.
 */
export function UsageChart({ report }: { report: UsageReport }) {
  const host = useRef<HTMLDivElement>(null);
  const [measure, setMeasure] = useState<Measure>("cost");
  const [pointed, setPointed] = useState<number | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const theme = useThemeChanges();

  useEffect(() => {
    let remove: (() => void) | undefined;
    let isGone = false;
    async function draw() {
      const { default: Chart } = await import("uplot");
      if (isGone || !host.current) return;
      const stack = stackSeries(report, measure);
      remove = drawChart(Chart, host.current, { report, stack, measure, onPoint: setPointed });
    }
    draw().catch(() => setHasFailed(true));
    return () => {
      isGone = true;
      remove?.();
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another theme is another picture
  }, [report, measure, theme]);

  return (
    <figure className="grid gap-3 rounded-xl border bg-surface p-4 shadow-xs">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <fieldset className="flex gap-1">
          <legend className="sr-only">What the chart shows</legend>
          {MEASURES.map((each) => (
            <Button
              key={each}
              size="sm"
              variant="ghost"
              aria-pressed={measure === each}
              className={cn(measure === each && "bg-accent-soft text-accent-text")}
              onClick={() => setMeasure(each)}
            >
              {NAMES[each]}
            </Button>
          ))}
        </fieldset>
        <p aria-hidden className="min-h-5 text-sm text-text-muted tabular-nums">
          {pointed === null ? "" : pointedText(report, pointed, measure)}
        </p>
      </div>
      {hasFailed ? (
        <Alert variant="warning">The chart could not be loaded. The table below has its figures.</Alert>
      ) : (
        <div
          ref={host}
          role="img"
          aria-label={`${NAMES[measure]} over time. The table below has the same figures.`}
          className="h-60 min-w-0 overflow-hidden"
        />
      )}
      <figcaption>
        <ul
          aria-label="Colours of the chart"
          className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-text-muted"
        >
          {report.groups.slice(0, CHART_GROUPS).map(({ id, label }, index) => (
            <Swatch key={id} index={index} label={label} />
          ))}
          {report.groups.length > CHART_GROUPS ? <Swatch index={CHART_GROUPS} label="All others" /> : null}
        </ul>
      </figcaption>
    </figure>
  );
}

function Swatch({ index, label }: { index: number; label: string }) {
  return (
    <li className="flex min-w-0 items-center gap-1.5">
      <span aria-hidden className={cn("size-2.5 shrink-0 rounded-xs", CHART_SWATCHES[index])} />
      <span className="min-w-0 wrap-anywhere">{label}</span>
    </li>
  );
}

function pointedText({ buckets, groups, bucket, timeZone }: UsageReport, place: number, measure: Measure) {
  const at = buckets[place];
  if (at === undefined) return "";
  const sum = { costMicroUsd: 0, unpriced: 0, atLeast: 0, requests: 0, tokens: 0 };
  for (const figures of groups.flatMap(({ series }) => series))
    if (figures.bucket === place) add(sum, figures);
  const value = {
    cost: costText(sum),
    tokens: `${formatCount(sum.tokens)} tokens`,
    requests: `${formatCount(sum.requests)} requests`,
  }[measure];
  return `${bucketLabel(at, bucket, timeZone)}: ${value}`;
}

function add(
  sum: { costMicroUsd: number; unpriced: number; atLeast: number; requests: number; tokens: number },
  figures: UsageFigures,
): void {
  sum.costMicroUsd += figures.costMicroUsd;
  sum.unpriced += figures.unpriced;
  sum.atLeast += figures.atLeast;
  sum.requests += figures.requests;
  sum.tokens += figures.inputTokens + figures.outputTokens;
}

/** Changes whenever the page's colours do: a canvas keeps those it was drawn with. */
function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const changed = () => setChanges((count) => count + 1);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const chosen = new MutationObserver(changed);
    chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    dark.addEventListener("change", changed);
    return () => {
      chosen.disconnect();
      dark.removeEventListener("change", changed);
    };
  }, []);
  return changes;
}
