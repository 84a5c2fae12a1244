import pino, { type LoggerOptions } from "pino";

const options: LoggerOptions = {
  level: process.env.LOG_LEVEL || "info",
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: [
      "apiKey",
      "*.apiKey",
      "authorization",
      "*.authorization",
      "headers",
      "*.headers",
      "password",
      "*.password",
      "value",
    ],
    censor: "[redacted]",
  },
  serializers: { err: serializeError },
};

/**
 * A command whose output may be redirected to a file or a pipe sets this before the first line: its log goes
 * to stderr.
 */
const ON_STDERR = process.env["ORCHESTRAL_LOG_ON_STDERR"] === "1";

/**
 * The only logger. Log ids, codes and durations; never bodies, headers, prompts or anything a person pasted.
 * Redaction is a second safeguard, for a field that slipped in.
 */
export const logger = ON_STDERR ? pino(options, pino.destination(2)) : pino(options);

/**
 * Name, code, message and stack of an error and its causes. Other fields are dropped on purpose: an AI SDK
 * `APICallError` carries the request body (prompts) and the provider's response, which may echo part of the
 * key; a pg error carries row values.
 */
export function serializeError(error: unknown, depth = 0, foreign = false): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const hidden = foreign || carriesForeignText(error);
  return {
    type: error.name,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof statusCode === "number" ? { statusCode } : {}),
    ...(hidden ? {} : { message: error.message, stack: error.stack }),
    ...(error.cause !== undefined && depth < 4
      ? { cause: serializeError(error.cause, depth + 1, hidden) }
      : {}),
  };
}

/**
 * AI SDK errors quote the provider, and so do their causes; drizzle's quote the query with its values.
 * Neither is logged.
 */
function carriesForeignText(error: Error): boolean {
  return /^AI_|^DrizzleQueryError$/.test(error.name) || "statusCode" in error || "query" in error;
}
