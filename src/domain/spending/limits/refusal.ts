import "server-only";
import { limitAmount, limitInWords } from "@/contracts/limit-words";
import type { Fits, RefusedLimit } from "@/contracts/spending-limits";
import type { Actor } from "@/domain/identity/actor";
import { isOperator } from "@/domain/vault/require-operator";
import { AppError } from "@/lib/app-error";
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
  if (measure === "parallel") {
    return refused("parallel_limit", limit, fits, {
      sentence: `${nameOf(figures)} of ${limitInWords({ measure, period, amount: allowed })} is reached. Wait until one has ended.`,
      retryAfter: 5,
    });
  }
  if (period === "minute") {
    const seconds = Math.max(1, Math.ceil((Date.parse(endsAt ?? "") - Date.now()) / 1000));
    return refused("rate_limited", limit, fits, {
      sentence: `${nameOf(figures)} of ${limitInWords({ measure, period, amount: allowed })} is reached. Try again in ${seconds} seconds.`,
      retryAfter: seconds,
    });
  }
  const used = isOpen
    ? ` of ${limitInWords({ measure, period, amount: allowed })} has no room for this message: ${limitAmount(measure, spent)} used${reserved > 0 ? `, ${limitAmount(measure, reserved)} held for requests in progress` : ""}.`
    : " is used up.";
  const resets = endsAt ? ` It resets on ${momentIn(endsAt, figures.timeZone)}.` : "";
  const next = isPlatforms
    ? "Ask for more, or choose a key of your own, which this does not concern."
    : "Raise it, or choose another key.";
  const smaller = fits.maxTokens > 0 ? " A shorter conversation would fit." : "";
  return refused(isPlatforms ? "allowance_exhausted" : "limit_exhausted", limit, fits, {
    sentence: `${nameOf(figures)}${used}${resets} Nothing was sent.${smaller} ${mayRaise && isPlatforms ? "Raise it, or choose a key of your own." : next}`,
  });
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
    `No price is known for ${model}, and a limit of money counts here, so nothing was sent. Choose another model, or give the limit a price for such models.`,
  );
}

function isOfPlatform({ scope, isPlatforms }: LimitFigures): boolean {
  return scope === "installation" || scope === "each_person" || isPlatforms;
}

function nameOf(figures: LimitFigures): string {
  if (figures.scope === "installation") return "What the platform pays for everybody together";
  if (isOfPlatform(figures)) return "Your allowance on the platform's key";
  return figures.scope === "key" ? "The limit of this key" : "Your limit for your own keys";
}

/** Enough for the request, and not less than a quarter; two digits are enough for a button. */
function raiseOf({ amount, raised, spent, reserved, need }: LimitFigures): number {
  const missing = need - (amount + raised - spent - reserved);
  const wanted = Math.max(missing, amount * RAISED_BY, 1);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1);
  return Math.ceil(wanted / step) * step;
}

/** "1 December 2026 at 00:00 (Europe/Berlin)" */
function momentIn(at: string, timeZone: string): string {
  const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone });
  return `${moment.format(new Date(at))} (${timeZone})`;
}
