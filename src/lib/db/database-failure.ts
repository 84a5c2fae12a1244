import { AppError } from "@/lib/app-error";

/** The database could not be reached at all, so no statement was even sent. */
export class DatabaseUnreachable extends Error {
  override name = "DatabaseUnreachable";
}

/** SQLSTATE 53100: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const DISK_FULL = "53100";

/**
 * Classes 08 (connection), 53 (resources, "too many clients") and 57P (the server is shutting down or
 * starting), and what Node and pg report when the connection breaks or is refused.
 */
const UNAVAILABLE =
  /^(08...|53...|57P..|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** pg gives these no code. */
const CONNECTION_LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/**
 * What a person is told when the database fails, through no fault of the request.
 *
 * @returns null if it is another kind of error, for example a violated constraint
 */
export function databaseFailure(error: unknown): AppError | null {
  const chain = errorsIn(error);
  // Drizzle wraps what fails in its query; the driver's own errors have a severity. A provider or a key store
  // that refuses a connection is none of ours.
  if (!chain.some((each) => each instanceof DatabaseUnreachable || "query" in each || "severity" in each)) {
    return null;
  }
  if (chain.some((each) => codeOf(each) === DISK_FULL)) {
    return new AppError(
      "storage_full",
      "The server's disk is full, so this was not saved. Tell the person who runs this server, and try again once there is room.",
      { cause: error },
    );
  }
  const isUnavailable = chain.some(
    (each) =>
      each instanceof DatabaseUnreachable ||
      UNAVAILABLE.test(codeOf(each)) ||
      CONNECTION_LOST.test(each.message),
  );
  if (!isUnavailable) return null;
  return new AppError(
    "unavailable",
    "The server's database does not answer at the moment. Try again in a moment.",
    { cause: error, headers: { "retry-after": "5" } },
  );
}

/** The error and its causes, outermost first. */
function errorsIn(error: unknown, depth = 0): Error[] {
  return error instanceof Error && depth < 8 ? [error, ...errorsIn(error.cause, depth + 1)] : [];
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
