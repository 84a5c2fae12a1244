import "server-only";
import { type ModelMessage, streamText } from "ai";
import type { UsagePurpose } from "@/contracts/usage";
import { resolveLanguageModel } from "./resolve-language-model";
import type { Run } from "./run";

interface Asked {
  text: string;
  /** The error in the middle of the stream, if there was one: it ends the text without failing it. */
  failure: unknown;
}

/**
 * One request without tools, with the model and the key of a run. Streamed like every answer: what providers
 * send is read in one way.
 *
 * @param signal stops the request
 * @throws what the request failed with before it was answered, and when it was stopped: half a text is none
 */
export async function askOnce(
  run: Run,
  { purpose, ...asked }: { prompt: string | ModelMessage[]; maxOutputTokens: number; purpose: UsagePurpose },
  signal: AbortSignal,
): Promise<Asked> {
  const { actor, selection, payingKey, project } = run.prepared;
  const failures: unknown[] = [];
  const answer = streamText({
    model: resolveLanguageModel(actor, selection, payingKey, run.receipt, purpose, project.id),
    ...asked,
    maxRetries: 0,
    abortSignal: signal,
    onError: ({ error }) => void failures.push(error),
  });
  const text = await Promise.resolve(answer.text).catch((error: unknown) => {
    throw failures[0] ?? error;
  });
  signal.throwIfAborted();
  return { text, failure: failures[0] };
}
