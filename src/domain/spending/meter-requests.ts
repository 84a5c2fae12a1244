import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { LanguageModelMiddleware } from "ai";
import type { UsagePurpose } from "@/contracts/usage";
import type { KeyEcho } from "@/domain/providers/transport/key-echo";
import { withStep } from "@/domain/providers/wire/part-step";
import { onTheWire } from "@/domain/providers/wire/wire-request";
import type { MeteredRequest } from "./metered-request";

/**
 * Reserves what a request may cost, where a limit holds. @returns the options to send it with
 * @throws AppError if it is refused: nothing is sent
 */
export type HoldRequest = (request: {
  /** Of its usage row. */
  id: string;
  at: Date;
  options: LanguageModelV4CallOptions;
  /** Tokens of the conversation as the provider counted them last in this run; null if it did not. */
  lastContextTokens: number | null;
}) => Promise<LanguageModelV4CallOptions>;

/** What records the requests of a run. */
interface Meter {
  holdRequest: HoldRequest | undefined;
  lastContextTokens: number | null;
  begin(purpose: UsagePurpose, echo: Pick<KeyEcho, "isIn">): MeteredRequest;
}

/**
 * Meters each request of a model, from before it is sent. Answers are streamed, and what one used is read
 * from its bytes (providers/wire): so it is known in the middle of it too, whoever ends it and why.
 */
export function meterRequests(
  receipt: Meter,
  purpose: UsagePurpose,
  echo: Pick<KeyEcho, "isIn">,
): LanguageModelMiddleware {
  return {
    wrapGenerate: () => Promise.reject(new Error("an answer that is not streamed is not metered")),
    wrapStream: async ({ model, params }) => {
      const request = receipt.begin(purpose, echo);
      request.signal = params.abortSignal;
      try {
        const options = await held(receipt, request, params);
        const answer = await onTheWire(request.wire, () => (model as LanguageModelV4).doStream(options));
        return withStep(answer, request.step);
      } catch (error) {
        request.failed(error);
        throw error;
      }
    },
  };
}

async function held(
  { holdRequest, lastContextTokens }: Meter,
  request: MeteredRequest,
  options: LanguageModelV4CallOptions,
): Promise<LanguageModelV4CallOptions> {
  if (!holdRequest) return options;
  const { id, at } = request;
  const allowed = await holdRequest({ id, at, options, lastContextTokens });
  request.wasHeld();
  return allowed;
}
