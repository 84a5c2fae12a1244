import { EventStreamParser, type ServerEvent } from "./event-stream";
import { isKeepAlive, NOTHING_READ, parsedJson } from "./wire-reader";

/**
 * The events in one whose data is not JSON: none if nobody misses them, those that a gateway wrapped once
 * more or wrote without empty lines between them, and one with its numbers mended.
 *
 * @param hasFinish after the reason for its end, an answer has nothing more to lose
 * @returns null if it is a piece of the answer that cannot be read
 */
export function eventsInUnreadable(event: ServerEvent, hasFinish: boolean): readonly ServerEvent[] | null {
  const { data, name, isStray } = event;
  if (isStray || isKeepAlive(event) || isOther(name)) return NOTHING_READ;
  if (/^(data|event|id|retry)?:/m.test(data)) {
    const wrapped = new EventStreamParser(data.length + 1).push(`${data}\n\n`) ?? [];
    if (wrapped.some((each) => each.data !== data)) return wrapped;
  }
  const lines = data.split("\n").filter((line) => line.trim() !== "");
  if (lines.length > 1) return lines.map((line) => ({ name, data: line }));
  // Python writes these, and reads them.
  const mended = data.replaceAll(/([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, "$1null");
  if (mended !== data && parsedJson(mended) !== undefined) return [{ name, data: mended }];
  return hasFinish ? NOTHING_READ : null;
}

/** Events for something else than the answer ("close", "timing"), whatever they hold. */
function isOther(name: string): boolean {
  return name !== "" && !/message|chunk|completion|delta|data|content|error|answer|text/i.test(name);
}
