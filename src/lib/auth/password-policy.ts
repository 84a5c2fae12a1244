import "server-only";
import { isGuessablePassword } from "@/contracts/guessable-password";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/contracts/limits";
import { AppError } from "@/lib/app-error";

/** Whoever sets a password, in whatever way. @throws AppError `password_guessable` */
export function refuseGuessable(password: unknown, about: readonly (string | undefined)[]): void {
  if (typeof password !== "string" || !isGuessablePassword(password, about)) return;
  throw new AppError(
    "password_guessable",
    "This password is among the first that are guessed. Choose another one, for example a few words in a row.",
  );
}

/** For passwords that the library does not check itself. @throws AppError `invalid_request` */
export function refuseWrongLength(password: string): void {
  if (password.length < PASSWORD_MIN_LENGTH) {
    throw new AppError("invalid_request", `Use at least ${PASSWORD_MIN_LENGTH} characters.`);
  }
  if (password.length > PASSWORD_MAX_LENGTH) {
    throw new AppError("invalid_request", `Use at most ${PASSWORD_MAX_LENGTH} characters.`);
  }
}
