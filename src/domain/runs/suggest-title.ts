import "server-only";
import { type ChatMessageMetadata, chatMessageMetadataSchema, type SuggestedTitle } from "@/contracts/chat";
import { THREAD_TITLE_MAX_LENGTH } from "@/contracts/limits";
import type { ModelSelection } from "@/contracts/model-selection";
import { payerOf } from "@/contracts/payer";
import type { ThreadMessage } from "@/contracts/threads";
import { isVisible } from "@/contracts/visible-text";
import type { Actor } from "@/domain/identity/actor";
import { sessionEnded } from "@/domain/identity/authority";
import { listThreadMessages } from "@/domain/projects/threads/list-thread-messages";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { AppError, notFound } from "@/lib/app-error";
import { abortedWith } from "@/lib/http/aborted-with";
import { askOnce } from "./ask-once";
import { finishRun } from "./finish-run";
import { prepareRun } from "./prepare-run";
import { Run } from "./run";
import { whenSessionEnds } from "./runs-of-session";

/** Messages at the end of a thread that a title is made from, and characters of each. */
const MESSAGES = 8;
const EXCERPT = 600;
/** Also for models that think before they write. */
const MAX_OUTPUT_TOKENS = 500;

/**
 * Asks the model of a thread's last answer for a title, with the key that paid for that answer and no other:
 * one short request, refused and recorded like a message. Stores nothing in the thread.
 *
 * @param signal stops the request
 * @throws AppError for a request that cannot be answered
 */
export async function suggestTitle(
  actor: Actor,
  projectId: string,
  threadId: string,
  signal: AbortSignal,
): Promise<SuggestedTitle> {
  const { messages } = await listThreadMessages(actor, projectId, threadId, { limit: MESSAGES });
  if (messages.length === 0) throw notFound("thread");
  const selection = lastSelectionIn(messages);
  const prompt = `Suggest a title for this conversation: at most six words, in its language, without quotation marks. Answer with the title only.\n\n${excerptOf(messages)}`;
  const question = { id: "title", role: "user" as const, parts: [{ type: "text", text: prompt }] };
  const arrivedAt = performance.now();
  const prepared = await prepareRun(actor, {
    projectId,
    selection,
    purpose: "title",
    messages: [question],
    arrivedAt,
  });
  const run = new Run(prepared);
  let hasSessionEnded = false;
  const ended = abortedWith(signal);
  const forget = whenSessionEnds(actor.sessionId, () => {
    hasSessionEnded = true;
    ended.abort();
  });
  let title = "";
  try {
    title = await titleFrom(run, ended.signal);
  } catch (error) {
    if (hasSessionEnded) run.fail(sessionEnded());
    else if (signal.aborted) run.markStopped("stopped");
    else run.fail(error);
  } finally {
    forget();
  }
  const { stored, recorded } = finishRun(run, { id: run.messageId, role: "assistant", parts: [] });
  await Promise.all([stored, recorded]);
  if (run.failure || title === "") {
    throw new AppError("unavailable", run.failure?.message ?? "The title was not suggested. Try again.");
  }
  return { title, metadata: run.metadataAtEnd };
}

async function titleFrom(run: Run, signal: AbortSignal): Promise<string> {
  const asked = { prompt: run.prepared.modelMessages, maxOutputTokens: MAX_OUTPUT_TOKENS };
  const { text, failure } = await askOnce(run, { ...asked, purpose: "title" }, signal);
  if (failure) throw failure;
  run.markContent();
  run.markFinished("stop");
  const title = cleanTitle(text);
  if (title === "") throw new ProviderFailure("provider_bad_response");
  return title;
}

/** The first line, without the marks that models put around a title. */
export function cleanTitle(text: string): string {
  const line = text.split("\n").find((each) => each.trim() !== "") ?? "";
  const title = line
    .trim()
    .replace(/^(?:#+\s+|title:\s*)/i, "")
    .replace(/^["'“„«*_`]+|["'”“»*_`.]+$/g, "")
    .trim()
    .slice(0, THREAD_TITLE_MAX_LENGTH)
    .trim();
  return isVisible(title) ? title : "";
}

/** @throws AppError `conflict` for a thread without an answer */
function lastSelectionIn(messages: readonly ThreadMessage[]): ModelSelection {
  for (const { role, metadata } of messages.toReversed()) {
    const { data } = chatMessageMetadataSchema.safeParse(metadata);
    if (role === "assistant" && data?.aiProvider)
      return selectionOf({ ...data, aiProvider: data.aiProvider });
  }
  throw new AppError("conflict", "A title can be suggested once the thread has an answer.");
}

function selectionOf({
  keyProvider,
  aiProvider,
  model,
  keyId,
}: ChatMessageMetadata & { aiProvider: string }): ModelSelection {
  return { payer: payerOf(keyProvider), provider: aiProvider, model, ...(keyId ? { keyId } : {}) };
}

function excerptOf(messages: readonly ThreadMessage[]): string {
  return messages
    .map(({ role, parts }) => {
      const text = parts
        // Not what a model thought: it may be another account's.
        .flatMap((part) => (part.type === "text" && typeof part["text"] === "string" ? [part["text"]] : []))
        .join(" ");
      return `${role === "user" ? "Person" : "Agent"}: ${text.slice(0, EXCERPT)}`;
    })
    .join("\n\n");
}
