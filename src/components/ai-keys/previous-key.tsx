import { type ReactNode, useState } from "react";
import { useHydrated } from "@/components/auth/use-hydrated";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import type { AiKeySummary } from "@/contracts/ai-keys";
import { dropPreviousKey, switchBackKey } from "./ai-key-calls";
import { MaskedKey } from "./masked-key";

/** The previous secret of a key, while it is still available. */
export function PreviousKey({
  keyId,
  previous,
  onDone,
}: {
  keyId: string;
  previous: NonNullable<AiKeySummary["previous"]>;
  /** @param said what happened, for the live region */
  onDone: (said: ReactNode) => void;
}) {
  const [pending, setPending] = useState(false);
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const words = previous.last4 === "" ? WITHOUT_KEY : WITH_KEY;

  async function switchBack() {
    if (pending) return;
    setPending(true);
    setFailure(null);
    try {
      await switchBackKey(keyId);
      onDone(
        <>
          Switched back. Now in use:{" "}
          {previous.last4 === "" ? "the endpoint without a key" : <MaskedKey last4={previous.last4} />}
        </>,
      );
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "That did not work. Try again.");
    } finally {
      setPending(false);
    }
  }

  return (
    <div className="grid gap-2 rounded-md bg-surface-sunken px-3 py-2 text-sm">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <p className="flex-1 basis-56 text-text-muted">
          {words.name}{" "}
          {previous.last4 === "" ? null : (
            <span className="text-text">
              <MaskedKey last4={previous.last4} />{" "}
            </span>
          )}
          until <Moment at={previous.availableUntil} />
        </p>
        <div className="flex flex-wrap gap-x-4">
          <Button variant="link" size="sm" pending={pending} onClick={() => void switchBack()}>
            Switch back
          </Button>
          <Button variant="link" size="sm" onClick={() => setAsking(true)}>
            {words.remove} now
          </Button>
        </div>
      </div>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.question}
        description={
          <>
            You can then no longer switch back to {words.what(<MaskedKey last4={previous.last4} />)}. This
            cannot be undone.
          </>
        }
        confirmLabel={words.remove}
        onConfirm={async () => {
          await dropPreviousKey(keyId);
          onDone(words.removed);
        }}
      />
    </div>
  );
}

const WITH_KEY = {
  name: "Old key",
  what: (masked: ReactNode) => <>the old key ({masked})</>,
  remove: "Delete old key",
  question: "Delete the old key now?",
  removed: "The old key is deleted.",
};

/** Of a custom endpoint that had none. */
const WITHOUT_KEY: typeof WITH_KEY = {
  name: "Old endpoint, without a key,",
  what: () => <>the old endpoint, without a key</>,
  remove: "Delete old endpoint",
  question: "Delete the old endpoint now?",
  removed: "The old endpoint is deleted.",
};

/** A time in the reader's time zone; in UTC when rendered on the server. */
function Moment({ at }: { at: string }) {
  const isHydrated = useHydrated();
  const words = new Date(at).toLocaleString("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    ...(isHydrated ? {} : { timeZone: "UTC" }),
  });
  return <time dateTime={at}>{isHydrated ? words : `${words} UTC`}</time>;
}
