import type { LanguageModelV4 } from "@ai-sdk/provider";
import { ProviderFailure } from "@/domain/providers/failures/provider-failure";
import { AppError } from "@/lib/app-error";
import type { RunReceipt } from "./run-receipt";

/**
 * The same model, which tells the receipt of each request as it begins: what the agent framework reports at the end of a request never
 * comes for one that was stopped or broke off.
 */
export function countRequests(model: LanguageModelV4, receipt: Pick<RunReceipt, "begin">): LanguageModelV4 {
  async function counted<T>(send: () => PromiseLike<T>): Promise<T> {
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
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    get supportedUrls() {
      return model.supportedUrls;
    },
    doGenerate: (options) => counted(() => model.doGenerate(options)),
    doStream: (options) => counted(() => model.doStream(options)),
  };
}

/** An HTTP status instead of an answer, for which nobody is charged. A time-out of a gateway's says nothing of what the provider did. */
function wasRefused(error: unknown): boolean {
  if (error instanceof ProviderFailure) {
    return error.status !== undefined && error.status >= 400 && error.code !== "provider_timeout";
  }
  return error instanceof Error && error.cause !== undefined && wasRefused(error.cause);
}
