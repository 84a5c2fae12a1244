import type { ReactNode } from "react";
import type { ProviderFacts } from "@/contracts/provider";
import { cn } from "@/lib/cn";

/** Link to a page of the provider, in a new tab; renders nothing if the provider has none. */
export function ConsoleLink({
  facts,
  page = "consoleUrl",
  className,
  children,
}: {
  facts: ProviderFacts;
  page?: "consoleUrl" | "billingUrl";
  /** Defaults to the surrounding text colour. */
  className?: string;
  children: ReactNode;
}) {
  const url = facts[page];
  if (url === null) return null;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className={cn(
        "font-medium underline decoration-current/40 underline-offset-3 hover:decoration-current",
        className,
      )}
    >
      {children}
      <span className="sr-only"> at {facts.name} (opens in a new tab)</span>
    </a>
  );
}
