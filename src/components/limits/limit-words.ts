import type { LimitView } from "@/contracts/spending-limits";

/** Whose use a limit counts, for a person who looks at it. */
export function scopeWords({ scope, payer }: Pick<LimitView, "scope" | "payer">): string {
  switch (scope.kind) {
    case "installation":
      return "Everybody together";
    case "each_person":
      return "Each person";
    case "person":
      return payer === "person" ? "All your keys" : (scope.name ?? "A person");
    case "key":
      return scope.name ?? "A key";
  }
}

/** "1 December 2026, 00:00 (Europe/Berlin)": the same on every machine. */
export function resetWords({ timeZone, window }: Pick<LimitView, "timeZone" | "window">): string | null {
  if (!window?.endsAt) return null;
  const moment = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });
  return `${moment.format(new Date(window.endsAt)).replace(" at ", ", ")} (${timeZone})`;
}

/** How long a limit that is raised once has this more. */
export function raisedUntil(limit: Pick<LimitView, "period" | "timeZone" | "window">): string {
  if (limit.period === "total") return "It never resets: it keeps this.";
  // A limit of each person has a window for each, which is not read here.
  return `It has this more until ${resetWords(limit) ?? `its ${limit.period} ends`}.`;
}
