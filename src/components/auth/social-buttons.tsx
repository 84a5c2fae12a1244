"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { callAuth } from "./call-auth";
import { useHydrated } from "./use-hydrated";

export type SocialProvider = "github" | "google";
const NAMES: Record<SocialProvider, string> = { github: "GitHub", google: "Google" };

/** One button for each service the operator has configured. */
export function SocialButtons({
  providers,
  next,
  onLeave,
}: {
  providers: SocialProvider[];
  next: string;
  /** Called before the browser leaves for the service. */
  onLeave?: () => void;
}) {
  const [pending, setPending] = useState<SocialProvider | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const hydrated = useHydrated();
  if (providers.length === 0) return null;

  async function go(provider: SocialProvider) {
    setPending(provider);
    setFailure(null);
    try {
      onLeave?.();
      const { url } = await callAuth<{ url: string }>("sign-in/social", { provider, callbackURL: next });
      window.location.assign(url);
    } catch (error) {
      setPending(null);
      setFailure(error instanceof Error ? error.message : `${NAMES[provider]} cannot be reached. Try again.`);
    }
  }

  return (
    <div className="grid gap-3">
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      {providers.map((provider) => (
        <Button
          key={provider}
          size="lg"
          disabled={!hydrated}
          pending={pending === provider}
          onClick={() => void go(provider)}
          className="disabled:opacity-100"
        >
          Continue with {NAMES[provider]}
        </Button>
      ))}
      <div className="flex items-center gap-3 py-1 text-xs text-text-muted">
        <span className="h-px flex-1 bg-border" />
        or
        <span className="h-px flex-1 bg-border" />
      </div>
    </div>
  );
}
