const format = new Intl.NumberFormat("en");

/** A whole number with thousands separators, the same on server and browser: "1,048,576". */
export function formatCount(count: number): string {
  return format.format(Math.round(count));
}

/** "1 value", "2,000 values". @param noun in the singular; its plural takes an s */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
