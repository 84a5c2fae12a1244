import "server-only";
import { limitAmount, limitInWords } from "@/contracts/limit-words";
import type { Fits } from "@/contracts/spending-limits";
import type { LimitFigures } from "./reserve";

interface Reader {
  /** Whether the figures are theirs to see; those of all people together are the operators'. */
  isOpen: boolean;
  mayRaise: boolean;
  fits: Fits;
  /** Until a limit of a minute resets. */
  seconds: number;
}

/** A refusal in words: which limit, how much is used, when it resets, and what to do next. */
export function refusalSentence(figures: LimitFigures, reader: Reader): string {
  const { measure, period, spent, reserved, endsAt, timeZone } = figures;
  const { isOpen, mayRaise, fits, seconds } = reader;
  const name = nameOf(figures, isOpen);
  if (measure === "parallel") {
    return isOpen
      ? `${name} is reached. Wait until one has ended.`
      : `${name} is reached: too many requests are in progress. Wait until one has ended.`;
  }
  if (period === "minute") {
    const wait = `Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
    return isOpen ? `${name} is reached. ${wait}` : `${name} is reached for this minute. ${wait}`;
  }
  const held = reserved > 0 ? `, ${limitAmount(measure, reserved)} held for requests in progress` : "";
  return [
    `${name} has no room for this message${isOpen ? `: ${limitAmount(measure, spent)} used${held}` : ""}.`,
    endsAt === null ? "" : `It resets on ${momentIn(endsAt, timeZone)}.`,
    "Nothing was sent.",
    fits.maxTokens > 0 ? "A shorter conversation would fit." : "",
    nextStep(isOfPlatform(figures), mayRaise),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

export function isOfPlatform({ scope, isPlatforms }: LimitFigures): boolean {
  return scope === "installation" || scope === "each_person" || isPlatforms;
}

function nameOf(figures: LimitFigures, isOpen: boolean): string {
  const { scope, measure, period, amount, raised } = figures;
  const of = isOpen ? ` of ${limitInWords({ measure, period, amount: amount + raised })}` : "";
  if (scope === "installation") return `The platform's limit${of} for everybody together`;
  if (isOfPlatform(figures)) return `Your allowance${of} on the platform's key`;
  return scope === "key" ? `This key's limit${of}` : `Your limit${of} for your own keys`;
}

function nextStep(isPlatforms: boolean, mayRaise: boolean): string {
  if (!isPlatforms) return "Raise it, or choose another key.";
  return mayRaise
    ? "Raise it, or choose a key of your own."
    : "Ask for more, or choose a key of your own, which this does not concern.";
}

/** "1 December 2026 at 00:00 (Europe/Berlin)" */
function momentIn(at: string, timeZone: string): string {
  const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone });
  return `${moment.format(new Date(at))} (${timeZone})`;
}
