import { useId } from "react";
import useSWR from "swr";
import { countOf } from "@/components/format-count";
import { formatDollars } from "@/components/format-dollars";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Skeleton } from "@/components/ui/skeleton";
import type { AiKeyDeletionPreview, AiKeySummary } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { deleteKey, previewKeyDeletion } from "./ai-key-calls";
import { ConsoleLink } from "./console-link";
import { MaskedKey } from "./masked-key";

/** Confirms deleting a key: lists what used it and what happens next. */
export function DeleteKeyDialog({
  keyToDelete,
  facts,
  close,
  onDeleted,
}: {
  keyToDelete: AiKeySummary;
  facts: ProviderFacts;
  close: () => void;
  onDeleted: () => void;
}) {
  const { id, label, last4, kept } = keyToDelete;
  return (
    <ConfirmDialog
      open
      onClose={close}
      title={facts.needsAddress ? `Delete “${label}”?` : `Delete your ${facts.name} API key?`}
      description={
        <>
          This server forgets “{label}” (<MaskedKey last4={last4} />
          ). This cannot be undone.{" "}
          {facts.consoleUrl ? (
            <>
              At {facts.name} it stays valid:{" "}
              <ConsoleLink facts={facts} className="text-accent-text">
                revoke it there
              </ConsoleLink>
              .
            </>
          ) : last4 ? (
            "At its endpoint it stays valid."
          ) : null}
        </>
      }
      confirmLabel="Delete Key"
      onConfirm={async () => {
        await deleteKey(id);
        onDeleted();
      }}
    >
      {kept === "stored" ? <Preview keyId={id} facts={facts} /> : null}
    </ConfirmDialog>
  );
}

function Preview({ keyId, facts }: { keyId: string; facts: ProviderFacts }) {
  const { data, error } = useSWR<AiKeyDeletionPreview, Error>(
    ["key deletion", keyId],
    () => previewKeyDeletion(keyId),
    { revalidateOnFocus: false },
  );
  if (error) {
    return <Alert variant="warning">What uses this key could not be read. {error.message}</Alert>;
  }
  if (!data) {
    return (
      <div className="grid gap-2">
        <Skeleton className="h-5 w-3/4" />
        <Skeleton className="h-5 w-1/2" />
      </div>
    );
  }
  return (
    <div className="grid gap-4 text-sm">
      <Usage preview={data} />
      <WhatThen preview={data} facts={facts} />
    </div>
  );
}

function Usage({ preview }: { preview: AiKeyDeletionPreview }) {
  const id = useId();
  const { threads, threadCount, answerCount, microUsd } = preview;
  if (answerCount === 0) return <p>It answered no message in the last 30 days.</p>;
  const hidden = threadCount - threads.length;
  return (
    <div className="grid gap-2">
      <p id={id}>
        In the last 30 days it gave <strong>{countOf(answerCount, "answer")}</strong> in{" "}
        <strong>{countOf(threadCount, "conversation")}</strong>
        {microUsd > 0 ? <>, for {formatDollars(microUsd)}</> : null}.
      </p>
      {threads.length > 0 ? (
        <ul
          aria-labelledby={id}
          className="max-h-40 divide-y overflow-y-auto rounded-md border bg-surface"
          // A list that scrolls has to be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          {threads.map((thread) => (
            <li key={thread.id} className="px-3 py-1.5">
              <p className="truncate">{thread.title}</p>
              <p className="truncate text-xs text-text-muted">{thread.projectName}</p>
            </li>
          ))}
          {hidden > 0 ? <li className="px-3 py-1.5 text-text-muted">and {hidden} more</li> : null}
        </ul>
      ) : null}
    </div>
  );
}

function WhatThen({
  preview: { nextDefault, isLast },
  facts: { name },
}: {
  preview: AiKeyDeletionPreview;
  facts: ProviderFacts;
}) {
  return (
    <p>
      {nextDefault ? (
        <>
          “{nextDefault.label}” (<MaskedKey last4={nextDefault.last4} />) becomes your default {name} key.{" "}
        </>
      ) : isLast ? (
        `It is your only ${name} key. `
      ) : null}
      Messages that name the deleted key will ask you to choose again, and new tabs no longer start with it;
      nothing falls back to the platform key.
    </p>
  );
}
