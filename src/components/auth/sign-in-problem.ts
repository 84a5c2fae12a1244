/**
 * What to say when another service sent somebody back without a session. Its own codes are untrusted text.
 */
const SENTENCES: Record<string, string> = {
  sign_up_closed:
    "There is no account for you here, and this installation takes no new ones. Ask its operator.",
  invitation_required:
    "There is no account for you here yet. Open the invitation link you were given and continue from there.",
  link_invalid:
    "Your invitation was used, withdrawn, has expired, or is for another email address. Ask for a new one.",
  account_suspended: "This account is suspended. Ask the operator of this installation to let you in again.",
};

/** @param code `?error=` of the sign-in page */
export function signInProblem(code: string | string[]): string {
  const known = typeof code === "string" && Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  return (
    known ?? "Signing in through the other service did not work. Try again, or use your email and password."
  );
}
