import { isGuessablePassword } from "@/contracts/guessable-password";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";

/**
 * What is wrong with a new password, as a sentence, or null.
 *
 * @param about what is known of its owner
 */
export function passwordProblem(password: string, about: readonly string[] = []): string | null {
  if (!password) return "Choose a password.";
  if (password.length < PASSWORD_MIN_LENGTH) return `Use at least ${PASSWORD_MIN_LENGTH} characters.`;
  if (password.length > PASSWORD_MAX_LENGTH) return `Use at most ${PASSWORD_MAX_LENGTH} characters.`;
  if (isGuessablePassword(password, about)) {
    return "This password is among the first that are guessed. A few words in a row are better.";
  }
  return null;
}
