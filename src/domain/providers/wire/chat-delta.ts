import type { ChatToolCalls } from "./chat-tool-calls";
import { isRecord, type Json } from "./wire-reader";

/** How a client takes content that consists of parts: itself, or as plain text. */
export type ContentParts = "as parts" | "as text";

/** Fields with which clients are strict, and of which nothing is shown. */
const UNUSED = ["annotations", "images", "audio"];

/**
 * A delta in the form that every client reads.
 * @param isWhole it is a whole message
 * @returns the very same one if it is in that form
 */
export function readDelta(delta: Json, calls: ChatToolCalls, parts: ContentParts, isWhole: boolean): Json {
  const toolCalls = calls.read(delta["tool_calls"] ?? legacyCall(delta["function_call"]), isWhole);
  if (toolCalls === delta["tool_calls"] && isClean(delta, parts)) return delta;
  const { content, role: _role, tool_calls: _calls, function_call: _call, ...rest } = delta;
  for (const field of UNUSED) delete rest[field];
  if (!Array.isArray(rest["reasoning_details"])) delete rest["reasoning_details"];
  const { text, thoughts } = flattened(content);
  const reasoning = [
    textOf(rest["reasoning_content"] ?? rest["reasoning"] ?? rest["reasoning_details"]),
    thoughts,
  ].join("");
  delete rest["reasoning_content"];
  delete rest["reasoning"];
  return {
    ...rest,
    content: parts === "as parts" && thoughts !== "" ? contentParts(text, thoughts) : text,
    ...(reasoning !== "" && !(parts === "as parts" && reasoning === thoughts)
      ? { reasoning, reasoning_content: reasoning }
      : {}),
    ...(toolCalls === undefined || toolCalls === null ? {} : { tool_calls: toolCalls }),
  };
}

function isClean(delta: Json, parts: ContentParts): boolean {
  const { role, content, reasoning, reasoning_content: thoughts, reasoning_details: details } = delta;
  return (
    (role === undefined || role === "assistant") &&
    (isTextOrNothing(content) ||
      (parts === "as parts" && Array.isArray(content) && content.every(isKnownPart))) &&
    isTextOrNothing(reasoning) &&
    isTextOrNothing(thoughts) &&
    (details === undefined ||
      details === null ||
      (Array.isArray(details) && (details.length === 0 || (reasoning ?? thoughts) !== undefined))) &&
    UNUSED.every((field) => delta[field] === undefined || delta[field] === null) &&
    (delta["function_call"] === undefined || delta["function_call"] === null)
  );
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

function isKnownPart(part: unknown): boolean {
  if (!isRecord(part)) return false;
  if (part["type"] === "text") return typeof part["text"] === "string";
  const { thinking } = part;
  return part["type"] === "thinking" && Array.isArray(thinking) && thinking.every(isKnownPart);
}

/** What functions were called in before there were tools. */
function legacyCall(call: unknown): unknown {
  return isRecord(call) ? [{ index: 0, function: call }] : call;
}

/** Text and thoughts of content that may be a text, a part or a list of parts. */
function flattened(content: unknown): { text: string; thoughts: string } {
  if (Array.isArray(content)) {
    const each = content.map(flattened);
    return {
      text: each.map(({ text }) => text).join(""),
      thoughts: each.map(({ thoughts }) => thoughts).join(""),
    };
  }
  if (!isRecord(content)) return { text: textOf(content), thoughts: "" };
  return /thinking|reasoning/.test(String(content["type"]))
    ? { text: "", thoughts: textOf(content) }
    : { text: textOf(content), thoughts: "" };
}

/** The text in whatever holds it. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(textOf).join("");
  if (!isRecord(value)) return "";
  return textOf(
    value["text"] ?? value["thinking"] ?? value["summary"] ?? value["content"] ?? value["reasoning"],
  );
}

function contentParts(text: string, thoughts: string): Json[] {
  return [
    { type: "thinking", thinking: [{ type: "text", text: thoughts }] },
    ...(text === "" ? [] : [{ type: "text", text }]),
  ];
}
