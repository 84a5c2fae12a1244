import "server-only";
import type { Fits, RefusedLimit } from "@/contracts/spending-limits";
import type { Actor } from "@/domain/identity/actor";
import { isOperator } from "@/domain/vault/require-operator";
import { AppError } from "@/lib/app-error";
import { isOfPlatform, refusalSentence } from "./refusal-sentence";
import type { LimitFigures } from "./reserve";

/** A part of the amount that raising once adds, if that is enough for the request. */
const RAISED_BY = 0.25;

/**
 * The refusal of a request that does not fit into a limit: which one, how much is used, when it resets, who
 * may raise it, what would still fit, and what to do next.
 */
export async function limitRefusal(actor: Actor, figures: LimitFigures, fits: Fits): Promise<AppError> {
  const { scope, measure, period, amount, raised, spent, reserved, endsAt } = figures;
  const isPlatforms = isOfPlatform(figures);
  const mayRaise = !isPlatforms || (await isOperator(actor));
  const isOpen = scope !== "installation" || mayRaise;
  const allowed = amount + raised;
  const limit: RefusedLimit = {
    id: figures.id,
    scope,
    measure,
    period,
    amount: isOpen ? allowed : null,
    spent: isOpen ? spent : null,
    reserved: isOpen ? reserved : null,
    resetsAt: endsAt && new Date(endsAt).toISOString(),
    mayRaise,
    raiseBy: mayRaise && measure !== "parallel" && period !== "minute" ? raiseOf(figures) : null,
  };
  const seconds = secondsUntil(endsAt);
  const sentence = refusalSentence(figures, { isOpen, mayRaise, fits, seconds });
  if (measure === "parallel") return refused("parallel_limit", limit, fits, { sentence, retryAfter: 5 });
  if (period === "minute") return refused("rate_limited", limit, fits, { sentence, retryAfter: seconds });
  return refused(isPlatforms ? "allowance_exhausted" : "limit_exhausted", limit, fits, { sentence });
}

function secondsUntil(endsAt: string | null): number {
  if (endsAt === null) return 1;
  return Math.max(1, Math.ceil((Date.parse(endsAt) - Date.now()) / 1000));
}

function refused(
  code: "parallel_limit" | "rate_limited" | "allowance_exhausted" | "limit_exhausted",
  limit: RefusedLimit,
  fits: Fits,
  { sentence, retryAfter }: { sentence: string; retryAfter?: number },
): AppError {
  return new AppError(code, sentence, {
    refusedBy: { limit, fits },
    ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }),
  });
}

/** A limit of money, and nobody knows what the model costs. */
export function priceUnknown(model: string): AppError {
  return new AppError(
    "price_unknown",
    `No price is known for ${model}, and a limit of money counts here, so nothing was sent. Choose another model. Whoever set the limit can give it a price for such models.`,
  );
}

/** Enough for the request, and not less than a quarter; two digits are enough for a button. */
function raiseOf({ amount, raised, spent, reserved, need }: LimitFigures): number {
  const missing = need - (amount + raised - spent - reserved);
  const wanted = Math.max(missing, amount * RAISED_BY, 1);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1);
  return Math.ceil(wanted / step) * step;
}
