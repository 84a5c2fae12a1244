import type { ReactNode } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { useSecondsUntil } from "@/components/use-seconds-until";
import type { ProviderFacts } from "@/contracts/provider";
import { outcomeAlert } from "./key-health-words";
import { KeyNextStep } from "./key-next-step";
import type { KeyTest } from "./key-test";

/** Above this there is no countdown: it is too long to wait on the page. */
const COUNTED_SECONDS = 600;

/**
 * The result of a test, in a live region.
 *
 * @param facts of the key's provider, for a link to where the person can mend what was found
 * @param onRetry if given, a temporary failure offers a retry after the time the provider asked for
 * @param children additional buttons
 */
export function KeyTestResult({
  test,
  facts,
  onRetry,
  children,
}: {
  test: KeyTest | null;
  facts: ProviderFacts;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  return (
    <div aria-live="polite" className="empty:hidden">
      {test?.state === "running" ? (
        <p className="flex items-center gap-2 text-sm text-text-muted">
          <Spinner /> {facts.needsAddress ? "Testing the endpoint…" : "Testing the key with one token…"}
        </p>
      ) : test?.state === "failed" ? (
        <Alert variant="danger" role={undefined}>
          {test.sentence}
        </Alert>
      ) : test ? (
        <Alert variant={outcomeAlert(test.result.outcome)} role={undefined}>
          <p>{test.result.sentence}</p>
          <KeyNextStep outcome={test.result.outcome} facts={facts} className="justify-self-start" />
          {onRetry && passesByItself(test.result.outcome) ? (
            <Retry
              key={test.at}
              seconds={test.result.retryAfterSeconds ?? 0}
              startedAt={test.at}
              onRetry={onRetry}
            />
          ) : null}
          {children}
        </Alert>
      ) : null}
    </div>
  );
}

function passesByItself(outcome: string): boolean {
  return outcome === "rate_limited" || outcome === "unreachable" || outcome === "unknown";
}

function Retry({ seconds, startedAt, onRetry }: { seconds: number; startedAt: number; onRetry: () => void }) {
  const left = useSecondsUntil(new Date(startedAt + seconds * 1000).toISOString());
  if (seconds > COUNTED_SECONDS) return <p>Test it again in about {Math.ceil(seconds / 60)} minutes.</p>;
  return (
    // A countdown is not announced every second.
    <div aria-live="off">
      {left > 0 ? (
        <p>You can test it again in {left} s.</p>
      ) : (
        <Button variant="link" size="sm" onClick={onRetry}>
          Test again
        </Button>
      )}
    </div>
  );
}
