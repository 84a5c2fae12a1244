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

  async function switchBack() {
    if (pending) return;
    setPending(true);
    setFailure(null);
    try {
      await switchBackKey(keyId);
      onDone(
        <>
          Switched back. Now in use: <MaskedKey last4={previous.last4} />
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
          Old key{" "}
          <span className="text-text">
            <MaskedKey last4={previous.last4} />
          </span>{" "}
          until <Moment at={previous.availableUntil} />
        </p>
        <div className="flex flex-wrap gap-x-4">
          <Button variant="link" size="sm" pending={pending} onClick={() => void switchBack()}>
            Switch back
          </Button>
          <Button variant="link" size="sm" onClick={() => setAsking(true)}>
            Delete old key now
          </Button>
        </div>
      </div>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Delete the old key now?"
        description={
          <>
            You can then no longer switch back to the old key (<MaskedKey last4={previous.last4} />
            ). This cannot be undone.
          </>
        }
        confirmLabel="Delete old key"
        onConfirm={async () => {
          await dropPreviousKey(keyId);
          onDone("The old key is deleted.");
        }}
      />
    </div>
  );
}

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
