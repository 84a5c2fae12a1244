import "server-only";
import { setTimeout as pause } from "node:timers/promises";
import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ModelSelection } from "@/contracts/model-selection";
import { INSTALLATION, personAsOwner } from "@/contracts/owner";
import { keyProviderOf } from "@/contracts/payer";
import type { Actor } from "@/domain/identity/actor";
import type { PayingKey } from "@/domain/keys/find-paying-key";
import { pricedModel } from "@/domain/models/price-library";
import type { ProviderAdapter } from "@/domain/providers/provider-adapter";
import { limitRefusal, priceUnknown } from "./refusal";
import {
  costOf,
  type DearestPrice,
  dearestPrice,
  inputTokensOf,
  mostOutputTokens,
  outputWithin,
  type SentBefore,
} from "./request-size";
import { type LimitFigures, type Reserved, reserve } from "./reserve";

/** A request that is about to be sent. */
interface RequestToHold {
  /** Of its usage record, which settles what is held. */
  id: string;
  /** As its usage record will say. */
  at: Date;
  options: LanguageModelV4CallOptions;
  /** Input and output of the run's latest request, as its provider counted; null if there is none. */
  lastContextTokens: number | null;
}

/**
 * Holds what a request may take at most in every limit that counts.
 *
 * @returns its options, with as much output as fits
 * @throws AppError if it is refused; then nothing may be sent
 */
type HoldRequest = (request: RequestToHold) => Promise<LanguageModelV4CallOptions>;

/** The run whose requests are to be held. */
export interface HeldRun {
  actor: Actor;
  runId: string;
  serverId: string;
  projectId: string;
  threadId: string | undefined;
  selection: ModelSelection;
  payingKey: PayingKey;
  provider: Pick<ProviderAdapter, "priceProviderId">;
}

/** An answer shorter than this is none. */
const SMALL_ANSWER = 256;
/** Others may take what was left in between. */
const TRIES = 3;
/** What a request leaves to be recorded is not waited for by the next one of its run. */
const SETTLED_WITHIN_MS = 250;
const MOST_IN_A_COLUMN = 2 ** 31 - 1;

export interface RunHold {
  holdRequest: HoldRequest;
  /** Whether the latest request may answer less than it wanted, because not more was left of a limit. */
  wasLowered(): boolean;
}

/** Makes the hold of a run that hard limits count for. */
export function holdOfRun(run: HeldRun): RunHold {
  let before: SentBefore | null = null;
  let isLowered = false;
  const holdRequest: HoldRequest = async (request) => {
    const { options, lastContextTokens, at } = request;
    const { most: input, likely } = inputTokensOf(options, lastContextTokens, before);
    const { priceProviderId } = run.provider;
    const known = pricedModel(priceProviderId, run.selection.model, at);
    const wanted = mostOutputTokens(options.maxOutputTokens, known?.contextTokens ?? null);
    const listed = known?.priceFor(likely);
    const floor = { tokens: likely, microUsd: listed ? costOf(listed, likely, 0) : null };
    const price = dearestPrice(priceProviderId, run.selection.model, input, at);
    let output = wanted;
    for (let tries = 0; ; tries += 1) {
      // oxlint-disable-next-line no-await-in-loop -- each try is of what the one before left
      const answer = await reserveFor(run, request, { input, output, price, floor });
      if ("unpriced" in answer) throw priceUnknown(run.selection.model);
      if ("held" in answer) {
        before = { messages: options.prompt.length };
        const isBounded = answer.held.includes("micro_usd") || answer.held.includes("tokens");
        isLowered = isBounded && output < wanted;
        return isBounded ? { ...options, maxOutputTokens: output } : options;
      }
      const { limit, fits } = tightest(answer.short, price, input);
      const isTooLittle = fits < Math.min(SMALL_ANSWER, wanted);
      if (isTooLittle && before && tries === 0) {
        // oxlint-disable-next-line no-await-in-loop -- the run's request before may be about to be settled
        await pause(SETTLED_WITHIN_MS);
        continue;
      }
      if (isTooLittle || tries + 1 >= TRIES) {
        // oxlint-disable-next-line no-await-in-loop -- the end
        throw await limitRefusal(run.actor, limit, { maxTokens: fits });
      }
      output = Math.min(output, fits);
    }
  };
  return { holdRequest, wasLowered: () => isLowered };
}

interface Size {
  input: number;
  output: number;
  price: DearestPrice | null;
  /** What is recorded if its server dies: it was sent, or was about to be. */
  floor: { tokens: number; microUsd: number | null };
}

function reserveFor(
  run: HeldRun,
  { id, at }: RequestToHold,
  { input, output, price, floor }: Size,
): Promise<Reserved> {
  const { actor, selection, payingKey, runId } = run;
  const key = payingKey.source === "platform" ? null : payingKey;
  const owner = key ? personAsOwner(actor.userId) : INSTALLATION;
  return reserve({
    id,
    at,
    userId: actor.userId,
    owner,
    keyId: key?.id ?? null,
    runId,
    serverId: run.serverId,
    microUsd: price && costOf(price, input, output),
    inputTokens: input,
    outputTokens: output,
    floor: {
      at: at.toISOString(),
      user_id: actor.userId,
      owner_kind: owner.kind,
      owner_id: owner.id,
      project_id: run.projectId,
      message_id: runId,
      thread_id: run.threadId ?? null,
      purpose: "chat",
      key_provider: keyProviderOf(selection.payer),
      provider: selection.provider,
      model: selection.model,
      key_id: key?.id ?? null,
      key_label: key?.label ?? null,
      key_last4: key?.last4 ?? null,
      input_tokens: Math.min(floor.tokens, MOST_IN_A_COLUMN),
      cost_micro_usd: floor.microUsd,
    },
  });
}

/** The limit with the least room, and how much output fits into it. */
function tightest(
  all: readonly LimitFigures[],
  price: DearestPrice | null,
  input: number,
): { limit: LimitFigures; fits: number } {
  const rooms = all.map((limit) => ({ limit, fits: Math.max(0, roomIn(limit, price, input)) }));
  const [least] = rooms.toSorted((a, b) => a.fits - b.fits);
  if (!least) throw new Error("a refusal names its limits");
  return least;
}

function roomIn(limit: LimitFigures, price: DearestPrice | null, input: number): number {
  const { measure, amount, raised, spent, reserved, need, fallbackInput, fallbackOutput } = limit;
  const left = amount + raised - spent - reserved;
  if (measure === "tokens") return left - input;
  if (measure === "micro_usd") {
    const fallback = { input: fallbackInput ?? 0, output: fallbackOutput ?? 0 };
    return outputWithin(left, price ?? fallback, input);
  }
  return need <= left ? Number.MAX_SAFE_INTEGER : 0;
}
