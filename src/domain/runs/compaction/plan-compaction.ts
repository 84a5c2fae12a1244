import { z } from "zod";
import { type ChatRequest, chatMessageMetadataSchema } from "@/contracts/chat";
import { COMPACTION_DUE_AT, COMPACTION_OFFERED_AT } from "@/contracts/limits";
import { compactedConversation, compactionIn, summaryIn } from "./compacted-conversation";
import { type SummaryRequest, summaryRequest } from "./summary-request";

type Message = ChatRequest["messages"][number];

/** Percent of the context: the newest exchanges that fit in it stay whole. */
const KEPT_WHOLE = 20;
/** Percent of the context that the agent's side must take, or leaving it out saves next to nothing. */
const WORTH_IT = 2;
/** So many answers long it is not tried again after it failed. */
const NOT_AGAIN_FOR = 3;

/** What to summarise before a message is answered. */
export interface CompactionPlan {
  /** The last message that the summary is to stand for. */
  upTo: string;
  /** The message before the one that is answered: versions of it follow the same. */
  follows: string;
  /** The person asks for it. */
  isWanted: boolean;
  /** Whether to ask for a summary; otherwise only one that was made for another version is taken. */
  isDue: boolean;
  /** Without it the conversation is larger than the context. */
  isNeeded: boolean;
  /** What the model is asked. */
  request(): SummaryRequest;
}

/**
 * Decides whether the older part of a conversation is to be summarised, and which part that is: all but the
 * newest exchanges. Not by itself where the person has undone it, or where it has just failed.
 *
 * @param conversation ends with the message to answer
 * @param contextSize of the chosen model, in tokens; null if it is not known
 * @param isWanted the person asks for it
 * @returns null if nothing is to be summarised
 */
export function planCompaction(
  conversation: Message[],
  contextSize: () => number | null,
  isWanted: boolean,
): CompactionPlan | null {
  const used = contextTokensOf(conversation);
  const follows = conversation.at(-2)?.id;
  const size = used === null || follows === undefined ? null : contextSize();
  if (used === null || follows === undefined || !size) return null;
  const percent = (100 * used) / size;
  if (percent < COMPACTION_OFFERED_AT && !isWanted) return null;

  const { rest, summary } = compactedConversation(conversation, null);
  const before = rest.slice(0, -1);
  const tokensOf = measure(before, summary, used);
  const end = beginOfKept(before, (KEPT_WHOLE * size) / 100, tokensOf);
  const older = before.slice(0, end);
  const upTo = older.at(-1)?.id;
  const gain = older
    .filter(({ role }) => role === "assistant")
    .reduce((sum, each) => sum + tokensOf(each), 0);
  if (upTo === undefined || gain < (WORTH_IT * size) / 100) return null;
  const first = conversation.indexOf(older[0] as Message);
  const questionsBefore = conversation.slice(0, first).filter(({ role }) => role === "user").length;
  return {
    upTo,
    follows,
    isWanted,
    isDue: isWanted || (percent >= COMPACTION_DUE_AT && mayBeDone(conversation)),
    isNeeded: percent >= 100,
    request: () => summaryRequest({ older, questionsBefore, summary, contextSize: size }),
  };
}

const contextTokensSchema = chatMessageMetadataSchema.pick({ contextTokens: true });

/** What the conversation takes of the context, by the latest answer that says so. */
function contextTokensOf(messages: readonly Message[]): number | null {
  for (const message of messages.toReversed()) {
    if (message.role !== "assistant") continue;
    const { data } = z.safeParse(contextTokensSchema, message["metadata"]);
    if (data?.contextTokens) return data.contextTokens;
    // What answers before it took was before the compaction.
    if (summaryIn(compactionIn(message))) return null;
  }
  return null;
}

function mayBeDone(messages: readonly Message[]): boolean {
  const ofAnswers = messages.filter(({ role }) => role === "assistant").map(compactionIn);
  const latest = ofAnswers.findLast((compaction) => compaction?.state === "done");
  const hasFailed = ofAnswers.slice(-NOT_AGAIN_FOR).some((compaction) => compaction?.state === "failed");
  return !latest?.isUndone && !hasFailed;
}

/**
 * About how many tokens a message takes, from what the provider counted for all of them: languages, code and
 * tokenizers differ too much for a constant.
 */
function measure(messages: readonly Message[], summary: string | null, tokens: number) {
  const total = messages.reduce((sum, each) => sum + sizeOf(each), summary?.length ?? 0);
  return (message: Message) => (sizeOf(message) * tokens) / Math.max(1, total);
}

function sizeOf({ parts }: Message): number {
  return parts
    .filter(({ type }) => !type.startsWith("data-") && type !== "reasoning" && type !== "step-start")
    .reduce((sum, part) => sum + JSON.stringify(part).length, 0);
}

/** @returns from which index on messages stay whole: where an exchange begins; their number for none */
function beginOfKept(
  messages: readonly Message[],
  budget: number,
  tokensOf: (message: Message) => number,
): number {
  let begin = messages.length;
  let tokens = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index] as Message;
    tokens += tokensOf(message);
    if (tokens > budget) break;
    const isBegin = message.role === "user" && messages[index - 1]?.role === "assistant";
    if (isBegin) begin = index;
  }
  return begin;
}
