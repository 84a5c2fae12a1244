import { z } from "zod";
import { EMAIL_MAX_LENGTH, LINK_TOKEN_FORM } from "./limits";

/* People of an installation, as its operators see them, and the links operators pass on. */

export type PersonState = "active" | "suspended";

export interface PersonSummary {
  id: string;
  name: string;
  email: string;
  state: PersonState;
  isOperator: boolean;
  createdAt: string;
  /** Their latest session or message that is still on record; null if there is none. */
  lastSeenAt: string | null;
  /** Devices that are signed in. */
  sessions: number;
  /** Until when a link to set a new password can be used; null if there is none. */
  resetLinkExpiresAt: string | null;
  /** This calendar month (UTC), paid by the platform. */
  month: {
    requests: number;
    costMicroUsd: number;
    /** Messages whose cost is not known. */
    unpriced: number;
  };
}

export interface PeopleResponse {
  people: PersonSummary[];
  /** For the next page; null on the last. */
  next: string | null;
}

export interface AccountLink {
  id: string;
  /** Shown once: the token in it is not stored. */
  url: string;
  expiresAt: string;
}

export type InvitationState = "open" | "used" | "revoked" | "expired";

export interface InvitationSummary {
  id: string;
  /** The only address it is for; null for anybody's. */
  email: string | null;
  state: InvitationState;
  createdAt: string;
  expiresAt: string;
  usedAt: string | null;
}

export interface InvitationsResponse {
  /** Newest first. */
  invitations: InvitationSummary[];
  /** Whether an invitation can be used, or whether one is needed. */
  signUp: "open" | "invited" | "closed";
}

const emailSchema = z
  .email("That is not an email address.")
  .max(EMAIL_MAX_LENGTH, `An email address has at most ${EMAIL_MAX_LENGTH} characters.`);

export const inviteRequestSchema = z.strictObject({ email: emailSchema.optional() });

const SEARCH_MAX_LENGTH = 200;

export const peopleQuerySchema = z.object({
  search: z
    .string()
    .max(SEARCH_MAX_LENGTH, `Search for at most ${SEARCH_MAX_LENGTH} characters.`)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "Search for plain text.")
    .default(""),
  cursor: z
    .string()
    .min(1)
    .max(200)
    .refine((id) => id.isWellFormed() && !id.includes("\0"))
    .optional(),
});

const tokenSchema = z
  .string("Send the link's token.")
  .regex(LINK_TOKEN_FORM, "This link is not complete. Copy all of it.");

export const checkLinkRequestSchema = z.strictObject({
  kind: z.enum(["invitation", "password_reset"]),
  token: tokenSchema,
});

/** What a link that can be used is for. */
export interface CheckedLink {
  /** The address an invitation is for, or the one whose password is set; null for anybody's. */
  email: string | null;
  expiresAt: string;
}

export const resetPasswordRequestSchema = z.strictObject({
  token: tokenSchema,
  newPassword: z.string("Choose a password."),
});
