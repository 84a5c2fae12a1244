/** Groups beyond these share the last colour. */
export const CHART_GROUPS = 6;

/** Whole class names, which the style sheet is made from. */
export const CHART_SWATCHES = [
  "bg-chart-1",
  "bg-chart-2",
  "bg-chart-3",
  "bg-chart-4",
  "bg-chart-5",
  "bg-chart-6",
  "bg-border-strong",
] as const;

export const CHART_COLOURS = [
  "--color-chart-1",
  "--color-chart-2",
  "--color-chart-3",
  "--color-chart-4",
  "--color-chart-5",
  "--color-chart-6",
  "--color-border-strong",
] as const;

/** @param index place of the group in its report */
export function colourOf(index: number): number {
  return Math.min(index, CHART_GROUPS);
}
