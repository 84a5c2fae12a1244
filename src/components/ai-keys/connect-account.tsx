import { useEffect, useState } from "react";
import { useHydrated } from "@/components/auth/use-hydrated";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { ProviderFacts } from "@/contracts/provider";
import { startConnection } from "./ai-key-calls";
import { keepReturnPath } from "./return-path";

/**
 * Opens the provider's consent page, which returns to the settings with a key and a link to the previous
 * page.
 */
export function ConnectAccount({
  facts,
  returnPath,
}: {
  facts: ProviderFacts;
  /** Page to return to when retrying; defaults to this one. */
  returnPath?: string | null;
}) {
  const isHydrated = useHydrated();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    // The Back button restores this page from the back/forward cache.
    const cameBack = (event: PageTransitionEvent) => {
      if (event.persisted) setPending(false);
    };
    window.addEventListener("pageshow", cameBack);
    return () => window.removeEventListener("pageshow", cameBack);
  }, []);

  async function connect() {
    setPending(true);
    setFailure(null);
    try {
      const address = await startConnection(facts.id);
      keepReturnPath(returnPath ?? window.location.pathname);
      window.location.assign(address);
    } catch (error) {
      setPending(false);
      setFailure(error instanceof Error ? error.message : "That did not work. Try again.");
    }
  }

  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button disabled={!isHydrated} pending={pending} onClick={() => void connect()}>
          Connect {facts.name}
        </Button>
        <p className="flex-1 basis-48 text-sm text-text-muted">
          Sign in at {facts.name} and agree there; nothing to copy.
        </p>
      </div>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
    </div>
  );
}
