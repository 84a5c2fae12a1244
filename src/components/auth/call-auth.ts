import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";

/** An error of the account endpoints, with a sentence for the person and the field it concerns, if any. */
export class AuthRefusal extends Error {
  override name = "AuthRefusal";
  readonly code: string;
  readonly status: number;
  readonly field: "name" | "email" | "password" | "currentPassword" | null;

  constructor(message: string, code: string, status: number, field: AuthRefusal["field"]) {
    super(message);
    this.code = code;
    this.status = status;
    this.field = field;
  }
}

/*
 * The library's own sentences are for developers ("Invalid password"); these say what to do next. A wrong
 * email and a wrong password get the same sentence, so that it does not reveal which addresses have an
 * account.
 */
const SENTENCES: Record<string, [sentence: string, field: AuthRefusal["field"]]> = {
  invalid_email_or_password: [
    "That email and password do not belong together. Check both and try again.",
    null,
  ],
  user_already_exists: ["There is already an account with this email. Sign in instead.", "email"],
  user_already_exists_use_another_email: [
    "There is already an account with this email. Sign in instead.",
    "email",
  ],
  invalid_email: ["That is not an email address.", "email"],
  password_too_short: [`Use at least ${PASSWORD_MIN_LENGTH} characters.`, "password"],
  password_too_long: [`Use at most ${PASSWORD_MAX_LENGTH} characters.`, "password"],
  invalid_password: ["That is not your current password.", "currentPassword"],
  credential_account_not_found: ["This account has no password; it signs in through another service.", null],
  session_expired: ["You signed in too long ago for this. Sign in again, then retry.", null],
  session_not_fresh: ["You signed in too long ago for this. Sign in again, then retry.", null],
};

/** Refusals of our own, with their sentence, and the field each is about. */
const OURS: Record<string, AuthRefusal["field"]> = {
  sign_up_closed: null,
  invitation_required: null,
  link_invalid: null,
  account_suspended: null,
  password_guessable: "password",
};

/**
 * Calls one endpoint of the account API (`/api/auth/<endpoint>`) with the session cookie; a POST when there
 * is a body.
 *
 * @throws AuthRefusal
 */
export async function callAuth<Answer = unknown>(
  endpoint: string,
  body?: Record<string, unknown>,
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(`/api/auth/${endpoint}`, {
      method: body ? "POST" : "GET",
      credentials: "same-origin",
      ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
    });
  } catch {
    throw new AuthRefusal(
      "The server cannot be reached. Check your connection and try again.",
      "network",
      0,
      null,
    );
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as Answer;
  throw refusalOf(response, answer);
}

/** Reads both shapes: the account library's `{ message, code }` and our limits' `{ error, code }`. */
function refusalOf(response: Response, answer: unknown): AuthRefusal {
  const code = textAt(answer, "code") ?? "unknown";
  const sentence = textAt(answer, "error") ?? textAt(answer, "message");
  // The library's codes are upper case; our error routes use lower case.
  const known = SENTENCES[code.toLowerCase()];
  if (known) return new AuthRefusal(known[0], code, response.status, known[1]);
  if (response.status === 429) {
    return new AuthRefusal(
      sentence ?? "Too many attempts. Wait a few minutes and try again.",
      code,
      429,
      null,
    );
  }
  if (sentence && Object.hasOwn(OURS, code)) {
    return new AuthRefusal(sentence, code, response.status, OURS[code] ?? null);
  }
  // Our own checks in front of the library (a name with a line break, an oversized body) are written for
  // people.
  if (sentence && (code === "invalid_request" || code === "request_too_large")) {
    return new AuthRefusal(sentence, code, response.status, null);
  }
  if (response.status === 401) {
    return new AuthRefusal("You are signed out. Sign in again.", code, 401, null);
  }
  return new AuthRefusal("The server could not do that. Try again in a moment.", code, response.status, null);
}

function textAt(answer: unknown, key: string): string | null {
  if (typeof answer !== "object" || answer === null) return null;
  const value: unknown = Reflect.get(answer, key);
  return typeof value === "string" ? value : null;
}
