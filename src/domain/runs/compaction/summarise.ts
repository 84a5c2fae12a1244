import "server-only";
import { streamText } from "ai";
import type { Compaction } from "@/contracts/compaction";
import { SUMMARY_MAX_LENGTH } from "@/contracts/limits";
import { RunReceipt } from "@/domain/spending/run-receipt";
import { resolveLanguageModel } from "../resolve-language-model";
import type { Run } from "../run";
import type { SummaryRequest } from "./summary-request";

type Summarised = Pick<Compaction, "usage" | "cost"> & {
  /** Undefined if the model has written none. */
  summary: string | undefined;
};

/**
 * Asks the model of a run for a summary, with the key that pays for the run: one request, which is part of
 * its receipt.
 *
 * @param signal stops the request
 * @throws what the request failed with
 */
export async function summarise(
  run: Run,
  { prompt, maxOutputTokens }: SummaryRequest,
  signal: AbortSignal,
): Promise<Summarised> {
  const { actor, selection, payingKey, project, provider } = run.prepared;
  const failures: unknown[] = [];
  const answer = streamText({
    model: resolveLanguageModel(actor, selection, payingKey, run.receipt, project.id),
    prompt,
    maxOutputTokens,
    maxRetries: 0,
    abortSignal: signal,
    onError: ({ error }) => void failures.push(error),
  });
  const text = await Promise.resolve(answer.text).catch((error: unknown) => {
    throw failures[0] ?? error;
  });
  // Half a summary is none.
  signal.throwIfAborted();
  // Of this request alone.
  const receipt = new RunReceipt(provider, selection.model);
  for (const step of await answer.steps) {
    run.receipt.add(step, { isAside: true });
    receipt.begin();
    receipt.add(step);
  }
  // An error within the stream ends the text without failing it.
  if (failures.length > 0) throw failures[0];
  const { usage, cost } = receipt.metadata;
  const summary = text.trim().slice(0, SUMMARY_MAX_LENGTH).trim();
  return {
    summary: summary === "" ? undefined : summary,
    ...(usage && { usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens } }),
    ...(cost && { cost }),
  };
}
