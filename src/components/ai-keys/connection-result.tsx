import Link from "next/link";
import { useEffect } from "react";
import { Alert } from "@/components/ui/alert";
import type { ConnectionProblem } from "@/contracts/ai-connections";
import type { ProviderFacts } from "@/contracts/provider";
import { ConnectAccount } from "./connect-account";
import { useReturnPath } from "./return-path";

/** Result of connecting an account, from the URL. */
export interface ConnectionOutcome {
  provider: string;
  /** Null on success. */
  problem: ConnectionProblem | null;
}

/** Shows the result of connecting an account and the next step. */
export function ConnectionResult({
  outcome: { provider, problem },
  providers,
}: {
  outcome: ConnectionOutcome;
  providers: ProviderFacts[];
}) {
  const returnPath = useReturnPath();
  useEffect(() => {
    // Shown once: removed from the URL so that a reload or a bookmark does not repeat it.
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.hash);
  }, []);
  const facts = providers.find(({ id }) => id === provider);
  if (!facts) return null;
  if (problem === null) {
    return (
      <Alert variant="success">
        <p>{facts.name} is connected. Its key is saved and sealed, like one you would have pasted.</p>
        <ReturnLink path={returnPath} />
      </Alert>
    );
  }
  return (
    <Alert variant="warning">
      <p>
        {facts.name} is not connected. {problemSentence(problem, facts.name)}
      </p>
      {facts.canConnect ? <ConnectAccount facts={facts} returnPath={returnPath} /> : null}
      <ReturnLink path={returnPath} />
    </Alert>
  );
}

function ReturnLink({ path }: { path: string | null }) {
  if (path === null) return null;
  return (
    <p>
      <Link
        href={path}
        className="font-medium underline decoration-current/40 underline-offset-3 hover:decoration-current"
      >
        Back to your project
      </Link>
    </p>
  );
}

function problemSentence(problem: ConnectionProblem, name: string): string {
  switch (problem) {
    case "denied":
      return "You did not agree there, so no key was made. Connect again, or paste a key below.";
    case "expired":
      return "It took longer than ten minutes, or the page was opened twice. Connect again.";
    case "other_session":
      return "The answer belongs to another sign-in than this one. Connect again from here.";
    case "exchange_refused":
      return `${name} did not hand out a key. Connect again, or paste a key below.`;
    case "provider_unreachable":
      return `${name} did not answer as it should. Try again in a moment, or paste a key below.`;
    case "not_saved":
      return `${name} made a key, but it could not be saved here. Revoke it there, see that you hold fewer keys than allowed, and connect again.`;
  }
}
