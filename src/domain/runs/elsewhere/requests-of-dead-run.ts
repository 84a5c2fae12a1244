import type { z } from "zod";
import type { UsagePurpose } from "@/contracts/usage";
import { requestIdOf } from "@/domain/metering/request-id";
import type { UsageRow } from "@/domain/metering/usage-row";
import { tokensOfBytes, usedByRequest } from "@/domain/metering/used-by-request";
import { providerById } from "@/domain/providers/registry";
import { newAnswerState } from "@/domain/providers/wire/answer-state";
import { bytesOf } from "@/domain/providers/wire/bytes-of";
import { newWireRequest } from "@/domain/providers/wire/wire-request";
import type { payingOfRunSchema } from "../paying-of-run";

/** What the database has of a run whose server died. */
export interface DeadRun {
  runId: string;
  paying: z.output<typeof payingOfRunSchema>;
  /** The requests that are recorded, in their order. */
  recorded: readonly RecordedRequest[];
  /** What had been stored of the answer. */
  parts: readonly StoredPart[];
  /** How the answer ended; null if it was not stored, `interrupted` if it is not known. */
  outcome: string | null;
  /** Of the conversation up to its question, as it is stored. */
  branchBytes: number;
}

interface RecordedRequest {
  round: number;
  purpose: UsagePurpose;
  inputTokens: number | null;
  outputTokens: number | null;
}

type StoredPart = { type: string } & Record<string, unknown>;

/** Of the agent's instructions and tools, which each request has, at least. */
const INSTRUCTION_TOKENS = 600;
const NO_ECHO = { isIn: () => false };

/**
 * The requests of a dead run that nobody has recorded: the one that was in progress, and any before it whose
 * record was lost with the server. Each cost at least what it was sent and what is stored of its answer.
 *
 * Between two requests, while a tool was called, nothing was in progress. That cannot be told from a request
 * of which nothing had come, and is rarely so long; it counts as a request.
 */
export function requestsOfDeadRun(run: DeadRun): UsageRow[] {
  const { recorded, paying, parts, outcome } = run;
  const answered = recorded.filter(({ purpose }) => purpose === paying.purpose).length;
  if (paying.purpose === "title" && answered > 0) return [];
  const steps = stepsIn(parts);
  const lost: { purpose: UsagePurpose; bytes: number }[] = [];
  if (isSummarising(parts) && steps.length === 0 && recorded.length === 0) {
    lost.push({ purpose: "compaction", bytes: 0 });
  } else {
    // Of an answer that is whole, all steps are known.
    const isWhole = outcome !== null && outcome !== "interrupted";
    const last = Math.max(steps.length, isWhole ? 0 : answered + 1);
    for (let step = answered; step < last; step += 1)
      lost.push({ purpose: paying.purpose, bytes: steps[step] ?? 0 });
  }
  const first = Math.max(-1, ...recorded.map(({ round }) => round)) + 1;
  let inputTokens = inputOf(run);
  return lost.map(({ purpose, bytes }, index) => {
    const row = rowOf(run, { round: first + index, purpose, bytes, inputTokens });
    inputTokens += tokensOfBytes(bytes);
    return row;
  });
}

/** Bytes of content in each step of an answer. */
function stepsIn(parts: readonly StoredPart[]): number[] {
  const steps: number[] = [];
  for (const part of parts) {
    if (part.type === "step-start") steps.push(0);
    else if (steps.length > 0) steps[steps.length - 1] = (steps.at(-1) ?? 0) + contentBytesOf(part);
  }
  return steps;
}

function contentBytesOf({ type, text, input }: StoredPart): number {
  if (type === "text" || type === "reasoning") return bytesOf(typeof text === "string" ? text : "");
  if (!type.startsWith("tool-") && type !== "dynamic-tool") return 0;
  return bytesOf(JSON.stringify(input) ?? "");
}

function isSummarising(parts: readonly StoredPart[]): boolean {
  const summary = parts.find(({ type }) => type === "data-compaction")?.["data"];
  return typeof summary === "object" && summary !== null && "state" in summary && summary.state === "running";
}

/** What the last request of the conversation came to, or what is stored of it. */
function inputOf({ recorded, branchBytes }: DeadRun): number {
  const counted = recorded.findLast(({ purpose, inputTokens }) => purpose !== "compaction" && inputTokens);
  if (counted) return (counted.inputTokens ?? 0) + (counted.outputTokens ?? 0);
  return INSTRUCTION_TOKENS + tokensOfBytes(branchBytes);
}

function rowOf(
  { runId, paying }: DeadRun,
  {
    round,
    purpose,
    bytes,
    inputTokens,
  }: { round: number; purpose: UsagePurpose; bytes: number; inputTokens: number },
): UsageRow {
  const { at, selection, key } = paying;
  const wire = { ...newWireRequest(), state: { ...newAnswerState(), contentBytes: bytes } };
  return {
    ...usedByRequest(providerById(selection.provider), selection.model, { wire, at, inputTokens }, NO_ECHO),
    id: requestIdOf(runId, round),
    // Of the run: when this request was sent died with the server.
    at,
    purpose,
    round,
    requests: 1,
    outcome: "aborted",
    errorCode: null,
    durationMs: 0,
    firstTokenMs: null,
    key,
  };
}
