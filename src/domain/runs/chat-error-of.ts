import "server-only";
import type { ChatError } from "@/contracts/chat";
import { actionFields } from "@/contracts/error-body";
import { failureOfStreamError } from "@/domain/providers/failures/failure-of-stream-error";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import type { ClassifyRefusal } from "@/domain/providers/provider-adapter";
import { AppError } from "@/lib/app-error";
import { databaseFailure } from "@/lib/db/database-failure";
import { logger } from "@/lib/logger";
import { diagnoseFailure, type Payer } from "./diagnose-failure";

/**
 * What a person reads when a message fails: what happened, whose key was affected, and what to do next.
 *
 * @param error anything the run threw
 * @param payer whose key was used, and at which provider
 */
export function chatErrorOf(error: unknown, payer: Payer): ChatError {
  const known = findKnown(error, payer.classifyRefusal);
  if (known instanceof AppError) {
    const { code, message, actions, headers, refusedBy } = known;
    const retryAt = refusedBy && momentAfter(headers["retry-after"]);
    return {
      code,
      message,
      action: null,
      ...actionFields(actions),
      ...(retryAt && { retryAt }),
      ...refusedBy,
    };
  }
  const failure = known ?? new ProviderFailure("stream_interrupted");
  logger.warn(
    {
      err: failure,
      thrown: withoutText(error),
      failure: failure.code,
      keyProvider: payer.keyProvider,
      provider: payer.provider.id,
    },
    "a message failed",
  );
  return diagnoseFailure(failure, payer);
}

function momentAfter(seconds: string | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(Date.now() + Number(seconds) * 1000).toISOString();
}

/**
 * What was thrown, without its message: the agent framework turns provider errors inside a stream into plain
 * errors, whose message may repeat the key. The stack frames identify our own faults.
 */
function withoutText(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { type: error.name, at: frames.slice(0, 4).map((line) => line.trim()) };
}

/**
 * Libraries wrap what they catch; this finds our error through `cause`, `error` and the AI SDK's structure.
 */
function findKnown(error: unknown, classify: ClassifyRefusal, depth = 0): AppError | ProviderFailure | null {
  if (error instanceof AppError || error instanceof ProviderFailure) return error;
  if (typeof error !== "object" || error === null || depth > 5) return null;
  const { cause, error: inner, lastError, code, name } = error as Record<string, unknown>;
  const ofDatabase = databaseFailure(error);
  if (ofDatabase) {
    logger.error({ err: error }, "the database failed while a message was answered");
    return ofDatabase;
  }
  const nested =
    findKnown(cause, classify, depth + 1) ??
    findKnown(inner, classify, depth + 1) ??
    findKnown(lastError, classify, depth + 1);
  if (nested) return nested;
  // The connection broke after the answer started. Checked before the AI SDK error around it, which says 200,
  // "failed".
  if (name === "SocketError" || code === "ECONNRESET") {
    return new ProviderFailure("stream_interrupted", { cause: error });
  }
  const inStream = failureOfStreamError(error, classify);
  if (inStream) return inStream;
  const isUnreadable =
    typeof name === "string" &&
    /JSONParse|TypeValidation|InvalidResponse|EmptyResponse|APICall|NoOutput/.test(name);
  return isUnreadable ? new ProviderFailure("provider_bad_response", { cause: error }) : null;
}
