import "server-only";
import type { Compaction } from "@/contracts/compaction";
import { SUMMARY_MAX_LENGTH } from "@/contracts/limits";
import { askOnce } from "../ask-once";
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
  const asked = { prompt, maxOutputTokens, purpose: "compaction" } as const;
  const { text, failure } = await askOnce(run, asked, signal);
  if (failure) throw failure;
  const { usage, cost } = run.receipt.metadataOf("compaction");
  const summary = text.trim().slice(0, SUMMARY_MAX_LENGTH).trim();
  return {
    summary: summary === "" ? undefined : summary,
    ...(usage && { usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens } }),
    ...(cost && { cost }),
  };
}
