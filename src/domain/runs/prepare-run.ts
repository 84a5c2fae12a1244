import type { ModelMessage } from "ai";
import type { ChatRequest } from "@/contracts/chat";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Project } from "@/contracts/projects";
import type { Actor } from "@/domain/identity/actor";
import { findPayingKey, type PayingKey } from "@/domain/keys/find-paying-key";
import { getProject } from "@/domain/projects/get-project";
import { appendThreadMessages } from "@/domain/projects/threads/append-thread-messages";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { providerById } from "@/domain/providers/registry";
import { admitRun } from "./admit-run";
import type { RunSlot } from "./run-slots";
import { toModelMessages } from "./to-model-messages";

/** A person's request, sent with a message. */
export interface RunRequest extends ChatRequest {
  projectId: string;
  selection: ModelSelection;
  /** When the message arrived, on the clock of `performance.now()`. */
  arrivedAt: number;
}

/** A run that may start: who asks, in which project, who pays and what is sent. Contains no secret. */
export interface PreparedRun extends Pick<RunRequest, "selection" | "messages" | "threadId" | "arrivedAt"> {
  actor: Actor;
  project: Project;
  provider: ProviderAdapter;
  payingKey: PayingKey;
  /** The conversation as the provider will see it. */
  modelMessages: ModelMessage[];
  /** Released when the run has ended. */
  slot: RunSlot;
}

/**
 * Checks everything that can be refused, and stores the person's message. Sends nothing to a provider.
 *
 * @throws AppError for a message that cannot be answered
 */
export async function prepareRun(actor: Actor, request: RunRequest): Promise<PreparedRun> {
  const { projectId, selection, messages, threadId, arrivedAt } = request;
  const [project, payingKey] = await both(getProject(actor, projectId), findPayingKey(actor, selection));
  const modelMessages = await toModelMessages(messages, { selection, payingKey });
  const provider = providerById(selection.provider);
  const slot = await admitRun(actor, selection);
  try {
    if (threadId) await appendThreadMessages(actor, project.id, threadId, messages);
  } catch (error) {
    await slot.release();
    throw error;
  }
  return {
    actor,
    project,
    selection,
    provider,
    payingKey,
    messages,
    threadId,
    modelMessages,
    slot,
    arrivedAt,
  };
}

/** Runs both in parallel. If both fail, throws the error of the first, regardless of which fails sooner. */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  second.catch(() => undefined);
  return [await first, await second];
}
