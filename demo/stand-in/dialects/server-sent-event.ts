import { asRecord, type JsonRecord, parsedJson } from "../json";

/** The JSON object of an event; undefined for comments, "[DONE]" and other events. */
export function dataOf(event: string): JsonRecord | undefined {
  const text = /^data: (\{.*\})$/m.exec(event)?.[1];
  const json = text === undefined ? undefined : parsedJson(text);
  return json === undefined ? undefined : asRecord(json);
}

/** An event without a name, as in OpenAI's format. */
export function dataEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}`;
}
