import { InvalidResponseDataError } from "@ai-sdk/provider";
import type { ClassifyRefusal } from "../provider-adapter";
import { ProviderFailure } from "./provider-failure";

/**
 * An error a provider sent inside a stream that started successfully, as the AI SDK passes it on. Each client
 * wraps it differently: as the bare object from the stream, as an error with the object in `data` or, as
 * text, in `responseBody`, or with everything in `value` if it had an unexpected form.
 *
 * The status in such errors is the client's guess (500 if unknown) and is used only as a last resort.
 *
 * @returns null if this is not a provider error
 */
export function failureOfStreamError(error: unknown, classify: ClassifyRefusal): ProviderFailure | null {
  if (!isRecord(error)) return null;
  // Some clients report a stream that ended without a reason this way; for the others see
  // providers/wire/settle-end.ts.
  if (InvalidResponseDataError.isInstance(error) && error.data === undefined) {
    return new ProviderFailure("stream_interrupted", { cause: error });
  }
  const body = [error["data"], parsed(error["responseBody"]), error["value"], error].find(isRefusal);
  if (body)
    return new ProviderFailure(
      classify({ status: 0, body: "error" in body ? body : { error: plain(body) } }),
    );
  const status = error["statusCode"];
  return typeof status === "number" && status >= 400
    ? new ProviderFailure(classify({ status, body: null }), { status })
    : null;
}

/**
 * A provider error is an object with a `type` or `code` next to its `message`, or inside `error`. The agent
 * framework turns it into a plain Error with the same fields; errors of this process are recognized by their
 * names and by Node's error codes ("ECONNRESET").
 */
function isRefusal(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  if (value instanceof Error && (value.name !== "Error" || isNodeCode(value["code"]))) return false;
  if (isRecord(value["error"]) || typeof value["error"] === "string") return true;
  return typeof value["message"] === "string" && ("type" in value || "code" in value);
}

function isNodeCode(code: unknown): boolean {
  return typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code);
}

/** An Error's message is not enumerable. */
function plain(body: Record<string, unknown>): Record<string, unknown> {
  return { ...body, message: body["message"] };
}

function parsed(text: unknown): unknown {
  if (typeof text !== "string") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
