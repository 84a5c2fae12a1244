import "server-only";
import type { DeliveryOutcome } from "@/contracts/notifications";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import { EndpointFailure } from "@/lib/outbound/endpoint-failure";
import { createGuardedFetch } from "@/lib/outbound/guarded-fetch";
import type { RequestLimits } from "@/lib/outbound/request-limits";
import { openWebhookSecret } from "./open-webhook-secret";
import { webhookHeaders } from "./sign-webhook";
import { parseWebhookAddress } from "./webhook-address";

const WAIT_MS = 10_000;
const LIMITS: Partial<RequestLimits> = {
  headersMs: WAIT_MS,
  idleMs: WAIT_MS,
  totalMs: 2 * WAIT_MS,
  maxBodyBytes: 64 * 1024,
};

export interface SentWebhook {
  outcome: DeliveryOutcome;
  status: number | null;
}

/**
 * Sends one signed message to a webhook's receiver, through the guard for addresses that people type.
 *
 * @param message `id` is the same for each attempt; `body` is JSON
 * @returns null if the webhook is gone
 */
export async function sendWebhook(
  webhookId: string,
  message: { id: string; body: string },
): Promise<SentWebhook | null> {
  let opened: Awaited<ReturnType<typeof openWebhookSecret>>;
  try {
    opened = await openWebhookSecret(webhookId);
  } catch (error) {
    logger.error({ err: error, webhook: webhookId }, "the signing secret of a webhook cannot be opened");
    return { outcome: "secret_unreadable", status: null };
  }
  if (!opened) return null;
  const headers = {
    "content-type": "application/json",
    "user-agent": "Orchestral-Webhook",
    ...webhookHeaders(opened.secret, { ...message, at: new Date() }),
  };
  try {
    const { endpoint, url, policy } = parseWebhookAddress(opened.address);
    const send = createGuardedFetch(endpoint, { policy, limits: LIMITS });
    const response = await send(url, { method: "POST", headers, body: message.body });
    // Whatever the receiver says is of no interest.
    await response.body?.cancel();
    return { outcome: response.ok ? "delivered" : "refused", status: response.status };
  } catch (error) {
    return { outcome: outcomeOf(error), status: null };
  }
}

function outcomeOf(error: unknown): DeliveryOutcome {
  if (error instanceof AppError) return "address_refused";
  if (!(error instanceof EndpointFailure)) throw error;
  return error.kind === "too_large" ? "refused" : error.kind;
}
