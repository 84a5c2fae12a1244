import { asRecords } from "../../json";
import type { StreamFacts } from "../dialect";
import { dataEvent, dataOf } from "../server-sent-event";
import { openAiRefusal } from "./refusals";
import { deltaOf } from "./reshape-answer";

const overloaded = openAiRefusal({ kind: "overloaded" });

export const openAiStream: StreamFacts = {
  stepOf,
  broken: 'data: {"id":"chatcmpl-StandIn","object":"chat.completion.chunk","choices":[{"index":0,"del',
  error: () => dataEvent(overloaded.body),
  wholeError: () => overloaded,
};

/** Whether a chunk carries a piece of the answer, or the first one after all of them. */
export function stepOf(event: string): "delta" | "end" | "other" {
  const chunk = dataOf(event);
  if (!chunk) return event.startsWith("data: [DONE]") ? "end" : "other";
  const [choice] = asRecords(chunk.choices);
  if (!choice || typeof choice.finish_reason === "string") return "end";
  const { content, tool_calls: calls } = deltaOf(chunk);
  return Boolean(content) || calls !== undefined ? "delta" : "other";
}
