import { useEffect, useState } from "react";
import { useHydrated } from "@/components/auth/use-hydrated";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { AiProviderFacts } from "@/contracts/ai-provider";
import { startConnection } from "./ai-key-calls";

/** Goes to the provider's own page, where the person agrees, and comes back to the settings with a key. */
export function ConnectAccount({ facts }: { facts: AiProviderFacts }) {
  const isHydrated = useHydrated();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    // Somebody who goes back finds this page as they left it.
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
      window.location.assign(await startConnection(facts.id));
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
