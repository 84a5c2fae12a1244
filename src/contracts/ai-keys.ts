import { z } from "zod";
import {
  AI_KEY_LABEL_MAX_LENGTH,
  API_KEY_MAX_LENGTH,
  ENDPOINT_ADDRESS_MAX_LENGTH,
  KEY_DATE_MAX_YEARS,
  KEY_ROTATION_MAX_DAYS,
} from "./limits";
import { providerIdSchema } from "./provider";
import { isVisible } from "./visible-text";

/**
 * A pasted key. Surrounding white space is trimmed (a pasted newline breaks the HTTP header later). Its shape
 * is deliberately not checked: providers change prefixes, and a check would reject real keys. Only characters
 * that cannot be sent in an HTTP header value are refused.
 */
export const pastedApiKeySchema = z
  .string({ error: "Paste the API key as text." })
  .max(
    API_KEY_MAX_LENGTH * 2,
    "That is too long to be an API key. Copy the key itself from the provider's console.",
  )
  .transform((value) => value.trim())
  .pipe(
    z
      .string()
      .min(1, "Paste an API key before saving.")
      .min(8, "That is too short to be an API key. Copy the whole key from the provider's console.")
      .max(
        API_KEY_MAX_LENGTH,
        "That is too long to be an API key. Copy the key itself from the provider's console.",
      )
      .regex(
        /^[\x21-\x7e]+$/,
        "The key contains spaces, line breaks or characters that no provider uses. Copy it again and paste it once.",
      ),
  );

/**
 * A pasted key, or an empty text for an endpoint that asks for none. Which providers may do without a key is
 * known to the server: see domain/keys/require-api-key.
 */
const pastedApiKeyOrNoneSchema = z
  .union([z.string().trim().pipe(z.literal("")), pastedApiKeySchema])
  .default("");

/** A label that tells several keys apart. */
export const aiKeyLabelSchema = z
  .string({ error: "Give the key a name." })
  .trim()
  .min(1, "Give the key a name.")
  .max(AI_KEY_LABEL_MAX_LENGTH, `A key's name has at most ${AI_KEY_LABEL_MAX_LENGTH} characters.`)
  .refine(isVisible, "A key's name cannot contain control characters or others that cannot be seen.");

/**
 * Address of a custom endpoint, with its version if it has one: "http://10.0.0.5:11434/v1". The server
 * decides which addresses are allowed.
 */
export const endpointAddressSchema = z
  .string({ error: "Enter the address of the endpoint." })
  .trim()
  .min(1, "Enter the address of the endpoint.")
  .max(
    ENDPOINT_ADDRESS_MAX_LENGTH,
    `An endpoint's address has at most ${ENDPOINT_ADDRESS_MAX_LENGTH} characters.`,
  );

/**
 * `{ provider, apiKey }` alone saves the person's key of that provider, or replaces it at once (the default
 * one, if there are several). With a label, an address or `sessionOnly` it always adds a key.
 */
export const saveAiKeyRequestSchema = z.strictObject({
  provider: providerIdSchema,
  apiKey: pastedApiKeyOrNoneSchema,
  label: aiKeyLabelSchema.optional(),
  baseUrl: endpointAddressSchema.optional(),
  /** Kept in this server's memory until sign-out and never stored. */
  sessionOnly: z.boolean().optional(),
});
export type SaveAiKeyRequest = z.infer<typeof saveAiKeyRequestSchema>;

/** Tests a key without saving it. */
export const testAiKeyRequestSchema = z.strictObject({
  provider: providerIdSchema,
  apiKey: pastedApiKeyOrNoneSchema,
  baseUrl: endpointAddressSchema.optional(),
});

/** What happens when a key is used in an unusual way: nothing, its owner is told, or it is paused as well. */
export const TRIPWIRE_ACTIONS = ["off", "tell", "pause"] as const;
export type TripwireAction = (typeof TRIPWIRE_ACTIONS)[number];

/** Why a key is paused, with the figures of its sentence. Stored: names stay. */
export type KeyPause =
  | { reason: "owner" }
  | { reason: "unusual_hour"; microUsd: number; busiestMicroUsd: number }
  | { reason: "dearer_model"; microUsd: number; model: string }
  | { reason: "refusals"; refusals: number };

const YEAR_MS = 365.25 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const FURTHEST_MS = KEY_DATE_MAX_YEARS * YEAR_MS;

/** Until when a key may be used. */
const keyExpirySchema = z.iso
  .datetime({ offset: true, error: "Give the date until which the key may be used." })
  .refine((at) => Date.parse(at) > Date.now(), {
    error: "This date is over. Choose a later one, or switch the key off.",
    abort: true,
  })
  .refine(
    (at) => Date.parse(at) < Date.now() + FURTHEST_MS,
    `A key's date can be at most ${KEY_DATE_MAX_YEARS} years ahead.`,
  );

/** The day a key was made, in the time zone of its owner: there it may be tomorrow already. */
const keyMadeOnSchema = z.iso
  .date({ error: "Give the day the key was made, as in 2026-11-30." })
  .refine((day) => Date.parse(day) < Date.now() + DAY_MS, {
    error: "This day is still to come.",
    abort: true,
  })
  .refine(
    (day) => Date.parse(day) > Date.now() - FURTHEST_MS,
    `The day a key was made can be at most ${KEY_DATE_MAX_YEARS} years ago.`,
  );

/** An address can be changed only together with the key: a key belongs to the host it was given for. */
export const changeAiKeyRequestSchema = z
  .strictObject({
    label: aiKeyLabelSchema.optional(),
    isDefault: z.literal(true).optional(),
    disabled: z.boolean().optional(),
    /** The person has read that this key failed. */
    noticeSeen: z.literal(true).optional(),
    /** Null: until it is deleted. */
    expiresAt: keyExpirySchema.nullable().optional(),
    /** Null: not known. */
    madeOn: keyMadeOnSchema.nullable().optional(),
    /** Null: no reminder. */
    rotateAfterDays: z
      .int("Give the number of days after which to remind you.")
      .min(1, "A reminder comes after at least one day.")
      .max(KEY_ROTATION_MAX_DAYS, `A reminder comes after at most ${KEY_ROTATION_MAX_DAYS} days.`)
      .nullable()
      .optional(),
    tripwire: z.enum(TRIPWIRE_ACTIONS).optional(),
    paused: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "Say what is to change about the key.");
export type ChangeAiKeyRequest = z.infer<typeof changeAiKeyRequestSchema>;

/** Hours the replaced key stays available. */
export const KEEP_PREVIOUS_HOURS = [0, 1, 24, 72, 168] as const;
export const replaceAiKeyRequestSchema = z.strictObject({
  apiKey: pastedApiKeyOrNoneSchema,
  /** The address may change along with the key. */
  baseUrl: endpointAddressSchema.optional(),
  keepPreviousHours: z.union(KEEP_PREVIOUS_HOURS.map((hours) => z.literal(hours))).default(24),
  /** Replace even if the test did not return `ok`. A key the provider calls invalid is never accepted. */
  evenIfUntested: z.boolean().default(false),
  /** Else the new key has no date. A date that is over is never kept. */
  keepsExpiry: z.boolean().optional(),
  /** The day the new key was made; today if absent. */
  madeOn: keyMadeOnSchema.optional(),
});
export type ReplaceAiKeyRequest = z.infer<typeof replaceAiKeyRequestSchema>;

/**
 * `ok`: sealed and readable. `needs_reentry`: the sealed value can no longer be opened, and the key has to be
 * pasted again.
 */
export const aiKeyStatusSchema = z.enum(["ok", "needs_reentry"]);
export type AiKeyStatus = z.infer<typeof aiKeyStatusSchema>;

/** The health of a key at its provider. A rate limit or provider fault is never "invalid". */
export const KEY_HEALTH_OUTCOMES = [
  "ok",
  "invalid",
  "no_credit",
  "forbidden",
  "rate_limited",
  "unreachable",
  "unknown",
] as const;
export const keyHealthOutcomeSchema = z.enum(KEY_HEALTH_OUTCOMES);
export type KeyHealthOutcome = z.infer<typeof keyHealthOutcomeSchema>;

/** Result of a key test, and a sentence with the next step. */
export const keyTestResultSchema = z.object({
  outcome: keyHealthOutcomeSchema,
  sentence: z.string(),
  retryAfterSeconds: z.number().optional(),
  /** There is no API at the address of this custom endpoint, but one answers here, at the same origin. */
  proposedAddress: z.string().optional(),
});
export type KeyTestResult = z.infer<typeof keyTestResultSchema>;
export const keyTestResponseSchema = z.object({ result: keyTestResultSchema });
export type KeyTestResponse = z.infer<typeof keyTestResponseSchema>;

/** A key as lists show it. No field can hold a secret. */
export const aiKeySummarySchema = z.object({
  id: z.string(),
  provider: providerIdSchema,
  label: z.string(),
  /** Empty for an endpoint that asks for no key. */
  last4: z.string(),
  status: aiKeyStatusSchema,
  /** Session keys live in the server's memory until sign-out. */
  kept: z.enum(["stored", "session"]),
  isDefault: z.boolean(),
  disabled: z.boolean(),
  /** Address of a custom endpoint; null for a provider's own address. */
  baseUrl: z.string().nullable(),
  /** The last health result, from a test or a message; null if there is none. */
  health: z.object({ outcome: keyHealthOutcomeSchema, at: z.string() }).nullable(),
  lastTestedAt: z.string().nullable(),
  lastError: z.object({ outcome: keyHealthOutcomeSchema, at: z.string() }).nullable(),
  /** It failed in a chat and its owner has not been notified yet. */
  hasNotice: z.boolean(),
  /** Until when it may be used; null for a session key, and for one without a date. */
  expiresAt: z.string().nullable(),
  isExpired: z.boolean(),
  /** The day its secret was made, as its owner says. */
  madeOn: z.string().nullable(),
  rotateAfterDays: z.int().nullable(),
  /** The day it is to be replaced. */
  rotateOn: z.string().nullable(),
  tripwire: z.enum(TRIPWIRE_ACTIONS),
  /** Since when no message is sent with it, and a sentence that says why. */
  paused: z.object({ at: z.string(), reason: z.string(), sentence: z.string() }).nullable(),
  /** The key it replaced, while still available. */
  previous: z.object({ last4: z.string(), availableUntil: z.string() }).nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type AiKeySummary = z.infer<typeof aiKeySummarySchema>;

export const aiKeyListResponseSchema = z.object({ keys: z.array(aiKeySummarySchema) });
export type AiKeyListResponse = z.infer<typeof aiKeyListResponseSchema>;
export const aiKeyPresenceResponseSchema = z.object({ hasKey: z.boolean(), provider: providerIdSchema });
export type AiKeyPresenceResponse = z.infer<typeof aiKeyPresenceResponseSchema>;
/** `id` of an added key; absent when saving the provider's default key. */
export const aiKeySavedResponseSchema = z.object({ success: z.literal(true), id: z.string().optional() });
export type AiKeySavedResponse = z.infer<typeof aiKeySavedResponseSchema>;

/** What uses a key, and what happens when it is deleted: `GET /api/v1/user/ai-keys/<id>/deletion`. */
export const aiKeyDeletionPreviewSchema = z.object({
  /** Conversations it answered in within the last 30 days, newest first, at most ten. */
  threads: z.array(z.object({ id: z.string(), title: z.string(), projectName: z.string() })),
  threadCount: z.int().min(0),
  answerCount: z.int().min(0),
  /** Known cost of those answers. */
  microUsd: z.int().min(0),
  lastUsedAt: z.string().nullable(),
  /** The key that becomes the default instead; null if none is left or this one was not the default. */
  nextDefault: z.object({ id: z.string(), label: z.string(), last4: z.string() }).nullable(),
  /** Whether this was the person's last usable key of the provider. */
  isLast: z.boolean(),
});
export type AiKeyDeletionPreview = z.infer<typeof aiKeyDeletionPreviewSchema>;
