import { type DynamicToolUIPart, getToolName, isToolUIPart, type ToolUIPart } from "ai";
import type { ChatMessage } from "./chat-message";

/** A tool call of the agent in words. */
export interface ToolCallSummary {
  state: "running" | "done" | "failed" | "stopped";
  /** "Wrote src/app.js · 42 lines" */
  text: string;
}

export interface ToolCall {
  id: string;
  toolName: string;
  args: Readonly<Record<string, unknown>>;
  result?: unknown;
  isError: boolean;
}

/** @returns null for a part that is not a tool call */
export function toolCallOf(part: ChatMessage["parts"][number]): ToolCall | null {
  if (!isToolUIPart(part)) return null;
  return {
    id: part.toolCallId,
    toolName: getToolName(part),
    args: argsOf(part),
    result: part.state === "output-error" ? { error: part.errorText } : part.output,
    isError: part.state === "output-error",
  };
}

function argsOf(part: ToolUIPart | DynamicToolUIPart): ToolCall["args"] {
  if (isRecord(part.input)) return part.input;
  const raw = "rawInput" in part ? part.rawInput : undefined;
  return isRecord(raw) ? raw : {};
}

/** Words for a tool that acts on `what`: while running, when done, and after a failure. */
interface Wording {
  running: string;
  done: string;
  base: string;
  what: string;
}

/**
 * @param isRunning whether the message is still streaming: a call without a result is then running, otherwise
 *   it was cut off
 */
export function toolCallSummary(call: ToolCall, isRunning: boolean): ToolCallSummary {
  const { running, done, base, what } = wordingOf(call);
  const sentence = (verb: string, extra = "") => [verb, what].filter(Boolean).join(" ") + extra;
  if (refusalOf(call) !== null) return { state: "failed", text: sentence(`Could not ${base}`) };
  if (call.result !== undefined) return { state: "done", text: sentence(done, extent(call)) };
  return isRunning
    ? { state: "running", text: sentence(running) }
    : { state: "stopped", text: sentence(`Stopped before it could ${base}`) };
}

/**
 * Why a tool did not do what it was called for; null if it did, or has not ended. Whatever stands in the
 * `error` of an output says that nothing was done.
 */
export function refusalOf({ result, isError }: ToolCall): string | null {
  const record = isRecord(result) ? result : {};
  const { error, message } = record;
  if (typeof error === "string" && error !== "") return error;
  const hasFailed = isError || (error !== undefined && error !== null && error !== false && error !== "");
  if (!hasFailed) return null;
  if (isRecord(error) && typeof error.message === "string") return error.message;
  return typeof message === "string" && message !== "" ? message : "The tool failed.";
}

/** The path a tool call changed, so that views of it can reload; null if it changed none. */
export function changedPath({ toolName, args }: Pick<ToolCall, "toolName" | "args">): string | null {
  return ["writeFile", "editFile", "deleteFile"].includes(toolName) ? textOf(args.path) || null : null;
}

export function countLines(text: string): number {
  if (text === "") return 0;
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

function wordingOf({ toolName, args }: ToolCall): Wording {
  const path = textOf(args.path);
  switch (toolName) {
    case "listFiles":
      return { running: "Looking at", done: "Looked at", base: "look at", what: "the project's files" };
    case "readFile":
      return { running: "Reading", done: "Read", base: "read", what: path };
    case "writeFile":
      return { running: "Writing", done: "Wrote", base: "write", what: path };
    case "editFile":
      return { running: "Editing", done: "Edited", base: "edit", what: path };
    case "deleteFile":
      return { running: "Deleting", done: "Deleted", base: "delete", what: path };
    case "searchFiles": {
      const query = textOf(args.query);
      return { running: "Searching", done: "Searched", base: "search", what: query && `for “${query}”` };
    }
    default:
      return { running: "Running", done: "Ran", base: "run", what: toolName };
  }
}

function extent({ toolName, args, result }: ToolCall): string {
  const record = isRecord(result) ? result : {};
  switch (toolName) {
    case "listFiles":
      return counted(Array.isArray(record.files) ? record.files.length : null, "file");
    case "readFile":
      return counted(typeof record.content === "string" ? countLines(record.content) : null, "line");
    case "writeFile":
      return counted(typeof args.content === "string" ? countLines(args.content) : null, "line");
    case "searchFiles":
      return counted(
        Array.isArray(record.matches) ? record.matches.length : null,
        "match",
        record.more === true ? " and more" : "",
      );
    default:
      return "";
  }
}

function counted(count: number | null, noun: string, more = ""): string {
  if (count === null) return "";
  const plural = noun === "match" ? "matches" : `${noun}s`;
  return ` · ${count === 0 ? "no" : count} ${count === 1 ? noun : plural}${more}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Arguments stream in and come from a model: any may be missing or of another type. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
