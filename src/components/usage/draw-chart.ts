import type uPlot from "uplot";
import type { UsageReport } from "@/contracts/usage-report";
import { CHART_COLOURS } from "./group-colours";
import { bucketLabel } from "./local-time";
import type { Measure } from "./stack-series";

const HEIGHT = 240;
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const dollars = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** The colours of the page as a canvas takes them: tokens differ by theme, and are resolved by an element. */
function resolved(host: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * Draws bars on top of each other into an element.
 *
 * @param stack for each colour, from the bottom, the sums up to it (stack-series.ts)
 * @param onPoint called with the place of the bucket below the pointer; null if there is none
 * @returns removes it
 */
export function drawChart(
  Chart: typeof uPlot,
  host: HTMLElement,
  {
    report,
    stack,
    measure,
    onPoint,
  }: {
    report: UsageReport;
    stack: readonly number[][];
    measure: Measure;
    onPoint: (bucket: number | null) => void;
  },
): () => void {
  const { buckets, bucket, timeZone } = report;
  const muted = resolved(host, "--color-text-muted");
  const line = resolved(host, "--color-border");
  const bars = Chart.paths.bars?.({ size: [0.75, 48], radius: 0.15 });
  const font = `12px ${getComputedStyle(host).fontFamily}`;
  // The highest first: each lower one covers all of it but its own part.
  const layers = stack.map((sums, index) => ({ sums, colour: CHART_COLOURS[index] ?? "" })).toReversed();
  const axis = { stroke: muted, font, ticks: { show: false } };
  const chart = new Chart(
    {
      width: host.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [-0.6, buckets.length - 0.4] },
        y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.08 : 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 32,
          space: 84,
          incrs: [1, 2, 3, 4, 6, 7, 12, 14, 24, 30, 48, 60, 90],
          values: (_chart, places) =>
            places.map((place) => {
              const at = buckets[place];
              return at === undefined ? "" : bucketLabel(at, bucket, timeZone);
            }),
        },
        {
          ...axis,
          grid: { stroke: line, width: 1 },
          // As wide as its longest label: small amounts have many digits.
          size: (_chart, labels) => 20 + 7 * Math.max(4, ...(labels ?? []).map((label) => label.length)),
          values: (_chart, values) =>
            values.map((value) => (measure === "cost" ? `$${dollars.format(value)}` : compact.format(value))),
        },
      ],
      series: [
        {},
        ...layers.map(({ colour }) => ({
          fill: resolved(host, colour),
          width: 0,
          points: { show: false },
          ...(bars ? { paths: bars } : {}),
        })),
      ],
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
    },
    [buckets.map((_, place) => place), ...layers.map(({ sums }) => sums)],
    host,
  );
  const fit = new ResizeObserver(() => chart.setSize({ width: host.clientWidth, height: HEIGHT }));
  fit.observe(host);
  return () => {
    fit.disconnect();
    chart.destroy();
  };
}
