"use client";

import { useId, useState } from "react";
import { countOf } from "@/components/format-count";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { KeyEncryptionKeySummary } from "@/contracts/vault";
import { callApi } from "@/lib/http/api-client";
import { VAULT_PATH } from "./use-vault-status";

/** @param busy a rotation is running; no key can be retired meanwhile */
export function KeyEncryptionKeyList({
  keys,
  busy,
  refresh,
}: {
  keys: KeyEncryptionKeySummary[];
  busy: boolean;
  refresh: () => Promise<void>;
}) {
  const [asked, setAsked] = useState<string | null>(null);
  const [announcement, setAnnouncement] = useState("");

  async function retire(id: string) {
    await callApi(`${VAULT_PATH}/retirements`, { method: "POST", body: { id } });
    setAnnouncement(`Key ${id} is retired.`);
    await refresh();
  }

  return (
    <>
      <ul aria-label="Key-encryption keys" className="overflow-hidden rounded-xl border bg-surface">
        {keys.map((key) => (
          <KeyRow key={key.id} summary={key} busy={busy} onRetire={() => setAsked(key.id)} />
        ))}
      </ul>
      <output className="sr-only">{announcement}</output>
      {asked === null ? null : (
        <ConfirmDialog
          open
          onClose={() => setAsked(null)}
          title={`Retire key “${asked}”?`}
          description="Nothing needs it any more. Afterwards take it out of the configuration; a server refuses to start with it as the current key."
          confirmLabel="Retire key"
          onConfirm={() => retire(asked)}
        />
      )}
    </>
  );
}

function KeyRow({
  summary,
  busy,
  onRetire,
}: {
  summary: KeyEncryptionKeySummary;
  busy: boolean;
  onRetire: () => void;
}) {
  const noteId = useId();
  const { id, store, current, retired, dataKeys, values } = summary;
  const note = noteOf(summary, busy);
  return (
    <li className="flex min-h-16 items-center gap-3 border-b px-4 py-3 last:border-b-0">
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
          <span className="font-mono font-medium wrap-anywhere">{id}</span>
          <KeyBadges summary={summary} />
        </p>
        <p className="text-sm text-text-muted tabular-nums">
          {store === null ? "" : `${store.charAt(0).toUpperCase()}${store.slice(1)} · `}
          {countOf(dataKeys, "data key")}
          {values > 0 ? ` · ${countOf(values, "value")} directly` : ""}
        </p>
        {note ? (
          <p id={noteId} className="text-sm text-text-muted">
            {note}
          </p>
        ) : null}
      </div>
      {current || retired ? null : (
        <Button
          size="sm"
          disabled={busy || dataKeys + values > 0}
          aria-label={`Retire ${id}`}
          aria-describedby={note ? noteId : undefined}
          onClick={onRetire}
        >
          Retire
        </Button>
      )}
    </li>
  );
}

function KeyBadges({
  summary: { store, current, retired, dataKeys, values },
}: {
  summary: KeyEncryptionKeySummary;
}) {
  const needed = dataKeys + values > 0;
  return (
    <>
      {current ? <Badge variant="accent">Current</Badge> : null}
      {retired ? <Badge variant={needed ? "danger" : "neutral"}>Retired</Badge> : null}
      {store === null && (needed || !retired) ? (
        <Badge variant={needed ? "danger" : "neutral"}>Not configured</Badge>
      ) : null}
      {store !== null && !current && !retired ? <Badge variant="outline">Decrypt-only</Badge> : null}
    </>
  );
}

/** The next step with this key, if there is one. */
function noteOf(
  { store, current, retired, dataKeys, values }: KeyEncryptionKeySummary,
  busy: boolean,
): string | null {
  const needed = dataKeys + values > 0;
  if (needed && store === null) return "Put it back into the configuration: what it wraps cannot be opened.";
  if (needed && retired) return "It was retired, and is needed again. Rotate while it is configured.";
  if (retired) return store === null ? null : "Take it out of the configuration.";
  if (current) return null;
  if (needed) return "Still needed. Rotate the key-encryption key, then it can be retired.";
  return busy ? "It can be retired when the rotation is finished." : "Nothing needs it any more.";
}
