import type { LanguageModelMiddleware } from "ai";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { AppError } from "@/lib/app-error";
import type { RunReceipt } from "./run-receipt";

/**
 * Reports each request to the receipt as it begins: the agent framework reports only requests that end, not
 * those that were stopped or broke off.
 */
export function countRequests(receipt: Pick<RunReceipt, "begin">): LanguageModelMiddleware {
  async function counted<Answer>(send: () => PromiseLike<Answer>): Promise<Answer> {
    const request = receipt.begin();
    try {
      return await send();
    } catch (error) {
      // Thrown before anything was sent: a key that cannot be opened, an address that is not allowed.
      if (error instanceof AppError) request.wasNotSent();
      else if (wasRefused(error)) request.wasRefused();
      throw error;
    }
  }
  return {
    wrapGenerate: ({ doGenerate }) => counted(doGenerate),
    wrapStream: ({ doStream }) => counted(doStream),
  };
}

/**
 * An HTTP error status, for which no one is charged. A gateway time-out does not show what the provider did.
 */
function wasRefused(error: unknown): boolean {
  if (error instanceof ProviderFailure) {
    return error.status !== undefined && error.status >= 400 && error.code !== "provider_timeout";
  }
  return error instanceof Error && error.cause !== undefined && wasRefused(error.cause);
}
