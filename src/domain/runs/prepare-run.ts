import { randomUUID } from "node:crypto";
import type { ModelMessage } from "ai";
import type { ChatRequest, QuestionRequest } from "@/contracts/chat";
import type { ModelSelection } from "@/contracts/model-selection";
import { INSTALLATION, personAsOwner } from "@/contracts/owner";
import type { Project } from "@/contracts/projects";
import type { Actor } from "@/domain/identity/actor";
import { findPayingKey, type PayingKey } from "@/domain/keys/find-paying-key";
import { knownContextSize } from "@/domain/keys/model-choices/known-context-size";
import { getProject } from "@/domain/projects/get-project";
import type { SentConversation, StoredConversation } from "@/domain/projects/threads/append-messages";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { providerById } from "@/domain/providers/registry";
import { holdOfRun, type RunHold } from "@/domain/spending/limits/hold-request";
import { doHardLimitsApply } from "@/domain/spending/limits/limits-apply";
import { notFound } from "@/lib/app-error";
import { admitRun } from "./admit-run";
import type { Summary } from "./compaction/compacted-conversation";
import { type CompactionPlan, planCompaction } from "./compaction/plan-compaction";
import { payingOfRun } from "./paying-of-run";
import type { Access } from "./read-access";
import type { RunSlot } from "./run-rows";
import { thisServer } from "./this-server";
import { type Recipient, toModelMessages } from "./to-model-messages";

/** A person's request, sent with a message. */
export type RunRequest = (ChatRequest | QuestionRequest) & {
  projectId: string;
  selection: ModelSelection;
  /** What its requests are for; a chat unless it says so. */
  purpose?: "title";
  /** When the message arrived, on the clock of `performance.now()`. */
  arrivedAt: number;
};

/** A run that may start: who asks, in which project, who pays and what is sent. Contains no secret. */
export interface PreparedRun
  extends Pick<RunRequest, "selection" | "arrivedAt">,
    // Only where hard limits count for it.
    Partial<RunHold> {
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
 * @param access what was read of project and key together with who asks
 * @throws AppError for a message that cannot be answered
 */
export async function prepareRun(
  actor: Actor,
  request: RunRequest,
  access?: Pick<Access, "project" | "storedKey" | "isLimited">,
): Promise<PreparedRun> {
  const { projectId, selection, arrivedAt, keepWorking = false } = request;
  const project = access ? access.project : await getProject(actor, projectId);
  if (!project) throw notFound("project");
  const payingKey = await findPayingKey(actor, selection, access?.storedKey);
  const recipient = { selection, payingKey };
  const conversation: SentConversation =
    "messages" in request
      ? { messages: request.messages }
      : { parentId: request.parentId, message: request.message };
  // As it was sent; of a stored conversation the whole is known later.
  const messages = "messages" in request ? request.messages : [request.message];
  const modelMessages = await toModelMessages(messages, recipient);
  const runId = randomUUID();
  const threadId = request.threadId?.toLowerCase();
  const isLimited = access ? access.isLimited : await isLimitedWithout(actor, payingKey);
  const run = {
    runId,
    projectId: project.id,
    threadId,
    questionId: questionIn(request),
    keepWorking,
    paying: payingOfRun(request, payingKey),
  };
  const given = threadId === undefined ? null : { projectId: project.id, threadId, sent: conversation };
  const { slot, stored } = await admitRun(actor, selection, run, given);
  const provider = providerById(selection.provider);
  const held = { ...run, actor, selection, payingKey, provider, serverId: thisServer() };
  try {
    return {
      ...run,
      actor,
      project,
      selection,
      provider,
      ...(isLimited ? holdOfRun(held) : {}),
      payingKey,
      ...(await sendable(stored, modelMessages, recipient, request.compact ?? false)),
      slot,
      arrivedAt,
    };
  } catch (error) {
    await stored?.takeBack();
    await slot.release();
    throw error;
  }
}

/** For a run that is not asked for with a message: one statement more. */
function isLimitedWithout(actor: Actor, key: PayingKey): Promise<boolean> {
  if (key.source === "platform") return doHardLimitsApply(actor.userId, INSTALLATION, null);
  return doHardLimitsApply(actor.userId, personAsOwner(actor.userId), key.id);
}

/**
 * What is stored is sent as it is stored: a browser cannot rewrite an old answer, for the model neither.
 *
 * @param sent what was sent as the provider will see it; the whole conversation, where nothing was stored
 */
async function sendable(
  stored: StoredConversation | null,
  sent: ModelMessage[],
  recipient: Recipient & { payingKey: PayingKey },
  compact: boolean,
): Promise<Sendable> {
  if (!stored) return { modelMessages: sent, compaction: null };
  const conversation = stored.messages as ChatRequest["messages"];
  const contextSize = () => knownContextSize(recipient.payingKey, recipient.selection);
  const plan = planCompaction(conversation, contextSize, compact);
  const modelMessagesWith = (summary: Summary) => toModelMessages(conversation, recipient, summary);
  return {
    modelMessages: stored.isAsSent ? sent : await toModelMessages(conversation, recipient),
    compaction: plan && { ...plan, modelMessagesWith },
  };
}

/** The message to answer. */
function questionIn(request: RunRequest): string {
  const question = "messages" in request ? request.messages.at(-1) : request.message;
  if (!question) throw new Error("a conversation without messages");
  return question.id;
}
