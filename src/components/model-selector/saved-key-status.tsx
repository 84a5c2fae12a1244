import { CircleCheck, CircleDashed } from "lucide-react";
import { Alert } from "@/components/ui/alert";
import { Skeleton } from "@/components/ui/skeleton";
import type { AiKeySummary } from "@/contracts/ai-keys";

/** Whether a key is saved, and which: the last four characters are all that is ever shown. */
export function SavedKeyStatus({ saved, isKnown }: { saved: AiKeySummary | null; isKnown: boolean }) {
  if (!isKnown) return <Skeleton className="h-5 w-40" />;
  if (!saved) {
    return (
      <p className="flex items-center gap-2 text-sm text-text-muted">
        <CircleDashed aria-hidden className="size-4 shrink-0" />
        No key saved
      </p>
    );
  }
  if (saved.status === "needs_reentry") {
    return (
      <Alert variant="warning" role={undefined}>
        <p>
          This key can no longer be read. Paste it again. <MaskedKey last4={saved.last4} />
        </p>
      </Alert>
    );
  }
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <CircleCheck aria-hidden className="size-4 shrink-0 text-success-text" />
      <span className="font-medium text-success-text">Key saved</span>
      <MaskedKey last4={saved.last4} />
      <span className="text-text-muted">{lastUse(saved.lastUsedAt)}</span>
    </p>
  );
}

function MaskedKey({ last4 }: { last4: string }) {
  return (
    <span className="font-mono whitespace-nowrap">
      <span aria-hidden>•••• {last4}</span>
      <span className="sr-only">ending in {last4}</span>
    </span>
  );
}

function lastUse(lastUsedAt: string | null): string {
  if (!lastUsedAt) return "not used yet";
  const date = new Date(lastUsedAt).toLocaleDateString(undefined, { dateStyle: "medium" });
  return `last used ${date}`;
}
