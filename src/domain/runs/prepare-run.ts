import { randomUUID } from "node:crypto";
import type { ModelMessage } from "ai";
import type { ChatRequest, QuestionRequest } from "@/contracts/chat";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Project } from "@/contracts/projects";
import type { Actor } from "@/domain/identity/actor";
import { findPayingKey, type PayingKey } from "@/domain/keys/find-paying-key";
import { knownContextSize } from "@/domain/keys/model-choices/known-context-size";
import { getProject } from "@/domain/projects/get-project";
import {
  appendQuestion,
  appendThreadMessages,
  type MessageToAppend,
} from "@/domain/projects/threads/append-thread-messages";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { providerById } from "@/domain/providers/registry";
import { admitRun } from "./admit-run";
import type { Summary } from "./compaction/compacted-conversation";
import { type CompactionPlan, planCompaction } from "./compaction/plan-compaction";
import type { RunSlot } from "./run-rows";
import { type Recipient, toModelMessages } from "./to-model-messages";

/** A person's request, sent with a message. */
export type RunRequest = (ChatRequest | QuestionRequest) & {
  projectId: string;
  selection: ModelSelection;
  /** When the message arrived, on the clock of `performance.now()`. */
  arrivedAt: number;
};

/** A run that may start: who asks, in which project, who pays and what is sent. Contains no secret. */
export interface PreparedRun extends Pick<RunRequest, "selection" | "arrivedAt"> {
  /** Also the id of its answer's message. */
  runId: string;
  actor: Actor;
  project: Project;
  /** By the id its project knows; undefined if the answer is kept nowhere. */
  threadId: string | undefined;
  /** The message that is answered. */
  questionId: string;
  provider: ProviderAdapter;
  payingKey: PayingKey;
  /** The conversation as the provider will see it. */
  modelMessages: ModelMessage[];
  /** What is to be summarised before; null if nothing is. */
  compaction: PreparedCompaction | null;
  /** Goes on when nobody watches any more. */
  keepWorking: boolean;
  /** Released when the run has ended. */
  slot: RunSlot;
}

export interface PreparedCompaction extends CompactionPlan {
  /** The conversation as the provider will see it with the summary. */
  modelMessagesWith(summary: Summary): Promise<ModelMessage[]>;
}

/** A conversation that may be sent. */
type Sendable = Pick<PreparedRun, "modelMessages" | "compaction">;

/**
 * Checks everything that can be refused, and stores the person's message. Sends nothing to a provider.
 *
 * @throws AppError for a message that cannot be answered
 */
export async function prepareRun(actor: Actor, request: RunRequest): Promise<PreparedRun> {
  const { projectId, selection, arrivedAt, keepWorking = false } = request;
  const [project, payingKey] = await both(getProject(actor, projectId), findPayingKey(actor, selection));
  const recipient = { selection, payingKey };
  // As it was sent; of a stored conversation the whole is known later.
  const messages = "messages" in request ? request.messages : [request.message];
  const sent = await toModelMessages(messages, recipient);
  const runId = randomUUID();
  const threadId = request.threadId?.toLowerCase();
  const run = { runId, projectId: project.id, threadId, questionId: questionIn(request), keepWorking };
  const slot = await admitRun(actor, selection, run);
  try {
    return {
      ...run,
      actor,
      project,
      selection,
      provider: providerById(selection.provider),
      payingKey,
      ...(await storeQuestion(actor, project.id, request, recipient, sent)),
      slot,
      arrivedAt,
    };
  } catch (error) {
    await slot.release();
    throw error;
  }
}

/** What is stored is sent as it is stored: a browser cannot rewrite an old answer, for the model neither. */
async function storeQuestion(
  actor: Actor,
  projectId: string,
  request: RunRequest,
  recipient: Recipient & { payingKey: PayingKey },
  sent: ModelMessage[],
): Promise<Sendable> {
  if (request.threadId === undefined) return { modelMessages: sent, compaction: null };
  const check = async (stored: MessageToAppend[]): Promise<Sendable> => {
    const conversation = stored as ChatRequest["messages"];
    const contextSize = () => knownContextSize(recipient.payingKey, recipient.selection);
    const plan = planCompaction(conversation, contextSize, request.compact ?? false);
    const modelMessagesWith = (summary: Summary) => toModelMessages(conversation, recipient, summary);
    return {
      modelMessages: await toModelMessages(conversation, recipient),
      compaction: plan && { ...plan, modelMessagesWith },
    };
  };
  return "messages" in request
    ? appendThreadMessages(actor, projectId, request.threadId, request.messages, check)
    : appendQuestion(actor, projectId, request.threadId, request, check);
}

/** The message to answer. */
function questionIn(request: RunRequest): string {
  const question = "messages" in request ? request.messages.at(-1) : request.message;
  if (!question) throw new Error("a conversation without messages");
  return question.id;
}

/** Runs both in parallel. If both fail, throws the error of the first, regardless of which fails sooner. */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  second.catch(() => undefined);
  return [await first, await second];
}
