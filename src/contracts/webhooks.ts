import { z } from "zod";
import { WEBHOOK_ADDRESS_MAX_LENGTH } from "./limits";
import { NOTIFICATION_KINDS, type NotificationKind } from "./notification-kind";
import type { DeliveryOutcome } from "./notifications";
import { OWNER_KINDS, type OwnerKind } from "./owner";

export interface WebhookSummary {
  id: string;
  owner: OwnerKind;
  address: string;
  /** Empty: all of them. */
  kinds: NotificationKind[];
  state: "active" | "disabled";
  /** Why it is disabled without its owner having done it; null otherwise. */
  disabledBecause: "failing" | "gone" | null;
  createdAt: string;
  /** The last attempt; null if there was none. */
  last: { outcome: DeliveryOutcome; status: number | null; at: string } | null;
  /** Notifications that are tried again, and those that were given up in the last 90 days. */
  waiting: number;
  givenUp: number;
}

export interface WebhookListResponse {
  webhooks: WebhookSummary[];
  /** Whether the person may add webhooks of the installation. */
  isOperator: boolean;
}

/** With the secret that receivers verify with: shown once. */
export interface WebhookSecretResponse {
  id: string;
  secret: string;
}

/** How a test ended. */
export interface WebhookTestResponse {
  outcome: DeliveryOutcome;
  status: number | null;
  sentence: string;
}

const addressSchema = z
  .string("Enter the address of the receiver.")
  .trim()
  .min(1, "Enter the address of the receiver.")
  .max(WEBHOOK_ADDRESS_MAX_LENGTH, `An address has at most ${WEBHOOK_ADDRESS_MAX_LENGTH} characters.`);

const kindsSchema = z
  .array(z.enum(NOTIFICATION_KINDS, { error: "Name kinds of notifications." }), {
    error: "Name kinds of notifications.",
  })
  .max(NOTIFICATION_KINDS.length, "Name each kind once.")
  .transform((kinds) => [...new Set(kinds)]);

export const addWebhookRequestSchema = z.strictObject({
  address: addressSchema,
  kinds: kindsSchema.default([]),
  owner: z.enum(OWNER_KINDS, { error: "A webhook is of a person or of the installation." }).default("person"),
});
export type AddWebhookRequest = z.infer<typeof addWebhookRequestSchema>;

export const changeWebhookRequestSchema = z
  .strictObject({
    address: addressSchema.optional(),
    kinds: kindsSchema.optional(),
    isActive: z.boolean("Say whether it is active.").optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "Say what to change.");
export type ChangeWebhookRequest = z.infer<typeof changeWebhookRequestSchema>;
