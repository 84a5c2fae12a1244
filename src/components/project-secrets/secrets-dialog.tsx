"use client";

import { KeyRound, RefreshCw, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button, IconButton } from "@/components/ui/button";
import { Dialog, DialogBody } from "@/components/ui/dialog";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { SecretForm } from "./secret-form";
import { useProjectSecrets } from "./use-project-secrets";

/** The names of a project's secrets: add, replace, delete. Values are write-only. */
export default function SecretsDialog({
  projectId,
  open,
  onClose,
}: {
  projectId: string;
  open: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog
      {...{ open, onClose }}
      title="Project secrets"
      description="Named values, kept sealed for this project. Nothing uses them yet: they are for previews and commands, which will get them from the server. They are never shown to the model."
    >
      <Secrets projectId={projectId} />
    </Dialog>
  );
}

function Secrets({ projectId }: { projectId: string }) {
  const { secrets, failure, reload, save, remove } = useProjectSecrets(projectId);
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const [deleting, setDeleting] = useState<string | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const [openedAt] = useState(Date.now);
  const nameField = useRef<HTMLInputElement>(null);
  const valueField = useRef<HTMLTextAreaElement>(null);
  return (
    <DialogBody className="grid content-start gap-6">
      {failure ? (
        <Alert variant="danger">
          {failure}
          <div>
            <Button variant="link" size="sm" onClick={reload}>
              Load the secrets again
            </Button>
          </div>
        </Alert>
      ) : null}
      {secrets === null ? (
        failure ? null : (
          <Skeleton className="h-14" />
        )
      ) : secrets.length === 0 ? (
        <p className="rounded-lg border border-dashed px-4 py-3 text-sm text-text-muted">
          No secrets yet. You can keep one here until previews and commands can use it.
        </p>
      ) : (
        <ul aria-label="Saved secrets" className="divide-y overflow-hidden rounded-lg border">
          {secrets.map((secret) => (
            <li key={secret.id} className="flex items-center gap-2 py-1.5 pr-1.5 pl-3">
              <KeyRound aria-hidden className="size-4 shrink-0 text-text-muted" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-mono text-sm">{secret.name}</p>
                {secret.note ? <p className="truncate text-sm">{secret.note}</p> : null}
                {secret.status === "needs_reentry" ? (
                  <p className="text-xs text-warning-text">This value can no longer be read. Replace it.</p>
                ) : (
                  <p className="text-xs text-text-muted">
                    Saved <RelativeTime at={secret.updatedAt} now={openedAt} />
                  </p>
                )}
              </div>
              <IconButton
                label={`Replace ${secret.name}`}
                onClick={() => {
                  setName(secret.name);
                  setNote(secret.note ?? "");
                  valueField.current?.focus();
                }}
              >
                <RefreshCw aria-hidden />
              </IconButton>
              <IconButton label={`Delete ${secret.name}`} onClick={() => setDeleting(secret.name)}>
                <Trash2 aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <SecretForm
        name={name}
        onNameChange={setName}
        note={note}
        onNoteChange={setNote}
        names={secrets?.map((secret) => secret.name) ?? []}
        nameRef={nameField}
        valueRef={valueField}
        onSave={async (secret) => {
          await save(secret);
          setAnnouncement(`${secret.name} is saved.`);
        }}
      />
      <p role="status" className="text-sm text-success-text empty:hidden">
        {announcement}
      </p>
      <ConfirmDialog
        open={deleting !== null}
        onClose={() => setDeleting(null)}
        title={`Delete ${deleting ?? ""}?`}
        description="Its value goes for good and cannot be shown again, so keep a copy if you still need it."
        confirmLabel="Delete secret"
        onConfirm={async () => {
          if (!deleting) return;
          await remove(deleting);
          setAnnouncement(`${deleting} is deleted.`);
          nameField.current?.focus();
        }}
      />
    </DialogBody>
  );
}
