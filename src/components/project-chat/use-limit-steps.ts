import { useState } from "react";
import type { ChatError } from "@/contracts/chat";
import { callApi } from "@/lib/http/api-client";

interface LimitSteps {
  /** Null where the limit is not this person's to raise. */
  raise: (() => void) | null;
  /** Null where it is, and once it was asked. */
  ask: (() => void) | null;
  /** What has come of it; null before. */
  outcome: { isDone: boolean; sentence: string } | null;
}

/**
 * What can be done about the limit that refused a message: raise it once and send again, or ask the operators
 * for more.
 *
 * @param onRetry null if the message is no longer the last
 */
export function useLimitSteps({ limit }: ChatError, onRetry: (() => void) | null): LimitSteps {
  const [outcome, setOutcome] = useState<LimitSteps["outcome"]>(null);
  const [isBusy, setBusy] = useState(false);
  if (!limit) return { raise: null, ask: null, outcome };

  async function act(path: `/api/${string}`, body: object | undefined, done: string, then?: () => void) {
    if (isBusy) return;
    setBusy(true);
    try {
      await callApi(path, { method: "POST", ...(body ? { body } : {}) });
      setOutcome({ isDone: true, sentence: done });
      then?.();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      setOutcome({ isDone: false, sentence: error.message });
    } finally {
      setBusy(false);
    }
  }

  const path = `/api/v1/limits/${encodeURIComponent(limit.id)}` as const;
  const { raiseBy } = limit;
  const isDone = outcome?.isDone ?? false;
  const raise = () =>
    void act(`${path}/raise`, { by: raiseBy }, "The limit is raised until it resets.", onRetry ?? undefined);
  const ask = () => void act(`${path}/requests`, undefined, "The operators are told that you ask for more.");
  return {
    raise: limit.mayRaise && raiseBy !== null && !isDone ? raise : null,
    ask: !limit.mayRaise && !isDone ? ask : null,
    outcome,
  };
}
