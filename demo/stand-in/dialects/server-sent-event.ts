import { asRecord, type JsonRecord, parsedJson } from "../json";

/** The JSON object an event carries; undefined for comments, "[DONE]" and whatever else is none. */
export function dataOf(event: string): JsonRecord | undefined {
  const text = /^data: (\{.*\})$/m.exec(event)?.[1];
  const json = text === undefined ? undefined : parsedJson(text);
  return json === undefined ? undefined : asRecord(json);
}

/** An event without a name, as OpenAI and those who speak like it send them. */
export function dataEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}`;
}
