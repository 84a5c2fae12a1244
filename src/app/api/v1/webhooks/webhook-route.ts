import { z } from "zod";
import { notFound } from "@/lib/app-error";

/** Room for an address in any script and all kinds. */
export const MAX_WEBHOOK_BODY_BYTES = 8 * 1024;

export type WebhookParams = { webhookId: string };

/** The id of a webhook from the URL of a request. @throws AppError `not_found` if it cannot be one */
export function webhookIdOf({ webhookId }: WebhookParams): string {
  if (!z.uuid().safeParse(webhookId).success) throw notFound("webhook");
  return webhookId.toLowerCase();
}
