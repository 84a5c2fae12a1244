import type { LanguageModelMiddleware } from "ai";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { AppError } from "@/lib/app-error";
import type { RunReceipt } from "./run-receipt";

/**
 * Tells the receipt of each request as it begins: what the agent framework reports at the end of a request
 * never comes for one that was stopped or broke off.
 */
export function countRequests(receipt: Pick<RunReceipt, "begin">): LanguageModelMiddleware {
  async function counted<Answer>(send: () => PromiseLike<Answer>): Promise<Answer> {
    const request = receipt.begin();
    try {
      return await send();
    } catch (error) {
      // Thrown before anything left: a key that cannot be opened, an address that may not be reached.
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
 * An HTTP status instead of an answer, for which nobody is charged. The time-out of a gateway says nothing
 * of what the provider did.
 */
function wasRefused(error: unknown): boolean {
  if (error instanceof ProviderFailure) {
    return error.status !== undefined && error.status >= 400 && error.code !== "provider_timeout";
  }
  return error instanceof Error && error.cause !== undefined && wasRefused(error.cause);
}
