import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { ConsoleLink } from "./console-link";
import { Day } from "./day";
import { EXTENSION_DAYS } from "./extend-key";
import { ResumeKeyDialog } from "./resume-key-dialog";

/** Why a key may not be used, and what its owner can do about it; nothing if it may. */
export function StoppedKey({
  aiKey,
  facts,
  now,
  onReplace,
  onDates,
  onExtend,
  onResumed,
}: {
  aiKey: AiKeySummary;
  facts: ProviderFacts;
  /** The clock in milliseconds. */
  now: number;
  onReplace: () => void;
  /** Opens its dates. */
  onDates: () => void;
  onExtend: () => Promise<void>;
  onResumed: () => void;
}) {
  const [pending, setPending] = useState(false);
  const [asking, setAsking] = useState(false);
  const { paused, isExpired, expiresAt, last4 } = aiKey;
  if (!paused && !isExpired) return null;

  async function extend() {
    setPending(true);
    await onExtend();
    setPending(false);
  }

  return (
    <Alert variant={paused && paused.reason !== "owner" ? "danger" : "warning"} role={undefined}>
      {paused ? (
        <p>
          Paused <RelativeTime at={paused.at} now={now} />. {paused.sentence} Nothing is sent with it.
        </p>
      ) : (
        <p>
          The last day was <Day day={expiresAt ?? ""} />. Nothing is sent with it until you extend or replace
          it.
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        {paused ? (
          <Button variant="link" size="sm" onClick={() => setAsking(true)}>
            Resume…
          </Button>
        ) : (
          <>
            <Button variant="link" size="sm" pending={pending} onClick={() => void extend()}>
              Extend by {EXTENSION_DAYS} days
            </Button>
            <Button variant="link" size="sm" onClick={onDates}>
              Another date…
            </Button>
          </>
        )}
        <Button variant="link" size="sm" onClick={onReplace}>
          {last4 === "" ? "Change it…" : "Replace…"}
        </Button>
        {paused && last4 !== "" ? <ConsoleLink facts={facts}>Open the console</ConsoleLink> : null}
      </div>
      {asking ? <ResumeKeyDialog aiKey={aiKey} close={() => setAsking(false)} onResumed={onResumed} /> : null}
    </Alert>
  );
}
